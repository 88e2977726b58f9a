/** Random QueryIR: valid for both dialects, with hostile names likely. */
import fc from "fast-check";
import type {
  CommonRows,
  Join,
  OrderTerm,
  Predicate,
  Query,
  Selection,
  SelectQuery,
  Slice,
  Source,
  TableSource,
} from "../../../src/ir/query.ts";
import { expression, oneColumn, simple } from "./arbitrary-expressions.ts";
import { column, listSlot, name, slot, type } from "./arbitrary-parts.ts";
import { boolean, integer, json, mood, text } from "./build.ts";

export const predicate = (sources: readonly string[]): fc.Arbitrary<Predicate> =>
  fc.letrec<{ node: Predicate }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, depthIdentifier: "predicate" },
      fc.record({
        kind: fc.constant("compare" as const),
        operator: fc.constantFrom("=", "<>", "<", "<=", ">", ">="),
        left: expression(sources),
        right: expression(sources),
      }),
      fc.record({
        kind: fc.constant("isNull" as const),
        operand: expression(sources),
        negated: fc.boolean(),
      }),
      type.chain((of) =>
        fc.record({
          kind: fc.constant("in" as const),
          operand: column(sources, fc.constant(of)),
          values: listSlot(fc.constant(of)),
          negated: fc.boolean(),
        }),
      ),
      fc.record({
        kind: fc.constant("between" as const),
        operand: expression(sources),
        low: expression(sources),
        high: expression(sources),
      }),
      fc.record({
        kind: fc.constant("match" as const),
        match: fc.constantFrom("like", "ilike", "startsWith", "endsWith", "contains"),
        operand: column(sources, fc.constantFrom(text, mood)),
        pattern: slot(fc.constant(text)),
        negated: fc.boolean(),
      }),
      fc.record({ kind: fc.constant("constant" as const), value: fc.boolean() }),
      fc.record({
        kind: fc.constantFrom("and" as const, "or" as const),
        operands: fc.array(tie("node"), { maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant("not" as const), operand: tie("node") }),
      fc.record({
        kind: fc.constant("exists" as const),
        source: fc.record({ table: name, alias: fc.constant("inner") }),
        joins: fc.constant([]),
        on: fc.array(fc.record({ left: column(["inner"]), right: column(sources) }), {
          maxLength: 2,
        }),
        where: fc.option(tie("node")),
        negated: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant("inQuery" as const),
        operand: column(sources, fc.constant(integer)),
        query: oneColumn(sources),
        negated: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant("existsRows" as const),
        query: oneColumn(sources),
        negated: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant("list" as const),
        test: fc.constantFrom("every" as const, "some" as const),
        operand: column(sources, fc.constant(json)),
        of: fc.constant("json" as const),
        items: slot(fc.constant(json)),
      }),
      fc.record({
        kind: fc.constant("hasKey" as const),
        operand: column(sources, fc.constant(json)),
        key: slot(fc.constant(text)),
      }),
      fc.record({
        kind: fc.constant("raw" as const),
        pieces: fc.constantFrom(["", " is null"], ["not ", ""]),
        operands: fc.tuple(column(sources)),
        type: fc.constant(boolean),
      }),
    ),
  })).node;

const orderTerm: fc.Arbitrary<OrderTerm> = fc.record({
  expression: expression(["root"]),
  direction: fc.constantFrom("asc", "desc"),
  nulls: fc.constantFrom("first", "last", null),
});

const slice: fc.Arbitrary<Slice> = fc.record({
  orderBy: fc.array(orderTerm, { maxLength: 2 }),
  limit: fc.option(slot(fc.constant(integer))),
  offset: fc.option(slot(fc.constant(integer))),
});

const join: fc.Arbitrary<Join> = fc.record({
  kind: fc.constantFrom("inner", "left"),
  source: fc.record({ table: name, alias: fc.constant("joined") }),
  on: fc.array(fc.record({ left: column(["root"]), right: column(["joined"]) }), {
    minLength: 1,
    maxLength: 2,
  }),
});

const conditional: fc.Arbitrary<Join> = fc
  .tuple(join, predicate(["root", "joined"]), fc.boolean())
  .map(([joined, where, paired]) => ({ ...joined, on: paired ? joined.on : [], where }));

