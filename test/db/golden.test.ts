/**
 * The models of GOLDEN section 4, made by this package, compared in the catalog with
 * what upstream's own DDL makes.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findDefinition } from "../../src/definition/key.ts";
import { toSchemaIr } from "../../src/definition/to-schema-ir.ts";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import type { SchemaIr } from "../../src/ir/schema.ts";
import { createMissing } from "../../src/migration/create.ts";
import { migrateSchema } from "../../src/migration/migrate.ts";
import type { Catalog, CatalogColumn, CatalogTable } from "./catalog.ts";
import * as models from "./golden-models.ts";
import * as relations from "./golden-relations.ts";
import { describeEachSchemaDatabase, type SchemaDatabase } from "./schema-database.ts";

const dialects = { sqlite: sqliteDialect, postgres: postgresDialect };

type Statements = Readonly<Record<SchemaDatabase["name"], readonly string[]>>;

/** Upstream's statements by section. `corrected` where upstream's are wrong. */
const upstream: Readonly<Record<string, Statements & { readonly corrected?: Statements }>> =
  JSON.parse(readFileSync(new URL("../vectors/upstream-schemas.json", import.meta.url), "utf8"));

/** A section: its models, and where this package differs on purpose. */
interface Section {
  readonly title: string;
  readonly models: () => readonly unknown[];
  /** Checks that upstream doesn't make: enums without a dbType. */
  readonly checks?: readonly string[];
  /** Checks that upstream makes on PostgreSQL only. */
  readonly checksOfPostgres?: readonly string[];
  /** Indexes that upstream makes twice over. */
  readonly without?: readonly string[];
  /** Columns with a default in the database. */
  readonly defaults?: readonly string[];
}

const sections: readonly Section[] = [
  { title: "4.1 Org, Member, Project", models: relations.orgMemberProject },
  { title: "4.2 Author, Post", models: relations.quickstart, defaults: ["published"] },
  {
    title: "4.3 every type, required",
    models: models.allTypes,
    checks: ["ck_alltypes_e_int", "ck_alltypes_e_plain", "ck_alltypes_e_str"],
    defaults: ["b_default", "i_default", "s_default"],
  },
  {
    title: "4.4 every type, nullable",
    models: models.allTypesNullable,
    checks: ["ck_alltypesnull_e_int", "ck_alltypesnull_e_str"],
  },
  {
    title: "4.5 dbType and dbCheck",
    models: models.dbTypes,
    checksOfPostgres: ["ck_dbtypes_e_check", "ck_dbtypes_p_check"],
  },
  { title: "4.6 nullability", models: models.nullability, defaults: ["b", "c", "d"] },
  {
    title: "4.7 unique and index on one column",
    models: models.uniqueAndIndex,
    without: ["idx_acct_email"],
  },
  { title: "4.8 one-to-one", models: relations.oneToOne },
  { title: "4.9 many-to-many", models: relations.links },
  {
    title: "4.10 many-to-many through a table, uuid and text keys",
    models: relations.linksThrough,
  },
  { title: "4.11 many-to-many with itself", models: relations.linksToSelf },
  { title: "4.12 foreign key to itself", models: relations.selfReference },
  { title: "4.13 ON DELETE", models: relations.onDelete },
  { title: "4.14 uuid foreign key", models: relations.uuidForeignKey },
  { title: "4.15 foreign key to a key not named id", models: relations.otherKey },
  { title: "4.16 composite unique and indexes", models: models.composites },
  { title: "4.17 cut names", models: models.longNames },
  { title: "4.18 case", models: models.letterCase },
  { title: "4.19 validation options", models: models.validation, defaults: ["stock"] },
  { title: "4.20 shadow fixture", models: models.shadow },
  { title: "3 primary keys", models: models.primaryKeys },
];

/** Upstream's type and ours, where a better one was chosen: docs/decisions/ddl-types.md. */
const betterTypes: Readonly<Record<SchemaDatabase["name"], readonly string[]>> = {
  sqlite: [
    "varchar -> text",
    "varchar -> time_text",
    "real -> decimal_text",
    "datetime_text -> timestamp_with_timezone_text",
  ],
  postgres: [
    "character varying -> text",
    "character varying -> time without time zone",
    "json -> jsonb",
    "timestamp with time zone -> timestamp(3) with time zone",
    "timestamp without time zone -> timestamp(3) without time zone",
  ],
};

