/** What means the same is no difference, however it was written: the server's own words decide. */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { canonicalSchema } from "../../src/ir/canonical.ts";
import type { ColumnIr, SchemaPayload, TableIr } from "../../src/ir/schema.ts";
import type { StorageType } from "../../src/ir/type.ts";
import { describeDrift, findDrift } from "../../src/migration/drift.ts";
import { describeEachDatabase, scriptedPostgres } from "../support/databases.ts";
import { realSchemaFiles } from "../support/real-schemas.ts";
import { column, integer, schema, table, text } from "../unit/ddl/ir.ts";

const nullable = { nullable: true } as const;
const moment: StorageType = { kind: "timestamptz", host: "text" };
const amount: StorageType = { kind: "decimal", precision: 10, scale: 2 };
const short: StorageType = { kind: "text", dbType: "varchar(20)" };
const day: StorageType = { kind: "date" };

/** A column's type, its default as somebody wrote it, and as a model says it. */
type Default = readonly [type: StorageType, there: string, here: ColumnIr["default"]];
const literal = (value: string | number | boolean) => ({ kind: "literal", value }) as const;
const sql = (written: string) => ({ kind: "sql", sql: written }) as const;

/** A condition over the columns of the table below as somebody wrote it, and as a model says it. */
type Pair = readonly [there: string, here: string];

const defaults: Readonly<Record<"sqlite" | "postgres", readonly Default[]>> = {
  postgres: [
    [{ kind: "bigint" }, "'0'::bigint", literal(0)],
    [{ kind: "bigint" }, "0", literal(0)],
    [integer, "(-1)", literal(-1)],
    [integer, "'-1'::integer", literal(-1)],
    [integer, "CAST('7' AS integer)", literal(7)],
    [{ kind: "integer", dbType: "smallint" }, "'3'::smallint", literal(3)],
    [text, "'it''s'::text", literal("it's")],
    [text, "E'a\\\\b'", literal("a\\b")],
    [short, "'x'::character varying", literal("x")],
    [short, "'x'::text", literal("x")],
    [{ kind: "boolean" }, "'t'::boolean", literal(true)],
    [{ kind: "boolean" }, "'no'", literal(false)],
    [amount, "1.50", literal("1.50")],
    [amount, "'1.50'::numeric", literal("1.50")],
    [{ kind: "float" }, "'1.5'::double precision", literal(1.5)],
    [day, "'2026-01-02'::date", literal("2026-01-02")],
    [day, "'2026-1-2'", literal("2026-01-02")],
    [day, "current_date", sql("CURRENT_DATE")],
    [moment, "CURRENT_TIMESTAMP", sql("now()")],
    [moment, "now()", sql("current_timestamp")],
    [moment, "transaction_timestamp()", sql("TRANSACTION_TIMESTAMP( )")],
    [{ kind: "uuid" }, "gen_random_uuid()", sql("pg_catalog.gen_random_uuid()")],
    [{ kind: "json" }, "'{}'::jsonb", sql("'{}'")],
    [{ kind: "json" }, "'{ \"a\" : 1 }'", sql(`'{"a": 1}'::jsonb`)],
    [text, "upper('a') || 'b'", sql("UPPER( 'a'::text ) || 'b'")],
    [integer, "(1 + 2) * 3", sql("((1+2)*3)")],
    [{ kind: "array", element: text }, "'{}'", sql("'{}'::text[]")],
    [{ kind: "bytes" }, "'\\x00'::bytea", sql("'\\x00'")],
  ],
  sqlite: [
    [integer, "0", literal(0)],
    [integer, "(0)", literal(0)],
    [integer, "+7", literal(7)],
    [integer, "-1", literal(-1)],
    [text, "'it''s'", literal("it's")],
    [text, "('x')", literal("x")],
    [{ kind: "boolean" }, "1", literal(true)],
    [{ kind: "boolean" }, "TRUE", literal(true)],
    [text, "CURRENT_TIMESTAMP", sql("current_timestamp")],
    [text, "(upper('a') || 'b')", sql("UPPER('a')||'b'")],
    [integer, "((1+2)*3)", sql("(1 + 2) * 3")],
    [text, "(lower( hex( randomblob(16) ) ))", sql("lower(hex(randomblob(16)))")],
  ],
};

