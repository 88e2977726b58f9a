/** Auto-migrate on a database that versioned migrations look after. */
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { modelSchema, openMigrations } from "../../src/connect/migrate.ts";
import {
  type ConnectOptions,
  connect,
  createTables,
  disconnect,
  id,
  Model,
  migrate,
  VersionedDatabaseError,
} from "../../src/index.ts";
import { autogenerate } from "../../src/migration/autogenerate.ts";
import { verifyState } from "../../src/migration/drift.ts";
import { History } from "../../src/migration/history.ts";
import { migration } from "../../src/migration/revision.ts";
import { stamp } from "../../src/migration/stamp.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";

class Sailor extends Model("Sailor", { id: id(), name: z.string() }) {}

const made = autogenerate([], modelSchema(), { message: "sailors" });
const first = migration(made?.spec ?? expect.fail());
/** What a later version of the program has. */
const ladder: readonly ConnectOptions[] = [
  { autoMigrate: true },
  { migrateUpdates: true },
  { migrateDestructive: true },
];

/** A memory lives only as long as its connection. */
const because = "the database has to be there for a second connection";

describeEachDatabase(
  "auto-migrate beside versioned migrations",
  (db) => {
    async function withTarget<T>(work: (target: MigrationTarget) => Promise<T>): Promise<T> {
      const target = await openMigrations(db.url);
      try {
        return await work(target);
      } finally {
        await target.close();
      }
    }

    /** What is there and was not made by a test before. */
    const emptied = () =>
      withTarget(async ({ connection, dialect }) => {
        const { tables } = await dialect.introspect(connection);
        for (const { name } of tables) await connection.script(`drop table "${name}"`);
      });

    /** What auto-migrate would make. */
    const lose = () =>
      withTarget(async ({ connection }) => {
        await connection.script('drop table "sailor"');
      });

    const names = () =>
      withTarget(async ({ connection, dialect }) =>
        (await dialect.introspect(connection)).tables.map(({ name }) => name).sort(),
      );

    function warningsOf(): string[] {
      const seen: string[] = [];
      const listen = (warning: Error & { code?: string }) => {
        if (warning.code === "AUTO_MIGRATE") seen.push(warning.message);
      };
      process.on("warning", listen);
      onTestFinished(() => void process.off("warning", listen));
      return seen;
    }

    test.each(ladder)("%j refuses to change it, and says what to do", async (options) => {
      await emptied();
      await withTarget((target) => upgrade(target, [first]));
      await lose();
      const refused = connect(db.url, options);

      await expect(refused).rejects.toThrow(VersionedDatabaseError);
      await expect(refused).rejects.toMatchObject({
        code: "VERSIONED_DATABASE",
        message: expect.stringContaining("would change it: CREATE TABLE"),
        hint: expect.stringMatching(
          /ferro revision --autogenerate.*take autoMigrate.*ferro stamp base/,
        ),
      });
      expect(await names()).not.toContain("sailor");
    });

    test("so do migrate() and createTables(); a dry run only tells", async () => {
      await emptied();
      await withTarget((target) => upgrade(target, [first]));
      await lose();
      await connect(db.url);
      try {
        await expect(migrate()).rejects.toThrow(VersionedDatabaseError);
        await expect(createTables()).rejects.toThrow(VersionedDatabaseError);
        const { created, warnings } = await migrate({ dryRun: true });

        expect(created).toEqual(["sailor"]);
        expect(warnings).toEqual([expect.stringContaining("Versioned migrations look after")]);
        expect(await names()).not.toContain("sailor");
      } finally {
        await disconnect();
      }
    });

    test("a program of before stays up where nothing would change, and is warned", async () => {
      await emptied();
      const warnings = warningsOf();
      await connect(db.url, { autoMigrate: true });
      await disconnect();
      expect(warnings).toEqual([]);

      await withTarget((target) =>
        stamp(target, [first], { verify: (state) => verifyState(target, state) }),
      );
      await connect(db.url, { migrateUpdates: true });
      await Sailor.create({ name: "Ann" });
      await disconnect();

      await expect
        .poll(() => warnings)
        .toEqual([
          expect.stringMatching(
            /^ferro auto-migrate: Versioned .* take autoMigrate, .* out of connect/,
          ),
        ]);
    });

    test("a history that is at its beginning is in nobody's way", async () => {
      await emptied();
      await withTarget((target) => upgrade(target, [first]));
      await lose();
      await withTarget((target) => stamp(target, [first], { to: "base" }));

      await connect(db.url, { autoMigrate: true });
      await disconnect();
      expect(await names()).toContain("sailor");
      expect(await withTarget(async (t) => (await History.open(t)).applied())).toEqual([]);
    });

    test("upgrade says how a database that autoMigrate made is taken over", async () => {
      await emptied();
      await connect(db.url, { autoMigrate: true });
      await disconnect();

      const refused = withTarget((target) => upgrade(target, [first]));
      await expect(refused).rejects.toMatchObject({
        message: expect.stringMatching(/^the database has "sailor" already, and no history/),
        hint: expect.stringContaining("ferro stamp"),
      });
      await withTarget((target) => stamp(target, [first]));
      expect((await withTarget((target) => upgrade(target, [first]))).revisions).toEqual([]);
    });
  },
  { only: ["node:sqlite file", "postgres"], because },
);
