/**
 * Random expressions and conditions, each with what it means: a function from a row to its value, written
 * from the guide and from nothing else. NULL is null.
 */
import fc from "fast-check";
import { caseWhen, Decimal } from "../../src/index.ts";
import { claimOver } from "./term-claims.ts";
import { type Row, values } from "./term-models.ts";
import {
  type Built,
  type Claim,
  type Columns,
  call,
  type Depth,
  type Kind,
  less,
  order,
  type Side,
  same,
  shift,
  type Term,
  text,
  through,
  truncate,
} from "./term-values.ts";

// ---------------------------------------------------------------- columns and values

const columns: Readonly<Record<Kind, readonly (keyof Row)[]>> = {
  text: ["text", "textN"],
  int: ["int", "intN"],
  big: ["big", "bigN"],
  decimal: ["price", "priceN"],
  float: ["float", "floatN"],
  boolean: ["flag", "flagN"],
  date: ["at", "atN"],
};

const member = (t: Columns, name: string): Built => t[name] as Built;

const column = (kind: Kind): fc.Arbitrary<Term> =>
  fc.constantFrom(...columns[kind]).map((name) => ({
    show: name,
    build: (t) => member(t, name),
    value: (row) => row[name],
  }));

/** What stands inside JSON; NULL where nothing does. */
function path(kind: Kind): readonly Term[] {
  const keys = { text: "city", float: "size", boolean: "open" } as const;
  if (kind !== "text" && kind !== "float" && kind !== "boolean") return [];
  const key = keys[kind];
  const inside = (["info", "infoN"] as const).map((name) => ({
    show: `${name}.${key}`,
    build: (t: Columns) => (t[name] as unknown as Columns)[key] as Built,
    value: (row: Row) => row[name]?.[key] ?? null,
  }));
  if (kind !== "text") return inside;
  return [
    ...inside,
    {
      show: "infoN.labels.at(1)",
      build: (t) => ((t["infoN"] as unknown as Columns)["labels"] as Built)["at"]?.(1) as Built,
      value: (row) => row.infoN?.labels[1] ?? null,
    },
  ];
}

const lengths: readonly Term[] = [
  {
    show: "listN.length()",
    build: (t) => call(member(t, "listN"), "length"),
    value: (row) => row.listN?.length ?? null,
  },
  {
    show: "infoN.labels.length()",
    build: (t) => call((t["infoN"] as unknown as Columns)["labels"] as Built, "length"),
    value: (row) => row.infoN?.labels.length ?? null,
  },
];

function leaf(kind: Kind): fc.Arbitrary<Term> {
  const paths = path(kind);
  const others = kind === "int" ? lengths : paths;
  return others.length === 0
    ? column(kind)
    : fc.oneof(
        { weight: 3, arbitrary: column(kind) },
        { weight: 1, arbitrary: fc.constantFrom(...others) },
      );
}

const bound = (kind: Kind, of: fc.Arbitrary<unknown> = values[kind]): fc.Arbitrary<Side> =>
  of.map((value) => ({ show: text(value), give: () => value, value: () => value }));

const side = (kind: Kind, depth: Depth): fc.Arbitrary<Side> =>
  fc.oneof(
    { weight: 2, arbitrary: bound(kind) },
    { weight: 1, arbitrary: term(kind, depth).map((of) => ({ ...of, give: of.build })) },
  );

// ---------------------------------------------------------------- expressions

/** A random expression whose value is of a kind. */
export function term(kind: Kind, depth: Depth): fc.Arbitrary<Term> {
  if (depth === 0) return leaf(kind);
  const inner = less(depth);
  return fc.oneof(
    { weight: 2, arbitrary: leaf(kind) },
    { weight: 4, arbitrary: calls[kind](inner) },
    { weight: 1, arbitrary: missing(kind, inner) },
    { weight: 1, arbitrary: choice(kind, inner) },
  );
}

/** A function of one expression; NULL gives NULL. */
const unary = (
  of: fc.Arbitrary<Term>,
  method: string,
  apply: (value: never) => unknown,
  ...given: readonly unknown[]
): fc.Arbitrary<Term> =>
  of.map((self) => ({
    show: `${self.show}.${method}(${given.map(text).join(", ")})`,
    build: (t) => call(self.build(t), method, ...given),
    value: (row) => through(self.value(row), apply),
  }));

/** A function of two; NULL in either gives NULL. */
const binary = (
  of: fc.Arbitrary<Term>,
  others: fc.Arbitrary<Side>,
  method: string,
  apply: (left: never, right: never) => unknown,
): fc.Arbitrary<Term> =>
  fc.tuple(of, others).map(([self, other]) => ({
    show: `${self.show}.${method}(${other.show})`,
    build: (t) => call(self.build(t), method, other.give(t)),
    value: (row) => {
      const left = self.value(row);
      const right = other.value(row);
      return left === null || right === null ? null : apply(left as never, right as never);
    },
  }));

