/** Random conditions beside what they mean, for `predicates.test.ts`. */
import fc from "fast-check";
import type { ColumnRef, Predicate } from "../../src/ir/query.ts";
import type { StorageType } from "../../src/ir/type.ts";
import { boolean, column, instant, integer, text } from "../unit/ir/build.ts";

/** What a row holds, as programs see it. */
export interface Row {
  readonly id: number;
  readonly a: number | null;
  readonly b: number | null;
  readonly n: number;
  readonly s: string | null;
  readonly d: string | null;
  readonly t: Date | null;
  readonly f: boolean | null;
}

export type Name = Exclude<keyof Row, "id">;

export const types: Readonly<Record<Name, StorageType>> = {
  a: integer,
  b: integer,
  n: integer,
  s: text,
  d: { kind: "decimal", precision: null, scale: null },
  t: instant,
  f: boolean,
};

export const reference = (name: Name): ColumnRef =>
  column(name, types[name], { source: "t", nullable: name !== "n" });

const texts = [
  "",
  "a",
  "A",
  "ab",
  "aB",
  "a%b",
  "a_b",
  "axb",
  "[a]",
  "*",
  "?",
  "a\\b",
  "\u{10ffff}",
  "é",
  "ab\u{10ffff}c",
  "!%",
];
const decimals = ["0", "-1.5", "10", "9.99", "-20", "123456789012345678901.25"];
const instants = [0, 1, 999, 1_000, -1].map((time) => new Date(time));

export const rows: readonly Row[] = Array.from({ length: 48 }, (_, id) => ({
  id,
  a: id % 4 === 0 ? null : (id % 5) - 2,
  b: id % 3 === 0 ? null : (id % 7) - 3,
  n: (id % 6) - 2,
  s: id % 9 === 0 ? null : (texts[id % texts.length] ?? ""),
  d: id % 8 === 0 ? null : (decimals[id % decimals.length] ?? ""),
  t: id % 5 === 4 ? null : (instants[id % instants.length] ?? null),
  f: id % 3 === 2 ? null : id % 2 === 0,
}));

/** A condition and what it says of a row, with NULL as a value like any other. */
export interface Claim {
  readonly predicate: Predicate;
  readonly values: readonly unknown[];
  holds(row: Row): boolean;
}

const valueOf: Readonly<Record<Name, fc.Arbitrary<unknown>>> = {
  a: fc.integer({ min: -3, max: 4 }),
  b: fc.integer({ min: -3, max: 4 }),
  n: fc.integer({ min: -3, max: 4 }),
  s: fc.constantFrom(...texts),
  d: fc.constantFrom(...decimals, "9.990", "10.00"),
  t: fc.constantFrom(...instants),
  f: fc.boolean(),
};

/** A number, or something that sorts and compares like the value. */
function rank(value: unknown): number | string | null {
  if (value === null) return null;
  if (value instanceof Date) return value.getTime();
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return value;
  // Decimals here differ by more than a double rounds.
  return typeof value === "string" && decimals.includes(value.replace(/\.?0+$/, "") || "0")
    ? Number(value)
    : String(value);
}

function order(name: Name, value: unknown): number | string | null {
  return name === "s"
    ? (value as string | null)
    : name === "d" && value !== null
      ? Number(value)
      : rank(value);
}

const comparisons = {
  "=": (left: unknown, right: unknown) => left === right,
  "<>": (left: unknown, right: unknown) => left !== right,
  "<": (left: never, right: never) => left !== null && right !== null && left < right,
  "<=": (left: never, right: never) => left !== null && right !== null && left <= right,
  ">": (left: never, right: never) => left !== null && right !== null && left > right,
  ">=": (left: never, right: never) => left !== null && right !== null && left >= right,
} as const;

type Operator = keyof typeof comparisons;

const anyName = fc.constantFrom<Name[]>("a", "b", "n", "s", "d", "t", "f");
const sized: readonly Operator[] = ["=", "<>", "<", "<=", ">", ">="];
const unsized: readonly Operator[] = ["=", "<>"];

function slotFor(values: unknown[], name: Name, value: unknown) {
  return { kind: "slot", index: values.push(value) - 1, type: types[name] } as const;
}

/** A claim without its slots' places, which depend on the whole. */
type Draft = (values: unknown[]) => { predicate: Predicate; holds(row: Row): boolean };

const compareValue: fc.Arbitrary<Draft> = anyName.chain((name) =>
  fc
    .tuple(
      fc.constantFrom(...(name === "s" || name === "f" ? unsized : sized)),
      valueOf[name],
      fc.boolean(),
    )
    .map(([operator, value, flip]) => (values) => {
      const bound = slotFor(values, name, value);
      const [left, right] = flip ? [bound, reference(name)] : [reference(name), bound];
      return {
        predicate: { kind: "compare", operator, left, right },
        holds: (row) => {
          const sides = [order(name, row[name]), order(name, value)] as [never, never];
          return comparisons[operator](
            ...(flip ? ([sides[1], sides[0]] as [never, never]) : sides),
          );
        },
      };
    }),
);

