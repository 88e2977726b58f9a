/** Processes that hold the migration lock as a row: killed, stopped, and gone on after. */
import pg from "pg";
import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { op } from "../../src/migration/op.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { inProject, json, one } from "../support/ferro-runs.ts";
import { ask, expire } from "../support/lease.ts";

const patient = 300_000;
const sql = (text: string) => op.sql({ postgres: text });

/** Six rows one at a time, and a seventh; each run stops after two of its own, in a statement that waits. */
const walk = `import { migration, op } from "ferro-orm/migrate";
export default migration({
  id: "222222222222",
  parents: ["111111111111"],
  message: "two",
  up: [
    op.data("walk", { resumable: true }, async ({ db, lastKey, saveKey, log }) => {
      const from = Number(lastKey ?? 0);
      for (let n = from + 1; n <= 6; n += 1) {
        await db.transaction(async () => {
          await db.execute("insert into t values ($1)", [n]);
          await saveKey(String(n));
        });
        if (n !== from + 2 || n === 6) continue;
        log("at the gate after " + n);
        await db.fetchAll("select * from gate");
      }
    }),
    op.sql({ postgres: "insert into t values (7)" }),
  ],
});
`;

describeEachDatabase(
  "the lease of processes",
  (db) => {
    test(
      "one that was killed is followed by another, one that slept is fenced out",
      async () => {
        await inProject(db.url, async (project) => {
          const target = await openMigrations(db.url, { lock: "lease" });
          const config = `import { defineConfig } from "ferro-orm/migrate";
export default defineConfig({ url: ${JSON.stringify(db.url)}, lock: "lease" });
`;
          project.write("ferro.config.ts", config);
          const made = ["create table t (n integer primary key)", "create table gate ()"];
          project.revision({ ...one, up: made.map(sql) }, 1);
          expect((await project.ferro("upgrade")).code).toBe(0);
          project.write("migrations/20260101T000002-222222222222/migration.ts", walk);
          const gate = new pg.Client({ connectionString: db.url });
          await gate.connect();
          await gate.query("begin; lock table gate");

          const killed = project.start("upgrade");
          await killed.says(/at the gate after 2/);
          killed.child.kill("SIGKILL");
          expect((await killed.ended).stderr).toContain("a row that is renewed");
          const slept = project.start("upgrade");
          await slept.says(/waiting for the migration lock held by \S+@\S+, process \d+/);
          await expire(target);
          await slept.says(/at the gate after 4/);
          slept.child.kill("SIGSTOP");
          const last = project.start("upgrade", "--json");
          await last.says(/waiting for the migration lock/);
          await expire(target);
          const ran = await last.ended;
          await gate.query("commit");
          slept.child.kill("SIGCONT");
          const stopped = await slept.ended;

          expect(ran.code, ran.stderr).toBe(0);
          expect(json(ran)).toMatchObject({ revisions: ["222222222222"] });
          expect(stopped.stderr).toContain("the migration lock was lost");
          expect(stopped.code).toBe(7);
          expect(await ask(target, "select n from t order by n")).toEqual([
            "1",
            "2",
            "3",
            "4",
            "5",
            "6",
            "7",
          ]);
          await gate.end();
          await target.close();
        });
      },
      patient,
    );
  },
  { on: ["postgres"] },
);
