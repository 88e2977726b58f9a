/** The values of random expressions: how they are written, ordered and changed, in TypeScript. */
import { Decimal } from "../../src/index.ts";
import type { Row } from "./term-models.ts";

/** An expression or a condition being built: every method of it gives another. */
export interface Built {
  readonly [method: string]: (...given: readonly unknown[]) => Built;
}

/** The columns as a lambda gets them. */
export type Columns = Readonly<Record<string, Built>>;

export type Kind = "text" | "int" | "big" | "decimal" | "float" | "boolean" | "date";

/** An expression, and what it means. */
export interface Term {
  readonly show: string;
  readonly build: (t: Columns) => Built;
  readonly value: (row: Row) => unknown;
}

/** A condition, and the rows that it is true of. */
export interface Claim {
  readonly show: string;
  readonly build: (t: Columns) => Built;
  readonly holds: (row: Row) => boolean;
}

/** Another side: a value, or another expression of the kind. */
export interface Side {
  readonly show: string;
  readonly give: (t: Columns) => unknown;
  readonly value: (row: Row) => unknown;
}

export type Depth = 0 | 1 | 2 | 3;
/** A depth within another. */
export const less = (depth: Depth): Depth => Math.max(0, depth - 1) as Depth;

/** Calls a method by its name. */
export function call(self: Built, method: string, ...given: readonly unknown[]): Built {
  const found = self[method];
  if (found === undefined) throw new Error(`there is no method ${method}`);
  return found.call(self, ...given);
}

/** NULL in, NULL out. */
export const through = (value: unknown, apply: (value: never) => unknown): unknown =>
  value === null ? null : apply(value as never);

/** NULL equals only itself. */
export const same = (left: unknown, right: unknown): boolean =>
  left === null || right === null ? left === right : order(left, right) === 0;

/** Which of two values of a kind is more. */
export function order(left: unknown, right: unknown): number {
  if (left instanceof Decimal) return left.comparedTo(right as Decimal);
  if (left instanceof Date) return left.getTime() - (right as Date).getTime();
  if (typeof left === "string")
    return Buffer.compare(Buffer.from(left), Buffer.from(right as string));
  const [first, second] = [left, right] as [number, number];
  return first === second ? 0 : first > second ? 1 : -1;
}

/** A value in a message, and as what two answers are compared by. */
export function text(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Decimal) return `Decimal ${value.toString()}`;
  if (value instanceof Date) return value.toISOString();
  // -0 is 0 to a database.
  return JSON.stringify(value === 0 ? 0 : value) ?? "undefined";
}

/** The beginning of the unit in which a moment is, in UTC. */
export function truncate(value: Date, unit: string): Date {
  const year = value.getUTCFullYear();
  const month = value.getUTCMonth();
  const day = value.getUTCDate();
  switch (unit) {
    case "year":
      return new Date(Date.UTC(year, 0));
    case "month":
      return new Date(Date.UTC(year, month));
    case "week":
      return new Date(Date.UTC(year, month, day - ((value.getUTCDay() + 6) % 7)));
    case "day":
      return new Date(Date.UTC(year, month, day));
    default: {
      const size = { hour: 3_600_000, minute: 60_000 }[unit] ?? 1000;
      return new Date(Math.floor(value.getTime() / size) * size);
    }
  }
}

/** Months first, and a day that the month doesn't have becomes its last one; then days, then the rest. */
export function shift(
  value: Date,
  span: Readonly<Record<string, number | undefined>>,
  sign: 1 | -1,
): Date {
  const part = (name: string): number => sign * (span[name] ?? 0);
  const months = value.getUTCMonth() + 12 * part("years") + part("months");
  const year = value.getUTCFullYear();
  const last = new Date(Date.UTC(year, months + 1, 0)).getUTCDate();
  const day = Math.min(value.getUTCDate(), last);
  const time = value.getTime() - Date.UTC(year, value.getUTCMonth(), value.getUTCDate());
  const days = day + 7 * part("weeks") + part("days");
  const seconds = 3600 * part("hours") + part("seconds");
  return new Date(Date.UTC(year, months, days) + time + 1000 * seconds);
}
/** `%` is any text, `_` any character, `\` takes away what they mean. */
export function like(pattern: string, flags: string): RegExp {
  const source = [...pattern.matchAll(/\\([%_\\])|([\s\S])/gu)].map(([, escaped, plain]) => {
    if (escaped === undefined && plain === "%") return ".*";
    if (escaped === undefined && plain === "_") return ".";
    return (escaped ?? plain ?? "").replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  });
  return new RegExp(`^${source.join("")}$`, flags);
}
