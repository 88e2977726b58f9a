/** What stands on a column that gets another type, and is nobody's but the database's, comes back as it was. */
import { expect, test } from "vitest";
import { planners } from "../../src/connect/migrate.ts";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import type { DriverConnection } from "../../src/driver/driver.ts";
import { applyOperations, emptySchema } from "../../src/ir/apply.ts";
import type { Operation } from "../../src/ir/migration.ts";
import type { SchemaPayload } from "../../src/ir/schema.ts";
import { diffSchemas } from "../../src/migration/diff.ts";
import { migration } from "../../src/migration/revision.ts";
import { type ScriptTarget, writeScript } from "../../src/migration/script.ts";
import { column, id, integer, table, text } from "../unit/ddl/ir.ts";
import { rowsOf } from "./catalog.ts";
import { carryOut, comparable, make } from "./plan-check.ts";
import { describeEachSchemaDatabase, type SchemaDatabase } from "./schema-database.ts";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };
const mood = { kind: "enum", name: "mood", values: ["ok", "bad", "odd"] } as const;

const values = (name: string) =>
  ({ kind: "values", name: `ck_${name}_mood`, column: "mood", values: mood.values }) as const;

/** Two tables of the type, with everything that may stand on it. */
const before: SchemaPayload = {
  enums: [{ name: "mood", values: mood.values }],
  tables: [
    table(
      "day",
      [
        id(),
        column("is_bad", integer, {
          nullable: true,
          generated: { sql: "case when mood = 'bad' then 1 else 0 end", stored: true },
        }),
        column("mood", mood, { default: { kind: "literal", value: "ok" } }),
        column("note", text, { nullable: true }),
      ],
      {
        primaryKey: ["id"],
        indexes: [
          { name: "day_bad", columns: ["id"], where: "mood = 'bad'" },
          { name: "day_flag", columns: ["is_bad"] },
          { name: "day_mood", columns: ["mood"] },
        ],
        checks: [values("day"), { kind: "sql", name: "ck_sane", sql: "mood <> 'bad' or id > 0" }],
      },
    ),
    table(
      "night",
      [
        id(),
        column("mood", mood, { nullable: true }),
        column("moods", { kind: "array", element: mood }, { nullable: true }),
      ],
      {
        primaryKey: ["id"],
        checks: [values("night")],
      },
    ),
  ],
};

const standing = {
  sqlite: `
    CREATE VIEW bad_days AS SELECT id, mood FROM day WHERE mood = 'bad';
    CREATE VIEW counted AS SELECT mood, count(*) AS n FROM bad_days GROUP BY mood;
    CREATE TRIGGER noted AFTER UPDATE OF mood ON day BEGIN UPDATE day SET note = old.mood WHERE id = old.id; END;`,
  postgres: `
    CREATE VIEW bad_days WITH (security_barrier=true) AS SELECT id, mood FROM day WHERE mood = 'bad';
    COMMENT ON VIEW bad_days IS 'the bad ones';
    COMMENT ON COLUMN bad_days.mood IS 'how it was';
    ALTER VIEW bad_days ALTER COLUMN mood SET DEFAULT 'bad'::mood;
    GRANT SELECT ON bad_days TO PUBLIC;
    CREATE VIEW counted AS SELECT mood, count(*) AS n FROM bad_days GROUP BY mood;
    CREATE MATERIALIZED VIEW kept AS SELECT d.mood, n.moods FROM day d LEFT JOIN night n ON n.mood = d.mood;
    CREATE INDEX kept_mood ON kept (mood);
    CREATE VIEW constant AS SELECT 'ok'::mood AS mood;
    CREATE FUNCTION note_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := OLD.mood; RETURN NEW; END $$;
    CREATE TRIGGER noted BEFORE UPDATE OF mood ON day FOR EACH ROW WHEN (OLD.mood <> NEW.mood) EXECUTE FUNCTION note_it();
    CREATE TRIGGER quiet BEFORE UPDATE OF mood ON day FOR EACH ROW EXECUTE FUNCTION note_it();
    ALTER TABLE day DISABLE TRIGGER quiet;
    CREATE TRIGGER through INSTEAD OF INSERT ON bad_days FOR EACH ROW EXECUTE FUNCTION note_it();`,
};