const conditions: Readonly<Record<"sqlite" | "postgres", readonly Pair[]>> = {
  postgres: [
    ["a = ANY (ARRAY[1, 2])", "a IN (1, 2)"],
    ["a >= 0 AND a <= 9", "a BETWEEN 0 AND 9"],
    ["(b)::text = ANY (ARRAY['x'::text, 'y'::text])", "b in ('x', 'y')"],
    [
      "(s)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[])",
      "s IN ('x','y')",
    ],
    ["b ~~ 'a%'", "b LIKE 'a%'"],
    ["b !~~ 'a%'", "b not like 'a%'"],
    ["b ~~* 'a%'", "b ILIKE 'a%'"],
    ["a <> 3", "a != 3"],
    ["(a IS NOT NULL)", "a is not null"],
    ["a NOTNULL", "a IS NOT NULL"],
    ["a ISNULL", "a IS NULL"],
    ["CAST(a AS text) = '1'", "a::text = '1'"],
    ["COALESCE(a, 0) > 0", "coalesce(a,0)>0"],
    ["((a > 1) AND (b = 'x'::text))", "a > 1 and b = 'x'"],
    ["a > 1 OR (b = 'x' AND a < 9)", "(a > 1) OR ((b = 'x') AND (a < 9))"],
    ["EXTRACT(year FROM d) > 2000", "extract(YEAR from d) > (2000)"],
    ["d >= '2026-01-01'::date", "d >= '2026-01-01'"],
    ["char_length(s) > 2", "char_length( s::text ) > 2"],
    ["length(b) BETWEEN 1 AND 20", "length(b) >= 1 AND length(b) <= 20"],
    ["(a % 2) = 0", "a % 2 = 0"],
    ["b ~ '^[a-z]+$'", "b ~ '^[a-z]+$'::text"],
    ["position('a' in b) > 0", "POSITION(('a') IN (b)) > 0"],
    ["substring(b from 1 for 2) = 'ab'", "SUBSTRING(b FROM 1 FOR 2) = 'ab'"],
    ["trim(b) <> ''", "TRIM(BOTH FROM b) <> ''"],
    ["CASE WHEN a > 1 THEN true ELSE false END", "case when (a > 1) then TRUE else FALSE end"],
    ["(data ->> 'k') = 'v'", "data->>'k' = 'v'"],
    ["(data -> 'k') IS NOT NULL", "data->'k' is not null"],
    ["b IS DISTINCT FROM 'x'", "(b) is distinct from ('x')"],
    ["a IN (1)", "a = 1"],
    ["m > 1.5", "m > (1.5)::numeric"],
    ["upper(b) = b", "UPPER((b)) = b"],
    ["m BETWEEN 0 AND 10", "m >= 0 and m <= 10"],
  ],
  sqlite: [
    ["a in ( 1,2 )", "a IN (1, 2)"],
    ['"a" between 0 AND 9', "a BETWEEN 0 AND 9"],
    ["[b] LIKE 'a%'", "b like 'a%'"],
    ["(a IS NOT NULL)", "a is not null"],
    ["CAST(`a` AS TEXT)='1'", "cast(a as text) = '1'"],
    ["COALESCE(a, 0) > 0", "coalesce(a,0)>0"],
    ["((a > 1) AND b = 'x')", "(a > 1) and b = 'x'"],
    ["length(b)>2 -- long enough\n", "length(b) > 2"],
    ["b /* not */ <> ''", "b <> ''"],
    ["B = lower(B)", "b = LOWER(b)"],
  ],
};

const expressions: Readonly<Record<"sqlite" | "postgres", readonly Pair[]>> = {
  postgres: [
    ["lower(b)", "LOWER(b)"],
    ["lower((s)::text)", "lower(s)"],
    ["b || 'x'::text", "(b || 'x')"],
    ["COALESCE(b, ''::text)", "coalesce(b, '')"],
    ["a + 1", "(a+1)"],
    ["data ->> 'k'", "(data->>'k'::text)"],
    [
      "date_trunc('day', d::timestamp)",
      "date_trunc('day'::text, (d)::timestamp without time zone)",
    ],
  ],
  sqlite: [
    ["lower( b )", "lower(b)"],
    ["\"b\"||'x'", "b || 'x'"],
    ["(coalesce(b,''))", "COALESCE(b, '')"],
    ["a+1", "a + 1"],
  ],
};

