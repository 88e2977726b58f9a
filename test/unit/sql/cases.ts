/** The queries behind test/vectors/sql.json, by what they show. */
import type { Expression, Query } from "../../../src/ir/query.ts";
import {
  and,
  author,
  authorId,
  boolean,
  bytes,
  column,
  compare,
  createdAt,
  decimal,
  everyRow,
  id,
  insert,
  instant,
  integer,
  isIn,
  json,
  matches,
  mood,
  not,
  or,
  order,
  post,
  price,
  remove,
  select,
  slot,
  tags,
  text,
  title,
  update,
  uuid,
  views,
  where,
} from "../ir/build.ts";

const name = column("name", text, { source: "a" });
const comment = { table: "comment", alias: "c" };
const ofPost = { left: column("post_id", integer, { source: "c" }), right: id };
const total = { kind: "arithmetic", operator: "+", left: views, right: slot(0, integer) } as const;
const plusOne: Expression = { ...total, type: integer };
const maybeAt = column("edited_at", instant, { nullable: true });

export const cases: Readonly<Record<string, Query>> = {
  "select: columns by position": select({ columns: [id, title, createdAt] }),
  "select: a table under an alias": select({
    from: { table: "post", alias: "t0" },
    columns: [column("id", integer, { source: "t0" })],
  }),
  "select: a quote in a name": select({
    from: { table: 'po"st', alias: "p" },
    columns: [column('i"d', integer, { source: "p" })],
  }),
  "select: a join to one row": select({ joins: [author], columns: [id, name] }),
  "select: order, limit and offset": select({
    orderBy: [order(title), order(views, "desc", "last")],
    limit: slot(0, integer),
    offset: slot(1, integer),
  }),
  "select: an offset alone": select({ offset: slot(0, integer) }),
  "select: an exact decimal sorts by its value": select({ orderBy: [order(price, "desc")] }),
  "select: a computed column": select({ columns: [plusOne] }),
  "count: order and limit play no part": {
    kind: "count",
    from: post,
    joins: [],
    where: compare(title, "=", slot(0, text)),
  },
  "exists: stops at the first row": { kind: "exists", from: post, joins: [], where: null },

  "=: a value": where(compare(title, "=", slot(0, text))),
  "=: a value on the left": where(compare(slot(0, text), "=", title)),
  "=: two nullable columns: NULL equals NULL": where(compare(views, "=", authorId)),
  "=: a native enum": where(compare(column("mood", mood), "=", slot(0, mood))),
  "<>: a column that is never NULL": where(compare(title, "<>", slot(0, text))),
  "<>: a nullable column keeps NULL rows": where(compare(views, "<>", slot(0, integer))),
  "<>: a column of a left join is nullable": select({
    joins: [author],
    where: compare(name, "<>", slot(0, text)),
  }),
  "<: a nullable column": where(compare(views, "<", slot(0, integer))),
  "<: exact decimals compare by value": where(compare(price, "<", slot(0, decimal))),
  "=: exact decimals have one text": where(compare(price, "=", slot(0, decimal))),
  "=: a decimal and an integer": where(compare(price, "=", id)),
  "=: arithmetic": where(compare(id, "=", { ...plusOne, right: slot(0, integer) })),

  "Date =: the millisecond, as a range": where(compare(createdAt, "=", slot(0, instant))),
  "Date <>: around the millisecond": where(compare(createdAt, "<>", slot(0, instant))),
  "Date <>: keeps NULL rows": where(compare(maybeAt, "<>", slot(0, instant))),
  "Date <": where(compare(createdAt, "<", slot(0, instant))),
  "Date <=: to the end of the millisecond": where(compare(createdAt, "<=", slot(0, instant))),
  "Date >: from the end of the millisecond": where(compare(createdAt, ">", slot(0, instant))),
  "Date >=": where(compare(createdAt, ">=", slot(0, instant))),
  "Date <: on the left": where(compare(slot(0, instant), "<", createdAt)),
  "Date between": where({
    kind: "between",
    operand: createdAt,
    low: slot(0, instant),
    high: slot(1, instant),
  }),
  "Date in": where(isIn(createdAt)),
  "Date column beside a Date column": where(compare(createdAt, "=", maybeAt)),
  "instant as text: compared as it is": where(
    compare(column("at", { kind: "timestamptz", host: "text" }), "=", {
      ...slot(0, { kind: "timestamptz", host: "text" }),
    }),
  ),

  "is null": where({ kind: "isNull", operand: views, negated: false }),
  "is not null": where({ kind: "isNull", operand: views, negated: true }),
  "in: one bound list": where(isIn(id)),
  "in: bytes": where(isIn(column("hash", bytes))),
  "in: uuids": where(isIn(column("token", uuid))),
  "in: a native enum": where(isIn(column("mood", mood))),
  "in: arrays": where(isIn(column("tags", tags))),
  "not in: a column that is never NULL": where(isIn(id, true)),
  "not in: a nullable column keeps NULL rows": where(isIn(views, true)),
  between: where({ kind: "between", operand: id, low: slot(0, integer), high: slot(1, integer) }),
  "between: exact decimals": where({
    kind: "between",
    operand: price,
    low: slot(0, decimal),
    high: slot(1, decimal),
  }),

  like: where(matches(title, "like")),
  ilike: where(matches(title, "ilike")),
  startsWith: where(matches(title, "startsWith")),
  endsWith: where(matches(title, "endsWith")),
  contains: where(matches(title, "contains")),
  "like: a native enum is matched as text": where(matches(column("mood", mood), "like")),
  "not like: a nullable column keeps NULL rows": where(
    matches(column("note", text, { nullable: true }), "like", true),
  ),

  "and, or: grouped as written": where(
    or(
      and(compare(id, ">", slot(0, integer)), compare(title, "=", slot(1, text))),
      compare(views, "=", slot(2, integer)),
      compare(createdAt, "=", slot(3, instant)),
    ),
  ),
  "and: of nothing is true": where(and()),
  "or: of nothing is false": where(or()),
  constant: where({ kind: "constant", value: false }),
  "not: a known condition": where(not(compare(title, "=", slot(0, text)))),
  "not: what may be unknown is false first": where(not(compare(views, "<", slot(0, integer)))),
  "not: twice": where(not(not(compare(views, "=", slot(0, integer))))),
  "exists: some": where({
    kind: "exists",
    source: comment,
    joins: [],
    on: [ofPost],
    where: or(
      compare(column("stars", integer, { source: "c" }), ">", slot(0, integer)),
      compare(column("body", text, { source: "c" }), "=", slot(1, text)),
    ),
    negated: false,
  }),
  "exists: none, through a join table": where({
    kind: "exists",
    source: { table: "tag", alias: "g" },
    joins: [
      {
        kind: "inner",
        source: { table: "post_tags", alias: "l" },
        on: [
          {
            left: column("tag_id", integer, { source: "l" }),
            right: column("id", integer, { source: "g" }),
          },
        ],
      },
    ],
    on: [{ left: column("post_id", integer, { source: "l" }), right: id }],
    where: null,
    negated: true,
  }),
  "raw: operands between pieces": where({
    kind: "raw",
    pieces: ["lower(", ") = ", " || ", ""],
    operands: [title, slot(0, null), { kind: "identifier", names: ["post", "title"] }],
    type: boolean,
  }),
  "raw: kept apart from what it holds": where({
    kind: "raw",
    pieces: ["1", "0"],
    operands: [slot(0, null)],
    type: boolean,
  }),

  "insert: one row": insert(),
  "insert: returning": insert({ returning: [id, createdAt] }),
  "insert: several rows": insert({ rows: 2 }),
  "insert: defaults alone": insert({ columns: [], returning: [id] }),
  "insert: update on conflict": insert({ conflict: { columns: ["title"], update: ["views"] } }),
  "insert: nothing on conflict": insert({ conflict: { columns: ["title"], update: [] } }),
  "insert: nothing on any conflict": insert({ conflict: { columns: [], update: [] } }),

  "update: by a condition": update({ where: compare(id, "=", slot(1, integer)) }),
  "update: a column from itself": update({
    set: [{ column: "views", type: integer, value: plusOne }],
    where: compare(title, "=", slot(1, text)),
    returning: [views],
  }),
  "update: through a join": update({
    joins: [author],
    where: compare(name, "=", slot(1, text)),
  }),
  "update: the first rows": update({ orderBy: [order(id)], limit: slot(1, integer) }),
  "update: every type": update({
    set: [
      { column: "meta", type: json, value: slot(0, json) },
      { column: "tags", type: tags, value: slot(1, tags) },
      { column: "price", type: decimal, value: slot(2, decimal) },
    ],
    where: compare(id, "=", slot(3, integer)),
  }),
  "delete: by a condition": remove({ where: compare(id, "=", slot(0, integer)) }),
  "delete: every row": remove(),
  "delete: the first rows": remove({ orderBy: [order(id)], limit: slot(0, integer) }),
  "delete: by a composite key": remove({
    ...everyRow,
    key: [id, authorId],
    orderBy: [order(id)],
    limit: slot(0, integer),
  }),
};

/** Queries that only databases with `unnest` compile. */
export const unnestCases: Readonly<Record<string, Query>> = {
  "insert: a list for each column": insert({ shape: "unnest" }),
  "insert: lists of arrays": insert({
    shape: "unnest",
    columns: [
      { column: "id", type: integer },
      { column: "tags", type: tags },
      { column: "meta", type: json },
    ],
    conflict: { columns: ["id"], update: ["tags", "meta"] },
    returning: [id],
  }),
};
