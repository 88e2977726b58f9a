/** The `sql` tag with its public types. */

import type { z } from "zod";
import type { AnySchema, FerroTypeError } from "../definition/types.ts";
import { type SqlFragment, type SqlTag, sql as tag } from "../sql/raw.ts";
import type { ExpressionOf } from "./expression-types.ts";
import "./sql-expression.ts";

/** SQL with values: a part of other SQL, a statement of its own, or with a schema a value in queries. */
export type QueryFragment = SqlFragment & {
  /**
   * What the SQL gives, as a value of queries: selected, compared, ordered by, stored. The schema says how
   * it is read, as it does for a column.
   *
   * @example
   * ```ts
   * Post.select((t) => ({ id: t.id, score: sql`${t.views} * 2 + ${1}`.as(z.int()) }));
   * ```
   */
  as<Schema extends AnySchema>(schema: Schema): ExpressionOf<z.output<Schema>>;
};

/** The `sql` tag and its helpers. */
export interface QuerySql {
  /**
   * SQL with values: each becomes a bound parameter, a fragment becomes part of the text, and in queries
   * a column becomes its name.
   *
   * @throws {UsageError} A value is undefined, or stands inside a quote or a comment.
   *
   * @example
   * ```ts
   * const adult = sql`age >= ${18}`;
   * await fetchAll(sql`select name from users where ${adult} and city = ${"Oslo"}`);
   * ```
   */
  (strings: TemplateStringsArray, ...values: readonly unknown[]): QueryFragment;
  /** A type alone can't say how a value is read: it would not be there when the program runs. */
  <Value>(
    strings: TemplateStringsArray,
    ...values: readonly unknown[]
  ): FerroTypeError<"say with a schema how the value is read: sql`…`.as(z.int())"> & {
    readonly neverOf: Value;
  };
  /** A name as the database quotes it; several are joined by dots. The only way for a name to enter the text. */
  identifier: SqlTag["identifier"];
  /** Values or fragments with a separator between them, `, ` unless another fragment is given. */
  join(list: readonly unknown[], separator?: SqlFragment): QueryFragment;
}

/** Writes SQL with values apart. */
export const sql: QuerySql = tag as unknown as QuerySql;
