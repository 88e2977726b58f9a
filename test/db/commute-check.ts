/** Runs operations of two branches in both orders, and compares the catalogs. */
import { expect } from "vitest";
import type { Dialect } from "../../src/dialect/dialect.ts";
import { translateSqliteError } from "../../src/dialect/sqlite/errors.ts";
import type { DriverConnection } from "../../src/driver/driver.ts";
import { nodeSqliteDriver } from "../../src/driver/node-sqlite.ts";
import { applyOperation } from "../../src/ir/apply.ts";
import type { Operation } from "../../src/ir/migration.ts";
import type { SchemaPayload } from "../../src/ir/schema.ts";
import { alignSchema } from "../../src/migration/align.ts";
import { conflictOf } from "../../src/migration/commute.ts";
import { runSegments } from "../../src/migration/run-plan.ts";
import { statementsOf } from "../../src/migration/segment-text.ts";
import { begun, operations, told } from "../unit/migration/operations.ts";
import { comparable, make } from "./plan-check.ts";
import type { SchemaDatabase } from "./schema-database.ts";

type Pair = readonly [left: Operation, right: Operation];

/** Every pair that is said to commute, once. */
export const commuting: readonly Pair[] = operations.flatMap((left, at) =>
  operations
    .slice(at)
    .filter((right) => conflictOf(left, right, begun) === null)
    .map((right) => [left, right] as const),
);

/** Checks pairs one after the other; each begins with the same schema. */
export async function checkOrders(
  db: SchemaDatabase,
  dialect: Dialect,
  pairs: readonly Pair[],
): Promise<void> {
  const after = db.name === "sqlite" ? inMemory(dialect) : await inTransactions(db, dialect);
  const failures: string[] = [];
  for (const [left, right] of pairs) {
    const name = `${told(left)} | ${told(right)}`;
    try {
      const one = await after([left, right]);
      const other = await after([right, left]);
      // SQLite writes quotes where it renames a column, and they stay.
      const aligned = alignSchema(one, other, dialect);
      expect(comparable(aligned), name).toEqual(comparable(other));
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  expect(failures).toEqual([]);
}

type After = (order: Pair) => Promise<SchemaPayload>;

function inMemory(dialect: Dialect): After {
  const memory = { file: ":memory:", mode: "rwc", translate: translateSqliteError } as const;
  return async (order) => {
    // The connections of one driver would share their memory.
    const connection = await nodeSqliteDriver(memory).open();
    try {
      await make(connection, dialect, begun);
      let state = begun;
      for (const operation of order) {
        await runSegments(connection, dialect.plan(state, [operation], {}), dialect);
        state = applyOperation(state, operation);
      }
      return await dialect.introspect(connection);
    } finally {
      await connection.close();
    }
  };
}

/** The schema is made once; each order is taken back. */
async function inTransactions(db: SchemaDatabase, dialect: Dialect): Promise<After> {
  const connection: DriverConnection = await db.empty();
  await make(connection, dialect, begun);
  return async (order) => {
    await connection.script("BEGIN");
    try {
      let state = begun;
      for (const operation of order) {
        const { segments } = dialect.plan(state, [operation], { online: false });
        for (const sql of segments.flatMap(statementsOf)) await connection.script(sql);
        state = applyOperation(state, operation);
      }
      return await dialect.introspect(connection);
    } finally {
      await connection.script("ROLLBACK");
    }
  };
}
