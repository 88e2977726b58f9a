/** Runs of the command `ferro` as processes, on one database. */
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { op } from "../../src/migration/op.ts";
import { makeProject, type Project, type Ran } from "./ferro-project.ts";

export const models = `import { id, Model } from "ferro-orm";
import { z } from "zod";

export class Author extends Model("Author", { id: id(), name: z.string() }) {}
`;

export const one = { id: "1".repeat(12), parents: [], message: "one" };

export const json = ({ stdout }: Ran) => JSON.parse(stdout) as Record<string, unknown>;

/** A project on an empty database. */
export async function inProject(
  url: string,
  work: (project: Project) => Promise<void>,
): Promise<void> {
  const target = await openMigrations(url);
  for (const { name } of (await target.dialect.introspect(target.connection)).tables) {
    await target.connection.script(`drop table "${name}"`);
  }
  await target.close();
  using project = makeProject(url);
  project.write("models.ts", models);
  // zod is found as it is from here.
  symlinkSync(
    join(import.meta.dirname, "../../node_modules"),
    join(project.folder, "node_modules"),
  );
  await work(project);
}

/** Processes that upgrade at once: each revision runs once, and all succeed. */
export async function upgradeAtOnce(url: string, count: number): Promise<void> {
  await inProject(url, async (project) => {
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
      Array.from({ length: count }, () => project.ferro("upgrade", "--json")),
    );

    expect(runs.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual(Array(count).fill(0));
    const applied = runs.flatMap((ran) => json(ran)["revisions"] as string[]);
    expect(applied.sort()).toEqual([one.id, "2".repeat(12)]);
    const target = await openMigrations(url);
    const { rows } = await target.connection.query({
      sql: "select n from t order by n",
      parameters: [],
      returnsRows: true,
    });
    await target.close();
    expect(rows.map(([n]) => Number(n))).toEqual([1, 2, 3]);
  });
}

/** Upgrades that are killed when they come to a segment; the last one completes it all. */
export function upgradeKilled(
  url: string,
  choose: (all: readonly number[]) => readonly number[],
): Promise<void> {
  return upgradeThrough(url, async (project, count) => {
    const all = Array.from({ length: count }, (_, at) => at + 1);
    for (const no of choose(all)) {
      await project.ferroKilled(new RegExp(`^ {2}${no}/${count} `, "m"), "upgrade");
    }
  });
}

/** Upgrades that are killed somewhere inside the segment that they begin with, until one gets through. */
export async function upgradeKilledInside(url: string): Promise<number> {
  let kills = 0;
  await upgradeThrough(url, async (project) => {
    for (;;) {
      // Ever another moment, so that each place in a segment is met; in the end one is late enough.
      const afterMs = 1 + ((kills * 7) % 40) + kills * 8;
      const { code } = await project.ferroKilledLater(/^ {2}\d+\/\d+ /m, afterMs, "upgrade");
      if (code === 0) return;
      expect(code).toBeNull();
      kills += 1;
    }
  });
  return kills;
}

/** A database with rows, revisions of every kind of segment, a run of them, and what must come of it. */
async function upgradeThrough(
  url: string,
  disturb: (project: Project, segments: number) => Promise<void>,
): Promise<void> {
  await inProject(url, async (project) => {
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

    await disturb(project, segments.length);
    const last = await project.ferro("upgrade");

    expect(last.code, last.stderr).toBe(0);
    const target = await openMigrations(url);
    const ask = async (text: string) =>
      (await target.connection.query({ sql: text, parameters: [], returnsRows: true })).rows.map(
        (row) => row.map(String),
      );
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
}
