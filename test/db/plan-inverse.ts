import { expect } from "vitest";
import type { Dialect } from "../../src/dialect/dialect.ts";
import { applyOperation } from "../../src/ir/apply.ts";
import { invertOperation, invertOperations, isOperations } from "../../src/ir/invert.ts";
import type { Operation } from "../../src/ir/migration.ts";
import type { SchemaPayload } from "../../src/ir/schema.ts";
import { diffSchemas } from "../../src/migration/diff.ts";
import { carryOut, comparable, make, versionForHalf } from "./plan-check.ts";
import type { SchemaDatabase } from "./schema-database.ts";

/** Does what can be taken back of a change, takes it back, and does it again. */
export async function checkInverse(
  db: SchemaDatabase,
  dialect: Dialect,
  from: SchemaPayload,
  to: SchemaPayload,
): Promise<void> {
  const { operations, after } = reversible(from, diffSchemas(from, to).operations);
  const inverse = invertOperations(from, operations);
  if (!isOperations(inverse)) throw new Error(inverse.irreversible);
  const connection = await db.empty();
  try {
    await make(connection, dialect, from);
    const read = async () => comparable(await dialect.introspect(connection));
    const first = await read();
    const version = await versionForHalf(db, connection, from);
    await carryOut(connection, dialect, from, operations, version);
    const second = await read();
    await carryOut(connection, dialect, after, inverse, version);
    expect(await read()).toEqual(first);
    await carryOut(connection, dialect, from, operations, version);
    expect(await read()).toEqual(second);
  } finally {
    await connection.close();
  }
}

/** The operations that have an inverse, but for those that don't fit without the others. */
function reversible(
  from: SchemaPayload,
  all: readonly Operation[],
): { readonly operations: readonly Operation[]; readonly after: SchemaPayload } {
  let after = from;
  const operations: Operation[] = [];
  for (const operation of all) {
    // Without the drops beside it, another key would leave a numbered column that is no key.
    const numbers = operation.op === "addColumn" && operation.column.autoincrement;
    if (numbers || operation.op.endsWith("PrimaryKey") || !pointsToKey(after, operation)) continue;
    if (!isOperations(invertOperation(after, operation))) continue;
    try {
      after = applyOperation(after, operation);
    } catch {
      continue;
    }
    operations.push(operation);
  }
  return { operations, after };
}

/** Whether an added foreign key points to a key; without the changes left out it may not. */
function pointsToKey(schema: SchemaPayload, operation: Operation): boolean {
  if (operation.op !== "addForeignKey" && operation.op !== "createTable") return true;
  const [own, keys] =
    operation.op === "createTable"
      ? [operation.table, operation.table.foreignKeys]
      : [undefined, [operation.foreignKey]];
  return keys.every(({ referencedTable, referencedColumns }) => {
    const target = [own, ...schema.tables].find((table) => table?.name === referencedTable);
    return target?.primaryKey.join() === referencedColumns.join();
  });
}
