/** What statements lock, read and write anew, measured on the server; what the rules say is that. */
import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { postgresMigration } from "../../src/dialect/postgres/migration.ts";
import { lintRules } from "../../src/migration/lint/lint.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { type Lock, later, type Measured, matrix, setUp } from "./lock-matrix.ts";

const names: Readonly<Record<string, Lock>> = {
  "": "-",
  "ACCESS SHARE": "AS",
  "ROW SHARE": "RS",
  "ROW EXCLUSIVE": "RX",
  "SHARE UPDATE EXCLUSIVE": "SUX",
  SHARE: "S",
  "SHARE ROW EXCLUSIVE": "SRX",
  "ACCESS EXCLUSIVE": "AX",
};

const startAnew = `drop schema public cascade; create schema public; ${setUp}`;

test("rules say what was measured", () => {
  const measured = new Map(
    [...matrix, ...later].flatMap((each) => (each.rule === undefined ? [] : [[each.rule, each]])),
  );
  const said = lintRules.flatMap(({ id, lock }) =>
    lock === undefined ? [] : [[id, lock] as const],
  );

  expect(said.length).toBeGreaterThan(20);
  expect([...measured.keys()].sort()).toEqual(said.map(([id]) => id));
  for (const [id, lock] of said) {
    const { lock: level, scans, rewrites } = measured.get(id) as Measured;
    expect([id, names[lock.level], lock.scans, lock.rewrites]).toEqual([
      id,
      level,
      scans,
      rewrites,
    ]);
  }
});

describeEachDatabase(
  "the lock matrix",
  (db) => {
    async function major({ connection }: MigrationTarget): Promise<number> {
      const sql = "show server_version_num";
      const { rows } = await connection.query({ sql, parameters: [], returnsRows: true });
      return Math.floor(Number(rows[0]?.[0]) / 10_000);
    }

    const { trace } = postgresMigration;
    if (trace === null) throw new Error("PostgreSQL measures locks");
    const { footprints, lockName } = trace;

    async function measure({ connection }: MigrationTarget, { sql, first }: Measured) {
      // Committed, so that what it locks doesn't count.
      if (first !== undefined) await connection.script(first);
      await connection.script("begin");
      try {
        // The server counts rows for longer than a transaction.
        const before = (await footprints(connection)).find(({ table }) => table === "t");
        await connection.script(sql);
        const found = await footprints(connection);
        const own = found.find(({ id }) => id === before?.id);
        const ref = found.find(({ table }) => table === "ref");
        const strongest = (levels: readonly number[] = []): Lock =>
          names[lockName(Math.max(0, ...levels))] ?? "-";
        return {
          lock: strongest(own?.locks),
          ref: strongest(ref?.locks),
          scans: (own?.rowsRead ?? 0) > (before?.rowsRead ?? 0),
          rewrites: Object.entries(before?.files ?? {}).some(
            ([file, name]) => own?.files[file] !== undefined && own.files[file] !== name,
          ),
        };
      } finally {
        await connection.script("rollback");
        if (first !== undefined) await connection.script(`reset timezone; ${startAnew}`);
      }
    }

    test("is what was written down", async () => {
      const target = await openMigrations(db.url);
      try {
        const version = await major(target);
        await target.connection.script(startAnew);
        const served = [...matrix].filter(({ since = 0 }) => version >= since);
        const wanted = served.map(({ sql, first, lock, ref = "-", scans, rewrites }) => {
          return { sql, first, lock, ref, scans, rewrites };
        });
        const found = [];
        for (const each of served) {
          const { sql, first } = each;
          found.push({ sql, first, ...(await measure(target, each)) });
        }
        expect(found).toEqual(wanted);

        for (const each of later.filter(({ since = 0 }) => version >= since)) {
          await target.connection.script(each.added);
          const { lock, ref = "-", scans, rewrites } = each;
          expect([each.sql, await measure(target, each)]).toEqual([
            each.sql,
            { lock, ref, scans, rewrites },
          ]);
        }
      } finally {
        await target.close();
      }
    });
  },
  { on: ["postgres"] },
);
