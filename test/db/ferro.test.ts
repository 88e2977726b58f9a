import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { op } from "../../src/migration/op.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { makeProject, type Project, type Ran } from "../support/ferro-project.ts";

const models = `import { id, Model } from "ferro-orm";
import { z } from "zod";

export class Author extends Model("Author", { id: id(), name: z.string() }) {}
`;

const one = { id: "1".repeat(12), parents: [], message: "one" };

describeEachDatabase(
  "ferro",
  (db) => {
    async function inProject(work: (project: Project) => Promise<void>): Promise<void> {
      const target = await openMigrations(db.url);
      for (const { name } of (await target.dialect.introspect(target.connection)).tables) {
        await target.connection.script(`drop table "${name}"`);
      }
      await target.close();
      using project = makeProject(db.url);
      project.write("models.ts", models);
      // zod is found as it is from here.
      const { symlinkSync } = await import("node:fs");
      symlinkSync(
        join(import.meta.dirname, "../../node_modules"),
        join(project.folder, "node_modules"),
      );
      await work(project);
    }

    const json = ({ stdout }: Ran) => JSON.parse(stdout) as Record<string, unknown>;
    const file = ({ folder }: Project): string => {
      const [name = ""] = readdirSync(join(folder, "migrations")).toReversed();
      return join(folder, "migrations", name, "migration.ts");
    };
    const edit = (path: string, from: string | RegExp, to: string) =>
      writeFileSync(path, readFileSync(path, "utf8").replace(from, to));

    test("from models to a database and back, each exit code on its way", async () => {
      await inProject(async (project) => {
        const codes: Record<string, number | null> = {};
        const run = async (name: string, ...words: string[]) => {
          const ran = await project.ferro(...words);
          codes[name] = ran.code;
          return ran;
        };

        await run("the models are ahead", "check");
        await run("a revision of them", "revision", "-a", "-m", "first");
        expect((await project.node(file(project))).code).toBe(0);
        await run("pending", "current");
        await run("a dry run", "upgrade", "--dry-run");
        const upgraded = json(await run("upgrade", "upgrade", "--json"));
        expect(upgraded).toMatchObject({
          ok: true,
          direction: "up",
          revisions: [expect.any(String)],
        });
        await run("all applied", "current");
        await run("checked, rehearsed", "check", "--db", "--replay");
        edit(file(project), "up: [", "// a comment\r\n  up: [");
        await run("a comment changes nothing", "upgrade");
        edit(file(project), 'name: "name"', 'name: "title"');
        await run("a changed revision", "upgrade");
        edit(file(project), 'name: "title"', 'name: "name"');

        project.write("models.ts", models.replace("name: z", "fullName: z"));
        const asked = await run("a decision", "revision", "-a", "--json");
        expect(json(asked)).toMatchObject({
          error: { code: "DECISION_NEEDED", decisions: [{ id: "rename:column:author.name" }, {}] },
        });
        await run("an answer", "revision", "-a", "-m", "x", "--rename", "author.name=full_name");
        await run("lint", "lint");
        await run("upgrade again", "upgrade");
        await run("no drift", "drift");
        const target = await openMigrations(db.url);
        await target.connection.script("alter table author add column nick text");
        await target.close();
        await run("drift", "drift");
        await run("back", "downgrade");
        await run("an unknown option", "upgrade", "--nope");

        expect(codes).toEqual({
          "the models are ahead": 3,
          "a revision of them": 0,
          pending: 3,
          "a dry run": 0,
          upgrade: 0,
          "all applied": 0,
          "checked, rehearsed": 0,
          "a comment changes nothing": 0,
          "a changed revision": 8,
          "a decision": 2,
          "an answer": 0,
          lint: 5,
          "upgrade again": 0,
          "no drift": 0,
          drift: 4,
          back: 0,
          "an unknown option": 1,
        });
      });
    }, 120_000);

    test("several heads, losses and pinned plans are refused, each with its code", async () => {
      await inProject(async (project) => {
        const table = op.createTable("t", {
          columns: [{ name: "id", type: "integer" }],
          primaryKey: ["id"],
        });
        project.revision({ ...one, up: [table] }, 1);
        const two = { id: "2".repeat(12), parents: [one.id], message: "two" };
        project.revision({ ...two, up: [op.dropTable("t")] }, 2);
        expect((await project.ferro("upgrade")).code).toBe(5);
        expect((await project.ferro("upgrade", "--allow-destructive")).code).toBe(0);

        const more = { id: "3".repeat(12), parents: [one.id], message: "three", up: [] };
        project.revision(more, 3);
        const heads = await project.ferro("upgrade", "--json");
        expect(heads.code).toBe(6);
        expect(json(heads)).toMatchObject({ error: { heads: [two.id, more.id], fork: one.id } });
        expect((await project.ferro("heads")).code).toBe(6);
        expect((await project.ferro("merge", "-m", "both")).code).toBe(0);
        expect((await project.ferro("upgrade")).code).toBe(0);

        const path = file(project).replace("migration.ts", `plan.${db.backend}.sql`);
        writeFileSync(path, "-- segment 1: transaction\nDROP TABLE everything;\n");
        await project.ferro("downgrade");
        expect((await project.ferro("upgrade")).stderr).toContain("is not what its plan.");
        expect((await project.ferro("upgrade")).code).toBe(8);
      });
    }, 120_000);

    test("eight processes upgrade one database at once: each revision runs once, and all succeed", async () => {
      await inProject(async (project) => {
        const sql = (text: string) => op.sql({ postgres: text, sqlite: text });
        project.revision(
          { ...one, up: [sql("create table t (n integer)"), sql("insert into t values (1)")] },
          1,
        );
        project.revision(
          {
            id: "2".repeat(12),
            parents: [one.id],
            message: "two",
            up: [sql("insert into t values (2)"), sql("insert into t values (3)")],
          },
          2,
        );

        const runs = await Promise.all(
          Array.from({ length: 8 }, () => project.ferro("upgrade", "--json")),
        );

        expect(runs.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual(Array(8).fill(0));
        const applied = runs.flatMap((ran) => json(ran)["revisions"] as string[]);
        expect(applied.sort()).toEqual([one.id, "2".repeat(12)]);
        const target = await openMigrations(db.url);
        const { rows } = await target.connection.query({
          sql: "select n from t order by n",
          parameters: [],
          returnsRows: true,
        });
        await target.close();
        expect(rows.map(([n]) => Number(n))).toEqual([1, 2, 3]);
      });
    }, 120_000);

    test("killed at any segment, the same command completes it", async () => {
      await inProject(async (project) => {
        const sql = (text: string) => op.sql({ postgres: text, sqlite: text });
        const up = [
          op.createTable("t", {
            columns: [
              { name: "id", type: "integer" },
              { name: "a", type: "text", nullable: true },
            ],
            primaryKey: ["id"],
          }),
          sql("insert into t (id, a) values (1, 'x'), (2, 'y'), (3, 'z')"),
        ];
        project.revision({ ...one, up }, 1);
        expect((await project.ferro("upgrade")).code).toBe(0);
        project.revision(
          {
            id: "2".repeat(12),
            parents: [one.id],
            message: "two",
            up: [
              sql("insert into t (id, a) values (4, 'w')"),
              op.addColumn("t", { name: "b", type: "text", nullable: true }),
              op.backfill("t", { set: { b: "a" }, batch: 1 }),
              op.setNotNull("t", "b"),
              op.createIndex("t", { columns: ["b"] }),
              op.addUnique("t", { columns: ["a"] }),
              sql("insert into t (id, a, b) values (5, 'v', 'v')"),
            ],
          },
          2,
        );
        const planned = json(await project.ferro("upgrade", "--dry-run", "--json"));
        const [{ segments }] = planned["plans"] as [{ segments: unknown[] }];
        expect(segments.length).toBeGreaterThan(1);

        for (let no = 1; no <= segments.length; no += 1) {
          await project.ferroKilled(new RegExp(`^ {2}${no}/${segments.length} `, "m"), "upgrade");
        }
        const last = await project.ferro("upgrade");

        expect(last.code, last.stderr).toBe(0);
        const target = await openMigrations(db.url);
        const ask = async (text: string) =>
          (
            await target.connection.query({ sql: text, parameters: [], returnsRows: true })
          ).rows.map((row) => row.map(String));
        expect(await ask("select id, a, b from t order by id")).toEqual([
          ["1", "x", "x"],
          ["2", "y", "y"],
          ["3", "z", "z"],
          ["4", "w", "w"],
          ["5", "v", "v"],
        ]);
        expect(await ask("select count(*) from ferro_migration_steps")).toEqual([["0"]]);
        await target.close();
        expect((await project.ferro("drift")).code).toBe(0);
      });
    }, 240_000);
  },
  { on: ["node:sqlite file", "postgres"] },
);