const compareColumns: fc.Arbitrary<Draft> = fc
  .tuple(
    fc.constantFrom<Name[]>("a", "b", "n"),
    fc.constantFrom<Name[]>("a", "b", "n"),
    fc.constantFrom(...sized),
  )
  .map(([left, right, operator]) => () => ({
    predicate: { kind: "compare", operator, left: reference(left), right: reference(right) },
    holds: (row) => comparisons[operator](row[left] as never, row[right] as never),
  }));

const isNull: fc.Arbitrary<Draft> = fc
  .tuple(anyName, fc.boolean())
  .map(([name, negated]) => () => ({
    predicate: { kind: "isNull", operand: reference(name), negated },
    holds: (row) => (row[name] === null) !== negated,
  }));

const isIn: fc.Arbitrary<Draft> = anyName.chain((name) =>
  fc
    .tuple(fc.array(valueOf[name], { maxLength: 4 }), fc.boolean())
    .map(([list, negated]) => (values) => ({
      predicate: {
        kind: "in",
        operand: reference(name),
        values: { ...slotFor(values, name, list), list: true },
        negated,
      },
      holds: (row) =>
        list.some(
          (value) => row[name] !== null && order(name, value) === order(name, row[name]),
        ) !== negated,
    })),
);

const between: fc.Arbitrary<Draft> = fc.constantFrom<Name[]>("a", "n", "d", "t").chain((name) =>
  fc.tuple(valueOf[name], valueOf[name]).map(([low, high]) => (values) => ({
    predicate: {
      kind: "between",
      operand: reference(name),
      low: slotFor(values, name, low),
      high: slotFor(values, name, high),
    },
    holds: (row) => {
      const value = order(name, row[name]) as never;
      return (
        comparisons[">="](value, order(name, low) as never) &&
        comparisons["<="](value, order(name, high) as never)
      );
    },
  })),
);

const matchers = {
  startsWith: (value: string, part: string) => value.startsWith(part),
  endsWith: (value: string, part: string) => value.endsWith(part),
  contains: (value: string, part: string) => value.includes(part),
  like: (value: string, pattern: string) => likeRegExp(pattern, "su").test(value),
  ilike: (value: string, pattern: string) => likeRegExp(pattern, "sui").test(value),
} as const;

function likeRegExp(pattern: string, flags: string): RegExp {
  const source = pattern.replace(/\\(.)|[%_]|[^%_\\]/gsu, (token, escaped?: string) => {
    if (escaped !== undefined) return literal(escaped);
    if (token === "%") return ".*";
    return token === "_" ? "." : literal(token);
  });
  return new RegExp(`^${source}$`, flags);
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

const match: fc.Arbitrary<Draft> = fc
  .tuple(
    fc.constantFrom(...(Object.keys(matchers) as (keyof typeof matchers)[])),
    fc.constantFrom(...texts, "%b", "_b", "a\\%b", "%\\_%", "[", "*]", "%[a]%", "A%"),
    fc.boolean(),
  )
  .map(([how, pattern, negated]) => (values) => ({
    predicate: {
      kind: "match",
      match: how,
      operand: reference("s"),
      pattern: slotFor(values, "s", pattern),
      negated,
    },
    holds: (row) => (row.s !== null && matchers[how](row.s, pattern)) !== negated,
  }));

const draft: fc.Arbitrary<Draft> = fc.letrec<{ node: Draft }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthIdentifier: "claim" },
    compareValue,
    compareColumns,
    isNull,
    isIn,
    between,
    match,
    tie("node").map(
      (inner): Draft =>
        (values) => {
          const { predicate, holds } = inner(values);
          return { predicate: { kind: "not", operand: predicate }, holds: (row) => !holds(row) };
        },
    ),
    fc
      .tuple(
        fc.constantFrom("and" as const, "or" as const),
        fc.array(tie("node"), { maxLength: 3 }),
      )
      .map(
        ([kind, inner]): Draft =>
          (values) => {
            const parts = inner.map((part) => part(values));
            return {
              predicate: { kind, operands: parts.map(({ predicate }) => predicate) },
              holds: (row) =>
                kind === "and"
                  ? parts.every(({ holds }) => holds(row))
                  : parts.some(({ holds }) => holds(row)),
            };
          },
      ),
  ),
})).node;

export const claim: fc.Arbitrary<Claim> = draft.map((make) => {
  const values: unknown[] = [];
  return { ...make(values), values };
});
