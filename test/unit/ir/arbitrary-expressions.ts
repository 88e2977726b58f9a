/** Expressions of every kind at random. */
import fc from "fast-check";
import type {
  Aggregate,
  Expression,
  FunctionName,
  Predicate,
  SelectQuery,
} from "../../../src/ir/query.ts";
import type { StorageType } from "../../../src/ir/type.ts";
import { column, name, slot } from "./arbitrary-parts.ts";
import { boolean, decimal, instant, integer, json, text } from "./build.ts";

/** Columns, values, and what is computed of them. */
export const expression = (sources: readonly string[]): fc.Arbitrary<Expression> =>
  fc.oneof(
    { weight: 8, arbitrary: column(sources) },
    { weight: 4, arbitrary: slot() },
    { weight: 1, arbitrary: computed(sources) },
    { weight: 1, arbitrary: overRows(sources) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("raw" as const),
        pieces: fc.constantFrom(["lower(", ")"], ["", "|| 'x'"], ["", ""]),
        operands: fc.tuple(column(sources)),
        type: fc.constant(text),
      }),
    },
  );

const of = <Value extends string>(...values: Value[]) => fc.constantFrom(...values);
const fixed = <const Value>(value: Value) => fc.constant(value);

/** A condition without conditions inside, for where one stands within an expression. */
export const simple = (sources: readonly string[]): fc.Arbitrary<Predicate> =>
  fc.oneof(
    fc.record({
      kind: fixed("compare"),
      operator: of("=", "<>", "<"),
      left: column(sources, fixed(integer)),
      right: slot(fixed(integer)),
    }),
    fc.record({ kind: fixed("isNull"), operand: column(sources), negated: fc.boolean() }),
  );

/** Values of a row. */
function computed(sources: readonly string[]): fc.Arbitrary<Expression> {
  const number = column(sources, fixed(integer));
  const letters = column(sources, fixed(text));
  const moment = column(sources, fixed(instant));
  const call = (
    names: fc.Arbitrary<FunctionName>,
    operands: fc.Arbitrary<Expression[]>,
    is: StorageType,
  ) => fc.record({ kind: fixed("function"), name: names, operands, type: fixed(is) });
  const timed = (names: fc.Arbitrary<FunctionName>, is: StorageType) =>
    fc.record({
      kind: fixed("function"),
      name: names,
      operands: fc.tuple(moment),
      unit: of("year", "month", "day", "hour", "weekday"),
      type: fixed(is),
    });
  const document = column(sources, fixed(json));
  return fc.oneof(
    fc.record({
      kind: fixed("arithmetic"),
      operator: of("+", "-", "*"),
      left: number,
      right: slot(fixed(integer)),
      type: fixed(integer),
    }),
    call(of("lower", "upper", "trim", "trimStart", "trimEnd"), fc.tuple(letters), text),
    call(fixed("length"), fc.tuple(letters), integer),
    call(fixed("concat"), fc.array(letters, { minLength: 2, maxLength: 3 }), text),
    call(fixed("replace"), fc.tuple(letters, slot(fixed(text)), slot(fixed(text))), text),
    call(of("dividedBy", "mod"), fc.tuple(number, number), decimal),
    call(of("abs", "floor", "ceil"), fc.tuple(number), integer),
    call(of("coalesce", "nullif", "greatest", "least"), fc.tuple(number, number), integer),
    call(fixed("convert"), fc.tuple(number), text),
    call(fixed("now"), fixed([]), instant),
    timed(fixed("part"), integer),
    timed(fixed("truncate"), instant),
    fc.record({
      kind: fixed("case"),
      branches: fc.array(fc.record({ when: simple(sources), value: number }), {
        minLength: 1,
        maxLength: 2,
      }),
      otherwise: fc.option(number),
      type: fixed(integer),
    }),
    fc.record({ kind: fixed("truth"), predicate: simple(sources), type: fixed(boolean) }),
    fc.record({
      kind: fixed("jsonPath"),
      operand: document,
      path: slot(fixed(json)),
      as: of("text", "number", "boolean", "json"),
      type: fixed(text),
    }),
    fc.record({
      kind: fixed("listLength"),
      operand: document,
      of: fixed("json"),
      type: fixed(integer),
    }),
    fc.record({ kind: fixed("scalar"), query: oneColumn(sources), type: fixed(integer) }),
  );
}

const aggregate = (sources: readonly string[]): fc.Arbitrary<Aggregate> =>
  fc.oneof(
    fc.record({
      kind: fixed("aggregate"),
      name: of("sum", "avg", "min", "max", "count"),
      operand: column(sources, fixed(integer)),
      distinct: fc.boolean(),
      filter: fc.option(simple(sources)),
      type: fixed(integer),
    }),
    fc.record({
      kind: fixed("aggregate"),
      name: fixed("count"),
      operand: fixed(null),
      distinct: fixed(false),
      filter: fc.option(simple(sources)),
      type: fixed(integer),
    }),
  );

/** Values of many rows. */
function overRows(sources: readonly string[]): fc.Arbitrary<Expression> {
  const key = column(sources);
  const term = fc.record({
    expression: key,
    direction: of("asc", "desc"),
    nulls: fc.constantFrom("first" as const, "last" as const, null),
  });
  const window = {
    kind: fixed("window"),
    partitionBy: fc.array(key, { maxLength: 2 }),
    orderBy: fc.array(term, { minLength: 1, maxLength: 2 }),
    frame: fc.option(
      fc.record({
        mode: of("rows", "groups"),
        from: fc.constantFrom("start" as const, "current" as const, -2),
        to: fc.constantFrom("end" as const, "current" as const, 3),
      }),
    ),
    type: fixed(integer),
  };
  return fc.oneof(
    aggregate(sources),
    fc.record({ ...window, call: of("rowNumber", "rank", "denseRank"), operands: fixed([]) }),
    fc.record({
      ...window,
      call: of("lag", "lead", "firstValue", "lastValue"),
      operands: fc.tuple(column(sources, fixed(integer))),
    }),
    fc.record({
      ...window,
      call: aggregate(sources).map((call) => ({ ...call, distinct: false })),
      operands: fixed([]),
    }),
  );
}

/** A query of one column inside another, which it may speak of. */
export const oneColumn = (sources: readonly string[]): fc.Arbitrary<SelectQuery> =>
  fc.record({
    kind: fixed("select"),
    columns: fc.tuple(column(["within"], fixed(integer))),
    from: fc.record({ table: name, alias: fixed("within") }),
    joins: fixed([]),
    where: fc.option(simple(["within", ...sources])),
    orderBy: fixed([]),
    limit: fc.option(slot(fixed(integer))),
    offset: fixed(null),
  });
