/** Scripts for databases that have a squash, or its originals. */
import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { historyTables } from "../../src/migration/history-tables.ts";
import { op } from "../../src/migration/op.ts";
import { migration, type Revision } from "../../src/migration/revision.ts";
import { writeScript } from "../../src/migration/script.ts";
import { squashRevisions } from "../../src/migration/squash.ts";
import { readStatus } from "../../src/migration/status.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";

const id = (letter: string): string => letter.repeat(12);

const revision = (letter: string, parents: string): Revision =>
  migration({
    id: id(letter),
    parents: [...parents].map(id),
    message: letter,
    up: [
      op.createTable(`made_by_${letter}`, {
        columns: [{ name: "id", type: "integer", autoincrement: true }],
        primaryKey: ["id"],
      }),
    ],
  });

const [a, b, c, d] = [
  revision("a", ""),
  revision("b", "a"),
  revision("c", "b"),
  revision("d", "c"),
];
const originals = [a, b, c];

async function squashOf(range: string): Promise<Revision> {
  return migration((await squashRevisions(originals, range)).made.spec);
}

async function send(
  target: MigrationTarget,
  revisions: readonly Revision[],
  range: string,
): Promise<void> {
  const { connection } = target;
  try {
    await connection.script(writeScript(target, revisions, { range, plain: true }));
  } finally {
    if (connection.state !== "idle") await connection.script("ROLLBACK");
  }
}

describeEachDatabase(
  "a script and a squash",
  (db) => {
    async function withTarget(work: (target: MigrationTarget) => Promise<void>): Promise<void> {
      const target = await openMigrations(db.url);
      try {
        const { tables } = await target.dialect.introspect(target.connection);
        for (const { name } of tables) {
          if (name.startsWith("made_by_") || historyTables.includes(name)) {
            await target.connection.script(`drop table "${name}"`);
          }
        }
        await work(target);
      } finally {
        await target.close();
      }
    }

    test("it begins at an original where the database has those", async () => {
      await withTarget(async (target) => {
        const squash = await squashOf("aa..bb");
        const all = [...originals, d, squash];
        await upgrade(target, originals, { to: "aa" });
        await expect(send(target, all, `${squash.id}:head`)).rejects.toThrow(
          /not.where.the.script.starts/,
        );
        await send(target, all, "aa:cc");

        expect((await upgrade(target, all)).revisions).toEqual([d.id]);
        expect((await readStatus(target, all)).heads).toEqual([d.id]);
      });
    });

    test("it goes on where the squash stands in the history", async () => {
      await withTarget(async (target) => {
        await upgrade(target, originals);
        const left = [await squashOf("aa..bb"), c];
        await upgrade(target, left);
        await send(target, [...left, d], "cc:head");

        expect(await readStatus(target, [...left, d])).toMatchObject({
          pending: [],
          heads: [d.id],
        });
      });
    });
  },
  { on: ["node:sqlite file", "postgres"] },
);