const calls: Readonly<Record<Kind, (depth: Depth) => fc.Arbitrary<Term>>> = {
  text: (depth) => {
    const self = term("text", depth);
    return fc.oneof(
      unary(self, "lower", (value: string) =>
        value.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
      ),
      unary(self, "upper", (value: string) =>
        value.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
      ),
      unary(self, "trim", (value: string) => value.replace(/^ +| +$/g, "")),
      unary(self, "trimStart", (value: string) => value.replace(/^ +/, "")),
      unary(self, "trimEnd", (value: string) => value.replace(/ +$/, "")),
      binary(self, side("text", depth), "concat", (left: string, right: string) => left + right),
      fc
        .tuple(fc.nat({ max: 3 }), fc.option(fc.nat({ max: 4 }), { nil: undefined }))
        .chain(([start, end]) =>
          unary(
            self,
            "substring",
            (value: string) =>
              [...value]
                .slice(start, end === undefined ? undefined : Math.max(start, end))
                .join(""),
            ...(end === undefined ? [start] : [start, end]),
          ),
        ),
      fc
        .tuple(fc.constantFrom("a", "%", " ", "aB", ""), fc.constantFrom("", "x", "aa"))
        .chain(([search, by]) =>
          unary(
            self,
            "replace",
            (value: string) => (search === "" ? value : value.replaceAll(search, by)),
            search,
            by,
          ),
        ),
      unary(term("int", depth), "asText", (value: number) => String(value)),
      unary(term("big", depth), "asText", (value: bigint) => String(value)),
      unary(term("decimal", depth), "asText", (value: Decimal) => value.toString()),
    );
  },
  int: (depth) => {
    const self = term("int", depth);
    return fc.oneof(
      ...arithmetic("int", depth, {
        plus: (left: number, right: number) => left + right,
        minus: (left: number, right: number) => left - right,
        times: (left: number, right: number) => left * right,
        mod: (left: number, right: number) => (right === 0 ? null : left % right),
      }),
      unary(self, "abs", (value: number) => Math.abs(value)),
      unary(self, "round", (value: number) => value),
      unary(self, "floor", (value: number) => value),
      unary(term("text", depth), "length", (value: string) => [...value].length),
      unary(term("float", depth), "asInteger", (value: number) => Math.trunc(value)),
      // A product, or a bigint as a decimal, may be too large for a number.
      unary(column("decimal"), "asInteger", (value: Decimal) => value.trunc().toNumber()),
      ...dateParts(depth),
    );
  },
  big: (depth) =>
    fc.oneof(
      ...arithmetic("big", 0, {
        plus: (left: bigint, right: bigint) => left + right,
        minus: (left: bigint, right: bigint) => left - right,
        dividedBy: (left: bigint, right: bigint) => (right === 0n ? null : left / right),
        mod: (left: bigint, right: bigint) => (right === 0n ? null : left % right),
      }),
      unary(term("big", 0), "abs", (value: bigint) => (value < 0n ? -value : value)),
      unary(term("int", depth), "asBigint", (value: number) => BigInt(value)),
    ),
  decimal: (depth) => {
    const self = term("decimal", depth);
    return fc.oneof(
      ...arithmetic("decimal", depth, {
        plus: (left: Decimal, right: Decimal) => left.plus(right),
        minus: (left: Decimal, right: Decimal) => left.minus(right),
        times: (left: Decimal, right: Decimal) => left.times(right),
      }),
      ...arithmetic("decimal", 0, {
        dividedBy: (left: Decimal, right: Decimal) =>
          right.isZero() ? null : left.dividedBy(right).toDecimalPlaces(20, 4),
        mod: (left: Decimal, right: Decimal) => (right.isZero() ? null : left.mod(right)),
      }),
      unary(self, "abs", (value: Decimal) => value.abs()),
      unary(self, "floor", (value: Decimal) => value.floor()),
      unary(self, "ceil", (value: Decimal) => value.ceil()),
      fc
        .nat({ max: 3 })
        .chain((digits) =>
          unary(self, "round", (value: Decimal) => value.toDecimalPlaces(digits, 4), digits),
        ),
      unary(term("int", depth), "asDecimal", (value: number) => new Decimal(value)),
      unary(term("big", depth), "asDecimal", (value: bigint) => new Decimal(String(value))),
    );
  },
  float: (depth) => {
    const self = term("float", depth);
    return fc.oneof(
      ...arithmetic("float", depth, {
        plus: (left: number, right: number) => left + right,
        minus: (left: number, right: number) => left - right,
        times: (left: number, right: number) => left * right,
        dividedBy: (left: number, right: number) => (right === 0 ? null : left / right),
      }),
      binary(
        term("int", depth),
        side("int", depth).filter(({ show }) => show !== "0"),
        "dividedBy",
        (left: number, right: number) => (right === 0 ? null : left / right),
      ),
      binary(
        term("int", depth),
        term("float", depth).map((of) => ({ ...of, give: of.build })),
        "plus",
        (left: number, right: number) => left + right,
      ),
      ...(["coalesce", "greatest", "least"] as const).map((method) => mixed(method, depth)),
      unary(self, "abs", (value: number) => Math.abs(value)),
      unary(self, "floor", (value: number) => Math.floor(value)),
      unary(self, "ceil", (value: number) => Math.ceil(value)),
      unary(term("int", depth), "asFloat", (value: number) => value),
      fc
        .nat({ max: 3 })
        .chain((digits) =>
          unary(
            column("float"),
            "round",
            (value: number) =>
              new Decimal(value.toPrecision(15)).toDecimalPlaces(digits, 4).toNumber(),
            digits,
          ),
        ),
    );
  },
  boolean: () => column("boolean"),
  date: (depth) => {
    const self = term("date", depth);
    return fc.oneof(
      ...(["year", "month", "week", "day", "hour", "minute", "second"] as const).map((unit) =>
        unary(self, "truncate", (value: Date) => truncate(value, unit), unit),
      ),
      fc
        .tuple(
          fc.constantFrom("plus", "minus"),
          fc.record(
            {
              years: fc.integer({ min: -2, max: 2 }),
              months: fc.integer({ min: -14, max: 14 }),
              weeks: fc.integer({ min: -3, max: 3 }),
              days: fc.integer({ min: -40, max: 40 }),
              hours: fc.integer({ min: -30, max: 30 }),
              seconds: fc.integer({ min: -90, max: 90 }),
            },
            { requiredKeys: [] },
          ),
        )
        .filter(([, span]) => Object.keys(span).length > 0)
        .chain(([method, span]) =>
          unary(
            self,
            method,
            (value: Date) => shift(value, span, method === "plus" ? 1 : -1),
            span,
          ),
        ),
    );
  },
};