/** Everything that the catalog says of what stands there. */
const catalog = {
  sqlite: [
    "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('view', 'trigger') ORDER BY name",
  ],
  postgres: [
    `SELECT c.relname, c.relkind, c.reloptions::text, c.relacl::text, pg_get_viewdef(c.oid), obj_description(c.oid, 'pg_class')
     FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('v', 'm') ORDER BY 1`,
    `SELECT a.attrelid::regclass::text, a.attname, col_description(a.attrelid, a.attnum), pg_get_expr(d.adbin, d.adrelid)
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('v', 'm') AND a.attnum > 0 ORDER BY 1, 2`,
    `SELECT tgname, tgenabled, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = current_schema()::regnamespace AND NOT tgisinternal ORDER BY 1`,
    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'kept'",
  ],
};

const changes: readonly (readonly [string, Operation])[] = [
  ["values change places", { op: "swapEnum", enum: "mood", values: ["odd", "ok", "bad"] }],
  ["a value goes", { op: "swapEnum", enum: "mood", values: ["bad", "ok"], mapping: { odd: "ok" } }],
  ["a value comes first", { op: "addEnumValue", enum: "mood", value: "new", before: "ok" }],
  ["a value comes in between", { op: "addEnumValue", enum: "mood", value: "new", before: "bad" }],
  ["a value comes last", { op: "addEnumValue", enum: "mood", value: "new" }],
];

describeEachSchemaDatabase("what stands on an enum's columns", (db) => {
  const dialect = dialects[db.name];

  test.for(changes)("%s", async ([, operation]) => {
    const connection = await ready(db);
    const read = async () => {
      const all = [];
      for (const sql of catalog[db.name]) all.push(await rowsOf(connection, sql));
      return all;
    };
    const was = await read();

    await carryOut(connection, dialect, before, [operation]);

    expect(await read()).toEqual(was);
    const fresh = await db.empty();
    await make(fresh, dialect, applyOperations(before, [operation]));
    const tables = async (of: DriverConnection) =>
      comparable({ ...(await dialect.introspect(of)), unmanaged: [] });
    expect(await tables(connection)).toEqual(await tables(fresh));
    const flags = await rowsOf(connection, "SELECT is_bad FROM day ORDER BY id");
    expect(flags.flat().map(Number)).toEqual([0, 1, 0]);
    expect(await rowsOf(connection, "SELECT mood FROM counted")).toEqual([["bad"]]);
    if (db.name === "postgres") {
      expect(await rowsOf(connection, "SELECT count(*) FROM kept")).toEqual([["3"]]);
    }
    await connection.script("UPDATE day SET mood = 'bad' WHERE id = 1");
    expect(await rowsOf(connection, "SELECT note FROM day WHERE id = 1")).toEqual([["ok"]]);
  });

  test("the type of a column under views changes", async () => {
    const connection = await ready(db);
    await connection.script("CREATE VIEW noted_days AS SELECT note FROM day");
    const type = { kind: "text", dbType: "varchar(40)" } as const;

    await carryOut(connection, dialect, before, [
      { op: "setType", table: "day", column: "note", type },
    ]);

    expect(await rowsOf(connection, "SELECT count(*) FROM noted_days")).toEqual([
      [db.name === "sqlite" ? 3 : "3"],
    ]);
  });

  test("a script sees to it, too", async () => {
    const [planner] = planners([db.name]);
    const made = diffSchemas(emptySchema, before).operations;
    const [, operation] = changes[1] as (typeof changes)[number];
    const first = migration({ id: "a".repeat(12), parents: [], message: "a", up: made });
    const second = migration({
      id: "b".repeat(12),
      parents: [first.id],
      message: "b",
      up: [{ ...operation, destructive: "tried" }],
    });
    const write = (range: string) =>
      writeScript(planner as ScriptTarget, [first, second], { range, plain: true });
    const connection = await db.empty();
    await connection.script(write("base:aa"));
    await connection.script("INSERT INTO day (mood) VALUES ('odd'), ('bad')");
    // A script of SQLite ends where a table has triggers: it can't put them back.
    await connection.script(standing[db.name].replace(/CREATE TRIGGER noted AFTER.*END;/s, ""));
    const read = async () => {
      const all = [];
      for (const sql of catalog[db.name]) all.push(await rowsOf(connection, sql));
      return all;
    };
    const was = await read();

    await connection.script(write("aa:head"));

    expect(await read()).toEqual(was);
    expect(await rowsOf(connection, "SELECT mood FROM day ORDER BY id")).toEqual([["ok"], ["bad"]]);
  });

  async function ready(of: SchemaDatabase): Promise<DriverConnection> {
    const connection = await of.empty();
    await make(connection, dialect, before);
    await connection.script("INSERT INTO day (mood) VALUES ('ok'), ('bad'), ('odd')");
    await connection.script("INSERT INTO night (mood) VALUES ('ok')");
    await connection.script(standing[of.name]);
    return connection;
  }
});
