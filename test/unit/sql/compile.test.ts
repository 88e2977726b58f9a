import { describe, expect, test } from "vitest";
import { postgresSql } from "../../../src/dialect/postgres/sql.ts";
import { sqliteSql } from "../../../src/dialect/sqlite/sql.ts";
import { UsageError } from "../../../src/errors/errors.ts";
import type { Predicate } from "../../../src/ir/query.ts";
import { compileQuery } from "../../../src/sql/compile.ts";
import {
  column,
  compare,
  id,
  insert,
  integer,
  or,
  order,
  post,
  price,
  remove,
  select,
  slot,
  text,
  title,
  update,
  where,
} from "../ir/build.ts";

const both = [
  ["PostgreSQL", postgresSql],
  ["SQLite", sqliteSql],
] as const;

/** What arrives from outside the type checker. */
function forged<Value>(value: unknown): Value {
  return value as Value;
}

describe.for(both)("compileQuery for %s", ([, dialect]) => {
  test.for([
    ["a direction", select({ orderBy: [order(id, forged("desc; drop table post"))] })],
    ["a place of nulls", select({ orderBy: [order(id, "asc", forged("last; drop table post"))] })],
    ["an operator", where(compare(id, forged("= 1 or 1 ="), slot(0, integer)))],
    ["an inherited operator", where(compare(id, forged("constructor"), slot(0, integer)))],
    [
      "a match",
      where({
        kind: "match",
        match: forged("toString"),
        operand: title,
        pattern: slot(0, text),
        negated: false,
      }),
    ],
    [
      "an arithmetic operator",
      select({
        columns: [
          { kind: "arithmetic", operator: forged("/"), left: id, right: id, type: integer },
        ],
      }),
    ],
  ] as const)("knows no %s but its own", ([, query]) => {
    expect(() => compileQuery(query, dialect)).toThrow(UsageError);
  });

  test.for(["", "a\0b", "x".repeat(64), "\ud800"])("refuses the name %j anywhere", (name) => {
    const queries = [
      select({ columns: [column(name, integer)] }),
      select({ from: { table: name, alias: "post" } }),
      select({
        from: { table: "post", alias: name },
        columns: [column("id", integer, { source: name })],
      }),
      insert({ table: name }),
      insert({ columns: [{ column: name, type: text }] }),
      insert({ conflict: { columns: [name], update: [] } }),
      update({ set: [{ column: name, type: text, value: slot(0, text) }] }),
    ];

    for (const query of queries) expect(() => compileQuery(query, dialect)).toThrow(TypeError);
  });

  test("refuses a source that the query lacks", () => {
    const stranger = column("id", integer, { source: "other" });

    expect(() => compileQuery(where(compare(stranger, "=", id)), dialect)).toThrow('"other"');
    expect(() => compileQuery(select({ columns: [stranger] }), dialect)).toThrow('"other"');
  });

  test("refuses an unknown kind", () => {
    expect(() =>
      compileQuery(where(forged<Predicate>({ kind: "sql", sql: "1" })), dialect),
    ).toThrow();
  });

  test("refuses raw SQL with an open quote or placeholders of its own", () => {
    const raw = (...pieces: string[]): Predicate => ({
      kind: "raw",
      pieces,
      operands: [title],
      type: { kind: "boolean" },
    });

    expect(() => compileQuery(where(raw("'", "'")), dialect)).toThrow(UsageError);
    expect(() => compileQuery(where(raw("$1 = ", "")), dialect)).toThrow(UsageError);
    expect(() => compileQuery(where(raw("only one piece")), dialect)).toThrow(TypeError);
  });

  test("refuses an update that sets nothing, and rows chosen without a key", () => {
    expect(() => compileQuery(update({ set: [] }), dialect)).toThrow(TypeError);
    expect(() => compileQuery(remove({ key: [], limit: slot(0, integer) }), dialect)).toThrow(
      TypeError,
    );
  });

  test("compiles ten thousand conditions", () => {
    const many = Array.from({ length: 10_000 }, (_, place) =>
      compare(id, "=", slot(place, integer)),
    );

    const { slots } = compileQuery(where(or(...many)), dialect);

    expect(slots.map(({ index }) => index)).toEqual(many.map((_, place) => place));
  });

  test("is pure", () => {
    const query = select({ where: compare(title, "=", slot(0, text)), from: post });

    expect(compileQuery(query, dialect)).toEqual(compileQuery(query, dialect));
  });
});

test("SQLite calculates with exact decimals by a function of our own", () => {
  const sum = {
    kind: "arithmetic",
    operator: "+",
    left: price,
    right: slot(0, price.type),
    type: price.type,
  } as const;

  expect(compileQuery(select({ columns: [sum] }), sqliteSql).sql).toBe(
    `select ferro_decimal('+', "post"."price", ?) from "post"`,
  );
});
