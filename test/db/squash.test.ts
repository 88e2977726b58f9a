/** A squash on databases: new ones, those in the middle of its originals, and those past them. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { HistoryChangedError } from "../../src/errors/migration.ts";
import { applyOperations, emptySchema } from "../../src/ir/apply.ts";
import type { Operation } from "../../src/ir/migration.ts";
import type { SchemaPayload } from "../../src/ir/schema.ts";
import { diffSchemas } from "../../src/migration/diff.ts";
import { findDrift, verifyState } from "../../src/migration/drift.ts";
import { History } from "../../src/migration/history.ts";
import { historyTables } from "../../src/migration/history-tables.ts";
import { op } from "../../src/migration/op.ts";
import { reduceOperations } from "../../src/migration/reduce.ts";
import { migration, type Revision, type RevisionSpec } from "../../src/migration/revision.ts";
import { squashRevisions } from "../../src/migration/squash.ts";
import { readStatus } from "../../src/migration/status.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { downgrade, upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { makeProject } from "../support/ferro-project.ts";
import { authors, schemaOf, slugs } from "../support/migration-models.ts";
import { schemaArbitrary } from "../unit/migration/schemas.ts";
import { carryOut, comparable } from "./plan-check.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };

describeEachSchemaDatabase("random histories", (db) => {
  const dialect = dialects[db.name];

  test("the squash of any part of one leaves the catalog that the originals leave", async () => {
    const history = fc.array(schemaArbitrary, { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(history, fc.boolean(), async (schemas, fromNothing) => {
        const { start, operations } = historyOf(schemas, fromNothing);
        const [one, all] = [await db.empty(), await db.empty()];
        try {
          for (const connection of [one, all]) {
            await carryOut(
              connection,
              dialect,
              emptySchema,
              diffSchemas(emptySchema, start).operations,
            );
          }
          await carryOut(all, dialect, start, operations);
          await carryOut(one, dialect, start, reduceOperations(start, operations));

          expect(comparable(await dialect.introspect(one))).toEqual(
            comparable(await dialect.introspect(all)),
          );
        } finally {
          await one.close();
          await all.close();
        }
      }),
      { numRuns: Number(process.env["FERRO_PLAN_RUNS"] ?? 15) },
    );
  }, 120_000);
});

/** The operations from one schema to the next and on, and what they begin with. */
function historyOf(schemas: readonly SchemaPayload[], fromNothing: boolean) {
  const [first = emptySchema, ...others] = schemas;
  const start = fromNothing ? emptySchema : first;
  const operations: Operation[] = [];
  let state = start;
  for (const schema of fromNothing ? schemas : others) {
    const step = diffSchemas(state, schema).operations;
    operations.push(...step);
    state = applyOperations(state, step);
  }
  return { start, operations };
}

const id = (letter: string): string => letter.repeat(12);

function revision(
  letter: string,
  parents: string,
  up: Revision["up"],
  rest: Partial<RevisionSpec> = {},
): Revision {
  return migration({ id: id(letter), parents: [...parents].map(id), message: letter, up, ...rest });
}

const a = revision("a", "", authors);
const b = revision("b", "a", slugs);
const c = revision("c", "b", [
  op.renameColumn("post", "title", "headline"),
  op.addColumn("author", { name: "nick", type: "text", default: "nobody" }),
]);
const d = revision("d", "c", [
  op.setDefault("author", "nick", "somebody"),
  op.dropColumn("tag", "label", { destructive: "nobody reads it" }),
]);
const e = revision("e", "d", [
  op.addColumn("tag", { name: "colour", type: "text", nullable: true }),
]);
const originals = [a, b, c, d, e];
const everything = schemaOf(...originals.map(({ up }) => up as typeof authors));