function arithmetic(
  kind: Kind,
  depth: Depth,
  methods: Readonly<Record<string, (left: never, right: never) => unknown>>,
): fc.Arbitrary<Term>[] {
  return Object.entries(methods).map(([method, apply]) => {
    // A bound zero is refused there.
    const divides = method === "mod" || method === "dividedBy";
    const other = side(kind, depth).filter(
      ({ show }) => !divides || !/^(Decimal )?-?0n?$/.test(show),
    );
    return binary(term(kind, depth), other, method, apply);
  });
}

function dateParts(depth: Depth): fc.Arbitrary<Term>[] {
  const parts: Readonly<Record<string, (value: Date) => number>> = {
    year: (value) => value.getUTCFullYear(),
    month: (value) => value.getUTCMonth() + 1,
    day: (value) => value.getUTCDate(),
    hour: (value) => value.getUTCHours(),
    minute: (value) => value.getUTCMinutes(),
    second: (value) => value.getUTCSeconds(),
    weekday: (value) => value.getUTCDay(),
  };
  return Object.entries(parts).map(([method, apply]) => unary(term("date", depth), method, apply));
}

/** What is about NULL: `coalesce`, `nullif`, `greatest`, `least`. */
function missing(kind: Kind, depth: Depth): fc.Arbitrary<Term> {
  const methods = Object.keys(about).filter((name) => kind !== "boolean" || /coal|null/.test(name));
  return fc
    .tuple(fc.constantFrom(...methods), term(kind, depth), side(kind, depth))
    .map(([method, self, other]) => aboutNull(method, self, other));
}

/** A whole number beside a float. */
function mixed(method: string, depth: Depth): fc.Arbitrary<Term> {
  return fc
    .tuple(term("int", depth), term("float", depth))
    .map(([self, other]) => aboutNull(method, self, { ...other, give: other.build }));
}

const aboutNull = (method: string, self: Term, other: Side): Term => ({
  show: `${self.show}.${method}(${other.show})`,
  build: (t) => call(self.build(t), method, other.give(t)),
  value: (row) => about[method]?.(self.value(row), other.value(row)),
});

const about: Readonly<Record<string, (left: unknown, right: unknown) => unknown>> = {
  coalesce: (left, right) => left ?? right,
  nullif: (left, right) => (same(left, right) ? null : left),
  greatest: (left, right) =>
    left === null || right === null ? (left ?? right) : order(left, right) > 0 ? left : right,
  least: (left, right) =>
    left === null || right === null ? (left ?? right) : order(left, right) < 0 ? left : right,
};

/** The value of the first condition that holds. */
function choice(kind: Kind, depth: Depth): fc.Arbitrary<Term> {
  return fc.tuple(claim(depth), term(kind, depth), side(kind, depth)).map(([when, then, rest]) => ({
    show: `caseWhen(${when.show}, ${then.show}).else(${rest.show})`,
    build: (t) =>
      caseWhen(when.build(t) as never, then.build(t) as never).else(
        rest.give(t) as never,
      ) as unknown as Built,
    value: (row) => (when.holds(row) ? then.value(row) : rest.value(row)),
  }));
}

/** A random condition over random expressions. */
export const claim = (depth: Depth): fc.Arbitrary<Claim> => claimOver({ term, side }, depth);
