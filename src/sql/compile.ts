import { createQueryId, type RootOperationNode } from "kysely";
import type { Query } from "../ir/query.ts";
import { unreachable } from "../util/unreachable.ts";
import type { Context } from "./context.ts";
import type { BoundSlot, SqlDialect } from "./dialect.ts";
import { compileTruth } from "./predicate.ts";
import {
  compileCount,
  compileExists,
  compileExistsQuery,
  compileSelect,
  orderItem,
} from "./select.ts";
import { compileSliceOfEach } from "./slice-of-each.ts";
import { compileUpdateRows } from "./update-rows.ts";
import { compileDelete, compileInsert, compileUpdate } from "./write.ts";

/** A statement's text, and what each of its placeholders takes. */
export interface CompiledQuery {
  readonly sql: string;
  readonly slots: readonly BoundSlot[];
}

/**
 * Compiles a query for one dialect.
 *
 * Pure: the same IR gives the same text. Plans are cached by shape, so this runs
 * once for each and favours clarity. A slot may stand at several placeholders.
 *
 * @throws {UsageError} The database can't do what the query asks, or an operator is not one of ours.
 */
export function compileQuery(query: Query, dialect: SqlDialect): CompiledQuery {
  const { sql, parameters } = dialect
    .createCompiler()
    .compileQuery(rootNode(query, { dialect, scope: new Map(), inner }), createQueryId());
  // Every parameter of our trees was made by `placeholder`.
  return { sql, slots: parameters as readonly BoundSlot[] };
}

const inner: Context["inner"] = {
  exists: compileExists,
  select: compileSelect,
  truth: compileTruth,
  order: orderItem,
};

function rootNode(query: Query, context: Context): RootOperationNode {
  switch (query.kind) {
    case "select":
      return query.perGroup === undefined
        ? compileSelect(query, context)
        : compileSliceOfEach(query, query.perGroup, context);
    case "count":
      return compileCount(query, context);
    case "exists":
      return compileExistsQuery(query, context);
    case "insert":
      return compileInsert(query, context);
    case "update":
      return compileUpdate(query, context);
    case "updateRows":
      return compileUpdateRows(query, context);
    case "delete":
      return compileDelete(query, context);
    default:
      return unreachable(query);
  }
}
