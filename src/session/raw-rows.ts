/** What rows of raw SQL become: plain objects, checked ones, or instances of a model. */

import type { ModelConstructor, ModelDefinition } from "../definition/definition.ts";
import { findDefinition } from "../definition/key.ts";
import type { RawValue } from "../dialect/dialect.ts";
import type { DriverColumn, DriverResult, DriverRow } from "../driver/driver.ts";
import { UsageError, ValidationError, type ValidationIssue } from "../errors/errors.ts";
import type { Connection } from "./connection.ts";
import { instancesIn } from "./read-rows.ts";
import type { Scope } from "./scope.ts";

/** A row of raw SQL: names and primitives. */
export type RawRow = Record<string, RawValue>;

/** What checks a row: any schema of the Standard Schema kind, as Zod's are. */
export interface RowSchema {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => unknown;
    readonly types?: { readonly output: unknown } | undefined;
  };
}

/** What a checked row is. */
export type RowOf<Schema extends RowSchema> = NonNullable<Schema["~standard"]["types"]>["output"];

/** The model behind `.as()`. */
export function modelOf(target: unknown): { model: ModelDefinition; read: ModelConstructor } {
  const model = findDefinition(target);
  if (model === undefined) {
    throw new UsageError("as() expected a model class", { hint: "write sql`select …`.as(Post)" });
  }
  return { model, read: target as ModelConstructor }; // a class with a definition is one
}

/** Rows as plain objects of primitives. */
export function plainObjects(
  { dialect }: Connection,
  { columns, rows }: DriverResult,
  action: string,
): RawRow[] {
  requireNames(columns, action);
  return rows.map((row) => {
    const object: RawRow = {};
    columns.forEach((column, index) => {
      // Defined, not assigned: a column may be called "__proto__".
      Object.defineProperty(object, column.name, {
        value: dialect.decodeRaw(row[index] ?? null, column),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    });
    return object;
  });
}

/** A row is an object, which would keep only the last of two columns with one name. */
function requireNames(columns: readonly DriverColumn[], action: string): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name)) {
      throw new UsageError(`${action}() gave two columns the name "${name}"`, {
        hint: `give each a name of its own, for example select … as "${name}_2"`,
      });
    }
    seen.add(name);
  }
}

/** Invalid rows are collected up to this many issues. */
const mostIssues = 100;

/** Checks each row by a schema and gives what that makes of it. */
export async function checkedRows(
  rows: readonly RawRow[],
  schema: RowSchema,
  action: string,
): Promise<unknown[]> {
  const checked: unknown[] = [];
  const issues: ValidationIssue[] = [];
  for (const [place, row] of rows.entries()) {
    const outcome = (await schema["~standard"].validate(row)) as SchemaOutcome;
    if (outcome.issues === undefined) checked.push(outcome.value);
    else issues.push(...outcome.issues.map((issue) => issueOf(issue, place)));
    if (issues.length >= mostIssues) break;
  }
  if (issues.length === 0) return checked;
  const problem = `the rows of ${action}() don't fit its schema; a path begins with the number of the row`;
  throw new ValidationError(action, issues, undefined, problem);
}

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string;
}

type SchemaOutcome =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

function issueOf({ message, path = [], code }: SchemaIssue, place: number): ValidationIssue {
  const keys = path.map((key) => (typeof key === "object" ? key.key : key));
  return { path: [place, ...keys], message, code };
}

/** Rows as instances: each column of the model is found by its name; what else there is, is left out. */
export function modelRows(
  scope: Pick<Scope, "connection" | "identity">,
  { model, read }: ReturnType<typeof modelOf>,
  { columns, rows }: DriverResult,
  action: string,
): object[] {
  const positions = new Map<string, number>();
  const twice = columns.find(({ name }, position) => {
    if (positions.has(name)) return true;
    positions.set(name, position);
    return false;
  });
  if (twice !== undefined && model.columns.some(({ column }) => column === twice.name)) {
    throw new UsageError(`${action}() gave two columns of ${model.name} the name "${twice.name}"`, {
      hint: `select the columns of one table: select ${model.table}.* from ${model.table} join …`,
    });
  }
  const missing = model.columns.filter(({ column }) => !positions.has(column));
  if (missing.length > 0) {
    const names = missing.map(({ column }) => column).join(", ");
    throw new UsageError(`${action}() gave no column ${names}, which ${model.name} has`, {
      hint: `an instance holds every column: select ${model.table}.*, or read plain rows without as()`,
    });
  }
  const order = model.columns.map(({ column }) => positions.get(column) ?? 0);
  const ordered = rows.map((row): DriverRow => order.map((position) => row[position] ?? null));
  return instancesIn(scope, { model, read }, ordered);
}

/** Whether a column needs its integers as bigint. */
export function needsBigints({ dialect }: Connection, model: ModelDefinition): boolean {
  return model.columns.some(({ type }) => dialect.codec(type).bigints === true);
}
