import { describe, expect, test } from "vitest";
import { CodecError } from "../../../src/codec/codec.ts";
import { ColumnCodecError } from "../../../src/codec/column-error.ts";
import { postgresDialect } from "../../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../../src/dialect/sqlite/dialect.ts";
import { Planner } from "../../../src/plan/planner.ts";
import {
  column,
  compare,
  createdAt,
  id,
  insert,
  instant,
  integer,
  isIn,
  list,
  matches,
  select,
  slot,
  tags,
  text,
  title,
  update,
  views,
  where,
} from "../ir/build.ts";

const bigint = { kind: "bigint" } as const;

describe("Planner", () => {
  test("makes one plan for a shape", () => {
    const planner = new Planner(sqliteDialect);

    const plan = planner.plan(where(compare(id, "=", slot(0, integer))));

    expect(planner.plan(where(compare(id, "=", slot(0, integer))))).toBe(plan);
    expect(planner.plan(where(compare(id, "=", slot(1, integer))))).not.toBe(plan);
    expect(planner.plan(where(compare(id, "<", slot(0, integer))))).not.toBe(plan);
  });

  test("forgets the plan that was not used for longest", () => {
    const planner = new Planner(sqliteDialect, { plans: 2 });
    const first = planner.plan(select());
    const second = planner.plan(select({ columns: [title] }));

    planner.plan(select());
    planner.plan(select({ columns: [views] }));

    expect(planner.plan(select())).toBe(first);
    expect(planner.plan(select({ columns: [title] }))).not.toBe(second);
  });

  test("keeps plans with very many values apart, and few of them", () => {
    const planner = new Planner(sqliteDialect, { largePlans: 1 });
    const small = planner.plan(select());
    const hundred = planner.plan(insert({ rows: 100 }));
    expect(planner.plan(insert({ rows: 100 }))).toBe(hundred);

    planner.plan(insert({ rows: 101 }));

    expect(planner.plan(insert({ rows: 100 }))).not.toBe(hundred);
    expect(planner.plan(select())).toBe(small);
  });

  test("says what a driver must know", () => {
    const planner = new Planner(sqliteDialect);

    expect(planner.plan(select()).statement([])).toEqual({
      sql: 'select "post"."id" from "post"',
      parameters: [],
      bigints: false,
      returnsRows: true,
      prepare: true,
    });
    expect(planner.plan(insert()).returnsRows).toBe(false);
    expect(planner.plan(insert({ returning: [id] })).returnsRows).toBe(true);
    expect(planner.plan(select({ columns: [column("big", bigint)] })).bigints).toBe(true);
    expect(planner.plan(where(compare(column("big", bigint), "=", slot(0, bigint)))).bigints).toBe(
      false,
    );
  });
});

describe("bind", () => {
  const sqlite = new Planner(sqliteDialect);
  const postgres = new Planner(postgresDialect);

  test("encodes values in the order of placeholders", () => {
    const query = where({
      kind: "and",
      operands: [
        compare(title, "=", slot(1, text)),
        compare(createdAt, "=", slot(0, instant)),
        { kind: "in", operand: column("tags", tags), values: list(2, tags), negated: false },
      ],
    });
    const values = [new Date(5), "a", [["x"], ["y", "z"]]];

    expect(sqlite.plan(query).bind(values)).toEqual([
      "a",
      "1970-01-01T00:00:00.005",
      "1970-01-01T00:00:00.005~",
      '["[\\"x\\"]","[\\"y\\",\\"z\\"]"]',
    ]);
    expect(postgres.plan(query).bind(values)).toEqual([
      "a",
      "1970-01-01T00:00:00.005Z",
      '{"{\\"x\\"}","{\\"y\\",\\"z\\"}"}',
    ]);
  });

  test("escapes the text of a match", () => {
    const plan = postgres.plan(where(matches(title, "contains")));

    expect(plan.bind(["50%"])).toEqual(["%50!%%"]);
  });

  test("stores NULL, and compares with none", () => {
    expect(sqlite.plan(insert()).bind([null, null])).toEqual([null, null]);
    expect(sqlite.plan(update()).bind([null])).toEqual([null]);
    for (const query of [
      where(compare(title, "=", slot(0, text))),
      where(matches(title, "like")),
    ]) {
      expect(() => sqlite.plan(query).bind([null])).toThrow("title: expected a value, found null");
    }
    expect(() => sqlite.plan(where(isIn(id))).bind([[1, null]])).toThrow(
      "id: expected a list without null",
    );
  });

  test("refuses undefined everywhere", () => {
    const queries = [
      insert(),
      update(),
      where(compare(title, "=", slot(0, text))),
      where(matches(title, "like")),
    ];

    for (const query of queries) {
      expect(() => sqlite.plan(query).bind([])).toThrow("title: expected a value, found undefined");
    }
    expect(() => sqlite.plan(where(isIn(id))).bind([[undefined]])).toThrow(CodecError);
    expect(() => sqlite.plan(where(isIn(id))).bind([new Array(1)])).toThrow(CodecError);
  });

  test.for([
    ["a string", "1,2"],
    ["an object", { 0: 1, length: 1 }],
    ["null", null],
  ] as const)("takes no %s for a list", ([, value]) => {
    expect(() => sqlite.plan(where(isIn(id))).bind([value])).toThrow("expected a list of values");
  });

  test.for([-1, 1.5, Number.NaN, 2 ** 53, "1", null, new Number(1), 1n])(
    "takes no %s for a limit",
    (value) => {
      expect(() => sqlite.plan(select({ limit: slot(0, integer) })).bind([value])).toThrow(
        CodecError,
      );
    },
  );

  test("names what the value was for", () => {
    const labelled = { ...slot(0, integer), label: "Post.views" };

    const failure = (): unknown =>
      sqlite.plan(where(compare(views, "=", labelled))).bind(["secret"]);

    expect(failure).toThrow(
      expect.objectContaining({ constructor: ColumnCodecError, column: "Post.views" }),
    );
    expect(failure).not.toThrow("secret");
  });

  test("encodes arguments of raw SQL as raw arguments", () => {
    const plan = postgres.plan(
      where({
        kind: "raw",
        pieces: ["x = ", ""],
        operands: [slot(0, null)],
        type: { kind: "boolean" },
      }),
    );

    expect(plan.bind([true])).toEqual(["true"]);
    expect(plan.bind([null])).toEqual([null]);
    expect(() => plan.bind([() => 1])).toThrow(CodecError);
  });
});
