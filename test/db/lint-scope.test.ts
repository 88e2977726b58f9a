import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/cli/config.ts";
import { lintScope } from "../../src/cli/lint-scope.ts";
import { openMigrations } from "../../src/connect/migrate.ts";
import type { FiledRevision } from "../../src/migration/folder.ts";
import { op } from "../../src/migration/op.ts";
import { migration } from "../../src/migration/revision.ts";
import { upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { makeProject } from "../support/ferro-project.ts";

const id = (letter: string): string => letter.repeat(12);
const revision = (letter: string, parents: string, order: number): FiledRevision => ({
  ...migration({
    id: id(letter),
    parents: [...parents].map(id),
    message: letter,
    up: [op.sql({ postgres: "select 1", sqlite: "select 1" })],
  }),
  folder: `20260101T0000${String(order).padStart(2, "0")}-${id(letter)}`,
});

const revisions = [revision("a", "", 1), revision("b", "a", 2), revision("c", "b", 3)];

test("targets come from the configuration, or from the command line instead", async () => {
  using project = makeProject("sqlite:app.db");
  project.write("ferro.config.ts", 'export default { target: ["postgres@14", "sqlite@3.40"] };');
  const targets = async (target?: readonly string[]) =>
    (await loadConfig({ ...(target !== undefined && { target }) }, project.folder)).targets;

  expect(await targets()).toEqual({ postgres: "14", sqlite: "3.40" });
  expect(await targets(["postgres@17"])).toEqual({ postgres: "17" });
  await expect(targets(["17"])).rejects.toThrow("write postgres@14 or sqlite@3.40");
});

test("--fix leaves the files of revisions that the database has run", async () => {
  using project = makeProject("sqlite:app.db?mode=rwc");
  project.write("models.ts", "export {};\n");
  const up = [op.sql({ sqlite: "pragma foreign_keys = off; select 1" })];
  const make = (letter: string, parents: readonly string[], order: number) =>
    project.revision({ id: id(letter), parents, message: letter, up }, order);
  make("a", [], 1);
  await project.ferro("upgrade", "--no-input");
  make("b", [id("a")], 2);

  const { code, stdout } = await project.ferro("lint", "--all", "--fix", "--json");
  expect(code).toBe(5);
  const { fixed, left } = JSON.parse(stdout);
  expect(fixed).toEqual([expect.stringContaining(id("b"))]);
  expect(left).toEqual([expect.objectContaining({ rule: "FM401", revision: id("a") })]);
  expect(await project.ferro("upgrade", "--no-input")).toMatchObject({ code: 0 });
}, 60_000);

describeEachDatabase(
  "what is linted",
  (db) => {
    test("is what the database hasn't run, what follows, what git doesn't have, or all", async () => {
      using project = makeProject(db.url);
      const target = await openMigrations(db.url);
      await upgrade(target, revisions, { to: "aa" });
      await target.close();
      const config = await loadConfig({ url: db.url }, project.folder);
      const nowhere = await loadConfig({ url: "sqlite:nothing.db?mode=rwc" }, project.folder);
      const ids = async (request: Parameters<typeof lintScope>[2], of = config) => {
        const scope = await lintScope(of, revisions, request);
        return scope.revisions === undefined ? "all" : [...scope.revisions].join(" ");
      };
      const git = (...words: readonly string[]) =>
        execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@x", ...words], {
          cwd: project.folder,
        });
      git("init", "-q");
      project.write(join("migrations", String(revisions[0]?.folder), "migration.ts"), "");
      project.write(join("migrations", String(revisions[1]?.folder), "migration.ts"), "");
      git("add", ".");
      git("commit", "-q", "-m", "x");

      expect(await ids({})).toBe(`${id("b")} ${id("c")}`);
      expect((await lintScope(config, revisions, {})).note).toContain("2 of 3 revisions");
      expect(await ids({ all: true })).toBe("all");
      const unapplied = async (request: Parameters<typeof lintScope>[2], of = config) =>
        [...((await lintScope(of, revisions, request)).unapplied ?? ["unknown"])].join(" ");
      for (const request of [{}, { all: true }, { revision: "cc" }]) {
        expect(await unapplied(request)).toBe(`${id("b")} ${id("c")}`);
      }
      expect(await unapplied({ since: "bb" })).toBe(id("c"));
      expect(await unapplied({}, nowhere)).toBe("unknown");
      expect(await ids({ revision: "aa" })).toBe(id("a"));
      expect(await ids({ since: "bb" })).toBe(id("c"));
      expect(await ids({ since: "HEAD" })).toBe(id("c"));
      expect(await ids({}, nowhere)).toBe("all");
      await expect(ids({ since: "nothing" })).rejects.toThrow("git doesn't know it here");
    });
  },
  { on: ["node:sqlite file", "postgres"] },
);