describeEachSchemaDatabase("golden schemas", (db) => {
  test.for(sections)("$title", async (section) => {
    const theirs = await db.empty();
    for (const sql of statementsOf(section)) await theirs.script(sql);
    const ours = await db.empty();
    const ir = schemaOf(section);

    const report = await createMissing(ours, ir, db.ddl);

    const expected = await db.catalog(theirs);
    const actual = await db.catalog(ours);
    expect([...report.created].sort()).toEqual(Object.keys(expected.tables).sort());
    expect(namesOf(actual)).toEqual(namesOf(withDifferences(expected, section)));
    expect(betterTypes[db.name]).toEqual(
      expect.arrayContaining([...typeChanges(expected, actual)]),
    );
    expect(defaultsOf(actual)).toEqual(section.defaults ?? []);

    await expect(createMissing(ours, ir, db.ddl)).resolves.toEqual({ created: [], statements: [] });
    expect((await db.catalog(ours)).dump).toBe(actual.dump);
  });

  test.for(sections)("$title: running every statement again changes nothing", async (section) => {
    const connection = await db.empty();
    const { statements } = await createMissing(connection, schemaOf(section), db.ddl);
    const { dump } = await db.catalog(connection);

    for (const { sql } of statements) await connection.script(sql);

    expect((await db.catalog(connection)).dump).toBe(dump);
  });

  test.for(sections)("$title: upstream's own tables are left untouched", async (section) => {
    const connection = await db.empty();
    for (const sql of statementsOf(section)) await connection.script(sql);
    const { dump } = await db.catalog(connection);

    const { created } = await createMissing(connection, schemaOf(section), db.ddl);

    expect(created).toEqual([]);
    expect((await db.catalog(connection)).dump).toBe(dump);
  });

  test.for(sections)(
    "$title: migrate proposes nothing for upstream's own tables",
    async (section) => {
      const connection = await db.empty();
      for (const sql of statementsOf(section)) await connection.script(sql);

      const report = await migrateSchema(connection, schemaOf(section), dialects[db.name], {
        updates: true,
        destructive: true,
        dryRun: true,
      });

      const { without = [] } = section;
      expect(report).toEqual({
        // An index that upstream makes twice over is one of ours by its name, and no model asks for it.
        statements: without.map((name) => `DROP INDEX IF EXISTS "${name}"`),
        created: [],
        warnings: [],
      });
    },
  );

  function statementsOf({ title }: Section): readonly string[] {
    const statements = upstream[title]?.corrected ?? upstream[title];
    if (statements === undefined) throw new Error(`no statements for "${title}"`);
    return statements[db.name];
  }

  /** What this package does otherwise, put into upstream's catalog. */
  function withDifferences({ tables, enums, dump }: Catalog, section: Section): Catalog {
    const { checks = [], checksOfPostgres = [], without = [] } = section;
    const added = db.name === "sqlite" ? [...checks, ...checksOfPostgres] : checks;
    const change = (name: string, table: CatalogTable): CatalogTable => ({
      ...table,
      indexes: table.indexes.filter((index) => !without.includes(index.name)),
      checks: [...table.checks, ...added.filter((check) => check.startsWith(`ck_${name}_`))].sort(),
    });
    const changed = Object.entries(tables).map(([name, table]) => [name, change(name, table)]);
    return { tables: Object.fromEntries(changed), enums, dump };
  }
});

function schemaOf({ models: make }: Section): SchemaIr {
  return toSchemaIr(
    make().map((model) => {
      const definition = findDefinition(model);
      if (definition === undefined) throw new Error("not a model");
      return definition;
    }),
  ).ir;
}

/** Everything but types and defaults: tables, columns in order, NULL, indexes, constraints, sequences. */
function namesOf({ tables, enums }: Catalog): unknown {
  const withoutTypes = ({ name, nullable }: CatalogColumn) => ({ name, nullable });
  const named = Object.entries(tables).map(([name, table]) => [
    name,
    { ...table, columns: table.columns.map(withoutTypes) },
  ]);
  return { tables: Object.fromEntries(named), enums };
}

function typeChanges(from: Catalog, to: Catalog): readonly string[] {
  const changes = Object.entries(from.tables).flatMap(([name, { columns }]) =>
    columns.map(({ type }, at) => [type, to.tables[name]?.columns[at]?.type] as const),
  );
  return changes
    .filter(([before, after]) => lower(before) !== lower(after))
    .map(([before, after]) => `${lower(before)} -> ${lower(after)}`);
}

function lower(type: string | undefined): string {
  return String(type).toLowerCase();
}

function defaultsOf({ tables }: Catalog): readonly string[] {
  const columns = Object.values(tables).flatMap((table) => table.columns);
  return columns.filter((column) => column.default !== null).map(({ name }) => name);
}
