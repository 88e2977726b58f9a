/** The public raw-SQL functions: parameters in an array, or a fragment that holds its own. */
import { UsageError } from "../errors/errors.ts";
import type { ModelSql, SqlFragment } from "../sql/raw.ts";
import { executeRaw, fetchRaw, type RawOptions, type RawRowOptions, type RawSql } from "./raw.ts";
import type { RawRow, RowOf, RowSchema } from "./raw-rows.ts";

/** What follows the SQL: parameters and options, or options alone after a fragment. */
type Rest = readonly [parameters?: readonly unknown[] | RawOptions, options?: RawOptions];

/** Options with a schema that checks each row, and makes of it what the call gives. */
export interface SchemaOptions<Schema extends RowSchema> extends RawOptions {
  readonly schema: Schema;
}

/**
 * Runs a statement.
 *
 * @param sql - Text with the database's own placeholders (`?` or `$1`), or a fragment of the `sql` tag.
 * @param rest - Parameters in an array, then `{ using }`.
 * @returns The number of rows changed.
 * @throws {TypeError} A parameter has no SQL form.
 * @throws {DatabaseError} The database refused the statement.
 *
 * @example
 * ```ts
 * await execute(sql`update post set views = 0 where id = ${1}`);
 * ```
 */
export async function execute(sql: string | SqlFragment, ...rest: Rest): Promise<number> {
  const { parameters, options } = readRest(rest);
  return await executeRaw(sql, parameters, options);
}

/**
 * Runs a query and gives its rows: as plain objects of primitives, as a schema makes them,
 * or as instances of the model that `.as()` names.
 *
 * Numbers, booleans and bytes come as themselves; uuids, decimals, dates and JSON as strings. With a
 * schema, each row is checked, and what the schema makes of it is given. A statement with RETURNING is
 * undone when its rows can't be given.
 *
 * @param sql - Text with the database's own placeholders, or a fragment of the `sql` tag.
 * @param rest - Parameters in an array, then `{ using, session, schema, signal, timeoutMs }`.
 * @throws {TypeError} A parameter has no SQL form.
 * @throws {ValidationError} A row doesn't satisfy the schema; each path begins with the number of the row.
 * @throws {UsageError} A column is missing or there twice.
 * @throws {DatabaseError} The database refused the statement.
 *
 * @example
 * ```ts
 * const rows = await fetchAll(sql`select title from post where views > ${18}`);
 * ```
 */
export async function fetchAll<Row extends object>(
  sql: ModelSql<Row>,
  options?: RawOptions,
): Promise<Row[]>;
export async function fetchAll<Schema extends RowSchema>(
  sql: string | SqlFragment,
  options: SchemaOptions<Schema>,
): Promise<RowOf<Schema>[]>;
export async function fetchAll<Schema extends RowSchema>(
  sql: string | SqlFragment,
  parameters: readonly unknown[],
  options: SchemaOptions<Schema>,
): Promise<RowOf<Schema>[]>;
export async function fetchAll(sql: string | SqlFragment, ...rest: Rest): Promise<RawRow[]>;
export async function fetchAll(sql: RawSql, ...rest: Rest): Promise<unknown[]> {
  const { parameters, options } = readRest(rest);
  return await fetchRaw(sql, parameters, options, "fetchAll");
}

/**
 * Runs a query and gives its first row, or null; otherwise as `fetchAll`.
 *
 * @param sql - Text with the database's own placeholders, or a fragment of the `sql` tag.
 * @param rest - Parameters in an array, then `{ using, session, schema, signal, timeoutMs }`.
 * @throws {TypeError} A parameter has no SQL form.
 * @throws {ValidationError} The row doesn't satisfy the schema.
 * @throws {DatabaseError} The database refused the statement.
 *
 * @example
 * ```ts
 * const row = await fetchOne("select count(*) as posts from post");
 * ```
 */
export async function fetchOne<Row extends object>(
  sql: ModelSql<Row>,
  options?: RawOptions,
): Promise<Row | null>;
export async function fetchOne<Schema extends RowSchema>(
  sql: string | SqlFragment,
  options: SchemaOptions<Schema>,
): Promise<RowOf<Schema> | null>;
export async function fetchOne<Schema extends RowSchema>(
  sql: string | SqlFragment,
  parameters: readonly unknown[],
  options: SchemaOptions<Schema>,
): Promise<RowOf<Schema> | null>;
export async function fetchOne(sql: string | SqlFragment, ...rest: Rest): Promise<RawRow | null>;
export async function fetchOne(sql: RawSql, ...rest: Rest): Promise<unknown> {
  const { parameters, options } = readRest(rest);
  const [row] = await fetchRaw(sql, parameters, options, "fetchOne");
  return row ?? null;
}

/** The arguments after the SQL, in either order of writing. */
export function readRest([first, second]: readonly unknown[]): {
  parameters: readonly unknown[];
  options: RawRowOptions;
} {
  if (first === undefined || Array.isArray(first)) {
    return { parameters: first ?? [], options: (second ?? {}) as RawRowOptions };
  }
  if (typeof first !== "object" || first === null || second !== undefined) {
    throw new UsageError("raw SQL takes its parameters in an array", {
      hint: 'write fetchAll("select … where id = ?", [id])',
    });
  }
  return { parameters: [], options: first as RawRowOptions };
}
