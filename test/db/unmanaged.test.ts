/** Models for a few tables of a large database: what the others are and hold is nobody's business. */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { canonicalSchema } from "../../src/ir/canonical.ts";
import type { SchemaPayload, TableIr } from "../../src/ir/schema.ts";
import { diffSchemas } from "../../src/migration/diff.ts";
import { findDrift } from "../../src/migration/drift.ts";
import { runSegments } from "../../src/migration/run-plan.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { scriptedPostgres } from "../support/databases.ts";
import { rawCatalog } from "../support/raw-catalog.ts";
import { realSchemaFiles } from "../support/real-schemas.ts";
import { column, text } from "../unit/ddl/ir.ts";

const undo: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const each of undo) await each();
});

describe("five tables of many", () => {
  for (const backend of ["sqlite", "postgres"] as const) {
    const found = realSchemaFiles(backend).find(({ name }) => name === "synapse");
    const { file = "", missing = true } = found ?? {};
    // The schemas of other projects lie beside the repository; without them there is nothing to read.
    const reason = missing ? ` (skipped: there is no ${file})` : "";

    test.skipIf(missing)(`are all that is touched on ${backend}${reason}`, async () => {
      const target = await open(backend, readFileSync(file, "utf8"));
      try {
        const { dialect, connection } = target;
        const live = canonicalSchema(await dialect.introspect(connection));
        const own = live.tables.filter(({ foreignKeys }) => foreignKeys.length === 0).slice(10, 15);
        const state: SchemaPayload = { tables: own, enums: [] };
        const { items } = await findDrift(target, state);
        expect(items.filter(({ kind }) => kind !== "unmanaged")).toEqual([]);
        expect(items.length).toBeGreaterThan(100);
        const others = await catalogOf(target, own);

        const wanted = { ...state, tables: own.map(widened) };
        const { operations } = diffSchemas(state, wanted);
        await runSegments(connection, dialect.plan(state, operations, {}), dialect);

        expect(operations).toHaveLength(10);
        expect(await catalogOf(target, own)).toEqual(others);
        const after = canonicalSchema(await dialect.introspect(connection));
        for (const { name } of own) {
          const table = after.tables.find((each) => each.name === name);
          expect(table?.columns.map((each) => each.name)).toContain("added_here");
        }
      } finally {
        await target.close();
      }
    });
  }
});

function widened(table: TableIr): TableIr {
  const columns = [...table.columns, column("added_here", text, { nullable: true })];
  const index = { name: `idx_${table.name}_added_here`, columns: ["added_here"] };
  return {
    ...table,
    columns: columns.sort((a, b) => (a.name < b.name ? -1 : 1)),
    indexes: [...table.indexes, index].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Every line of the catalog but those that name one of the tables. */
async function catalogOf(
  { connection, dialect }: MigrationTarget,
  own: readonly TableIr[],
): Promise<readonly string[]> {
  const lines = await rawCatalog(connection, dialect.name);
  return lines.filter((line) => !own.some(({ name }) => line.includes(name)));
}

async function open(backend: "sqlite" | "postgres", script: string): Promise<MigrationTarget> {
  if (backend === "sqlite") {
    const target = await openMigrations("sqlite::memory:");
    await target.connection.script(script);
    return target;
  }
  const [url, drop] = await scriptedPostgres(script);
  undo.push(drop);
  return openMigrations(url);
}
