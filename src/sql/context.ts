import type { OperationNode } from "kysely";
import type {
  ColumnRef,
  Exists,
  Join,
  OrderTerm,
  Predicate,
  SelectQuery,
  Source,
} from "../ir/query.ts";
import type { SqlDialect } from "./dialect.ts";

/** What every part of one compilation needs. */
export interface Context {
  readonly dialect: SqlDialect;
  /** The aliases that a column may name here; true where the source comes from a left join. */
  readonly scope: ReadonlyMap<string, boolean>;
  readonly inner: InnerCompilers;
  /** Other names that sources have here, by their aliases. */
  readonly names?: ReadonlyMap<string, string>;
}

/** The compilers of what an expression may hold; handed down, since expressions stand below them. */
export interface InnerCompilers {
  /** The query of an EXISTS. */
  readonly exists: (node: Exists, context: Context) => OperationNode;
  /** A query inside another; `named` gives its columns the names of their places. */
  readonly select: (
    query: SelectQuery,
    context: Context,
    form?: { readonly named?: boolean },
  ) => OperationNode;
  /** A condition as a value: true or false. */
  readonly truth: (predicate: Predicate, context: Context) => OperationNode;
  /** One key of an ordering. */
  readonly order: (term: OrderTerm, context: Context) => OperationNode;
}

/** The context inside a query over `from` and `joins`. */
export function enterScope(context: Context, from: Source, joins: readonly Join[]): Context {
  const inner = new Map(context.scope).set(from.alias, false);
  for (const { kind, source } of joins) inner.set(source.alias, kind === "left");
  return { ...context, scope: inner };
}

/** Whether a column can be NULL where it stands. */
export function isNullable(column: ColumnRef, { scope }: Context): boolean {
  const fromLeftJoin = scope.get(column.source);
  if (fromLeftJoin === undefined) {
    throw new TypeError(
      `a query names the source ${JSON.stringify(column.source)}, which it lacks`,
    );
  }
  return column.nullable || fromLeftJoin;
}
