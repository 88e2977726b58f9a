import { describe, expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import {
  DecisionNeededError,
  DestructiveChangeError,
  HistoryChangedError,
  MigrationLockError,
  PartlyAppliedError,
  RevisionConflictError,
  SchemaDriftError,
} from "../../src/errors/migration.ts";
import type { Operation } from "../../src/ir/migration.ts";
import { autogenerate, compareModels } from "../../src/migration/autogenerate.ts";
import { createMissing } from "../../src/migration/create.ts";
import { findDrift, verifyState } from "../../src/migration/drift.ts";
import { History } from "../../src/migration/history.ts";
import { takeLock } from "../../src/migration/lock.ts";
import { mergeHeads } from "../../src/migration/merge.ts";
import { op } from "../../src/migration/op.ts";
import { rehearse } from "../../src/migration/rehearse.ts";
import { migration, type Revision, type RevisionSpec } from "../../src/migration/revision.ts";
import { acceptChange, stamp } from "../../src/migration/stamp.ts";
import { readStatus } from "../../src/migration/status.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { downgrade, upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { authors, schemaOf, slugs } from "../support/migration-models.ts";

const id = (letter: string): string => letter.repeat(12);

function revision(
  letter: string,
  parents: string,
  up: readonly Operation[],
  rest: Partial<RevisionSpec> = {},
): Revision {
  return migration({ id: id(letter), parents: [...parents].map(id), message: letter, up, ...rest });
}

const a = revision("a", "", authors);
const b = revision("b", "a", slugs);

describeEachDatabase("versioned migrations", (db) => {
  async function withTarget(work: (target: MigrationTarget) => Promise<void>): Promise<void> {
    const target = await openMigrations(db.url);
    try {
      const { tables } = await target.dialect.introspect(target.connection);
      const names = tables
        .map(({ name }) => `"${name}"`)
        .sort()
        .reverse();
      for (const name of names) await target.connection.script(`drop table ${name}`);
      await work(target);
    } finally {
      await target.close();
    }
  }

  const rows = async (target: MigrationTarget, sql: string) =>
    (await target.connection.query({ sql, parameters: [], returnsRows: true })).rows.map((row) =>
      row.map(String),
    );

  const fill = (target: MigrationTarget) =>
    target.connection.script(
      "insert into author (name) values ('Ann'); insert into post (author_id, title) values (1, 'One'), (1, 'Two'), (1, 'Three')",
    );

  test("revisions run up, and rows survive what changes around them", async () => {
    await withTarget(async (target) => {
      await upgrade(target, [a, b], { to: "aa" });
      await fill(target);
      await upgrade(target, [a, b]);

      expect(await rows(target, "select title, slug from post order by id")).toEqual([
        ["One", "one"],
        ["Two", "two"],
        ["Three", "three"],
      ]);
      expect(await verifyState(target, schemaOf(authors, slugs))).toEqual([]);
      expect(await readStatus(target, [a, b])).toMatchObject({
        heads: [id("b")],
        pending: [],
        partial: null,
        stateMatches: true,
      });
    });
  });

  test("down takes back what up made, and up makes it again", async () => {
    await withTarget(async (target) => {
      await upgrade(target, [a], {});
      await fill(target);
      const before = await target.dialect.introspect(target.connection);
      await upgrade(target, [a, b]);
      await downgrade(target, [a, b]);

      expect(await rows(target, "select title from post order by id")).toHaveLength(3);
      expect(await verifyState(target, schemaOf(authors))).toEqual([]);
      expect(
        (await target.dialect.introspect(target.connection)).tables.map(({ name }) => name),
      ).toEqual(before.tables.map(({ name }) => name));
    });
  });

  test("a comparison with the models is empty after its revision, with no database asked", () => {
    const models = schemaOf(
      authors,
      slugs.filter((each) => each.op !== "backfill"),
    );
    const made = autogenerate([], models, { message: "all" });
    const again = made === null ? [] : [migration(made.spec)];

    expect(again).toHaveLength(1);
    expect(autogenerate(again, models, { message: "again" })).toBeNull();
    expect(compareModels(again, models)).toEqual({ operations: [], decisions: [] });
  });

  test("a rename is asked for, never guessed", () => {
    const models = schemaOf([
      op.createTable("author", {
        columns: [
          { name: "full_name", type: "text" },
          { name: "id", type: "integer", autoincrement: true },
        ],
        primaryKey: ["id"],
      }),
      ...authors.slice(1),
    ] as typeof authors);
    const make = () => autogenerate([a], models, { message: "rename" });

    expect(make).toThrow(DecisionNeededError);
    expect(make).toThrow('was the column "name" of "author" renamed to "full_name", or removed?');
    const answers = { "rename:column:author.name": { rename: "full_name" } };
    expect(autogenerate([a], models, { message: "rename", answers })?.spec.up).toEqual([
      op.renameColumn("author", "name", "full_name"),
    ]);
  });

  describe("a database that autoMigrate made", () => {
    test("is taken over by stamp, and its first comparison is empty", async () => {
      await withTarget(async (target) => {
        const models = schemaOf(authors);
        const ir = { irKind: "schema", irVersion: 1, payload: models } as const;
        await createMissing(target.connection, ir, target.dialect.ddl);
        const made = autogenerate([], models, { message: "first" });
        const first = made === null ? [] : [migration(made.spec)];

        await stamp(target, first, { verify: (state) => verifyState(target, state) });
        expect((await upgrade(target, first)).revisions).toEqual([]);
        expect(await verifyState(target, models)).toEqual([]);
        expect(autogenerate(first, models, { message: "x" })).toBeNull();
      });
    });

    test("is refused where it is something else", async () => {
      await withTarget(async (target) => {
        const models = schemaOf(authors);
        const ir = { irKind: "schema", irVersion: 1, payload: models } as const;
        await createMissing(target.connection, ir, target.dialect.ddl);
        const claim = stamp(target, [a, b], { verify: (state) => verifyState(target, state) });

        await expect(claim).rejects.toThrow(SchemaDriftError);
        await expect(claim).rejects.toThrow('column "slug" of "post" is missing');
        expect(await (await History.open(target)).exists()).toBe(false);
      });
    });
  });

  test("drift is what is missing or changed; what no revision made is left alone", async () => {
    await withTarget(async (target) => {
      await upgrade(target, [a]);
      expect((await findDrift(target, schemaOf(authors))).items).toEqual([]);

      await target.connection.script("create table other (n integer)");
      await target.connection.script("alter table author add column nick text");
      await target.connection.script("create index mine on post (title)");
      const { items } = await findDrift(target, schemaOf(authors, [slugs[0]] as typeof slugs));

      expect(items.map(({ kind, table, what }) => `${kind} ${table} ${what}`).sort()).toEqual([
        'changed author column "nick"',
        'missing post column "slug"',
        "unmanaged other the table",
        'unmanaged post index "mine"',
      ]);
    });
  });

  test("what loses something needs a reason, or leave", async () => {
    await withTarget(async (target) => {
      const drop = revision("c", "a", [op.dropTable("post")]);
      const why = revision("c", "a", [op.dropTable("post", { destructive: "empty" })]);
      await upgrade(target, [a]);

      await expect(upgrade(target, [a, drop])).rejects.toThrow(DestructiveChangeError);
      expect(await rows(target, "select count(*) from post")).toEqual([["0"]]);
      await upgrade(target, [a, why]);
      await expect(downgrade(target, [a, why])).rejects.toThrow("can't be undone");
    });
  });

  test("rows in the way are found before anything is changed", async () => {
    await withTarget(async (target) => {
      await upgrade(target, [a]);
      await fill(target);
      await target.connection.script("insert into post (author_id, title) values (1, 'One')");
      const tight = revision("c", "a", [
        op.createTable("x", { columns: [{ name: "id", type: "integer" }], primaryKey: ["id"] }),
        op.addUnique("post", { columns: ["title"] }),
        op.addCheck("author", { name: "ck_author_short", sql: "length(name) < 2" }),
      ]);

      await expect(upgrade(target, [a, tight])).rejects.toThrow(
        /rows stand in the way, so nothing was changed:\n {2}FM301 .*: One\n {2}FM304 rows of "author" break the check "ck_author_short": 1/,
      );
      expect((await readStatus(target, [a, tight])).heads).toEqual([id("a")]);
    });
  });

  describe("branches", () => {
    const tags = revision("c", "a", [slugs[5] as Operation]);
    const nick = revision("d", "a", [
      op.addColumn("author", { name: "nick", type: "text", nullable: true }),
    ]);

    test("two heads are named, and each may be chosen", async () => {
      await withTarget(async (target) => {
        await expect(upgrade(target, [a, tags, nick])).rejects.toThrow(RevisionConflictError);

        await upgrade(target, [a, tags, nick], { to: "cc" });
        await upgrade(target, [a, tags, nick], { to: "dd" });
        expect((await readStatus(target, [a, tags, nick])).heads).toEqual([id("c"), id("d")]);
      });
    });

    test.each(["cc", "dd"])("a database at %s goes through the merge", async (start) => {
      const merge = mergeHeads([a, tags, nick], { message: "merge" });
      const merged = migration(merge?.made.spec as RevisionSpec);
      expect(merge?.conflicts).toEqual([]);
      expect(merged.parents).toEqual([id("c"), id("d")]);

      await withTarget(async (target) => {
        await upgrade(target, [a, tags, nick], { to: start });
        const { revisions, heads } = await upgrade(target, [a, tags, nick, merged]);

        expect(revisions).toHaveLength(2);
        expect(heads).toEqual([merged.id]);
        expect((await downgrade(target, [a, tags, nick, merged])).heads).toEqual([
          id("c"),
          id("d"),
        ]);
      });
    });

    test("branches that change the same thing conflict", () => {
      const other = revision("e", "a", [op.dropColumn("author", "name")]);
      const used = revision("f", "a", [op.createIndex("author", { columns: ["name"] })]);

      expect(mergeHeads([a, other, used], { message: "" })?.conflicts).toMatchObject([
        { reason: 'one changes table "author"."name", which the other uses' },
      ]);
    });
  });

  test("what a changed file says otherwise is shown, line by line", async () => {
    await withTarget(async (target) => {
      const step = (code: () => void) => op.data("think", code);
      const made = (name: string, code: () => void) =>
        revision("a", "", [
          op.createTable("t", {
            columns: [
              { name: "id", type: "integer" },
              { name, type: "text", nullable: true, default: name },
            ],
            primaryKey: ["id"],
          }),
          step(code),
          op.createIndex("t", { columns: ["id"] }),
        ]);
      const think = () => undefined;
      const other = () => {
        throw new Error("not the same");
      };
      await upgrade(target, [made("x", think)]);

      const refused = upgrade(target, [made("y", other)]);
      await expect(refused).rejects.toThrow(HistoryChangedError);
      await expect(refused).rejects.toThrow(
        /does something else now .*:\n {2}- .*name: "x".*\n(?:.*\n)* {2}\+ .*name: "y".*\n(?:.*\n)* {2}- op\.data\("think"\) \w+\n {2}\+ op\.data\("think"\) \w+\n {2}hint: three ways out/,
      );
      await expect(readStatus(target, [made("y", think)])).rejects.toThrow(/\n {2}\+ .*name: "y"/);
      await expect(refused).rejects.not.toThrow("createIndex");
      await acceptChange(target, [made("y", other)], "aa");
      await expect(readStatus(target, [made("x", other)])).rejects.toThrow(/\n {2}- .*name: "y"/);
    });
  });

  test("a changed file is refused until it is accepted", async () => {
    await withTarget(async (target) => {
      await upgrade(target, [a]);
      const [first] = authors;
      const changed = revision("a", "", [
        { ...first, allow: ["FM1: x"] } as Operation,
        ...authors.slice(1),
      ]);
      await upgrade(target, [changed]);
      const other = { ...changed, down: [] };

      await expect(upgrade(target, [other])).rejects.toThrow(HistoryChangedError);
      expect(await acceptChange(target, [other], "aa")).toBe(id("a"));
      await upgrade(target, [other]);
      const log = await (await History.open(target)).log();
      expect(log.at(-1)).toMatchObject({ event: "repair", revision: id("a") });
    });
  });

  test("a half-done revision can't be gone back from, only finished", async () => {
    await withTarget(async (target) => {
      await upgrade(target, [a]);
      await fill(target);
      const step = (fail: boolean) =>
        revision("b", "a", [
          op.addColumn("post", { name: "slug", type: "text", nullable: true }),
          op.data("think", () => {
            if (fail) throw new Error("no");
          }),
          op.addColumn("post", { name: "more", type: "text", nullable: true }),
        ]);
      await upgrade(target, [a, step(true)]).catch(() => {});

      expect((await readStatus(target, [a, step(true)])).partial).toMatchObject({
        id: id("b"),
        done: 1,
      });
      await expect(downgrade(target, [a, step(true)])).rejects.toThrow(PartlyAppliedError);
      await upgrade(target, [a, step(true)]).catch(() => {});
      const { heads } = await upgrade(target, [a, { ...step(false) }]);
      expect(heads).toEqual([id("b")]);
    });
  });

  test("a rehearsal goes up, down and up again", async () => {
    await withTarget(async (target) => {
      const { differences, irreversible, comesBack, runs } = await rehearse(
        target,
        [a, b],
        schemaOf(authors, slugs),
      );

      expect({ differences, irreversible, comesBack }).toEqual({
        differences: [],
        irreversible: null,
        comesBack: true,
      });
      expect(runs.map((each) => each.slice(0, -11))).toEqual([
        "upgrade a",
        "upgrade b",
        "downgrade b",
        "downgrade a",
        "upgrade a",
        "upgrade b",
      ]);
    });
  });
});

describeEachDatabase(
  "the migration lock",
  (db) => {
    test("is waited for, and given up in the end", async () => {
      const [first, second] = [await openMigrations(db.url), await openMigrations(db.url)];
      const held = await takeLock(first, { waitMs: 1000, onWait: () => {} });
      const waits: (string | null)[] = [];
      const refused = takeLock(second, { waitMs: 50, onWait: (holder) => waits.push(holder) });

      await expect(refused).rejects.toThrow(MigrationLockError);
      const server = db.pooled ? /\(a lease, / : /^pid \d+ /;
      expect(waits).toEqual([db.backend === "postgres" ? expect.stringMatching(server) : null]);

      const later = takeLock(second, { waitMs: 10_000, onWait: () => {} });
      await held.release();
      await (await later).release();
      await first.close();
      await second.close();
    });
  },
  { on: ["node:sqlite file", "postgres"] },
);