describeEachDatabase(
  "a squash",
  (db) => {
    async function withTarget(work: (target: MigrationTarget) => Promise<void>): Promise<void> {
      const target = await openMigrations(db.url);
      try {
        const { tables } = await target.dialect.introspect(target.connection);
        for (const { name } of tables.toSorted((x, y) => (x.name < y.name ? 1 : -1))) {
          await target.connection.script(`drop table "${name}"`);
        }
        await work(target);
      } finally {
        await target.close();
      }
    }

    const fill = (target: MigrationTarget) =>
      target.connection.script(
        "insert into author (name) values ('Ann'); insert into post (author_id, title) values (1, 'One'), (1, 'Two')",
      );

    async function found({ connection, dialect }: MigrationTarget) {
      const schema = await dialect.introspect(connection);
      const tables = schema.tables.filter(({ name }) => !historyTables.includes(name));
      const ask = async (sql: string) =>
        (await connection.query({ sql, parameters: [], returnsRows: true })).rows.map((row) =>
          row.map(String),
        );
      const posts = await ask("select id, author_id, headline, slug from post order by id");
      return {
        catalog: comparable({ ...schema, tables }),
        posts,
        authors: await ask("select id, name, nick from author order by id"),
      };
    }

    const runs = async (target: MigrationTarget) =>
      (await (await History.open(target)).log()).map(({ revision: of }) => of);

    test.for([
      ["b..d", "aa", "a s e"],
      ["b..d", "bb", "a b c d e"],
      ["b..d", "cc", "a b c d e"],
      ["b..d", "dd", "a b c d e"],
      ["..c", "aa", "a b c d e"],
      ["..e", "ee", "a b c d e"],
    ] as const)(
      "of %s: a database at %s ends as one that ran the originals",
      async ([range, at, expected]) => {
        await withTarget(async (target) => {
          await upgrade(target, originals, { to: "aa" });
          await fill(target);
          await upgrade(target, originals, {});
          const wanted = await found(target);
          const squash = await squashOf(range);

          await withTarget(async (other) => {
            await upgrade(other, originals, { to: "aa" });
            await fill(other);
            await upgrade(other, originals, { to: at });
            await upgrade(other, [...originals, squash]);

            expect(await found(other)).toEqual(wanted);
            expect(
              (await runs(other)).map((of) => (of === squash.id ? "s" : of?.[0])).join(" "),
            ).toBe(expected);
            expect(await readStatus(other, [...originals, squash])).toMatchObject({
              pending: [],
              stateMatches: true,
            });
            expect(
              (await findDrift(other, everything)).items.filter(({ kind }) => kind !== "unmanaged"),
            ).toEqual([]);
          });
        });
      },
    );

    test("a new database runs the squash and nothing else, and goes back over it", async () => {
      await withTarget(async (target) => {
        await upgrade(target, originals);
        const wanted = (await found(target)).catalog;
        await withTarget(async (other) => {
          const all = [...originals, await squashOf("..d")];
          const { revisions } = await upgrade(other, all);
          expect(revisions).toEqual([all.at(-1)?.id, id("e")]);
          expect((await found(other)).catalog).toEqual(wanted);

          await downgrade(other, all, { to: "base" });
          expect((await readStatus(other, all)).pending).toEqual(revisions);
          await upgrade(other, all);
          expect((await found(other)).catalog).toEqual(wanted);
        });
      });
    });

    test("once the originals' files are gone the squash stands in the history, and can be taken back", async () => {
      await withTarget(async (target) => {
        await upgrade(target, originals, { to: "dd" });
        const squash = await squashOf("b..d");
        const left = [a, squash, e];
        expect((await readStatus(target, left)).pending).toEqual([id("e")]);
        await upgrade(target, left);

        const status = await readStatus(target, left);
        expect(status.applied.map((row) => [row.id, row.status])).toEqual(
          expect.arrayContaining([
            [squash.id, "squashed"],
            [id("a"), "applied"],
            [id("e"), "applied"],
          ]),
        );
        expect(status).toMatchObject({ pending: [], stateMatches: true, heads: [id("e")] });
        expect(status.applied).toHaveLength(3);
        await downgrade(target, left, { to: "aa" });
        expect(await verifyState(target, schemaOf(authors))).toEqual([]);
        expect((await readStatus(target, left)).pending).toEqual([squash.id, id("e")]);
      });
    });

    test("a database that stopped half way in an original needs its file", async () => {
      await withTarget(async (target) => {
        await upgrade(target, originals, { to: "dd" });
        await target.connection.script(
          `update ferro_migrations set status = 'partial' where id = '${id("d")}'`,
        );
        const squash = await squashOf("b..d");

        await expect(upgrade(target, [a, squash, e])).rejects.toMatchObject({
          fault: "UNKNOWN_APPLIED",
          revision: id("d"),
        });
        const history = await History.open(target);
        expect((await history.applied()).map((row) => row.id)).toContain(id("d"));
      });
    });

    test("a database that needs an original whose file is gone is told which, and left as it is", async () => {
      await withTarget(async (target) => {
        await upgrade(target, originals, { to: "cc" });
        const squash = await squashOf("b..d");
        const run = upgrade(target, [a, squash, e]);

        await expect(run).rejects.toThrow(HistoryChangedError);
        await expect(run).rejects.toMatchObject({
          fault: "UNKNOWN_APPLIED",
          message: expect.stringContaining("not dddddddddddd"),
        });
        expect((await upgrade(target, [...originals, squash])).revisions).toEqual([
          id("d"),
          id("e"),
        ]);
      });
    });
  },
  { only: ["node:sqlite file", "postgres"], because: "the tests open one database twice" },
);