const own: readonly ColumnIr[] = [
  column("a", integer, nullable),
  column("b", text, nullable),
  column("d", day, nullable),
  column("data", { kind: "json" }, nullable),
  column("id", integer),
  column("m", amount, nullable),
  column("s", short, nullable),
];
const written = {
  postgres:
    "a int4, b text, d date, data jsonb, id int PRIMARY KEY, m decimal(10,2), s character varying(20)",
  sqlite:
    "a INT, b CLOB, d date_text, data json_text, id INTEGER PRIMARY KEY, m decimal_text, s VARCHAR(20)",
};

describeEachDatabase("spellings", (db) => {
  const kinds = [defaults, conditions, expressions].map((each) => each[db.backend]);

  test(`${kinds.flat().length} defaults, conditions and expressions are no difference`, async () => {
    const target = await openMigrations(db.url);
    try {
      const tables: TableIr[] = [];
      const make = async (name: string, facts: Partial<TableIr>, ...statements: string[]) => {
        for (const each of statements) await target.connection.script(each);
        tables.push(table(name, own, { primaryKey: ["id"], ...facts }));
      };
      for (const [at, [type, there, here]] of defaults[db.backend].entries()) {
        const name = `d${at}`;
        const { ddl } = target.dialect;
        await target.connection.script(
          `CREATE TABLE ${name} (id integer PRIMARY KEY, v ${ddl.columnType(type)} DEFAULT ${there})`,
        );
        const columns = [column("id", integer), column("v", type, { ...nullable, default: here })];
        tables.push(table(name, columns, { primaryKey: ["id"] }));
      }
      for (const [at, [there, here]] of conditions[db.backend].entries()) {
        const name = `c${at}`;
        await make(
          name,
          {
            checks: [{ kind: "sql", name: `ck_${name}`, sql: here }],
            indexes: [{ name: `idx_${name}`, columns: ["b"], where: here }],
          },
          `CREATE TABLE ${name} (${written[db.backend]}, CONSTRAINT ck_${name} CHECK (${there}))`,
          `CREATE INDEX idx_${name} ON ${name} (b) WHERE ${there}`,
        );
      }
      for (const [at, [there, here]] of expressions[db.backend].entries()) {
        const name = `e${at}`;
        await make(
          name,
          { indexes: [{ name: `idx_${name}`, columns: [], keys: [{ expression: here }] }] },
          `CREATE TABLE ${name} (${written[db.backend]})`,
          `CREATE INDEX idx_${name} ON ${name} ((${there}))`,
        );
      }

      const { items, repair } = await findDrift(target, sorted(tables));

      expect(items.map(describeDrift)).toEqual([]);
      expect(repair).toEqual([]);
      const [first] = tables;
      const changed = { ...first, name: "c0", columns: own } as TableIr;
      const other = tables.map((each) =>
        each.name === "c0"
          ? { ...changed, checks: [{ kind: "sql" as const, name: "ck_c0", sql: "a IN (1, 3)" }] }
          : each,
      );
      expect((await findDrift(target, sorted(other))).items.map(describeDrift)).toContainEqual(
        'check "ck_c0" of "c0" is values [1,2], and should be values [1,3]',
      );
    } finally {
      await target.close();
    }
  });
});

function sorted(tables: readonly TableIr[]): SchemaPayload {
  return schema(tables.toSorted((a, b) => (a.name < b.name ? -1 : 1))).payload;
}

describe("what real databases say", () => {
  const undo: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const each of undo) await each();
  });

  for (const { name, file, missing } of realSchemaFiles("postgres")) {
    // The schemas of other projects lie beside the repository; without them there is nothing to read.
    const reason = missing ? ` (skipped: there is no ${file})` : "";

    test.skipIf(missing)(`${name} is no different once it is made anew${reason}`, async () => {
      const url = await database(readFileSync(file, "utf8"));
      const target = await openMigrations(url);
      try {
        const live = canonicalSchema(await target.dialect.introspect(target.connection));
        const { items } = await findDrift(target, live);

        expect(items.filter(({ kind }) => kind !== "unmanaged").map(describeDrift)).toEqual([]);
        expect(live.tables.length).toBeGreaterThan(5);
      } finally {
        await target.close();
      }
    });
  }

  async function database(script: string): Promise<string> {
    const [url, drop] = await scriptedPostgres(script);
    undo.push(drop);
    return url;
  }
});
