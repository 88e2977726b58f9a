/** SQLite: a table made anew keeps what its own statement says beside what is changed. */
import { describe, expect, test } from "vitest";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { translateSqliteError } from "../../src/dialect/sqlite/errors.ts";
import type { DriverConnection } from "../../src/driver/driver.ts";
import { nodeSqliteDriver } from "../../src/driver/node-sqlite.ts";
import { applyOperations } from "../../src/ir/apply.ts";
import type { Operation } from "../../src/ir/migration.ts";
import { alignSchema } from "../../src/migration/align.ts";
import { column, foreignKey, text } from "../unit/ddl/ir.ts";
import { rowsOf } from "./catalog.ts";
import { carryOut, comparable, make } from "./plan-check.ts";

const open = async (): Promise<DriverConnection> =>
  nodeSqliteDriver({ file: ":memory:", mode: "rwc", translate: translateSqliteError }).open();

const written = `CREATE TABLE item (
  -- the key comes first
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  code VARCHAR(20) NOT NULL ON CONFLICT IGNORE COLLATE NOCASE, -- what is printed on it
  size INT NULL DEFAULT 3 CHECK (size >= 0),
  owner_id INTEGER REFERENCES owner (id) ON DELETE SET NULL,
  twice INT GENERATED ALWAYS AS (size * 2) VIRTUAL,
  note TEXT /* free */ UNIQUE ON CONFLICT REPLACE,
  CONSTRAINT small CHECK (size < 100),
  UNIQUE (code, size) ON CONFLICT ROLLBACK
)`;

const at = { table: "item" } as const;

/** What is changed, and what the statement says then where it said something else. */
const changes: readonly (readonly [string, readonly Operation[], readonly [string, string][]])[] = [
  [
    "a default",
    [{ op: "setDefault", ...at, column: "size", default: { kind: "literal", value: 4 } }],
    [["NULL DEFAULT 3 CHECK (size >= 0)", "NULL CHECK (size >= 0) DEFAULT 4"]],
  ],
  [
    "no default",
    [{ op: "setDefault", ...at, column: "size", default: null }],
    [[" DEFAULT 3", ""]],
  ],
  [
    "NULL is taken",
    [{ op: "setNullable", ...at, column: "code", nullable: true }],
    [[" NOT NULL ON CONFLICT IGNORE", ""]],
  ],
  [
    "NULL is refused",
    [{ op: "setNullable", ...at, column: "size", nullable: false }],
    [["INT NULL DEFAULT 3 CHECK (size >= 0)", "INT DEFAULT 3 CHECK (size >= 0) NOT NULL"]],
  ],
  [
    "a type",
    [{ op: "setType", ...at, column: "size", type: { kind: "bigint" } }],
    [["size INT NULL", "size bigint NULL"]],
  ],
  [
    "a check that goes and one that comes",
    [
      { op: "dropCheck", ...at, name: "small" },
      { op: "addCheck", ...at, check: { kind: "sql", name: "large", sql: "size > 5" } },
    ],
    [
      ["  CONSTRAINT small CHECK (size < 100),\n", ""],
      ["ON CONFLICT ROLLBACK\n", 'ON CONFLICT ROLLBACK, CONSTRAINT "large" CHECK (size > 5)\n'],
    ],
  ],
  [
    "a foreign key that goes and one that comes",
    [
      { op: "dropForeignKey", ...at, name: "fk" },
      {
        op: "addForeignKey",
        ...at,
        foreignKey: foreignKey(["owner_id"], "owner", { name: "fk" }),
      },
    ],
    [
      [" REFERENCES owner (id) ON DELETE SET NULL", ""],
      [
        "ON CONFLICT ROLLBACK\n",
        'ON CONFLICT ROLLBACK, FOREIGN KEY ("owner_id") REFERENCES "owner" ("id") ON DELETE CASCADE\n',
      ],
    ],
  ],
  [
    "columns that come and go",
    [
      {
        op: "addColumn",
        ...at,
        column: column("made", text, {
          nullable: true,
          default: { kind: "sql", sql: "CURRENT_DATE" },
        }),
      },
      { op: "dropColumn", ...at, column: "twice" },
    ],
    [
      ["  twice INT GENERATED ALWAYS AS (size * 2) VIRTUAL,\n", ""],
      ["ON CONFLICT REPLACE", 'ON CONFLICT REPLACE, "made" text DEFAULT (CURRENT_DATE)'],
    ],
  ],
  [
    "a unique column",
    [{ op: "addUnique", ...at, unique: { name: "u", columns: ["size"], inline: true } }],
    [["CHECK (size >= 0)", "CHECK (size >= 0) UNIQUE"]],
  ],
  [
    "a collation and an expression",
    [
      {
        op: "setType",
        ...at,
        column: "code",
        type: { kind: "text", dbType: "varchar(20)" },
        nativeType: "VARCHAR(20)",
        collation: "RTRIM",
      },
      {
        op: "setGenerated",
        ...at,
        column: "twice",
        generated: { sql: "size + size", stored: true },
      },
    ],
    [
      ["COLLATE NOCASE", 'COLLATE "RTRIM"'],
      ["GENERATED ALWAYS AS (size * 2) VIRTUAL", "GENERATED ALWAYS AS (size + size) STORED"],
    ],
  ],
];