async function squashOf(range: string): Promise<Revision> {
  const [first = "", last = ""] = range.split("..").map((letter) => letter.repeat(2));
  const { made } = await squashRevisions(originals, `${first}..${last}`);
  return migration(made.spec);
}

describe("ferro squash", () => {
  const files = (folder: string): string[] => readdirSync(join(folder, "migrations")).sort();

  test("keeps data steps with what they import, and the squash runs them", async () => {
    using project = makeProject("sqlite:app.db?mode=rwc");
    project.write("models.ts", "export {};\n");
    project.revision({ id: id("a"), parents: [], message: "a", up: authors }, 1);
    const data = (letter: string, parent: string, name: string, rest = "") =>
      `import { migration, op } from "ferro-orm/migrate";
import { prefix } from "./words.ts";
export default migration({
  id: "${id(letter)}",
  parents: ["${id(parent)}"],
  message: "${letter}",
  up: [op.data("${name}", ${rest}async ({ db }) => {
    await db.execute("insert into author (name) values (?)", [\`\${prefix}${letter}\`]);
  })],
});
`;
    const steps = [
      ["b", "a", "greet", ""],
      ["c", "b", "greet", ""],
      ["d", "c", "once", "{ elidable: true }, "],
    ] as const;
    for (const [at, [letter, parent, name, rest]] of steps.entries()) {
      const folder = `migrations/20260101T00000${at + 2}-${id(letter)}`;
      project.write(`${folder}/migration.ts`, data(letter, parent, name, rest));
      project.write(`${folder}/words.ts`, `export const prefix = "${letter}:";\n`);
    }
    project.revision(
      {
        id: id("e"),
        parents: [id("d")],
        message: "e",
        up: [op.renameColumn("author", "name", "title")],
      },
      5,
    );

    const dry = await project.ferro("squash", "..head", "--dry-run");
    expect(dry).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("5 operations in the place of 6; 5 revisions in one"),
    });
    const made = await project.ferro("squash", "..head", "--json", "-m", "all of it");
    expect(made.code, made.stderr).toBe(0);
    const { replaces, kept, elided, files: written } = JSON.parse(made.stdout);
    expect(replaces).toEqual(["a", "b", "c", "d", "e"].map(id));
    expect([kept, elided]).toEqual([["greet", `greet (${id("c")})`], ["once"]]);
    expect(written.sort()).toEqual([
      `${id("b")}-words.ts`,
      `${id("b")}.ts`,
      `${id("c")}-words.ts`,
      `${id("c")}.ts`,
      "migration.ts",
      "plan.sqlite.sql",
    ]);

    for (const name of files(project.folder).slice(0, 5)) {
      rmSync(join(project.folder, "migrations", name), { recursive: true });
    }
    expect((await project.ferro("upgrade", "--no-input")).stdout).toContain("1 applied");
    const { stdout } = await project.node(
      "-e",
      `const { DatabaseSync } = require("node:sqlite"); console.log(JSON.stringify(new DatabaseSync("app.db").prepare("select title from author").all()))`,
    );
    expect(JSON.parse(stdout)).toEqual([{ title: "b:b" }, { title: "c:c" }]);
  }, 60_000);

  test("what can't be squashed is said, and a squash that was edited is found by check", async () => {
    using project = makeProject("sqlite:app.db?mode=rwc");
    project.write("models.ts", "export {};\n");
    for (const [at, each] of originals.entries()) project.revision(each, at + 1);

    expect(await project.ferro("squash")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("needs a range"),
    });
    expect(await project.ferro("squash", "bb..bb")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("holds one revision"),
    });
    const { stdout } = await project.ferro("squash", "bb..dd", "--json");
    const { revision: squashed, path, operations } = JSON.parse(stdout);
    const shown = await project.ferro("history");
    expect(shown.stdout.trim().split("\n")).toHaveLength(3);

    rmSync(join(project.folder, path), { recursive: true });
    project.revision(
      {
        id: squashed,
        parents: [id("a")],
        message: "edited",
        up: [...operations, op.setTableComment("post", "by hand")],
        replaces: [id("b"), id("c"), id("d")],
      },
      9,
    );
    const checked = await project.ferro("check", "--json");
    expect(JSON.parse(checked.stdout).problems).toContainEqual({
      kind: "squash",
      message: expect.stringContaining("makes something else than what it replaces"),
    });
  }, 60_000);
});
