/** The tables in which other tools keep their history. */
import type { UnmanagedIr } from "../../ir/schema.ts";

const tools: readonly (readonly [tool: string, tables: RegExp])[] = [
  ["Ferro", /^ferro_migration(?:s|_steps|_log)$/],
  ["Prisma", /^_prisma_migrations$/],
  ["Alembic", /^alembic_version$/],
  ["Drizzle", /^__drizzle_migrations$/],
  ["Knex", /^knex_migrations(?:_lock)?$/],
  ["Kysely", /^kysely_migration(?:_lock)?$/],
  ["Django", /^django_migrations$/],
  ["Rails", /^(?:schema_migrations|ar_internal_metadata)$/],
  ["Diesel", /^__diesel_schema_migrations$/],
  ["Flyway", /^flyway_schema_history$/],
  ["Liquibase", /^databasechangelog(?:lock)?$/i],
  ["goose", /^goose_db_version$/],
  ["node-pg-migrate", /^pgmigrations$/],
  ["MikroORM", /^mikro_orm_migrations$/],
  ["Sequelize", /^SequelizeMeta$/],
  ["Atlas", /^atlas_schema_revisions$/],
];

/** A table of another tool's own, which no model is made for. */
export function otherTool(table: string): UnmanagedIr | undefined {
  const [tool] = tools.find(([, pattern]) => pattern.test(table)) ?? [];
  if (tool === undefined) return undefined;
  return { kind: "table", name: table, reason: `${tool} keeps its history of migrations in it` };
}
