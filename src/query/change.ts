/** The statements that change the rows of a query: which rows, what becomes of them, what comes back. */
import type { ModelDefinition } from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import type { DeleteQuery, UpdateQuery } from "../ir/query.ts";
import { readAssignments, requireOwn } from "./assign.ts";
import { rootColumns, scopeColumns } from "./columns.ts";
import { chosenRows } from "./distinct-on.ts";
import { runLambda } from "./lambda.ts";
import type { Lowering } from "./lower.ts";
import type { Picked, RowsNode } from "./nodes.ts";
import { pickedFrom } from "./pick.ts";
import { isPlainObject } from "./plain.ts";
import type { Bound } from "./runner.ts";
import { rootScope } from "./scope.ts";
import { lowered, selectionOf } from "./statement.ts";

/** The rows of a change. */
export interface ChangedRows extends RowsNode {
  /** The user said that a change without a `where` is meant. */
  readonly allRows: boolean;
}

/** What a change gives back: a number, instances, or what is picked of each row. */
export type Returning = "count" | "instances" | Picked;

/** Reads the options of `update` and `delete`. */
export function readReturning(
  model: ModelDefinition,
  options: unknown,
  method: "update" | "delete",
): Returning {
  const at = `${model.name} ${method}()`;
  if (options === undefined) return "count";
  const keys = isPlainObject(options) ? Object.keys(options) : ["?"];
  const returning = isPlainObject(options) ? options["returning"] : undefined;
  const unknown = keys.find((key) => key !== "returning");
  if (unknown !== undefined) {
    throw new UsageError(`${at} takes the option returning and no other`, {
      hint: "write { returning: true } or { returning: (t) => ({ id: t.id }) }",
    });
  }
  if (returning === undefined || returning === false) return "count";
  if (returning === true) return "instances";
  if (typeof returning !== "function") {
    throw new UsageError(`${at} expected returning to be true or a lambda`);
  }
  const made = runLambda(() => returning(rootColumns(model)));
  const picked = { ...pickedFrom(made, `${at} returning`), distinct: false };
  for (const { property, expression } of picked.fields) {
    requireOwn(model, property, expression, `${method}() can only give back`);
  }
  return picked;
}

/** The update of a query's rows. */
export function updateQuery(
  given: ChangedRows,
  values: unknown,
  returning: Returning,
): Bound<UpdateQuery> {
  const rows = chosenRows(given);
  requireChangeable(rows, "update");
  const assignments = readAssignments(rows.model, values, scopeColumns(rows.root));
  return lowered(rows, (lowering) => ({
    kind: "update",
    set: assignments.map(({ column, value }) => ({
      column: column.column,
      type: column.type,
      value: lowering.expression(value),
    })),
    ...changed(rows, lowering, returning, "update"),
  }));
}

/** The delete of a query's rows. */
export function deleteQuery(given: ChangedRows, returning: Returning): Bound<DeleteQuery> {
  const rows = chosenRows(given);
  requireChangeable(rows, "delete");
  return lowered(rows, (lowering): DeleteQuery => {
    return { kind: "delete", ...changed(rows, lowering, returning, "delete") };
  });
}

/** The rows that an UPDATE or DELETE changes: where others are joined in, or a slice is meant, they are found by key. */
function changed(rows: ChangedRows, lowering: Lowering, returning: Returning, method: string) {
  const { model, order, limit, offset, lock } = rows;
  // An order chooses nothing where every row is changed.
  const sliced = limit !== null || offset !== null;
  const orderBy = sliced ? order.map((node) => lowering.order(node)) : [];
  const back = returnedColumns(rows, lowering, returning);
  const selection = selectionOf(rows, lowering);
  const key = lowering.keyColumns();
  if ((selection.joins.length > 0 || sliced || lock !== undefined) && key.length === 0) {
    throw new UsageError(
      `${model.name} ${method}() chooses its rows by a query, and ${model.name} has no primary key to find them by`,
      {
        hint: "give the model a primary key, or use conditions on its own columns without a limit",
      },
    );
  }
  return {
    ...selection,
    from: lowering.from,
    orderBy,
    limit: limit === null ? null : lowering.count(limit),
    offset: offset === null ? null : lowering.count(offset),
    key,
    returning: back,
    ...(lock !== undefined && { lock }),
  };
}

function returnedColumns({ model, root }: ChangedRows, lowering: Lowering, returning: Returning) {
  if (returning === "count") return [];
  if (returning === "instances") return lowering.rootColumns();
  // Its lambda spoke of the model's own scope.
  const own = rootScope(model);
  if (root !== own) lowering.addRow(own, "t0");
  return returning.fields.map(({ expression }) => lowering.expression(expression));
}

function requireChangeable(rows: ChangedRows, method: "update" | "delete"): void {
  const { model, where, link, allRows, after, tree, among } = rows;
  const at = `${model.name} ${method}()`;
  const whole = where.length === 0 && link === null && tree === undefined && among === undefined;
  if (whole && !allRows) {
    throw new UsageError(`${at} has no where() and would change every row`, {
      hint: `add a where(), or say .allRows().${method}(…) where every row is meant`,
    });
  }
  if (after !== null) {
    throw new UsageError(`${at} can't follow after()`, {
      hint: "say with where() which rows are meant",
    });
  }
}