describe("a table made anew", () => {
  async function ready() {
    const connection = await open();
    await connection.script(`CREATE TABLE owner (id INTEGER PRIMARY KEY); ${written};
      INSERT INTO owner VALUES (1), (2);
      INSERT INTO item (code, size, owner_id, note) VALUES ('a', 7, 1, 'x'), ('B', 8, NULL, NULL);`);
    const live = await sqliteDialect.introspect(connection);
    // As a model would call them.
    const before = {
      ...live,
      tables: live.tables.map((table) => ({
        ...table,
        foreignKeys: table.foreignKeys.map((key) => ({ ...key, name: "fk" })),
      })),
    };
    return { connection, before };
  }

  const statement = async (connection: DriverConnection) =>
    String((await rowsOf(connection, "SELECT sql FROM sqlite_schema WHERE name = 'item'"))[0]?.[0]);

  test.for(changes)("%s: the rest stays as it was written", async ([, operations, edits]) => {
    const { connection, before } = await ready();

    await carryOut(connection, sqliteDialect, before, operations);

    const expected = edits.reduce(
      (sql, [from, to]) => {
        expect(sql).toContain(from);
        return sql.replace(from, to);
      },
      written.replace("item", '"item"'),
    );
    expect(spaced(await statement(connection))).toBe(spaced(expected));
    const fresh = await open();
    const after = applyOperations(before, operations);
    await make(fresh, sqliteDialect, after);
    const wanted = await sqliteDialect.introspect(fresh);
    const reached = alignSchema(await sqliteDialect.introspect(connection), wanted, sqliteDialect);
    const unclaused = (schema: typeof reached) =>
      comparable({
        ...schema,
        tables: schema.tables.map((table) => ({ ...table, checks: [] })),
        unmanaged: [],
      });
    expect(unclaused(reached)).toEqual(unclaused(wanted));
    // Rows of before, and the clauses that no schema knows of.
    expect(await rowsOf(connection, "SELECT id, code, note FROM item ORDER BY id")).toEqual([
      [1, "a", "x"],
      [2, "B", null],
    ]);
    await connection.script("INSERT INTO item (code, size, note) VALUES ('c', 9, 'x')");
    expect(await rowsOf(connection, "SELECT id FROM item ORDER BY id")).toEqual([[2], [3]]);
  });

  test("what reaches further than its parts is refused where something would be lost", async () => {
    const { connection, before } = await ready();
    const change = carryOut(connection, sqliteDialect, before, [
      {
        op: "setNumbering",
        ...at,
        column: "id",
        autoincrement: true,
        numbering: { kind: "rowid" },
      },
    ]);

    await expect(change).rejects.toThrow(/more than the schema says.*ON CONFLICT/s);
    expect(await statement(connection)).toBe(written);
  });
});

/** Where a clause is taken out, space may stay. */
function spaced(sql: string): string {
  return sql.replaceAll(/\s+/g, " ");
}
