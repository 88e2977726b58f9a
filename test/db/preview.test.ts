/** What is said before anything is done: operations, statements, locks, sizes; and what is said meanwhile. */
import pg from "pg";
import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import type { Operation } from "../../src/ir/migration.ts";
import type { MigrationEvent } from "../../src/migration/events.ts";
import { op } from "../../src/migration/op.ts";
import { type PreviewedEffect, previewRevisions } from "../../src/migration/preview.ts";
import { migration, type RevisionSpec } from "../../src/migration/revision.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { traceRevisions } from "../../src/migration/trace.ts";
import { upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { inProject, json, one } from "../support/ferro-runs.ts";

const id = (letter: string): string => letter.repeat(12);

const tables = [
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
const first = migration({ id: id("a"), parents: [], message: "a", up: tables });
const then = (up: readonly Operation[], rest: Partial<RevisionSpec> = {}) =>
  migration({ id: id("b"), parents: [id("a")], message: "b", up, ...rest });
const raw = (sql: string, transaction = true) => op.sql({ postgres: sql }, { transaction });

/** Statements that planners write, and those that people do. */
const statements: readonly string[] = [
  "create index i on item (code)",
  "drop table item",
  "alter table item alter column code type integer using 1",
  "alter table item add column n integer",
  "alter table item add column n integer not null default 1",
  "alter table item add column n timestamptz default clock_timestamp()",
  "alter table item add column n integer generated always as (id + 1) stored",
  "alter table item add column n integer generated always as identity",
  "alter table item add column n bigserial",
  "alter table item add column n integer check (n > 0)",
  "alter table item drop column code",
  "alter table item rename column code to c",
  "alter table item rename to other",
  "alter table item alter column code set default 'x'",
  "alter table item alter column code drop default",
  "alter table item alter column code set not null",
  "alter table item alter column code drop not null",
  "alter table item add constraint c check (price > 0)",
  "alter table item add constraint c check (price > 0) not valid",
  "alter table item add constraint f foreign key (parent_id) references parent (id) not valid",
  "alter table item set unlogged",
  "alter table item set (fillfactor = 90)",
  "alter table item alter column code set statistics 100",
  "alter table item enable row level security",
  "alter table item disable trigger all",
  "comment on table item is 'x'",
  "comment on column item.code is 'x'",
  "update item set code = 'y'",
  "delete from item where price > 100000",
  "insert into item (id) values (-1)",
  "truncate item",
];

describeEachDatabase(
  "a preview",
  (db) => {
    async function withItems(work: (target: MigrationTarget) => Promise<void>): Promise<void> {
      const target = await openMigrations(db.url);
      try {
        const found = await target.dialect.introspect(target.connection);
        for (const { name } of found.tables) {
          await target.connection.script(
            `drop table "${name}"${db.backend === "postgres" ? " cascade" : ""}`,
          );
        }
        await upgrade(target, [first]);
        await target.connection.script(
          "insert into parent (id) values (1), (2); insert into item (id, parent_id, code, price) with recursive n (n) as (select 1 union all select n + 1 from n where n < 300) select n, 1, 'c' || n, n from n",
        );
        await work(target);
      } finally {
        await target.close();
      }
    }

    const effects = async (
      target: MigrationTarget,
      ...pending: readonly ReturnType<typeof migration>[]
    ): Promise<readonly PreviewedEffect[]> => {
      const { planned } = await upgrade(target, [first, ...pending], {
        dryRun: true,
        allowDestructive: true,
      });
      const previewed = await previewRevisions(target, planned);
      return previewed.flatMap(({ segments }) => segments.flatMap((each) => each.effects));
    };

    test("tells of tables that are there, by the names that they have now", async () => {
      await withItems(async (target) => {
        const column = { name: "n", type: "integer", nullable: true } as const;
        const renamed = then([
          op.createTable("fresh", {
            columns: [{ name: "id", type: "integer" }],
            primaryKey: ["id"],
          }),
          op.addColumn("fresh", column),
          op.renameTable("item", "thing"),
        ]);
        const after = migration({
          id: id("c"),
          parents: [id("b")],
          message: "c",
          up: [op.addColumn("thing", column)],
        });

        const told = await effects(target, renamed, after);

        expect(told.map(({ table, rows, reads }) => [table, rows, reads])).toEqual([
          ["item", 300, false],
          ["item", 300, false],
        ]);
      });
    });

    test("as text and as JSON, without a terminal and without colours", async () => {
      await inProject(db.url, async (project) => {
        project.revision({ ...one, up: tables }, 1);
        expect((await project.ferro("upgrade")).code).toBe(0);
        const target = await openMigrations(db.url);
        await target.connection.script("insert into item (id, code) values (1, 'a'), (2, 'b')");
        await target.close();
        const up = [
          op.addColumn("item", { name: "slug", type: "text", nullable: true }),
          op.backfill("item", { set: { slug: "lower(code)" } }),
          op.createIndex("item", { columns: ["slug"] }),
          op.dropColumn("item", "price", { destructive: "nobody reads it" }),
        ];
        project.revision({ id: "2".repeat(12), parents: [one.id], message: "slugs", up }, 2);

        const text = await project.ferro("upgrade", "--dry-run");
        const facts = await project.ferro("upgrade", "--dry-run", "--json");

        expect(text.code, text.stderr).toBe(0);
        expect(text.stdout).not.toContain("\u001b");
        await expect(text.stdout).toMatchFileSnapshot(`__snapshots__/preview.${db.backend}.txt`);
        const { plans } = json(facts) as { plans: object[] };
        await expect(`${JSON.stringify(plans, undefined, 2)}\n`).toMatchFileSnapshot(
          `__snapshots__/preview.${db.backend}.json.txt`,
        );
      });
    }, 300_000);

    test("a run tells of each statement and how long it took", async () => {
      await withItems(async (target) => {
        const told: MigrationEvent[] = [];
        const up = [
          op.sql({ postgres: "select 1", sqlite: "select 1" }),
          op.sql({ postgres: "select 2", sqlite: "select 2" }, { transaction: false }),
        ];
        await upgrade(target, [first, then(up)], { listen: (event) => told.push(event) });

        expect(told.filter(({ kind }) => kind === "statement")).toEqual([
          { kind: "statement", no: 1, sql: "select 1", durationMs: expect.any(Number) },
          { kind: "statement", no: 2, sql: "select 2", durationMs: expect.any(Number) },
        ]);
      });
    });

    if (db.backend === "sqlite") {
      test("a table that is made anew is read and written as a whole", async () => {
        await withItems(async (target) => {
          const told = await effects(target, then([op.setType("item", "price", "text")]));

          expect(told).toContainEqual({
            table: "item",
            rows: 300,
            statement: null,
            lock: "WRITE",
            waiting: "writers",
            reads: true,
            rewrites: true,
          });
        });
      });
      return;
    }

    test.for(statements)("is what is measured: %s", async (sql) => {
      await withItems(async (target) => {
        const revision = then([raw(sql)]);
        const [told] = await effects(target, revision);
        const [traced] = await traceRevisions(target, [first, revision]);
        const measured = traced?.tables.find(({ table }) => /^(?:item|other)$/.test(table));

        // A table that is gone holds no lock that could be read; an empty one has new files, and nothing was written.
        if (/^(?:drop table|truncate)/.test(sql)) expect(told?.lock).toBe("ACCESS EXCLUSIVE");
        else {
          expect({ lock: told?.lock, reads: told?.reads, rewrites: told?.rewrites }).toEqual({
            lock: measured?.lock,
            reads: (measured?.rowsRead ?? 0) > 0,
            rewrites: measured?.isRewritten,
          });
        }
      });
    });

    const planned: Readonly<Record<string, Operation>> = {
      "a wider text": op.setType("item", "code", "varchar(80)"),
      "another type": op.setType("item", "parent_id", "bigint"),
      "not null": op.setNotNull("item", "code"),
      "a check": op.addCheck("item", { name: "ck", sql: "price > 0" }),
      "a unique": op.addUnique("item", { name: "uq", columns: ["code"] }),
      "a default that changes": op.addColumn("item", {
        name: "at",
        type: "timestamptz",
        nullable: true,
        default: { kind: "sql", sql: "clock_timestamp()" },
      }),
    };

    test.for(Object.entries(planned))(
      "is what is measured of a plan: %s",
      async ([, operation]) => {
        for (const online of [true, false]) {
          await withItems(async (target) => {
            const revision = then([operation], online ? {} : { online });
            const report = await upgrade(target, [first, revision], { dryRun: true });
            const [previewed] = await previewRevisions(target, report.planned);
            const told = (previewed?.segments ?? []).flatMap(
              ({ statements: all, effects: found }) =>
                all.map((sql, at) => ({
                  sql,
                  effect: found.find((each) => each.statement === at),
                })),
            );
            const traced = await traceRevisions(target, [first, revision]);

            expect(traced.map(({ sql }) => sql)).toEqual(told.map(({ sql }) => sql));
            for (const [at, { sql, tables: found, isAlone }] of traced.entries()) {
              const effect = told[at]?.effect;
              const measured = found.find(({ table }) => table === "item");
              if (isAlone) expect(effect?.waiting, sql).toBe("nobody");
              else {
                expect([sql, effect?.reads, effect?.rewrites]).toEqual([
                  sql,
                  (measured?.rowsRead ?? 0) > 0,
                  measured?.isRewritten ?? false,
                ]);
              }
            }
          });
        }
      },
    );

    test("a key's other side is told of as well", async () => {
      await withItems(async (target) => {
        const key = op.addForeignKey("item", {
          name: "fk",
          columns: ["parent_id"],
          references: ["parent", "id"],
        });
        const told = await effects(target, then([key]));

        expect(told.slice(0, 2).map(({ table, lock, rows }) => [table, lock, rows])).toEqual([
          ["item", "SHARE ROW EXCLUSIVE", 300],
          ["parent", "SHARE ROW EXCLUSIVE", 2],
        ]);
      });
    });

    test("an index that is being built tells its phase, and how far it is", {
      ...db.direct("behind a pooler nobody knows in which session it is built"),
      timeout: 60_000,
    }, async () => {
      await withItems(async (target) => {
        const writer = new pg.Client({ connectionString: db.url });
        await writer.connect();
        await writer.query("begin; update item set code = 'z' where id = 1");
        const phases: string[] = [];
        let released: Promise<unknown> | undefined;
        await upgrade(target, [first, then([op.createIndex("item", { columns: ["code"] })])], {
          patience: { lockTimeoutMs: 600, tries: 1_000 },
          listen: (event) => {
            if (event.kind !== "progress" || event.build === undefined) return;
            phases.push(event.message);
            released ??= writer.query("commit");
          },
        });
        await released;

        expect(phases[0]).toMatch(/^waiting for writers before build, \d+ %$/);
        await writer.end();
      });
    });
  },
  { on: ["node:sqlite file", "postgres"] },
);
