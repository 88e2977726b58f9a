/** QueryIR on real databases: every vector runs, and predicates mean what they say. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { sqliteFunctions } from "../../src/dialect/sqlite/functions.ts";
import type { Driver, DriverConnection, DriverResult } from "../../src/driver/driver.ts";
import type { ColumnRef, Predicate, Query } from "../../src/ir/query.ts";
import type { StorageType } from "../../src/ir/type.ts";
import { Planner } from "../../src/plan/planner.ts";
import { describeEachDatabase, type TestDatabase } from "../support/databases.ts";
import { openDriver } from "../support/drivers.ts";
import {
  boolean,
  bytes,
  column,
  decimal,
  insert,
  instant,
  integer,
  json,
  mood,
  tags,
  text,
  uuid,
  where,
} from "../unit/ir/build.ts";

interface Database {
  run(query: Query, values: readonly unknown[]): Promise<DriverResult>;
  readonly connection: DriverConnection;
}

function useDriver(db: TestDatabase, schema: string): () => Database {
  const dialect = db.backend === "sqlite" ? sqliteDialect : postgresDialect;
  const planner = new Planner(dialect);
  let driver: Driver;
  let connection: DriverConnection;

  beforeAll(async () => {
    driver = await openDriver(db, { functions: sqliteFunctions });
    connection = await driver.open();
    await connection.script(schema);
  });

  afterAll(async () => {
    await connection.close();
    await driver.close?.();
  });

  return () => ({
    connection,
    run: async (query, values) => connection.query(planner.plan(query).statement(values)),
  });
}

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
  const database = useDriver(
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

/** What a row holds, as programs see it. */
interface Row {
  readonly id: number;
  readonly a: number | null;
  readonly b: number | null;
  readonly n: number;
  readonly s: string | null;
  readonly d: string | null;
  readonly t: Date | null;
  readonly f: boolean | null;
}

type Name = Exclude<keyof Row, "id">;

const types: Readonly<Record<Name, StorageType>> = {
  a: integer,
  b: integer,
  n: integer,
  s: text,
  d: { kind: "decimal", precision: null, scale: null },
  t: instant,
  f: boolean,
};

const reference = (name: Name): ColumnRef =>
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

const rows: readonly Row[] = Array.from({ length: 48 }, (_, id) => ({
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
interface Claim {
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

const claim: fc.Arbitrary<Claim> = draft.map((make) => {
  const values: unknown[] = [];
  return { ...make(values), values };
});

describeEachDatabase("predicates", (db) => {
  const dialect = db.backend === "sqlite" ? sqliteDialect : postgresDialect;
  const database = useDriver(
    db,
    `create table t (id integer primary key, ${Object.entries(types)
      .map(([name, type]) => `${name} ${dialect.ddl.columnType(type)}`)
      .join(", ")})`,
  );

  beforeAll(async () => {
    const names = Object.keys(types) as Name[];
    const columns = [
      { column: "id", type: integer },
      ...names.map((name) => ({ column: name, type: types[name] })),
    ];
    const values = rows.flatMap((row) => [row.id, ...names.map((name) => row[name])]);
    await database().run(insert({ table: "t", columns, rows: rows.length }), values);
  });

  async function found(predicate: Predicate, values: readonly unknown[]): Promise<number[]> {
    const query: Query = {
      ...where(predicate),
      from: { table: "t", alias: "t" },
      columns: [column("id", integer, { source: "t" })],
    };
    const { rows: result } = await database().run(query, values);
    return result.map(([id]) => Number(id)).sort((left, right) => left - right);
  }

  test("say of every row what a plain evaluator says, NULLs included", {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(claim, async ({ predicate, values, holds }) => {
        const expected = rows.filter(holds).map(({ id }) => id);
        expect(await found(predicate, values)).toEqual(expected);
      }),
      { numRuns: 700 },
    );
  });

  test("have an exact complement", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(claim, async ({ predicate, values }) => {
        const all = [
          ...(await found(predicate, values)),
          ...(await found({ kind: "not", operand: predicate }, values)),
        ];
        expect(all.sort((left, right) => left - right)).toEqual(rows.map(({ id }) => id));
      }),
      { numRuns: 200 },
    );
  });
});
