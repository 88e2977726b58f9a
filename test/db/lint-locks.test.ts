/** The forms that lint and the planner call safe: what they lock, scan and write, measured on PostgreSQL. */
import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { applyOperations, emptySchema } from "../../src/ir/apply.ts";
import type { Operation } from "../../src/ir/migration.ts";
import { op } from "../../src/migration/op.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { describeEachDatabase } from "../support/databases.ts";

const base = [
  op.createTable("parent", { columns: [{ name: "id", type: "integer" }], primaryKey: ["id"] }),
  op.createTable("item", {
    columns: [
      { name: "id", type: "integer" },
      { name: "parent_id", type: "integer", nullable: true },
      { name: "code", type: "varchar(50)", nullable: true },
      { name: "price", type: "decimal(10,2)", nullable: true },
    ],
    primaryKey: ["id"],
  }),
];
const schema = applyOperations(emptySchema, base);

/** What one statement did, as the server counts it. */
interface Measured {
  readonly sql: string;
  /** The strongest lock on `item` while its transaction was open; "concurrent" for one that has none. */
  readonly lock: string;
  /** Whether it read the rows of `item` one by one. */
  readonly scans: boolean;
  /** Whether the table or one of its indexes went to new files. */
  readonly rewrites: boolean;
}

const strength = [
  "AccessShareLock",
  "RowShareLock",
  "RowExclusiveLock",
  "ShareUpdateExclusiveLock",
  "ShareLock",
  "ShareRowExclusiveLock",
  "ExclusiveLock",
  "AccessExclusiveLock",
];

