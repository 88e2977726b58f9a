/** `ferro lint --trace` and `--stats`: what is measured, not guessed. */
import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { lintRevisions } from "../../src/migration/lint/lint.ts";
import { findSmallTables } from "../../src/migration/lint/sizes.ts";
import { op } from "../../src/migration/op.ts";
import { migration, type Revision, type RevisionSpec } from "../../src/migration/revision.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { traceRevisions } from "../../src/migration/trace.ts";
import { upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { authors } from "../support/migration-models.ts";

const id = (letter: string): string => letter.repeat(12);
const first = migration({ id: id("a"), parents: [], message: "a", up: authors });

function second(up: Revision["up"], rest: Partial<RevisionSpec> = {}): Revision {
  return migration({ id: id("b"), parents: [id("a")], message: "b", up, ...rest });
}

describeEachDatabase("what a revision does to tables", (db) => {
  async function withRows(work: (target: MigrationTarget) => Promise<void>): Promise<void> {
    const target = await openMigrations(db.url);
    try {
      const { tables } = await target.dialect.introspect(target.connection);
      for (const { name } of tables.toSorted((x, y) => (x.name < y.name ? 1 : -1))) {
        await target.connection.script(`drop table "${name}"`);
      }
      await upgrade(target, [first]);
      await target.connection.script(
        "insert into author (name) values ('Ann'); insert into post (author_id, title) with recursive n(n) as (select 1 union all select n + 1 from n where n < 10000) select 1, 't' from n",
      );
      await work(target);
    } finally {
      await target.close();
    }
  }

  const unsafe = second(
    [
      op.createIndex("author", { columns: ["name"] }),
      op.createIndex("post", { columns: ["title"] }),
    ],
    { online: false },
  );

  test("locks weigh little on small tables", async () => {
    await withRows(async (target) => {
      const small = await findSmallTables(target);
      const weigh = (given: ReadonlySet<string> | undefined) =>
        lintRevisions([first, unsafe], { small: given })
          .filter(({ rule }) => rule === "FM101")
          .map(({ severity }) => severity);

      expect([...small]).toEqual(["author"]);
      expect(weigh(undefined)).toEqual(["error", "error"]);
      expect(weigh(small)).toEqual(["info", "error"]);
    });
  });

  if (db.backend === "sqlite") {
    test("there are no table locks to measure", async () => {
      await withRows(async (target) => {
        await expect(traceRevisions(target, [first])).rejects.toThrow("no table locks to measure");
      });
    });
    return;
  }

  const blocking = (traced: Awaited<ReturnType<typeof traceRevisions>>) =>
    traced.flatMap(({ sql, tables }) =>
      tables.filter(({ isBlocking }) => isBlocking).map(({ table, lock }) => [sql, table, lock]),
    );

  test("is measured, and taken back", async () => {
    await withRows(async (target) => {
      const before = await target.dialect.introspect(target.connection);
      const raw = (sql: string) => second([op.sql({ postgres: sql })]);
      const trace = (revision: Revision) => traceRevisions(target, [first, revision]);

      expect(blocking(await trace(unsafe))).toMatchObject([
        [expect.stringContaining("CREATE INDEX"), "author", "SHARE"],
        [expect.stringContaining("CREATE INDEX"), "post", "SHARE"],
      ]);
      const rewrite = "alter table post alter column author_id type bigint";
      // The key is checked anew too, under a lock on the table that it points to.
      expect(blocking(await trace(raw(rewrite)))).toEqual([
        [rewrite, "author", "ACCESS EXCLUSIVE"],
        [rewrite, "post", "ACCESS EXCLUSIVE"],
      ]);
      expect(await trace(raw("update post set title = 'x'"))).toMatchObject([
        { tables: [{ lock: "ROW EXCLUSIVE", rowsRead: 10_000, isBlocking: false }] },
      ]);
      const wrong = await trace(raw("alter table nowhere add column n integer"));
      expect(wrong).toMatchObject([{ problem: expect.stringContaining("nowhere"), tables: [] }]);
      expect(await target.dialect.introspect(target.connection)).toEqual(before);
    });
  });

  test("the forms that don't block don't", async () => {
    await withRows(async (target) => {
      const safe = second([
        op.addColumn("post", { name: "slug", type: "text", nullable: true }),
        op.backfill("post", { set: { slug: "lower(title) || id" } }),
        op.setNotNull("post", "slug"),
        op.addUnique("post", { columns: ["slug"] }),
        op.addCheck("post", { name: "ck_post_slug", sql: "slug <> ''" }),
        op.createIndex("post", { columns: ["title"] }),
        op.data("think", () => undefined),
      ]);
      const traced = await traceRevisions(target, [first, safe]);

      expect(blocking(traced)).toEqual([]);
      expect(traced.filter(({ problem }) => problem !== null)).toMatchObject([
        { sql: 'data step "think"', problem: "code is not traced" },
      ]);
      expect(traced.filter(({ isAlone }) => isAlone).length).toBeGreaterThan(0);
      // What is validated is read, beside everybody's work.
      expect(traced).toContainEqual(
        expect.objectContaining({
          sql: expect.stringContaining("VALIDATE"),
          tables: [expect.objectContaining({ lock: "SHARE UPDATE EXCLUSIVE", rowsRead: 10_000 })],
        }),
      );
    });
  });
});
