/** Rows of other queries that stand beside those of a query. */
import { UsageError } from "../errors/errors.ts";
import { type Columns, scopeColumns } from "./columns.ts";
import { derivedModel } from "./derived.ts";
import type { BesideNode, RowsNode, SourceNode } from "./nodes.ts";
import { runPredicate } from "./predicate.ts";
import { Scope } from "./scope.ts";
import { findQuery, type QueryParts } from "./subquery.ts";
import { depthOf } from "./tree.ts";
import { nameOf } from "./value.ts";

/**
 * Reads the rows that go with those of a query, and when they do.
 *
 * @throws {UsageError} They are no plain rows, the condition is none, or an option is unknown.
 */
export function readBeside(
  rows: RowsNode,
  other: unknown,
  on: unknown,
  options: unknown,
): BesideNode {
  const at = `${rows.model.name}.with()`;
  const parts = findQuery(other);
  const picked = parts?.picked;
  if (parts === undefined || picked === null || picked === undefined) {
    throw new UsageError(`${at} expected a query of plain rows, received ${nameOf(other)}`, {
      hint: "select what is needed of them: .with(Post.select(…), (t, post) => …)",
    });
  }
  if (typeof on !== "function") {
    throw new UsageError(`${at} expected a lambda that says which rows go together`, {
      hint: "write .with(totals, (t, total) => total.authorId.eq(t.id))",
    });
  }
  const { fields, single: alone } = picked;
  const model = derivedModel(parts.rows.model.name, fields);
  const scope = new Scope(model, undefined, readOptional(at, options));
  const lambda = withBeside(rows, on) as (t: Columns, ...more: unknown[]) => unknown;
  const node = runPredicate(() => lambda(scopeColumns(rows.root), columnsIn({ scope, alone })), at);
  return { source: sourceOf(parts), scope, on: node, alone };
}

/** Rows that are known by a name and taken as they are are read by it; others are a query. */
function sourceOf({ rows, picked }: QueryParts): SourceNode {
  const { source, where, order, limit, offset, model, beside } = rows;
  const part = { rows, picked: picked as NonNullable<typeof picked> };
  const isWhole =
    where.length === 0 && order.length === 0 && limit === null && offset === null && !beside;
  if (source?.kind !== "common" || !isWhole || part.picked.distinct) return { kind: "query", part };
  const { fields } = part.picked;
  const isAll =
    fields.length === model.columns.length &&
    fields.every(
      ({ expression }, place) =>
        expression.kind === "column" && expression.column === model.columns[place],
    );
  return isAll ? source : { kind: "query", part };
}

function readOptional(at: string, options: unknown): boolean {
  if (options === undefined) return false;
  const { optional = false, ...others } = (options ?? {}) as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined || typeof optional !== "boolean") {
    throw new UsageError(`${at} has the option optional, which is true or false`);
  }
  return optional;
}

/** What lambdas get of rows beside others. */
function columnsIn({ scope, alone }: Pick<BesideNode, "scope" | "alone">): unknown {
  const columns = scopeColumns(scope);
  return alone ? columns["value"] : columns;
}

/** A lambda about rows, which gets what stands beside them as well: their depth, rows of other queries. */
export function withBeside({ tree, beside = [] }: RowsNode, lambda: unknown): unknown {
  if (typeof lambda !== "function") return lambda;
  const more = [...depthOf(tree), ...beside.map(columnsIn)];
  if (more.length === 0) return lambda;
  return (t: unknown, ...others: unknown[]) => lambda(t, ...more, ...others);
}

/** A row that goes with several others comes several times, so its key tells no place. */
export function refuseBeside({ model, beside }: RowsNode, method: string): void {
  if (beside === undefined) return;
  throw new UsageError(`${model.name} ${method} can't follow with()`, {
    hint: `use limit() and offset(), or make rows of it first: from(….select(…))`,
  });
}
