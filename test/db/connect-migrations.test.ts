/** `connect(url, { migrations })`: a program that looks after its revisions as it starts. */
import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import {
  connect,
  type MigrationsAtConnect,
  PendingMigrationsError,
  UsageError,
} from "../../src/index.ts";
import { applyOperations, emptySchema } from "../../src/ir/apply.ts";
import { op } from "../../src/migration/op.ts";
import { phaseOf } from "../../src/migration/phase.ts";
import { migration, type Revision } from "../../src/migration/revision.ts";
import { upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { makeProject } from "../support/ferro-project.ts";
import { authors, slugs } from "../support/migration-models.ts";

const id = (letter: string): string => letter.repeat(12);

function revision(letter: string, parents: string, up: Revision["up"]): Revision {
  return migration({ id: id(letter), parents: [...parents].map(id), message: letter, up });
}

const a = revision("a", "", authors);
const tags = revision("b", "a", slugs.slice(4));
const nick = op.addColumn("author", { name: "nick", type: "text", nullable: true });
const step = op.data("nick", async ({ db }) => {
  await db.execute("update author set nick = name");
});
const c = revision("c", "b", [nick, step]);
const felt = revision("d", "c", [op.renameColumn("author", "nick", "alias")]);
const after = revision("e", "d", [
  op.addColumn("author", { name: "motto", type: "text", nullable: true }),
]);

describeEachDatabase("migrations at connect", (db) => {
  async function emptied(): Promise<void> {
    const target = await openMigrations(db.url);
    const { tables } = await target.dialect.introspect(target.connection);
    for (const { name } of tables.toSorted((x, y) => (x.name < y.name ? 1 : -1))) {
      await target.connection.script(`drop table "${name}"`);
    }
    await target.close();
  }

  const open = (migrations: MigrationsAtConnect, name = "at_boot") =>
    connect(db.url, { name, migrations });

  test("upgrade makes what is missing, and the connection goes on from there", async () => {
    await emptied();
    await using connection = await open({ mode: "upgrade", revisions: [a, tags, c] });

    const { rows } = await connection.lease("read", async (physical) =>
      physical.query({ sql: "select count(nick) from author", parameters: [], returnsRows: true }),
    );
    expect(rows.map((row) => row.map(Number))).toEqual([[0]]);
    // The same call again finds it as it is.
    expect(await open({ mode: "upgrade", revisions: [a, tags, c] })).toBe(connection);
  });

  // What lives in memory is gone before another connection could look at it.
  test.runIf(!db.ephemeral)("check names what is pending, and opens where nothing is", async () => {
    await emptied();
    const refused = open({ mode: "check", revisions: [a, tags] });

    await expect(refused).rejects.toThrow(PendingMigrationsError);
    await expect(refused).rejects.toMatchObject({
      code: "MIGRATIONS_PENDING",
      pending: [a.id, tags.id],
      message: expect.stringMatching(/lacks 2 revisions:\n {2}a{12} a\n {2}b{12} b\n {2}hint: run/),
    });
    const target = await openMigrations(db.url);
    await upgrade(target, [a, tags]);
    await target.close();
    await using connection = await open({ mode: "check", revisions: [a, tags] });
    expect(connection.name).toBe("at_boot");
  });

  test.runIf(!db.ephemeral)(
    "what programs that run would feel is not done on the way",
    async () => {
      await emptied();
      const all = [a, tags, c, felt, after];
      const refused = open({ mode: "upgrade", revisions: all });

      await expect(refused).rejects.toMatchObject({ pending: all.map((each) => each.id) });
      await expect(refused).rejects.toThrow('d (renames the column "author"."nick")');
      {
        // Nothing was done: half of it would be worse than none.
        const target = await openMigrations(db.url);
        expect((await target.dialect.introspect(target.connection)).tables).toEqual([]);
        await target.close();
      }
      const connection = await open({ mode: "upgrade", revisions: all, phase: "expand" });
      await connection.close();
      const again = await open({ mode: "check", revisions: all, phase: "expand" });
      await again.close();
      const target = await openMigrations(db.url);
      expect((await upgrade(target, all, { phase: "expand" })).held).toEqual([
        { id: felt.id, message: "d", because: 'renames the column "author"."nick"' },
        { id: after.id, message: "e", because: null },
      ]);
      expect(await upgrade(target, all)).toMatchObject({
        revisions: [felt.id, after.id],
        heads: [after.id],
        held: [],
      });
      await target.close();
    },
  );

  test("revisions are read from a folder; none at all is a mistake", async () => {
    await emptied();
    using project = makeProject(db.url);
    project.revision({ ...a, down: "auto" }, 1);
    const folder = `${project.folder}/migrations`;
    await using connection = await open({ mode: "upgrade", folder });
    expect(connection.name).toBe("at_boot");
    rmSync(folder, { recursive: true });

    await expect(open({ mode: "check", folder }, "other")).rejects.toThrow("there are none in");
  });

  test("an option that means nothing is refused", async () => {
    const wrong = [
      { migrations: "now" },
      { migrations: { mode: "check", file: "x" } },
      { migrations: "check", autoMigrate: true },
    ] as unknown as Parameters<typeof connect>[1][];
    for (const options of wrong) {
      await expect(connect(db.url, { name: "wrong", ...options })).rejects.toThrow(UsageError);
    }
  });
});

test.each([
  ["expand", [nick]],
  ["expand", [op.createIndex("post", { columns: ["title"] })]],
  ["expand", [op.setType("post", "title", "text")]],
  [
    "expand",
    [op.createTable("x", { columns: [{ name: "n", type: "integer" }], primaryKey: ["n"] })],
  ],
  ["expand", [op.addColumn("post", { name: "n", type: "integer", default: 0 })]],
  ["expand", [nick, op.addUnique("author", { columns: ["nick"] })]],
  ["expand", [op.sql({ postgres: "insert into author (name) values ('drop table')" })]],
  ["contract", [op.addUnique("author", { columns: ["name"] })]],
  ["contract", [nick, op.setNotNull("author", "nick", { fill: "" })]],
  ["contract", [op.addColumn("post", { name: "n", type: "integer" }, { fill: 0 })]],
  ["contract", [op.dropColumn("post", "title", { keep: true })]],
  ["contract", [op.setType("post", "title", "integer")]],
  ["contract", [op.sql({ sqlite: "alter table author rename to writer" })]],
  ["contract", [op.sql({ postgres: "x" }, { state: [op.dropTable("post")] })]],
] as const)("what is felt decides the phase: %s, %j", (phase, up) => {
  const revisionOf = revision("f", "", up);
  const before = applyOperations(emptySchema, authors);

  expect(phaseOf(revisionOf, before).phase).toBe(phase);
  expect(phaseOf({ ...revisionOf, phase: "expand" }, before).phase).toBe("expand");
});
