/** The statements behind full-text search. */
import { UsageError } from "../errors/errors.ts";
import { textIndexOf } from "../query/full-text.ts";
import type { FullText } from "../query/full-text-door.ts";
import { resolveScope } from "./scope.ts";

/**
 * The statements that make a full-text search fast, for a migration: a GIN index on PostgreSQL; on SQLite, where nothing
 * is found without it, an FTS5 table and the triggers that keep it.
 *
 * @param search - What `fullText` gave.
 * @param options - With `using`, the connection whose database they are for.
 * @returns Statements, to be run one by one.
 * @throws {UsageError} The first is no full-text search.
 *
 * @example
 * ```ts
 * for (const statement of fullTextSql(fullText(Post, ["title"]))) await execute(statement);
 * ```
 */
export function fullTextSql<Model>(
  search: FullText<Model>,
  options: { readonly using?: string } = {},
): readonly string[] {
  const index = textIndexOf(search);
  if (index === undefined) throw new UsageError("fullTextSql() expected what fullText() gave");
  return resolveScope({ using: options.using }).connection.dialect.ddl.textIndex(index, {
    ifMissing: false,
  });
}
