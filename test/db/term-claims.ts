/** Random conditions over random expressions, each with the rows that it is true of. */
import fc from "fast-check";
import { and, not, or } from "../../src/index.ts";
import { type Row, values } from "./term-models.ts";
import {
  type Built,
  type Claim,
  type Columns,
  call,
  type Depth,
  type Kind,
  less,
  like,
  order,
  type Side,
  same,
  type Term,
  text,
} from "./term-values.ts";

const kinds: readonly Kind[] = ["text", "int", "big", "decimal", "float", "boolean", "date"];

/** How the expressions in conditions are made. */
export interface Sides {
  readonly term: (kind: Kind, depth: Depth) => fc.Arbitrary<Term>;
  readonly side: (kind: Kind, depth: Depth) => fc.Arbitrary<Side>;
}

/** A random condition. */
export function claimOver(sides: Sides, depth: Depth): fc.Arbitrary<Claim> {
  const simple = fc.oneof(
    fc.constantFrom(...kinds).chain((kind) => comparison(sides, kind, depth)),
    fc.constantFrom(...kinds).chain((kind) => membership(sides, kind, depth)),
    fc.constantFrom(...kinds).chain((kind) => absence(sides, kind, depth)),
    matches(sides, depth),
    lists,
  );
  if (depth === 0) return simple;
  const inner = claimOver(sides, less(depth));
  return fc.oneof(
    { weight: 4, arbitrary: simple },
    {
      weight: 1,
      arbitrary: inner.map((of) => ({
        show: `not(${of.show})`,
        build: (t: Columns) => not(of.build(t) as never) as unknown as Built,
        holds: (row: Row) => !of.holds(row),
      })),
    },
    { weight: 1, arbitrary: fc.tuple(inner, inner).map(([left, right]) => both(left, right)) },
    { weight: 1, arbitrary: fc.tuple(inner, inner).map(([left, right]) => either(left, right)) },
  );
}

const both = (left: Claim, right: Claim): Claim => ({
  show: `and(${left.show}, ${right.show})`,
  build: (t) => and(left.build(t) as never, right.build(t) as never) as unknown as Built,
  holds: (row) => left.holds(row) && right.holds(row),
});

const either = (left: Claim, right: Claim): Claim => ({
  show: `or(${left.show}, ${right.show})`,
  build: (t) => or(left.build(t) as never, right.build(t) as never) as unknown as Built,
  holds: (row) => left.holds(row) || right.holds(row),
});

/** NULL is neither more nor less than anything. */
const sized = (test: (sign: number) => boolean) => (left: unknown, right: unknown) =>
  left !== null && right !== null && test(order(left, right));

const comparisons: Readonly<Record<string, (left: unknown, right: unknown) => boolean>> = {
  eq: (left, right) => same(left, right),
  ne: (left, right) => !same(left, right),
  gt: sized((sign) => sign > 0),
  gte: sized((sign) => sign >= 0),
  lt: sized((sign) => sign < 0),
  lte: sized((sign) => sign <= 0),
};

function comparison({ term, side }: Sides, kind: Kind, depth: Depth): fc.Arbitrary<Claim> {
  const methods = kind === "boolean" ? ["eq", "ne"] : Object.keys(comparisons);
  const other = fc.oneof({ weight: 5, arbitrary: side(kind, depth) }, nothing);
  const plain: fc.Arbitrary<Claim> = fc
    .tuple(fc.constantFrom(...methods), term(kind, depth), other)
    .map(([method, self, right]) => ({
      show: `${self.show}.${method}(${right.show})`,
      build: (t) => call(self.build(t), method, right.give(t)),
      holds: (row) => comparisons[method]?.(self.value(row), right.value(row)) === true,
    }));
  if (kind === "boolean") return plain;
  const between: fc.Arbitrary<Claim> = fc
    .tuple(fc.boolean(), term(kind, depth), side(kind, depth), side(kind, depth))
    .map(([negated, self, low, high]) => ({
      show: `${self.show}.${negated ? "notBetween" : "between"}(${low.show}, ${high.show})`,
      build: (t) =>
        call(self.build(t), negated ? "notBetween" : "between", low.give(t), high.give(t)),
      holds: (row) => {
        const value = self.value(row);
        const found =
          comparisons["gte"]?.(value, low.value(row)) === true &&
          comparisons["lte"]?.(value, high.value(row)) === true;
        return found !== negated;
      },
    }));
  return fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: between });
}

