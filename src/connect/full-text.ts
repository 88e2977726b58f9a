/** The statements behind full-text search. */
import type { Backend } from "../dialect/dialect.ts";
import { postgresSql } from "../dialect/postgres/sql.ts";
import { sqliteSql } from "../dialect/sqlite/sql.ts";
import { UsageError } from "../errors/errors.ts";
import { textIndexOf } from "../query/full-text.ts";
import type { FullText } from "../query/full-text-door.ts";

const dialects = { sqlite: sqliteSql, postgres: postgresSql };

/**
 * The statements that make a full-text search fast, for a migration: a GIN index on PostgreSQL; on SQLite, where nothing
 * is found without it, an FTS5 table and the triggers that keep it.
 *
 * @param search - What `fullText` gave.
 * @param backend - The database: `connection.backend`.
 * @returns Statements, to be run one by one.
 * @throws {UsageError} The first is no full-text search, or there is no such database.
 *
 * @example
 * ```ts
 * for (const statement of fullTextSql(fullText(Post, ["title"]), "sqlite")) await execute(statement);
 * ```
 */
export function fullTextSql<Model>(search: FullText<Model>, backend: Backend): readonly string[] {
  const index = textIndexOf(search);
  if (index === undefined) {
    throw new UsageError("fullTextSql() expected what fullText() gave");
  }
  if (!Object.hasOwn(dialects, backend)) {
    throw new UsageError('fullTextSql() knows the databases "sqlite" and "postgres"');
  }
  return dialects[backend].textIndex(index);
}
