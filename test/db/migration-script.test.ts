import { spawnSync } from "node:child_process";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { MigrationError } from "../../src/errors/errors.ts";
import type { Operation } from "../../src/ir/migration.ts";
import { op } from "../../src/migration/op.ts";
import { migration, type Revision } from "../../src/migration/revision.ts";
import { type ScriptOptions, writeScript } from "../../src/migration/script.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { authors, slugs } from "../support/migration-models.ts";
import { comparable } from "./plan-check.ts";

const id = (letter: string): string => letter.repeat(12);

function revision(letter: string, parents: string, up: readonly Operation[]): Revision {
  return migration({ id: id(letter), parents: [...parents].map(id), message: letter, up });
}

const a = revision("a", "", authors);
const b = revision("b", "a", [
  op.createIndex("post", { columns: ["title"] }),
  op.createIndex("post", { columns: ["title"], fullText: "english" }),
]);
const c = revision("c", "b", [...slugs, op.setDefault("post", "title", "none")]);
const all = [a, b, c];

const fill =
  "insert into author (name) values ('Ann'); insert into post (author_id, title) values (1, 'One'), (1, 'Two'), (1, 'Three'); delete from post where title = 'Three'";

describeEachDatabase(
  "a script of revisions",
  (db) => {
    async function withTarget(work: (target: MigrationTarget) => Promise<void>): Promise<void> {
      const target = await openMigrations(db.url);
      try {
        await clear(target);
        await work(target);
      } finally {
        await target.close();
      }
    }

    async function clear(target: MigrationTarget): Promise<void> {
      const { tables } = await target.dialect.introspect(target.connection);
      for (const { name, indexes } of tables.toSorted((x, y) => (x.name < y.name ? 1 : -1))) {
        for (const index of indexes.filter(({ fullText }) => fullText !== undefined)) {
          const { ddl } = target.dialect;
          for (const sql of ddl.dropIndex(name, index)) await target.connection.script(sql);
        }
        await target.connection.script(`drop table "${name}"`);
      }
    }

    const rows = async (target: MigrationTarget, sql: string) =>
      (await target.connection.query({ sql, parameters: [], returnsRows: true })).rows.map((row) =>
        row.map(String),
      );

    /** Everything that a run leaves, without times and who it was. The order of columns is no difference. */
    const look = async (target: MigrationTarget) => ({
      schema: comparable(await target.dialect.introspect(target.connection)),
      posts: await postsOf(target),
      words: await wordsOf(target),
      history: await rows(
        target,
        "select id, parents, message, ops_hash, file_hash, state_hash, status, phase from ferro_migrations order by id",
      ),
      steps: await rows(target, "select * from ferro_migration_steps"),
      log: await rows(target, "select seq, event, revision from ferro_migration_log order by seq"),
    });

    /** On SQLite by the table of words, which must be that of the rows. */
    async function wordsOf(target: MigrationTarget) {
      const sql =
        db.backend === "sqlite"
          ? "select rowid from post_search where post_search match 'two'"
          : "select id from post where to_tsvector('english', title) @@ to_tsquery('two')";
      const { tables } = await target.dialect.introspect(target.connection);
      const indexes = tables.find(({ name }) => name === "post")?.indexes ?? [];
      return indexes.some(({ fullText }) => fullText !== undefined) ? rows(target, sql) : null;
    }

    async function postsOf(target: MigrationTarget) {
      const { tables } = await target.dialect.introspect(target.connection);
      const post = tables.find(({ name }) => name === "post");
      const columns = post?.columns.map(({ name }) => `"${name}"`).sort();
      return [columns, await rows(target, `select ${columns?.join(", ")} from post order by id`)];
    }

    const write = (target: MigrationTarget, options: ScriptOptions, files = all): string =>
      writeScript(target, files, options);

    /** As a program sends it: one text. */
    async function send(script: string): Promise<void> {
      if (db.backend === "sqlite") {
        using file = new DatabaseSync(db.url.replace(/^sqlite:(?:\/\/)?/, "").replace(/\?.*$/, ""));
        file.exec(script);
        return;
      }
      const client = new pg.Client({ connectionString: db.url });
      await client.connect();
      try {
        await client.query(script);
      } finally {
        await client.end();
      }
    }

    const shell = db.backend === "sqlite" ? "sqlite3" : "psql";
    const hasShell = spawnSync(shell, ["--version"]).status === 0;

    function pipe(script: string) {
      const file = db.url.replace(/^sqlite:(?:\/\/)?/, "").replace(/\?.*$/, "");
      const words = db.backend === "sqlite" ? [file] : ["-X", "-q", db.url];
      return spawnSync(shell, words, { input: script, encoding: "utf8" });
    }

    /** What `upgrade` makes of the revisions, with rows put in between. */
    async function upgraded(target: MigrationTarget) {
      await upgrade(target, all, { to: "aa" });
      await target.connection.script(fill);
      await upgrade(target, all);
      const left = await look(target);
      await clear(target);
      return left;
    }

    const nextPost = async (target: MigrationTarget) => {
      await target.connection.script(
        "insert into post (author_id, title, slug) values (1, 'Four', 'four')",
      );
      return rows(target, "select id from post where title = 'Four'");
    };

    test("sent as one text, leaves what upgrade leaves", async () => {
      await withTarget(async (target) => {
        const expected = await upgraded(target);
        expect(expected.words).toEqual([["2"]]);
        await send(write(target, { range: "base:aa", plain: true }));
        await target.connection.script(fill);
        await send(write(target, { range: "aa:head", plain: true }));

        expect(await look(target)).toEqual(expected);
        expect(await nextPost(target)).toEqual([["4"]]);
        expect((await upgrade(target, all)).revisions).toEqual([]);
      });
    });

    test.skipIf(!hasShell)(
      `run by ${shell}, leaves what upgrade leaves (skipped where ${shell} is not installed)`,
      async () => {
        await withTarget(async (target) => {
          const expected = await upgraded(target);
          expect(pipe(write(target, { range: "base:aa" }))).toMatchObject({ status: 0 });
          await target.connection.script(fill);
          expect(pipe(write(target, { range: "aa:head" }))).toMatchObject({ status: 0 });

          expect(await look(target)).toEqual(expected);
          expect(await nextPost(target)).toEqual([["4"]]);
        });
      },
    );

    test.skipIf(!hasShell)(
      `${shell} ends it where the database is elsewhere (skipped where ${shell} is not installed)`,
      async () => {
        await withTarget(async (target) => {
          await upgrade(target, all, { to: "aa" });
          const before = await look(target);
          const ran = pipe(write(target, { range: "bb:head" }));

          expect(ran.status).not.toBe(0);
          expect(ran.stderr).toMatch(/not.where.the.script.starts/);
          expect(await look(target)).toEqual(before);
        });
      },
    );

    describe("ends where it doesn't start, with nothing changed", () => {
      test("on a database without a history", async () => {
        await withTarget(async (target) => {
          const script = write(target, { range: "aa:head", plain: true });

          await expect(send(script)).rejects.toThrow(/not.where.the.script.starts/);
          expect((await target.dialect.introspect(target.connection)).tables).toEqual([]);
        });
      });

      test("on one that is further, or half way", async () => {
        await withTarget(async (target) => {
          await upgrade(target, all, { to: "bb" });
          const before = await look(target);
          const place = /not.where.the.script.starts/;
          const script = write(target, { range: "aa:bb", plain: true });
          await expect(send(script)).rejects.toThrow(place);
          expect(await look(target)).toEqual(before);

          await target.connection.script(
            "update ferro_migrations set status = 'partial' where id like 'bb%'",
          );
          const next = write(target, { range: "bb:head", plain: true });
          await expect(send(next)).rejects.toThrow(place);
        });
      });
    });

    test("goes back too", async () => {
      await withTarget(async (target) => {
        await upgrade(target, all, { to: "bb" });
        const before = await target.dialect.introspect(target.connection);
        await upgrade(target, all);
        await send(write(target, { range: "head:bb", plain: true }));

        expect(await target.dialect.introspect(target.connection)).toEqual(before);
        expect(await rows(target, "select id from ferro_migrations order by id")).toEqual([
          [id("a")],
          [id("b")],
        ]);
      });
    });

    test("is refused where only a program can run it, with what to do", () => {
      const code = revision("d", "c", [op.data("think", () => undefined)]);
      const alone = revision("d", "c", [
        op.sql({ postgres: "vacuum", sqlite: "vacuum" }, { transaction: false }),
      ]);
      return withTarget(async (target) => {
        const refuse = (file: Revision) => () => write(target, { plain: true }, [...all, file]);
        expect(refuse(code)).toThrow(MigrationError);
        expect(refuse(code)).toThrow('a script can\'t run the data step "think"');
        expect(refuse(alone)).toThrow("a statement that stands alone: vacuum");
      });
    });

    test.runIf(db.backend === "sqlite")(
      "a table is not made anew where somebody's trigger stands on it (SQLite alone makes tables anew)",
      async () => {
        await withTarget(async (target) => {
          await upgrade(target, all, { to: "bb" });
          await target.connection.script(
            "create trigger mine after insert on post begin select 1; end",
          );
          const script = write(target, { range: "bb:head", plain: true });

          await expect(send(script)).rejects.toThrow("made_by_no_revision_so_use_ferro_upgrade");
          const triggers =
            "select name from sqlite_schema where type = 'trigger' and name not like 'post_search%'";
          expect(await rows(target, triggers)).toEqual([["mine"]]);
          // What came before it was committed and written down: the runner goes on from there.
          expect((await upgrade(target, all)).revisions).toEqual([id("c")]);
          expect(await rows(target, triggers)).toEqual([["mine"]]);
          expect((await look(target)).log.map(([, event]) => event)).toContain("resume");
        });
      },
    );
  },
  { on: ["node:sqlite file", "postgres"] },
);
