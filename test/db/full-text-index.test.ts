/** Full-text indexes that models declare: made with their tables, and searched. */
import { expect, test } from "vitest";
import { z } from "zod";
import { openMigrations } from "../../src/connect/migrate.ts";
import { findDefinition } from "../../src/definition/key.ts";
import { toSchemaIr } from "../../src/definition/to-schema-ir.ts";
import { field, fullText, fullTextSql, id, Model, migrate } from "../../src/index.ts";
import { autogenerate, compareModels } from "../../src/migration/autogenerate.ts";
import { findDrift } from "../../src/migration/drift.ts";
import { migration } from "../../src/migration/revision.ts";
import { writeRevision } from "../../src/migration/source.ts";
import { downgrade, upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";

class Essay extends Model(
  "Essay",
  {
    id: id(),
    title: z.string(),
    body: field(z.string().nullable().default(null), { column: "content" }),
    views: z.int().default(0),
  },
  { fullText: [["title", "body"]] },
) {}

class Recipe extends Model(
  "Recipe",
  { id: id(), name: z.string(), steps: z.string() },
  {
    schema: "kitchen",
    fullText: [
      { columns: ["name"], language: "simple", name: "recipe_names" },
      { columns: ["name", "steps"], language: "german" },
    ],
  },
) {}

const schemaOf = (...models: readonly object[]) =>
  toSchemaIr(models.map((model) => findDefinition(model) ?? expect.fail())).ir;

describeEachDatabase("full-text indexes of models", (db) => {
  useDatabase(db, [Essay, Recipe]);

  test("are there with the tables, and the model's search uses them", async () => {
    const search = fullText(Essay);
    await Essay.bulkCreate([{ title: "Foxes", body: "quick and brown" }, { title: "Dogs" }]);

    const rows = await Essay.where((t) => search.matches(t, "fox quick")).all();
    expect(rows.map(({ title }) => title)).toEqual(["Foxes"]);
    const [index] = schemaOf(Essay).payload.tables[0]?.indexes ?? [];
    expect(index).toEqual({
      name: "essay_search",
      columns: ["title", "content"],
      fullText: "english",
    });
    if (db.backend === "sqlite") {
      const plan = await Essay.where((t) => search.matches(t, "fox")).explain();
      expect(plan.fullScans).not.toContain("essay");
    }
    expect((await migrate({ destructive: true })).statements).toEqual([]);
  });

  test("are several where each has a name, and the columns say which is meant", async () => {
    await Recipe.create({ name: "Running soup", steps: "wait" });
    const names = fullText(Recipe, ["name"]);
    const all = fullText(Recipe, ["name", "steps"]);

    expect(await Recipe.where((t) => names.matches(t, "run")).count()).toBe(0);
    expect(await Recipe.where((t) => names.matches(t, "running")).count()).toBe(1);
    expect(await Recipe.where((t) => all.matches(t, "wait")).count()).toBe(1);
    expect(() => fullText(Recipe)).toThrow("the model has several");
    expect(fullTextSql(names).join(" ")).toContain("recipe_names");
  });
});

describeEachDatabase("full-text indexes in revisions", (db) => {
  const models = schemaOf(Essay).payload;
  const bare = { ...models, tables: models.tables.map((each) => ({ ...each, indexes: [] })) };

  test("are made, taken back, and are no drift", async () => {
    const made = autogenerate([], bare, { message: "tables" });
    const first = migration(made?.spec ?? expect.fail());
    const added = autogenerate([first], models, { message: "words" });
    expect(writeRevision(added?.spec ?? expect.fail())).toContain(
      'op.createIndex("essay", { columns: ["title", "content"], fullText: "english" })',
    );
    const second = migration(added?.spec ?? expect.fail());
    expect(compareModels([first, second], models).operations).toEqual([]);

    const target = await openMigrations(db.url);
    try {
      await upgrade(target, [first, second]);
      expect((await findDrift(target, models)).items).toEqual([]);
      await downgrade(target, [first, second]);
      expect((await findDrift(target, bare)).items).toEqual([]);
      await upgrade(target, [first, second]);
      const [drop] = target.dialect.ddl.dropIndex("essay", {
        name: "essay_search",
        fullText: "english",
      });
      await target.connection.script(drop ?? "");
      const { items, repair } = await findDrift(target, models);
      expect(items.map(({ what }) => what)).toEqual(['index "essay_search"']);
      expect(repair.join("; ")).toContain("essay_search");
    } finally {
      await target.close();
    }
  });
});

test("a full-text index that can't be is refused with its model", () => {
  const make = (options: object, shape: object = { id: id(), title: z.string(), n: z.int() }) => {
    const open = Model as unknown as (name: string, shape: object, options: object) => object;
    const Made = class extends (open("Made", shape, options) as new () => object) {};
    return schemaOf(Made);
  };

  expect(() => make({ fullText: ["title"] })).toThrow("fullText of Made must hold lists");
  expect(() => make({ fullText: [["nope"]] })).toThrow('names the unknown column "nope"');
  expect(() => make({ fullText: [["n"]] })).toThrow('has the column "n", which is no text');
  expect(() => make({ fullText: [{ columns: ["title"], lang: "x" }] })).toThrow('"lang"');
  expect(() => make({ fullText: [{ columns: ["title"], language: "x'" }] })).toThrow(
    "language is a name",
  );
  expect(() => make({ fullText: [["title"]] }, { code: z.string(), title: z.string() })).toThrow(
    "needs a primary key that is one whole number",
  );
  expect(() => make({ fullText: [["title"], ["title"]] })).toThrow("have the same name");
});