const nothing: fc.Arbitrary<Side> = fc.constant({
  show: "null",
  give: () => null,
  value: () => null,
});

function membership({ term }: Sides, kind: Kind, depth: Depth): fc.Arbitrary<Claim> {
  return fc
    .tuple(
      fc.boolean(),
      term(kind, depth),
      fc.array(fc.option<unknown>(values[kind] as fc.Arbitrary<unknown>), { maxLength: 4 }),
    )
    .map(([negated, self, list]) => ({
      show: `${self.show}.${negated ? "notIn" : "in"}([${list.map(text).join(", ")}])`,
      build: (t) => call(self.build(t), negated ? "notIn" : "in", list),
      holds: (row) => {
        const value = self.value(row);
        return list.some((item) => same(item, value)) !== negated;
      },
    }));
}

const absence = ({ term }: Sides, kind: Kind, depth: Depth): fc.Arbitrary<Claim> =>
  fc.tuple(fc.boolean(), term(kind, depth)).map(([negated, self]) => ({
    show: `${self.show}.${negated ? "isNotNull" : "isNull"}()`,
    build: (t) => call(self.build(t), negated ? "isNotNull" : "isNull"),
    holds: (row) => (self.value(row) === null) !== negated,
  }));

const patterns = fc.string({
  unit: fc.constantFrom("%", "_", "a", "B", " ", "[", "*", "?", "\\%", "\\_", "日"),
  maxLength: 4,
});

/** Text; NULL matches nothing, so the negations keep it. */
function matches({ term }: Sides, depth: Depth): fc.Arbitrary<Claim> {
  const tests: Readonly<Record<string, (value: string, given: string) => boolean>> = {
    startsWith: (value, given) => value.startsWith(given),
    endsWith: (value, given) => value.endsWith(given),
    contains: (value, given) => value.includes(given),
    like: (value, given) => like(given, "su").test(value),
    notLike: (value, given) => !like(given, "su").test(value),
    ilike: (value, given) => like(given, "sui").test(value),
    notIlike: (value, given) => !like(given, "sui").test(value),
  };
  return fc
    .tuple(fc.constantFrom(...Object.keys(tests)), term("text", depth), values.text, patterns)
    .map(([method, self, plain, pattern]): Claim => {
      const given = /like/i.test(method) ? pattern : plain;
      return {
        show: `${self.show}.${method}(${text(given)})`,
        build: (t) => call(self.build(t), method, given),
        holds: (row) => {
          const value = self.value(row);
          if (value === null) return method.startsWith("not");
          return tests[method]?.(value as string, given) === true;
        },
      };
    });
}

const item = fc.constantFrom("x", "y", "", 'a"b', "null", "1");

/** Lists; NULL has no items and isn't empty either. */
const lists: fc.Arbitrary<Claim> = fc
  .tuple(
    fc.constantFrom("list", "listN", "labels"),
    fc.constantFrom("has", "hasEvery", "hasSome", "isEmpty"),
    fc.array(item, { minLength: 1, maxLength: 3 }),
  )
  .map(([name, method, items]): Claim => {
    const [first = ""] = items;
    const given = method === "has" ? [first] : method === "isEmpty" ? [] : [items];
    return {
      show: `${name}.${method}(${given.map(text).join(", ")})`,
      build: (t) =>
        call(
          name === "labels"
            ? ((t["infoN"] as unknown as Columns)["labels"] as Built)
            : (t[name] as Built),
          method,
          ...given,
        ),
      holds: (row) => {
        const list: readonly string[] | null | undefined =
          name === "labels" ? row.infoN?.labels : row[name as "list" | "listN"];
        if (list === null || list === undefined) return false;
        if (method === "isEmpty") return list.length === 0;
        if (method === "has") return list.includes(first);
        return method === "hasEvery"
          ? items.every((wanted) => list.includes(wanted))
          : items.some((wanted) => list.includes(wanted));
      },
    };
  });
