/** `ferro check --replay`: on databases that need no set-up. */
import { describe, expect, test } from "vitest";
import { openMigrations, throwawayUrl } from "../../src/connect/migrate.ts";
import { applyOperations, emptySchema } from "../../src/ir/apply.ts";
import type { Operation } from "../../src/ir/migration.ts";
import { op } from "../../src/migration/op.ts";
import { type Rehearsal, rehearse } from "../../src/migration/rehearse.ts";
import { migration, type Revision } from "../../src/migration/revision.ts";
import { authors, slugs } from "../support/migration-models.ts";

const id = (letter: string): string => letter.repeat(12);

function revision(letter: string, parents: string, up: readonly Operation[]): Revision {
  return migration({ id: id(letter), parents: [...parents].map(id), message: letter, up });
}

const moods = [
  op.createEnum("mood", ["happy", "sad"]),
  op.addColumn("author", {
    name: "mood",
    type: { kind: "enum", name: "mood", values: ["happy", "sad"] },
    default: "happy",
  }),
];

const history = [
  revision("a", "", authors),
  revision("b", "a", slugs),
  revision("c", "b", moods),
  // A value is used in the revision after the one that adds it.
  revision("d", "c", [op.addEnumValue("mood", "calm", { before: "sad" })]),
  revision("e", "d", [
    op.setDefault("author", "mood", "calm"),
    op.data("greet", async ({ db }) => {
      await db.execute("insert into author (name) values ('Ann')");
    }),
  ]),
];

const models = applyOperations(
  emptySchema,
  history.flatMap(({ up }) => up),
);

// The embedded PostgreSQL takes its time to start on a busy machine.
const patient = 300_000;

describe.each(["sqlite", "postgres"])("a rehearsal on a throwaway database, %s", (name) => {
  async function rehearsal(revisions: readonly Revision[], wanted = models): Promise<Rehearsal> {
    const target = await openMigrations(throwawayUrl(name));
    try {
      return await rehearse(target, revisions, wanted);
    } finally {
      await target.close();
    }
  }

  test(
    "says what the models have more, and how far it went back",
    async () => {
      const more = applyOperations(models, [
        op.addColumn("tag", { name: "colour", type: "text", nullable: true }),
      ]);
      const { differences, irreversible, comesBack, runs } = await rehearsal(history, more);

      expect(differences).toMatchObject([
        { kind: "missing", what: 'column "colour"', table: "tag" },
      ]);
      expect(irreversible).toContain('values that are removed from "mood" (calm)');
      expect(comesBack).toBe(true);
      expect(runs.filter((each) => each === `downgrade ${id("e")}`)).toHaveLength(1);
      expect(runs.filter((each) => each === `upgrade ${id("e")}`)).toHaveLength(2);
    },
    patient,
  );

  test(
    "goes up, down to nothing and up again",
    async () => {
      const reversible = history.slice(0, 3);
      const wanted = applyOperations(
        emptySchema,
        reversible.flatMap(({ up }) => up),
      );

      expect(await rehearsal(reversible, wanted)).toMatchObject({
        differences: [],
        irreversible: null,
        comesBack: true,
        runs: [..."abccbaabc"].map((letter, at) =>
          expect.stringMatching(`${at > 2 && at < 6 ? "downgrade" : "upgrade"} ${id(letter)}`),
        ),
      });
    },
    patient,
  );

  test(
    "finds a step that fails",
    async () => {
      const wrong = revision("f", "", [op.sql({ postgres: "nonsense", sqlite: "nonsense" })]);

      await expect(rehearsal([wrong])).rejects.toThrow(/revision f{12} failed/);
    },
    patient,
  );
});
