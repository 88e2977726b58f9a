/** Finds the foreign key that a write broke, where the database doesn't say. */
import type { ForeignKeyRelation, ModelDefinition } from "../definition/definition.ts";
import { DriverError } from "../driver/driver.ts";
import type { Executor } from "./connection.ts";

/**
 * Names the column of a foreign key violation that came without one.
 *
 * SQLite only says that some key failed. The values that were written are at
 * hand, so each target is asked for, until one is missing; this runs after a
 * failure and never otherwise.
 *
 * @param stored - The written values by column, in stored form.
 * @returns The error with the column and the name that PostgreSQL would give the
 * constraint; the same error where nothing more could be found out.
 */
export async function blameForeignKey(
  error: unknown,
  executor: Executor,
  model: ModelDefinition,
  stored: (column: string) => unknown,
): Promise<unknown> {
  if (!(error instanceof DriverError) || error.kind !== "foreignKey") return error;
  if (error.columns !== undefined) return error;
  for (const relation of model.relations.values()) {
    if (relation.kind !== "foreignKey") continue;
    if (await pointsNowhere(executor, relation, stored)) return named(error, model, relation);
  }
  return error;
}

async function pointsNowhere(
  executor: Executor,
  { columns, target, targetColumns }: ForeignKeyRelation,
  stored: (column: string) => unknown,
): Promise<boolean> {
  const [column] = columns;
  const [key] = targetColumns;
  const value = column === undefined ? undefined : stored(column.column);
  if (key === undefined || value === undefined || value === null) return false;
  const plan = executor.connection.planner.plan({
    kind: "exists",
    from: { table: target.table, alias: "t0" },
    joins: [],
    where: {
      kind: "compare",
      operator: "=",
      left: { kind: "column", source: "t0", column: key.column, type: key.type, nullable: false },
      right: { kind: "slot", index: 0, type: key.type },
    },
  });
  const { rows } = await executor.execute(plan.statement([value]), "read");
  return rows.length === 0;
}

function named(
  error: DriverError,
  model: ModelDefinition,
  relation: ForeignKeyRelation,
): DriverError {
  const columns = relation.columns.map(({ column }) => column);
  return new DriverError(
    error.message,
    {
      kind: error.kind,
      code: error.code,
      table: model.table,
      columns,
      constraint: `${model.table}_${columns.join("_")}_fkey`,
    },
    error.cause,
  );
}
