/**
 * B403..B437, B441, B444 and B446: what auto-migrate does to tables that exist, item by item. What shows only through `connect` is in migrate.test.ts.
 */
import { expect, test } from "vitest";
import { postgresDialect } from "../../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../../src/dialect/sqlite/dialect.ts";
import type { DriverConnection } from "../../../src/driver/driver.ts";
import { MigrationError } from "../../../src/errors/errors.ts";
import type { ColumnIr, SchemaIr, TableIr } from "../../../src/ir/schema.ts";
import type { AutoOptions } from "../../../src/migration/auto.ts";
import { type MigrateReport, migrateSchema } from "../../../src/migration/migrate.ts";
import { column, foreignKey, id, integer, schema, table, text } from "../../unit/ddl/ir.ts";
import { rowsOf } from "../catalog.ts";
import { describeEachSchemaDatabase } from "../schema-database.ts";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };
const draft = { kind: "literal", value: "draft" } as const;

/** The table of the examples, as the models have it now. */
function invoice(columns: readonly ColumnIr[] = [], facts: Partial<TableIr> = {}): SchemaIr {
  const all = [id(), ...columns].sort((a, b) => (a.name < b.name ? -1 : 1));
  return schema([table("invoice", all, { primaryKey: ["id"], ...facts })]);
}

const nullable = { nullable: true };