const selection: fc.Arbitrary<Selection & { readonly from: TableSource }> = fc
  .array(fc.oneof({ weight: 3, arbitrary: join }, conditional), { maxLength: 1 })
  .chain((joins) =>
    fc.record({
      from: fc.record({ table: name, alias: fc.constant("root") }),
      joins: fc.constant(joins),
      where: fc.option(predicate(joins.length === 0 ? ["root"] : ["root", "joined"])),
    }),
  );

const selected = fc.array(expression(["root"]), { minLength: 1, maxLength: 3 });

/** Groups, and the condition that keeps them. */
const grouping = fc.record(
  {
    groupBy: fc.array(column(["root"]), { maxLength: 2 }),
    having: fc.option(simple(["root"])),
  },
  { requiredKeys: ["groupBy"] },
);

const part: fc.Arbitrary<SelectQuery> = fc
  .tuple(selection, slice, selected, fc.boolean(), fc.option(grouping))
  .map(([rows, sliced, columns, distinct, groups]) => ({
    kind: "select",
    columns,
    ...(distinct && { distinct }),
    ...groups,
    ...rows,
    ...sliced,
  }));

/** Rows found from others: what the step reads of the step before goes by a name. */
const recursion = fc.tuple(name, part, part).map(([called, start, step]) => ({
  name: called,
  start,
  step: { ...step, from: { table: called, alias: "root" } },
}));

/** Tables, and the rows of queries. */
const source: fc.Arbitrary<Source> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ table: name, alias: fc.constant("root") }) },
  fc.record({ kind: fc.constant("query" as const), query: part, alias: fc.constant("root") }),
  fc.record({
    kind: fc.constant("set" as const),
    operator: fc.constantFrom("union", "unionAll", "intersect", "except"),
    parts: fc.array(part, { minLength: 2, maxLength: 3 }),
    alias: fc.constant("root"),
  }),
);

const common: fc.Arbitrary<CommonRows> = fc
  .tuple(
    name,
    part,
    fc.option(fc.tuple(part, fc.boolean())),
    fc.constantFrom(true, false, undefined),
  )
  .map(([named, first, step, materialized]) => ({
    name: named,
    query: first,
    ...(step !== null && { step: { query: step[0], all: step[1] } }),
    ...(materialized !== undefined && { materialized }),
  }));

/** Rows of anything that can be read. */
const reading: fc.Arbitrary<Selection> = fc
  .tuple(selection, source, fc.oneof({ weight: 12, arbitrary: fc.constant(null) }, common))
  .map(([rows, from, named]) => ({ ...rows, from, ...(named !== null && { with: [named] }) }));

const columns = (minLength: number) => fc.array(column(["root"]), { minLength, maxLength: 3 });

const change = fc
  .record({ key: columns(1), returning: columns(0) })
  .chain((rest) =>
    fc.tuple(selection, slice).map(([rows, part]) => ({ ...rest, ...rows, ...part })),
  );

/** Any statement that both dialects compile. */
export const query: fc.Arbitrary<Query> = fc.oneof(
  fc
    .tuple(reading, slice, selected, fc.option(grouping), fc.option(recursion, { freq: 8 }))
    .map(([rows, sliced, list, groups, found]) => ({
      kind: "select" as const,
      columns: list,
      ...groups,
      ...(found !== null && { recursion: found }),
      ...rows,
      ...sliced,
    })),
  reading.map((rows) => ({ kind: "count" as const, ...rows })),
  reading.map((rows) => ({ kind: "exists" as const, ...rows })),
  fc.record({
    kind: fc.constant("insert" as const),
    table: name,
    columns: fc.array(fc.record({ column: name, type }), { minLength: 1, maxLength: 3 }),
    rows: fc.integer({ min: 1, max: 3 }),
    shape: fc.constant("values" as const),
    conflict: fc.option(
      fc.record({
        columns: fc.array(name, { minLength: 1, maxLength: 2 }),
        update: fc.array(name, { maxLength: 2 }),
      }),
    ),
    returning: columns(0),
  }),
  fc
    .tuple(
      change,
      fc.array(fc.record({ column: name, type, value: expression(["root"]) }), {
        minLength: 1,
        maxLength: 2,
      }),
    )
    .map(([rest, set]) => ({ kind: "update" as const, set, ...rest })),
  change.map((rest) => ({ kind: "delete" as const, ...rest })),
);
