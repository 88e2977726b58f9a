import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { op } from "../../src/migration/op.ts";
import { describeEachDatabase } from "../support/databases.ts";
import type { Project } from "../support/ferro-project.ts";
import {
  inProject,
  json,
  models,
  one,
  upgradeAtOnce,
  upgradeKilled,
} from "../support/ferro-runs.ts";

// Each command is a process, which takes long on a busy machine. What a database answers is tested without
// processes on both; here are words, files and exit codes, which are the same for each.
const patient = 300_000;

describeEachDatabase(
  "ferro",
  (db) => {
    const file = ({ folder }: Project): string => {
      const [name = ""] = readdirSync(join(folder, "migrations")).toReversed();
      return join(folder, "migrations", name, "migration.ts");
    };
    const edit = (path: string, from: string | RegExp, to: string) =>
      writeFileSync(path, readFileSync(path, "utf8").replace(from, to));

    test(
      "from models to a database and back, each exit code on its way",
      async () => {
        await inProject(db.url, async (project) => {
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
            error: {
              code: "DECISION_NEEDED",
              decisions: [{ id: "rename:column:author.name" }, {}],
            },
          });
          await run("an answer", "revision", "-a", "-m", "x", "--rename", "author.name=full_name");
          await run("lint", "lint");
          await run("upgrade again", "upgrade");
          await run("what was run is linted no more", "check");
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
            "what was run is linted no more": 0,
            "no drift": 0,
            drift: 4,
            back: 0,
            "an unknown option": 1,
          });
        });
      },
      patient,
    );

    test(
      "several heads, losses and pinned plans are refused, each with its code",
      async () => {
        await inProject(db.url, async (project) => {
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
      },
      patient,
    );
  },
  { on: ["node:sqlite file"] },
);

describeEachDatabase(
  "ferro as processes",
  (db) => {
    test(
      "goes up, looks, and goes back",
      async () => {
        await inProject(db.url, async (project) => {
          const column = { name: "id", type: "integer" } as const;
          const up = [op.createTable("t", { columns: [column], primaryKey: ["id"] })];
          project.revision({ ...one, up }, 1);
          const runs = [];
          for (const word of ["current", "upgrade", "current", "drift", "downgrade"]) {
            runs.push([word, (await project.ferro(word)).code]);
          }

          expect(runs).toEqual([
            ["current", 3],
            ["upgrade", 0],
            ["current", 0],
            ["drift", 0],
            ["downgrade", 0],
          ]);
        });
      },
      patient,
    );

    test(
      "three upgrade one database at once: each revision runs once, and all succeed",
      () => upgradeAtOnce(db.url, 3),
      patient,
    );

    // At the first, in the middle and at the last; each of them is tried in test/soak/ferro.test.ts.
    test(
      "killed at a segment, the same command completes it",
      () => upgradeKilled(db.url, (all) => [1, Math.ceil(all.length / 2), all.length]),
      patient,
    );
  },
  { on: ["node:sqlite file", "postgres"] },
);
