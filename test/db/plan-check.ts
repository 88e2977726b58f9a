/** Carries a schema change out, and compares the catalog with that of a database made fresh. */
import { expect } from "vitest";
import type { Dialect } from "../../src/dialect/dialect.ts";
import type { DriverConnection } from "../../src/driver/driver.ts";
import { emptySchema } from "../../src/ir/apply.ts";
import type { Operation } from "../../src/ir/migration.ts";
import type { SchemaPayload } from "../../src/ir/schema.ts";
import { diffSchemas } from "../../src/migration/diff.ts";
import { runSegments } from "../../src/migration/run-plan.ts";
import { statementsOf } from "../../src/migration/segment-text.ts";
import { rowsOf } from "./catalog.ts";
import type { SchemaDatabase } from "./schema-database.ts";

export async function carryOut(
  connection: DriverConnection,
  dialect: Dialect,
  before: SchemaPayload,
  operations: readonly Operation[],
  version?: string,
): Promise<void> {
  const plan = dialect.plan(before, operations, { version });
  await runSegments(connection, plan, dialect);
}

/** Makes a schema from nothing. */
export async function make(
  connection: DriverConnection,
  dialect: Dialect,
  schema: SchemaPayload,
): Promise<void> {
  const { operations } = diffSchemas(emptySchema, schema);
  await carryOut(connection, dialect, emptySchema, operations);
}

/** Makes a schema whose tables have a comment in their statements, as no plan writes them. */
export async function makeCommented(
  connection: DriverConnection,
  dialect: Dialect,
  schema: SchemaPayload,
): Promise<void> {
  const { operations } = diffSchemas(emptySchema, schema);
  const { segments } = dialect.plan(emptySchema, operations, { online: false });
  for (const sql of segments.flatMap(statementsOf)) {
    await connection.script(sql.replace(/^(CREATE TABLE .*? )\( /, `$1( ${comment} `));
  }
}

/** What {@link makeCommented} writes. */
export const comment = "/* written by hand */";

export async function checkChange(
  db: SchemaDatabase,
  dialect: Dialect,
  from: SchemaPayload,
  to: SchemaPayload,
  makeFrom: typeof make = make,
): Promise<void> {
  const changed = await db.empty();
  const fresh = await db.empty();
  try {
    await makeFrom(changed, dialect, from);
    const { operations } = diffSchemas(from, to);
    await carryOut(changed, dialect, from, operations, await versionOf(db, changed));
    await make(fresh, dialect, to);
    await assertWords(db, changed, to);
    expect(comparable(await dialect.introspect(changed))).toEqual(
      comparable(await dialect.introspect(fresh)),
    );
  } finally {
    await changed.close();
    await fresh.close();
  }
}

/** On SQLite a full-text index is a table of its own: it must hold the words of the rows, and no others. */
export async function assertWords(
  db: SchemaDatabase,
  connection: DriverConnection,
  { tables }: SchemaPayload,
): Promise<void> {
  if (db.name !== "sqlite") return;
  for (const { name, fullText } of tables.flatMap(({ indexes }) => indexes)) {
    if (fullText === undefined) continue;
    await connection.script(`INSERT INTO "${name}"("${name}", rank) VALUES ('integrity-check', 1)`);
  }
}

/** The version of the database for every other schema, so that both forms of a change are run. */
export async function versionForHalf(
  db: SchemaDatabase,
  connection: DriverConnection,
  { tables }: SchemaPayload,
): Promise<string | undefined> {
  return tables.length % 2 === 0 ? versionOf(db, connection) : undefined;
}

async function versionOf(db: SchemaDatabase, connection: DriverConnection): Promise<string> {
  const sql = db.name === "sqlite" ? "select sqlite_version()" : "show server_version";
  return String((await rowsOf(connection, sql))[0]?.[0]);
}

/** Without positions: the order of columns is no difference. */
export function comparable(schema: SchemaPayload): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (key === "position" ? undefined : value)),
  );
}