describeEachDatabase("locks of the safe forms", (db) => {
  if (db.backend !== "postgres") {
    // SQLite locks the whole file for every writer: there is nothing to tell apart.
    test("no statement of the rules is planned for SQLite in more than one way", async () => {
      const target = await openMigrations(db.url);
      try {
        const plan = (online: boolean) =>
          target.dialect.plan(schema, [op.setNotNull("item", "code")], { online });
        expect(plan(true)).toEqual(plan(false));
      } finally {
        await target.close();
      }
    });
    return;
  }

  const cell = async ({ connection }: MigrationTarget, sql: string): Promise<string> => {
    const { rows } = await connection.query({ sql, parameters: [], returnsRows: true });
    return String(rows[0]?.[0]);
  };

  async function measure(target: MigrationTarget, sql: string): Promise<Measured> {
    const files = () =>
      cell(
        target,
        "select string_agg(relname || relfilenode::text, ',' order by relname) from pg_class where oid = 'item'::regclass or oid in (select indexrelid from pg_index where indrelid = 'item'::regclass and indexrelid in (select oid from old_files))",
      );
    const read = () =>
      cell(
        target,
        "select coalesce(sum(seq_tup_read), 0) from pg_stat_xact_all_tables where relid = 'item'::regclass",
      );
    await target.connection.script(
      "drop table if exists old_files; create temp table old_files as select indexrelid as oid from pg_index where indrelid = 'item'::regclass",
    );
    if (/\bCONCURRENTLY\b/.test(sql)) {
      await target.connection.script(sql);
      return { sql, lock: "concurrent", scans: true, rewrites: false };
    }
    await target.connection.script("begin");
    const [filesBefore, readBefore] = [await files(), await read()];
    await target.connection.script(sql);
    const [filesAfter, readAfter] = [await files(), await read()];
    const locks = await cell(
      target,
      "select string_agg(mode, ',') from pg_locks where pid = pg_backend_pid() and relation = 'item'::regclass and granted",
    );
    await target.connection.script("commit");
    const lock = locks
      .split(",")
      .sort((a, b) => strength.indexOf(a) - strength.indexOf(b))
      .at(-1);
    return {
      sql,
      lock: lock ?? "none",
      scans: readAfter !== readBefore,
      rewrites: filesAfter !== filesBefore,
    };
  }

  /** Carries operations out on a table with rows, statement by statement as they are planned. */
  async function measureAll(
    operations: readonly Operation[],
    { online = true }: { readonly online?: boolean } = {},
  ): Promise<readonly Measured[]> {
    const target = await openMigrations(db.url);
    try {
      await target.connection.script("drop table if exists item, parent cascade");
      for (const { steps } of transactions(target, base))
        for (const { sql } of steps) await target.connection.script(sql);
      await target.connection.script(
        "insert into parent select generate_series(1, 200); insert into item select n, n, 'c' || n, n from generate_series(1, 200) n",
      );
      const measured: Measured[] = [];
      const version = await cell(target, "show server_version");
      for (const segment of target.dialect.plan(schema, operations, { online, version }).segments) {
        if (segment.kind === "autocommit") measured.push(await measure(target, segment.step.sql));
        else if (segment.kind === "transaction")
          for (const { sql } of segment.steps) measured.push(await measure(target, sql));
      }
      return measured;
    } finally {
      await target.close();
    }
  }

  function transactions(target: MigrationTarget, operations: readonly Operation[]) {
    const { segments } = target.dialect.plan(emptySchema, operations, { online: false });
    return segments.flatMap((segment) => (segment.kind === "transaction" ? [segment] : []));
  }

  const blocking = ({ lock, scans, rewrites }: Measured): boolean =>
    (scans || rewrites) && strength.indexOf(lock) >= strength.indexOf("ShareLock");

  const moment = (name: string) => ({
    name,
    type: "timestamptz" as const,
    nullable: true,
    default: { kind: "sql" as const, sql: "clock_timestamp()" },
  });

  const cases: Readonly<Record<string, readonly Operation[]>> = {
    FM101: [op.createIndex("item", { columns: ["code"] })],
    FM106: [op.addUnique("item", { name: "uq_item_code", columns: ["code"] })],
    FM108: [
      op.addForeignKey("item", {
        name: "fk",
        columns: ["parent_id"],
        references: ["parent", "id"],
      }),
    ],
    FM109: [op.addCheck("item", { name: "ck", sql: "price > 0" })],
    FM110: [op.setNotNull("item", "code")],
    FM113: [op.addColumn("item", moment("made_at"))],
  };

  test.for(Object.entries(cases))("%s: nobody waits for a scan", async ([, operations]) => {
    const safe = await measureAll(operations);
    expect(safe.length).toBeGreaterThan(0);
    expect(safe.filter(blocking)).toEqual([]);
    // The measure itself can tell: what the rule warns of is seen to block.
    const blunt = await measureAll(operations, { online: false });
    expect(blunt.some(blocking)).toBe(true);
  });

  const inline: Readonly<Record<string, readonly [blunt: string, safe: readonly Operation[]]>> = {
    FM117: [
      "ALTER TABLE item ADD COLUMN n integer CHECK (n > 0)",
      [
        op.addColumn("item", { name: "n", type: "integer", nullable: true }),
        op.addCheck("item", { name: "ck_n", sql: "n > 0" }),
      ],
    ],
    FM118: [
      "ALTER TABLE item ADD COLUMN n integer UNIQUE",
      [
        op.addColumn("item", { name: "n", type: "integer", nullable: true }),
        op.addUnique("item", { name: "uq_n", columns: ["n"] }),
      ],
    ],
  };

  test.for(Object.entries(inline))(
    "%s: the column, and then the rest",
    async ([, [blunt, safe]]) => {
      expect((await measureAll(safe)).filter(blocking)).toEqual([]);
      const measured = await measureAll([op.sql({ postgres: blunt }, { state: [] })]);
      expect(measured.map(blocking)).toEqual([true]);
    },
  );

  test("FM119: the key in a transaction of its own, and nothing scanned under a lock", async () => {
    const safe = await measureAll([
      op.addColumn("item", { name: "n", type: "integer", nullable: true }),
      op.addForeignKey("item", { name: "fk_n", columns: ["n"], references: ["parent", "id"] }),
    ]);
    expect(safe.filter(blocking)).toEqual([]);
    const add = safe.find(({ sql }) => sql.includes("FOREIGN KEY"));
    expect(add?.lock).toBe("ShareRowExclusiveLock");
  });

  test.for([
    ["varchar(100)", "code"],
    ["text", "code"],
    ["decimal(12,2)", "price"],
    ["decimal", "price"],
  ] as const)("FM122: to %s nothing is scanned or written", async ([type, column]) => {
    const measured = await measureAll([op.setType("item", column, type)]);
    expect(measured.map(({ scans, rewrites }) => [scans, rewrites])).toEqual([[false, false]]);
  });

  test.for([
    ["varchar(20)", "code"],
    ["bigint", "id"],
  ] as const)("FM121, FM123: to %s the rows are written anew", async ([type, column]) => {
    const measured = await measureAll([op.setType("item", column, type)]);
    expect(measured.some(({ rewrites }) => rewrites)).toBe(true);
  });
});