describeEachSchemaDatabase("auto-migrate", (db) => {
  const dialect = dialects[db.name];
  const onSqlite = db.name === "sqlite";
  const key = onSqlite ? "integer PRIMARY KEY AUTOINCREMENT" : "serial PRIMARY KEY";

  const run = (
    connection: DriverConnection,
    ir: SchemaIr,
    options: Partial<AutoOptions & { dryRun: boolean }> = {},
  ): Promise<MigrateReport> =>
    migrateSchema(connection, ir, dialect, {
      updates: true,
      destructive: false,
      dryRun: false,
      ...options,
    });

  /** A database with the table as it was: its key, and the columns given. */
  async function withInvoice(...columns: readonly string[]): Promise<DriverConnection> {
    const connection = await db.empty();
    await connection.script(`CREATE TABLE invoice (${[`id ${key}`, ...columns].join(", ")})`);
    return connection;
  }

  async function migrated(
    ir: SchemaIr,
    columns: readonly string[] = [],
    options: Partial<AutoOptions> = {},
  ) {
    const connection = await withInvoice(...columns);
    const report = await run(connection, ir, options);
    return { connection, ...report };
  }

  const refusal = async (work: Promise<unknown>): Promise<string> => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(MigrationError);
    return error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
  };

  test("B403 MIG-01 without updates a table that exists is left untouched, whatever it has", async () => {
    const { statements, warnings } = await migrated(invoice([column("name")]), ["old text"], {
      updates: false,
    });

    expect({ statements, warnings }).toEqual({ statements: [], warnings: [] });
  });

  test("B404 MIG-02 a nullable column is added with the type of CREATE TABLE", async () => {
    const { connection, statements } = await migrated(
      invoice([column("paid_date", { kind: "date" }, nullable)]),
    );

    expect(statements).toEqual([
      `ALTER TABLE "invoice" ADD COLUMN "paid_date" ${onSqlite ? "date_text" : "date"}`,
    ]);
    await connection.script("INSERT INTO invoice (paid_date) VALUES (NULL)");
  });

  test("B405 MIG-03 a NOT NULL column with a literal default gives it to the rows there are", async () => {
    const connection = await withInvoice();
    await connection.script("INSERT INTO invoice DEFAULT VALUES");

    const { statements } = await run(
      connection,
      invoice([column("status", text, { default: draft })]),
    );

    // Ferro's own CREATE TABLE has the default as well, so it stays: a table made fresh is the same.
    expect(statements).toEqual([
      `ALTER TABLE "invoice" ADD COLUMN "status" text NOT NULL DEFAULT 'draft'`,
    ]);
    expect(await rowsOf(connection, "SELECT status FROM invoice")).toEqual([["draft"]]);
  });

  test("B406 MIG-04 an expression is no literal default", async () => {
    const now = { kind: "sql", sql: "now()" } as const;
    const added = column("at", { kind: "timestamptz", host: "date" }, { default: now });

    // PostgreSQL works out an expression for the rows there are; SQLite can't.
    if (onSqlite) {
      await expect(migrated(invoice([added]))).rejects.toThrow(
        "Cannot add NOT NULL column 'invoice.at'",
      );
    } else {
      const { statements } = await migrated(invoice([added]));
      expect(statements[0]).toMatch(/DEFAULT now\(\)$/);
    }
  });

  test("B407 MIG-05 a NOT NULL column without a literal default is refused", async () => {
    const connection = await withInvoice();

    expect(await refusal(run(connection, invoice([column("created_at")])))).toBe(
      "Cannot add NOT NULL column 'invoice.created_at' to an existing table: it has no literal default to backfill existing rows. Make the field nullable, give it a literal default, or use a versioned migration.",
    );
    expect((await db.catalog(connection)).tables["invoice"]?.columns).toHaveLength(1);
  });

  test("B408 MIG-06 a primary key is not added", async () => {
    const connection = await db.empty();
    await connection.script("CREATE TABLE invoice (x text)");

    expect(await refusal(run(connection, invoice([column("x", text, nullable)])))).toBe(
      "Cannot add column 'invoice.id': it is a primary key, and primary keys cannot be added to existing tables. Use a versioned migration for this change.",
    );
  });

  test("B409 MIG-07 an indexed column comes with its index", async () => {
    const { statements } = await migrated(
      invoice([column("kind", text, nullable)], {
        indexes: [{ name: "idx_invoice_kind", columns: ["kind"] }],
      }),
    );

    expect(statements).toEqual([
      'ALTER TABLE "invoice" ADD COLUMN "kind" text',
      'CREATE INDEX "idx_invoice_kind" ON "invoice" ("kind")',
    ]);
  });

  test("B410 MIG-08 a unique column gets its constraint, on SQLite an index and a warning", async () => {
    const ir = invoice([column("slug", text, nullable)], {
      uniques: [{ name: "uq_invoice_slug", columns: ["slug"], inline: true }],
    });

    const { connection, warnings } = await migrated(ir);

    const indexes = (await db.catalog(connection)).tables["invoice"]?.indexes ?? [];
    expect(indexes.filter(({ unique }) => unique).map(({ name }) => name)).toContain(
      onSqlite ? "uq_invoice_slug" : "invoice_slug_key",
    );
    expect(warnings).toEqual(
      onSqlite
        ? [
            "Added unique column 'invoice.slug' as a unique index 'uq_invoice_slug' (SQLite cannot add an inline UNIQUE constraint to an existing table).",
          ]
        : [],
    );
    expect(await run(connection, ir, { destructive: true })).toMatchObject({
      statements: [],
      warnings: [],
    });
  });

  test("B411 MIG-09 a foreign key comes with its column, on SQLite a warning instead", async () => {
    const client = table("client", [id()], { primaryKey: ["id"] });
    const [own] = invoice([column("client_id", integer, nullable)], {
      foreignKeys: [foreignKey(["client_id"], "client")],
    }).payload.tables;
    const ir = schema(own === undefined ? [client] : [client, own]);

    const { connection, warnings, created } = await migrated(ir);

    expect(created).toEqual(["client"]);
    const constraints = (await db.catalog(connection)).tables["invoice"]?.constraints.join() ?? "";
    if (onSqlite) {
      expect(warnings).toEqual([
        "Added foreign-key column 'invoice.client_id' without its FOREIGN KEY constraint (SQLite cannot add table constraints to an existing table). Referential integrity for this column is not database-enforced; use a versioned migration if you need the constraint.",
      ]);
    } else {
      expect(warnings).toEqual([]);
      expect(constraints).toMatch(
        /FOREIGN KEY \(client_id\) REFERENCES client\(id\) ON DELETE CASCADE/,
      );
      expect(constraints).toContain("invoice_client_id_fkey");
    }
    expect(await run(connection, ir)).toMatchObject({ statements: [], warnings: [] });
  });

  test("B412 MIG-10 a check comes with its column, on SQLite a warning instead", async () => {
    const type = { kind: "enum", name: null, values: ["a", "b"] } as const;
    const ir = invoice([column("c", type, nullable)], {
      checks: [{ kind: "values", name: "ck_invoice_c", column: "c", values: ["a", "b"] }],
    });

    const { connection, warnings } = await migrated(ir);

    if (onSqlite) {
      expect(warnings).toEqual([
        "Check constraint 'ck_invoice_c' on table 'invoice' is not emitted on SQLite (requires table rebuild).",
      ]);
    } else {
      await expect(async () =>
        connection.script("INSERT INTO invoice (c) VALUES ('z')"),
      ).rejects.toThrow("ck_invoice_c");
    }
  });

  test("B413 B415 MIG-11 MIG-13 a type is changed on PostgreSQL, and warned of on SQLite", async () => {
    const connection = await withInvoice("count varchar");
    await connection.script("INSERT INTO invoice (count) VALUES ('12')");

    const report = await run(connection, invoice([column("count", integer, nullable)]));

    if (onSqlite) {
      expect(report.statements).toEqual([]);
      expect(report.warnings).toEqual([
        "Column 'invoice.count' is declared 'varchar' in the database but the model expects 'integer'. SQLite cannot change column types in place; use a versioned migration to migrate this column.",
      ]);
    } else {
      expect(report.statements).toEqual([
        'ALTER TABLE "invoice" ALTER COLUMN "count" TYPE integer USING "count"::integer',
      ]);
      expect(await rowsOf(connection, "SELECT count + 1 FROM invoice")).toEqual([["13"]]);
    }
  });

  test("B414 MIG-12 values that don't cast fail the whole run, and nothing is changed", async () => {
    const connection = await withInvoice("count varchar");
    await connection.script("INSERT INTO invoice (count) VALUES ('many')");
    const { dump } = await db.catalog(connection);
    const ir = invoice([column("a", text, nullable), column("count", integer, nullable)]);

    if (onSqlite) {
      const { warnings } = await run(connection, ir);
      expect(warnings).toHaveLength(1);
    } else {
      expect(await refusal(run(connection, ir))).toMatch(
        /^Auto-migrate DDL failed for table 'invoice': invalid input syntax.* \(statement: ALTER TABLE "invoice" ALTER COLUMN "count" TYPE integer/,
      );
      expect((await db.catalog(connection)).dump).toBe(dump);
    }
  });

  test("B416 B422 B423 MIG-14 MIG-20 MIG-21 other spellings of a type are no difference", async () => {
    const columns = onSqlite
      ? ["at DATETIME", "u CHAR(32)", "by BLOB", "total INTEGER", "price NUMERIC", "t varchar"]
      : [
          "at timestamp with time zone",
          "u uuid",
          "by bytea",
          "total int4",
          "price decimal",
          "t varchar",
          "j json",
        ];
    const ir = invoice([
      column("at", { kind: "timestamptz", host: "date" }, nullable),
      column("by", { kind: "bytes" }, nullable),
      column("price", { kind: "decimal", precision: 10, scale: 2 }, nullable),
      column("t", { kind: "text" }, nullable),
      column("total", onSqlite ? { kind: "bigint" } : integer, nullable),
      column("u", { kind: "uuid" }, nullable),
      ...(onSqlite ? [] : [column("j", { kind: "json" }, nullable)]),
    ]);

    expect(await migrated(ir, columns)).toMatchObject({ statements: [], warnings: [] });
  });

  test("B417 MIG-15 nullability is changed on PostgreSQL, and warned of on SQLite", async () => {
    const ir = invoice([column("a"), column("b", text, nullable)]);

    const { statements, warnings } = await migrated(ir, ["a text", "b text NOT NULL"]);

    if (onSqlite) {
      expect(statements).toEqual([]);
      expect(warnings).toEqual([
        "Column 'invoice.a' is nullable in the database but the model expects NOT NULL. SQLite cannot change column nullability in place; use a versioned migration to migrate this column.",
        "Column 'invoice.b' is NOT NULL in the database but the model expects nullable. SQLite cannot change column nullability in place; use a versioned migration to migrate this column.",
      ]);
    } else {
      expect(statements).toEqual([
        'ALTER TABLE "invoice" ALTER COLUMN "a" SET NOT NULL',
        'ALTER TABLE "invoice" ALTER COLUMN "b" DROP NOT NULL',
      ]);
    }
  });

  test("B418 MIG-16 primary keys are neither retyped nor made nullable", async () => {
    const connection = await db.empty();
    await connection.script("CREATE TABLE invoice (id text PRIMARY KEY)");

    expect(await run(connection, invoice())).toMatchObject({ statements: [], warnings: [] });
  });

  test.runIf(db.name === "postgres")(
    "B419 MIG-17 native enum columns are left alone (PostgreSQL: SQLite has none)",
    async () => {
      const make = async () => {
        const connection = await db.empty();
        await connection.script("CREATE TYPE mood AS ENUM ('a', 'b')");
        await connection.script(`CREATE TABLE invoice (id ${key}, m mood)`);
        return connection;
      };
      const of = (type: ColumnIr["type"]) => invoice([column("m", type, nullable)]);
      const other = { kind: "enum", name: "other", values: ["x"] } as const;
      const same = { kind: "enum", name: "mood", values: ["a", "b"] } as const;

      for (const type of [text, same]) {
        expect(await run(await make(), of(type))).toMatchObject({ statements: [], warnings: [] });
      }
      expect(await run(await make(), of(other))).toMatchObject({
        statements: [],
        warnings: [
          "Column 'invoice.m' uses a native Postgres enum type; type reconciliation is left to a versioned migration.",
        ],
      });
    },
  );

  test.runIf(db.name === "postgres")(
    "B420 B421 MIG-18 MIG-19 timestamps are never converted; other drift still is (PostgreSQL: SQLite compares classes)",
    async () => {
      const naive = column("at", { kind: "timestamp", host: "date" }, nullable);
      const instant = column("at", { kind: "timestamptz", host: "date" }, nullable);
      const columns = ["at timestamp", "n integer"];
      const n = column("n", { kind: "bigint" }, nullable);

      const report = await migrated(invoice([instant, n]), columns);

      expect(report.statements).toEqual([
        'ALTER TABLE "invoice" ALTER COLUMN "n" TYPE bigint USING "n"::bigint',
      ]);
      expect(report.warnings).toEqual([
        expect.stringMatching(
          /^Column 'invoice\.at' is 'timestamp' in the database.*dbType: "timestamp".*reviewed migration/,
        ),
      ]);
      expect(await migrated(invoice([naive, n]), ["at timestamp", "n bigint"])).toMatchObject({
        statements: [],
        warnings: [],
      });
      expect(await migrated(invoice([instant, n]), ["at timestamptz", "n bigint"])).toMatchObject({
        statements: [],
        warnings: [],
      });
    },
  );

  test("B424 B425 B426 MIG-22..24 missing indexes are added by name, present ones left as they are", async () => {
    const ir = invoice([column("a", text, nullable), column("b", text, nullable)], {
      indexes: [
        { name: "idx_invoice_a", columns: ["a"] },
        { name: "idx_invoice_a_b", columns: ["a", "b"] },
      ],
      uniques: [{ name: "uq_invoice_b_a", columns: ["b", "a"], inline: false }],
    });
    const connection = await withInvoice("a text", "b text");
    // Of the name that counts, on another column.
    await connection.script("CREATE INDEX idx_invoice_a ON invoice (b)");

    const { statements } = await run(connection, ir);

    expect(statements).toEqual([
      'CREATE INDEX "idx_invoice_a_b" ON "invoice" ("a", "b")',
      'CREATE UNIQUE INDEX "uq_invoice_b_a" ON "invoice" ("b", "a")',
    ]);
    expect(await run(connection, ir)).toMatchObject({ statements: [], warnings: [] });
  });

  test("B427 MIG-25 indexes that Ferro made are dropped only when that is asked for; a user's never", async () => {
    const connection = await withInvoice("a text", "b text");
    await connection.script("CREATE INDEX idx_invoice_a_b ON invoice (a, b)");
    await connection.script("CREATE INDEX idx_invoice_fast ON invoice (a)");
    await connection.script("CREATE INDEX mine ON invoice (b)");
    const ir = invoice([column("a", text, nullable), column("b", text, nullable)]);

    expect((await run(connection, ir)).statements).toEqual([]);
    expect((await run(connection, ir, { destructive: true })).statements).toEqual([
      'DROP INDEX IF EXISTS "idx_invoice_a_b"',
    ]);
    const names = (await db.catalog(connection)).tables["invoice"]?.indexes.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["idx_invoice_fast", "mine"]));
  });

  test("B428 MIG-26 an inline unique on a column that exists is neither added nor removed", async () => {
    const unique = invoice([column("a", text, nullable)], {
      uniques: [{ name: "uq_invoice_a", columns: ["a"], inline: true }],
    });
    const plain = invoice([column("a", text, nullable)]);

    expect((await migrated(unique, ["a text"], { destructive: true })).statements).toEqual([]);
    expect((await migrated(plain, ["a text UNIQUE"], { destructive: true })).statements).toEqual(
      [],
    );
  });

  test("B429 MIG-27 columns are dropped only when that is asked for, tables never", async () => {
    const connection = await withInvoice("legacy_notes text");
    await connection.script("CREATE TABLE other (id integer)");

    expect((await run(connection, invoice())).statements).toEqual([]);
    expect(
      (await run(connection, invoice(), { updates: false, destructive: true })).statements,
    ).toEqual(['ALTER TABLE "invoice" DROP COLUMN "legacy_notes"']);
    expect((await db.catalog(connection)).tables["other"]).toBeDefined();
  });

  test("B430 MIG-28 an index on a dropped column goes with it", async () => {
    const connection = await withInvoice("a text");
    await connection.script("CREATE INDEX mine ON invoice (a)");

    const { statements } = await run(connection, invoice(), { destructive: true });

    expect(statements).toEqual([
      ...(onSqlite ? ['DROP INDEX IF EXISTS "mine"'] : []),
      'ALTER TABLE "invoice" DROP COLUMN "a"',
    ]);
  });

  test("B431 MIG-29 a column under a unique constraint goes on PostgreSQL, and is refused on SQLite", async () => {
    const dropping = migrated(invoice(), ["a text UNIQUE"], { destructive: true });

    if (onSqlite) {
      expect(await refusal(dropping)).toBe(
        "Cannot drop column 'invoice.a': it is enforced by a UNIQUE constraint ('sqlite_autoindex_invoice_1'), which SQLite cannot drop separately from the table definition. Use a versioned migration for this change.",
      );
    } else expect((await dropping).statements).toHaveLength(1);
  });

  test("B432 MIG-30 a primary key that the model lacks is not dropped", async () => {
    const ir = schema([table("invoice", [column("x", text, nullable)])]);

    expect(await refusal(migrated(ir, ["x text"], { destructive: true }))).toBe(
      "Cannot drop column 'invoice.id': it is part of the primary key. Primary-key changes must be made with a versioned migration.",
    );
  });

  test("B433 MIG-31 a column that something else needs is not dropped, and nothing is changed", async () => {
    const connection = await withInvoice("a text", "b text");
    await connection.script("CREATE VIEW v AS SELECT a FROM invoice");
    const { dump } = await db.catalog(connection);

    expect(await refusal(run(connection, invoice(), { destructive: true }))).toMatch(
      /^Cannot drop column 'invoice\.a': .+\. Columns referenced by constraints, foreign keys, triggers, or views must be changed with a versioned migration\.$/,
    );
    expect((await db.catalog(connection)).dump).toBe(dump);
  });

  test("B434 MIG-32 nothing is renamed, and no table is dropped", async () => {
    const connection = await withInvoice("title text");
    await connection.script("CREATE TABLE bill (id integer)");
    const ir = invoice([column("headline", text, { nullable: true, renamedFrom: "title" })]);

    const { statements } = await run(connection, ir);

    expect(statements).toEqual(['ALTER TABLE "invoice" ADD COLUMN "headline" text']);
  });

  test("B436 B437 MIG-34 MIG-35 a second run finds nothing, and the columns are those of a table made fresh", async () => {
    const ir = invoice(
      [
        column("at", { kind: "timestamptz", host: "date" }, nullable),
        column("count", { kind: "bigint" }, { default: { kind: "literal", value: 0 } }),
        column("name", { kind: "text", dbType: "varchar(40)" }, nullable),
      ],
      { indexes: [{ name: "idx_invoice_name", columns: ["name"] }] },
    );
    const { connection } = await migrated(ir);
    const fresh = await db.empty();
    await run(fresh, ir);

    expect(await run(connection, ir, { destructive: true })).toMatchObject({
      statements: [],
      warnings: [],
    });
    const facts = async (of: DriverConnection) => {
      const made = (await db.catalog(of)).tables["invoice"];
      return {
        columns: made?.columns
          .filter(({ name }) => name !== "id")
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
        indexes: made?.indexes,
      };
    };
    expect(await facts(connection)).toEqual(await facts(fresh));
  });

  test("B446 MIG-44 a dry run gives the plan and changes nothing", async () => {
    const connection = await withInvoice();
    const { dump } = await db.catalog(connection);
    const ir = schema([
      ...invoice([column("a", text, nullable)]).payload.tables,
      table("other", [id()], { primaryKey: ["id"] }),
    ]);

    const planned = await run(connection, ir, { dryRun: true });

    expect(planned.statements).toHaveLength(2);
    expect(planned.created).toEqual(["other"]);
    expect((await db.catalog(connection)).dump).toBe(dump);
    expect((await run(connection, ir)).statements).toEqual(planned.statements);
  });

  test("a view of a model's name is left alone, and so is what stands beside", async () => {
    const connection = await db.empty();
    await connection.script("CREATE VIEW invoice AS SELECT 1 AS id");

    expect(await run(connection, invoice([column("a")]), { destructive: true })).toMatchObject({
      statements: [],
      warnings: [],
    });
  });
});
