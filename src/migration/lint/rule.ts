/** What a lint rule is. */
import type { Operation } from "../../ir/migration.ts";
import type { ColumnIr, SchemaPayload, TableIr } from "../../ir/schema.ts";
import type { Targets } from "../targets.ts";
import type { MeasuredLock } from "./locks.ts";

/** How much a finding weighs: an error fails `ferro check`. */
export type Severity = "error" | "warning" | "info";

/** Where a rule applies. */
export type RuleDatabase = "postgres" | "sqlite" | "both";

/** What a rule looks at besides the operation. */
export interface LintContext {
  /** The schema before the operation. */
  readonly before: SchemaPayload;
  /** Tables that this revision makes: nobody uses them yet. */
  readonly fresh: ReadonlySet<string>;
  /** Whether the planner writes the forms that don't block. */
  readonly online: boolean;
  /** The operations of the revision that came before. */
  readonly earlier: readonly Operation[];
  /** The operations of the revision that come after. */
  readonly later: readonly Operation[];
  /** The oldest versions that are served. */
  readonly targets: Targets;
}

/** One statement of raw SQL, as words and marks in upper case, texts and comments left out. */
export interface RawStatement {
  readonly text: string;
  /** The table that it is about, as it is written; null where none was found. */
  readonly table: string | null;
  /** Whether it runs with others in a transaction. */
  readonly inTransaction: boolean;
  /** Whether its operation says what it does to the schema. */
  readonly hasState: boolean;
  /** The statements of the same operation that come before. */
  readonly preceding: readonly string[];
  /** The other statements of the same operation. */
  readonly beside: readonly string[];
}

/** A rule: data for the reference, and what finds it. */
export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  readonly database: RuleDatabase;
  /** What triggers it. */
  readonly when: string;
  /** Why that matters: locks, scans, rewrites, readers, losses. */
  readonly why: string;
  /** What its statement locks, as it was measured; undefined where it locks no table, or not by itself. */
  readonly lock?: MeasuredLock | undefined;
  /** The form to use instead. */
  readonly rewrite: string;
  /** A better form, which older versions don't have. */
  readonly newer?: { readonly since: string; readonly rewrite: string };
  /** Off unless the configuration gives it a severity. */
  readonly off?: true;
  /** Finds it in an operation; what it is about. */
  readonly find?: (operation: Operation, context: LintContext) => string | null;
  /** Finds it in raw SQL. */
  readonly findSql?: (statement: RawStatement, context: LintContext) => boolean;
}

/** A table that was there before this revision and is therefore in use; undefined otherwise. */
export function usedTable(name: string, { before, fresh }: LintContext): TableIr | undefined {
  return fresh.has(name) ? undefined : before.tables.find((table) => table.name === name);
}

/** `"table"."column"`. */
export function dotted(...names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(".");
}

/** New columns of an operation, with their table. */
export function newColumns(
  operation: Operation,
): readonly (readonly [table: string, column: ColumnIr])[] {
  if (operation.op === "addColumn") return [[operation.table, operation.column]];
  if (operation.op !== "createTable") return [];
  return operation.table.columns.map((column) => [operation.table.name, column]);
}
