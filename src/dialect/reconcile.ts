import type { ColumnIr } from "../ir/schema.ts";

/** What auto-migrate asks of a database. */
export interface Reconcile {
  /** Whether columns of a table that exists can change type and nullability, and get constraints. */
  readonly inPlace: boolean;
  /**
   * What a column's type in the database means for the type that the model wants: nothing, a change,
   * or a warning without a change.
   */
  typeDrift(place: string, live: ColumnIr, wanted: ColumnIr): TypeDrift;
  /** Whether two declared types are one to the database. */
  sameType(live: ColumnIr, wanted: ColumnIr): boolean;
  /** How the database prints a check for a list of values, where it prints none in the plain way. */
  listSql(column: string, values: readonly (string | number)[]): string;
  /** Whether two expressions as the database keeps them are one. */
  sameSql(live: string, wanted: string): boolean;
  /** Why a column can't be added to a table that exists, or undefined. */
  refusesColumn(column: ColumnIr): string | undefined;
  /** What stands between a column and its DROP: indexes to drop first, and a constraint that can't be dropped. */
  readonly dropsIndexesFirst: boolean;
}

/** What a difference of types leads to. */
export type TypeDrift = "none" | "alter" | { readonly warning: string };
