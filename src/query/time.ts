/** Moments and days: their parts, and moving them. */
import { UsageError } from "../errors/errors.ts";
import type { TimeUnit } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import type { ExpressionNode } from "./nodes.ts";
import { NumericalExpression } from "./number.ts";
import { isPlainObject } from "./plain.ts";
import { bound, factsOf, nameOf, type Parts, partsOf } from "./value.ts";

const whole: StorageType = { kind: "integer" };
const float: StorageType = { kind: "float" };

const temporal: ReadonlySet<StorageType["kind"]> = new Set(["timestamptz", "timestamp", "date"]);
const cuts: ReadonlySet<unknown> = new Set([
  "year",
  "month",
  "week",
  "day",
  "hour",
  "minute",
  "second",
]);

/** Expressions that may be moments. */
export class TemporalExpression extends NumericalExpression {
  /** A number, or for a moment a span such as `{ days: 3 }`. */
  plus(value: unknown): this {
    return isPlainObject(value) && isTemporal(partsOf(this))
      ? this.shift(value, 1, "plus")
      : this.calculate("+", value, "plus");
  }

  minus(value: unknown): this {
    return isPlainObject(value) && isTemporal(partsOf(this))
      ? this.shift(value, -1, "minus")
      : this.calculate("-", value, "minus");
  }

  /** For the compiler, to which a day that is read as text is text. */
  asDate(): this {
    requireTime(partsOf(this), "asDate");
    return this;
  }

  year(): this {
    return this.part("year");
  }

  month(): this {
    return this.part("month");
  }

  day(): this {
    return this.part("day");
  }

  hour(): this {
    return this.part("hour");
  }

  minute(): this {
    return this.part("minute");
  }

  second(): this {
    return this.part("second");
  }

  /** 0 is Sunday. */
  weekday(): this {
    return this.part("weekday");
  }

  /** The beginning of the year, month, week (its Monday), day, hour, minute or second, in UTC. */
  truncate(unit: unknown): this {
    const self = requireTime(partsOf(this), "truncate");
    const isDay = self.facts.type.kind === "date";
    const finer = isDay && (unit === "hour" || unit === "minute" || unit === "second");
    if (!cuts.has(unit) || finer) {
      throw new UsageError(`${self.name}.truncate() expected a unit such as "day" or "month"`);
    }
    const { type } = self.facts;
    return this.derive(
      { kind: "function", name: "truncate", operands: [self.node], unit: unit as TimeUnit, type },
      factsOf(type, self.facts.nullable),
      `${self.name}.truncate(…)`,
    );
  }

  private part(unit: TimeUnit): this {
    const self = requireTime(partsOf(this), unit);
    if (self.facts.type.kind === "date" && ["hour", "minute", "second"].includes(unit)) {
      throw new UsageError(`${self.name}.${unit}() needs a time; a day has none`);
    }
    return this.derive(
      { kind: "function", name: "part", operands: [self.node], unit, type: whole },
      factsOf(whole, self.facts.nullable),
      `${self.name}.${unit}()`,
    );
  }

  private shift(span: Record<string, unknown>, sign: 1 | -1, method: string): this {
    const self = requireTime(partsOf(this), method);
    const { months, days, seconds } = readSpan(self, span, method);
    if (self.facts.type.kind === "date" && seconds !== 0) {
      throw new UsageError(`${self.name}.${method}() needs whole days; a day has no hours`);
    }
    const operands: ExpressionNode[] = [
      self.node,
      bound(sign * months, whole, self.name),
      bound(sign * days, whole, self.name),
      bound(sign * seconds, float, self.name),
    ];
    const { type, nullable } = self.facts;
    return this.derive(
      { kind: "function", name: "shift", operands, type },
      factsOf(type, nullable),
      `${self.name}.${method}(…)`,
    );
  }
}

/** What each member of a span is worth. */
const spanParts: ReadonlyMap<string, readonly ["months" | "days" | "seconds", number]> = new Map([
  ["years", ["months", 12]],
  ["months", ["months", 1]],
  ["weeks", ["days", 7]],
  ["days", ["days", 1]],
  ["hours", ["seconds", 3600]],
  ["minutes", ["seconds", 60]],
  ["seconds", ["seconds", 1]],
]);

function readSpan({ name }: Parts, span: Record<string, unknown>, method: string) {
  const total = { months: 0, days: 0, seconds: 0 };
  const entries = Object.entries(span);
  if (entries.length === 0) {
    throw new UsageError(`${name}.${method}() was given an empty span`, {
      hint: "for example { days: 3 } or { hours: 1, minutes: 30 }",
    });
  }
  for (const [part, amount] of entries) {
    const worth = spanParts.get(part);
    if (worth === undefined) {
      throw new UsageError(`${name}.${method}(): a span has no ${JSON.stringify(part)}`, {
        hint: `its parts are ${[...spanParts.keys()].join(", ")}`,
      });
    }
    if (typeof amount !== "number" || !Number.isSafeInteger(amount)) {
      throw new UsageError(
        `${name}.${method}(): ${part} expected a whole number, received ${nameOf(amount)}`,
      );
    }
    const [unit, factor] = worth;
    total[unit] += amount * factor;
  }
  // -0 would be bound as "-0".
  return { months: total.months + 0, days: total.days + 0, seconds: total.seconds + 0 };
}

function isTemporal({ facts }: Parts): boolean {
  return temporal.has(facts.type.kind);
}

function requireTime(self: Parts, method: string): Parts {
  if (!isTemporal(self)) {
    throw new UsageError(`${self.name}.${method}() needs a column of moments or days`, {
      hint: "declare it with z.date(), z.iso.date() or z.iso.datetime()",
    });
  }
  return self;
}
