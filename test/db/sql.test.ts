/** Compiled SQL on real databases: every vector runs, and indexes serve it. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import type { Query } from "../../src/ir/query.ts";
import type { StorageType } from "../../src/ir/type.ts";
import { Planner } from "../../src/plan/planner.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { usePlanner } from "../support/use-planner.ts";
import {
  bytes,
  column,
  decimal,
  instant,
  integer,
  json,
  mood,
  tags,
  text,
  uuid,
  where,
} from "../unit/ir/build.ts";

interface Vector {
  readonly name: string;
  readonly ir: Query;
  readonly sqlite: object | null;
}

const file = new URL("../vectors/sql.json", import.meta.url);
const vectors: readonly Vector[] = JSON.parse(readFileSync(file, "utf8"));

/** A value for any slot of the vectors. */
const samples: Readonly<Record<StorageType["kind"], unknown>> = {
  integer: 1,
  bigint: 1n,
  decimal: "1.50",
  float: 1.5,
  boolean: true,
  text: "a%_[*",
  uuid: "0190a8f5-3b5c-7000-8000-000000000000",
  bytes: new Uint8Array([1, 2]),
  date: "2026-01-31",
  time: "09:30:00",
  timestamptz: new Date(0),
  timestamp: new Date(0),
  enum: "calm",
  json: { a: 1 },
  array: ["x"],
  raw: "x",
};

function sampleOf(type: StorageType | null, index: number): unknown {
  if (type === null) return "x";
  if (type.kind === "text") return `${samples.text}${index}`;
  return "host" in type && type.host === "text" ? "2026-01-31T09:30:00Z" : samples[type.kind];
}

describeEachDatabase("the vectors of test/vectors/sql.json", (db) => {
  const sqlite = db.backend === "sqlite";
  const dialect = sqlite ? sqliteDialect : postgresDialect;
  const type = (of: StorageType) => dialect.ddl.columnType(of);
  const columns = `
    id ${dialect.ddl.autoincrementType(integer)} primary key, title ${type(text)} unique, views ${type(integer)},
    author_id ${type(integer)}, price ${type(decimal)}, created_at ${type(instant)},
    edited_at ${type(instant)}, at ${type({ kind: "timestamptz", host: "text" })},
    mood ${type(mood)}, hash ${type(bytes)}, token ${type(uuid)}, tags ${type(tags)},
    note ${type(text)}, meta ${type(json)}`;
  const database = usePlanner(
    db,
    `${sqlite ? "" : "create type mood as enum ('calm', 'glad');"}
     create table post (${columns}, unique (id, author_id));
     create table "po""st" ("i""d" integer);
     create table author (id integer primary key, name text);
     create table comment (id integer primary key, post_id integer, stars integer, body text);
     create table tag (id integer primary key);
     create table post_tags (post_id integer, tag_id integer)`,
  );

  test.for(vectors.map((vector) => [vector.name, vector] as const))(
    "%s",
    async ([name, vector]) => {
      if (vector.sqlite === null && sqlite) return;
      // Raw text that is valid nowhere: it shows only that tokens stay apart.
      if (name.startsWith("raw: kept apart")) return;
      const { connection } = database();
      const plan = new Planner(dialect).plan(vector.ir);
      const values: unknown[] = [];
      for (const { index, type: of, form } of plan.slots) {
        const sample = form === "count" ? 1 : sampleOf(of, index);
        values[index] = form === "list" ? [sample] : sample;
      }
      await connection.script("begin");
      try {
        await connection.query(plan.statement(values));
      } finally {
        await connection.script("rollback");
      }
    },
  );
});

describeEachDatabase("a Date beside instants with more digits", (db) => {
  const sqlite = db.backend === "sqlite";
  const at = column("at", instant, { source: "t", nullable: true });
  const database = usePlanner(
    db,
    `create table t (id integer primary key, at ${sqlite ? "text" : "timestamptz"});
     insert into t values
       (1, '2026-01-31T09:30:00.122999Z'), (2, '2026-01-31T09:30:00.123000Z'),
       (3, '2026-01-31T09:30:00.123999Z'), (4, '2026-01-31T09:30:00.124000Z'), (5, null)`,
  );
  const moment = { kind: "slot", index: 0, type: instant } as const;

  test.for([
    ["=", [2, 3]],
    ["<>", [1, 4, 5]],
    ["<", [1]],
    ["<=", [1, 2, 3]],
    [">", [4]],
    [">=", [2, 3, 4]],
  ] as const)("%s compares the millisecond", async ([operator, expected]) => {
    const query: Query = {
      ...where({ kind: "compare", operator, left: at, right: moment }),
      from: { table: "t", alias: "t" },
      columns: [column("id", integer, { source: "t" })],
    };

    const { rows: found } = await database().run(query, [new Date("2026-01-31T09:30:00.123Z")]);

    expect(found.map(([id]) => Number(id)).sort()).toEqual(expected);
  });

  test("in compares the millisecond", async () => {
    const query: Query = {
      ...where({ kind: "in", operand: at, values: { ...moment, list: true }, negated: false }),
      from: { table: "t", alias: "t" },
      columns: [column("id", integer, { source: "t" })],
    };

    const { rows: found } = await database().run(query, [[new Date("2026-01-31T09:30:00.123Z")]]);

    expect(found.map(([id]) => Number(id)).sort()).toEqual([2, 3]);
  });
});

describeEachDatabase("indexes", (db) => {
  const sqlite = db.backend === "sqlite";
  const database = usePlanner(
    db,
    `create table t (id integer primary key, s text, at ${sqlite ? "text" : "timestamptz"});
     create index t_s on t (s ${sqlite ? "" : "text_pattern_ops"});
     create index t_at on t (at)`,
  );

  test.for([
    [
      "a prefix",
      {
        kind: "match",
        match: "startsWith",
        operand: column("s", text, { source: "t" }),
        pattern: { kind: "slot", index: 0, type: text },
        negated: false,
      },
      "abc",
    ],
    [
      "a Date",
      {
        kind: "compare",
        operator: "=",
        left: column("at", instant, { source: "t" }),
        right: { kind: "slot", index: 0, type: instant },
      },
      new Date(0),
    ],
    [
      "a list",
      {
        kind: "in",
        operand: column("id", integer, { source: "t" }),
        values: { kind: "slot", index: 0, type: integer, list: true },
        negated: false,
      },
      [1, 2],
    ],
  ] as const)("serve %s", async ([, predicate, value]) => {
    const plan = new Planner(sqlite ? sqliteDialect : postgresDialect).plan({
      ...where(predicate),
      from: { table: "t", alias: "t" },
      columns: [column("id", integer, { source: "t" })],
    });
    const { connection } = database();
    if (!sqlite) await connection.script("set enable_seqscan = off");

    const { sql, parameters } = plan.statement([value]);
    const explain = sqlite ? "explain query plan" : "explain";
    const { rows: steps } = await connection.query({ sql: `${explain} ${sql}`, parameters });

    expect(steps.flat().join("\n")).toMatch(sqlite ? /SEARCH t USING/ : /Index Cond/);
  });
});
