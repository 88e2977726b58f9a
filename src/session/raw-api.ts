/** The public raw-SQL functions: parameters in an array, or a fragment that holds its own. */
import { UsageError } from "../errors/errors.ts";
import type { SqlFragment } from "../sql/raw.ts";
import { executeRaw, fetchRaw, type RawOptions, type RawRow } from "./raw.ts";

/** What follows the SQL: parameters and options, or options alone after a fragment. */
type Rest = readonly [parameters?: readonly unknown[] | RawOptions, options?: RawOptions];

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
 * Runs a query and gives its rows as plain objects of primitives.
 *
 * Numbers, booleans and bytes come as themselves; uuids, decimals, dates and JSON as strings.
 *
 * @param sql - Text with the database's own placeholders, or a fragment of the `sql` tag.
 * @param rest - Parameters in an array, then `{ using }`.
 * @throws {TypeError} A parameter has no SQL form.
 * @throws {DatabaseError} The database refused the statement.
 *
 * @example
 * ```ts
 * const rows = await fetchAll(sql`select title from post where views > ${18}`);
 * ```
 */
export async function fetchAll(sql: string | SqlFragment, ...rest: Rest): Promise<RawRow[]> {
  const { parameters, options } = readRest(rest);
  return await fetchRaw(sql, parameters, options, "fetchAll");
}

/**
 * Runs a query and gives its first row, or null.
 *
 * @param sql - Text with the database's own placeholders, or a fragment of the `sql` tag.
 * @param rest - Parameters in an array, then `{ using }`.
 * @throws {TypeError} A parameter has no SQL form.
 * @throws {DatabaseError} The database refused the statement.
 *
 * @example
 * ```ts
 * const row = await fetchOne("select count(*) as posts from post");
 * ```
 */
export async function fetchOne(sql: string | SqlFragment, ...rest: Rest): Promise<RawRow | null> {
  const { parameters, options } = readRest(rest);
  const [row] = await fetchRaw(sql, parameters, options, "fetchOne");
  return row ?? null;
}

function readRest([first, second]: Rest): {
  parameters: readonly unknown[];
  options: RawOptions;
} {
  if (first === undefined || Array.isArray(first)) {
    return { parameters: first ?? [], options: second ?? {} };
  }
  if (typeof first !== "object" || second !== undefined) {
    throw new UsageError("raw SQL takes its parameters in an array", {
      hint: 'write fetchAll("select … where id = ?", [id])',
    });
  }
  return { parameters: [], options: first as RawOptions };
}
