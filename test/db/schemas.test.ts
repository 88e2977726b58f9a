/** Tables in more than one schema; SQLite has none, so there the schema is part of the table's name. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { openMigrations } from "../../src/connect/migrate.ts";
import { findDefinition } from "../../src/definition/key.ts";
import { toSchemaIr } from "../../src/definition/to-schema-ir.ts";
import {
  backRef,
  clearRegistry,
  connect,
  createTables,
  disconnect,
  fetchAll,
  field,
  foreignKey,
  id,
  Model,
  manyToMany,
  migrate,
  namedEnum,
  SchemaError,
  sql,
  UniqueViolationError,
} from "../../src/index.ts";
import { emptySchema } from "../../src/ir/apply.ts";
import type { SchemaIr } from "../../src/ir/schema.ts";
import { diffSchemas } from "../../src/migration/diff.ts";
import { findDrift } from "../../src/migration/drift.ts";
import { introspect } from "../../src/migration/introspect.ts";
import { pullModels } from "../../src/migration/pull/pull.ts";
import { runSegments } from "../../src/migration/run-plan.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { describeEachDatabase } from "../support/databases.ts";

const own = (name: string): string => `${name}_${crypto.randomUUID().slice(0, 8)}`;

describeEachDatabase("schemas", (db) => {
  const [audit, shop] = [own("audit"), own("shop")];

  function models<Extra extends object = object>(extra?: Extra) {
    const kind = namedEnum(`${audit}.kind`, ["in", "out"]);
    class Person extends Model(
      "Person",
      {
        id: id(),
        name: z.string(),
        get events() {
          return backRef(Event);
        },
      },
      { schema: shop, table: "event" },
    ) {}
    class Tag extends Model(
      "Tag",
      {
        id: id(),
        name: z.string(),
        get events() {
          return backRef(Event);
        },
      },
      { schema: shop },
    ) {}
    class Event extends Model(
      "Event",
      {
        id: id(),
        code: field(z.string(), { unique: true }),
        note: field(z.string().nullable(), { index: true, comment: "what was said" }),
        kind: kind.default("in"),
        ...extra,
        get person() {
          return foreignKey(Person, { relatedName: "events" });
        },
        get tags() {
          return manyToMany(Tag, { relatedName: "events" });
        },
      },
      { schema: audit, indexes: [{ columns: ["note"], name: "event_note", where: "note <> ''" }] },
    ) {}
    return { Person, Tag, Event };
  }

  function schemaOf(classes: object): SchemaIr {
    const definitions = Object.values(classes).flatMap((value) => findDefinition(value) ?? []);
    return toSchemaIr(definitions).ir;
  }

  async function withTarget(work: (target: MigrationTarget) => Promise<void>): Promise<void> {
    clearRegistry();
    const target = await openMigrations(db.url);
    try {
      await work(target);
    } finally {
      if (db.name === "postgres") {
        for (const name of [audit, shop]) {
          await target.connection.script(`DROP SCHEMA IF EXISTS "${name}" CASCADE`);
        }
      } else {
        await target.connection.script("PRAGMA foreign_keys = OFF");
        for (const { name } of (await introspect(target.connection, target.dialect)).tables) {
          await target.connection.script(`DROP TABLE "${name}"`);
        }
      }
      await target.close();
    }
  }

  async function run(target: MigrationTarget, from: SchemaIr["payload"], to: SchemaIr["payload"]) {
    const { operations, decisions } = diffSchemas(from, to);
    expect(decisions).toEqual([]);
    await runSegments(target.connection, target.dialect.plan(from, operations, {}), target.dialect);
  }

  test("rows are kept, found, linked and named in errors", async () => {
    await withTarget(async () => {
      const { Person, Tag, Event } = models();
      await connect(db.url, { autoMigrate: true, implicitRouting: "allow" });
      try {
        await createTables();
        const ann = await Person.create({ name: "Ann" });
        const event = await Event.create({ code: "a", note: "hello", person: ann });
        await event.tags.add(await Tag.create({ name: "new" }));
        await Event.bulkCreate([{ code: "b", note: null, person: ann }]);
        await Event.where((t) => t.code.eq("b")).update({ note: "later" });

        const found = await Event.where((t) =>
          t.person.name.eq("Ann").and(t.tags.some((tag) => tag.name.eq("new"))),
        )
          .include({ tags: true, person: true })
          .all();
        expect(
          found.map(({ code, kind, tags, person }) => [
            code,
            kind,
            tags.map(({ name }) => name),
            person.name,
          ]),
        ).toEqual([["a", "in", ["new"], "Ann"]]);
        expect(await Event.where((t) => t.code.eq("b")).delete()).toBe(1);
        const error = await Event.create({ code: "a", note: null, person: ann }).catch(
          (cause: unknown) => cause,
        );
        expect(error).toBeInstanceOf(UniqueViolationError);
        expect(error).toMatchObject({ model: "Event", table: `${audit}.event`, columns: ["code"] });

        const parts = db.name === "postgres" ? [audit, "event"] : [`${audit}.event`];
        const [first = "", ...rest] = parts;
        expect(await fetchAll(sql`select code from ${sql.identifier(first, ...rest)}`)).toEqual([
          { code: "a" },
        ]);
      } finally {
        await disconnect();
      }
    });
  });

  test("a table is changed by auto-migrate, and then there is nothing to do", async () => {
    await withTarget(async () => {
      models();
      await connect(db.url, { autoMigrate: true });
      await disconnect();
      clearRegistry();

      models({ extra: z.string().nullable(), size: field(z.int().default(0), { index: true }) });
      await connect(db.url);
      try {
        const first = await migrate({ updates: true, destructive: true });
        const second = await migrate({ updates: true, destructive: true });

        expect(first.statements.length).toBeGreaterThan(1);
        expect(second.statements).toEqual([]);
      } finally {
        await disconnect();
      }
    });
  });

  test("operations are planned and run, and no drift is found", async () => {
    await withTarget(async (target) => {
      const before = schemaOf(models()).payload;
      clearRegistry();
      const after = schemaOf(
        models({ extra: field(z.string().nullable(), { unique: true }) }),
      ).payload;

      await run(target, emptySchema, before);
      expect((await findDrift(target, before)).items).toEqual([]);
      expect(
        (await findDrift(target, after)).items.map(({ table, what }) => [table, what]),
      ).toContainEqual([`${audit}.event`, 'column "extra"']);
      await run(target, before, after);
      expect((await findDrift(target, after)).items).toEqual([]);
      await run(target, after, emptySchema);
      const { tables } = await introspect(target.connection, target.dialect, {
        named: [`${audit}.event`],
      });
      expect(tables).toEqual([]);
    });
  });

  test("pull writes the schema beside the table", async () => {
    await withTarget(async (target) => {
      await run(target, emptySchema, schemaOf(models()).payload);

      const payload = await introspect(target.connection, target.dialect, {
        schemas: [audit, shop],
      });
      const text = String(pullModels(payload).files[0]?.text);

      const place = (schema: string, table: string) =>
        db.name === "postgres" ? `schema: "${schema}"` : `table: "${schema}.${table}"`;
      expect(text).toContain(place(audit, "event"));
      expect(text).toContain(place(shop, "tag"));
      expect(text).toContain(`return foreignKey(`);
    });
  });
});

describe("the option schema", () => {
  test.for([
    ["a.b", /the schema of Post has a name with a dot/],
    ["", /the schema of Post has a name that is empty/],
    ["x".repeat(64), /the schema of Post has a name that takes 64 bytes/],
  ] as const)("%j is refused", ([schema, message]) => {
    expect(() => Model("Post", { id: id() }, { schema })).toThrow(SchemaError);
    expect(() => Model("Post", { id: id() }, { schema })).toThrow(message);
  });
});
