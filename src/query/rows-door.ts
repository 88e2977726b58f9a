/** The functions that make rows of other queries, with their public types. */
import { cte as makeCte } from "./cte.ts";
import type { Cte } from "./cte-types.ts";
import type { PlainQuery } from "./plain-types.ts";
import { from as makeFrom } from "./rows.ts";
import type { Chosen, Rows, Union, UnionAll } from "./rows-types.ts";
import { combined } from "./sets.ts";

/**
 * The rows of all the queries, equal ones once.
 *
 * Queries of instances are of one model and give its instances. Queries that select plain
 * rows select the same names, with values of the same types, and give plain rows.
 *
 * @param queries - Two or more. Each may have an order and a limit of its own.
 * @returns A query: order, filter, count, stream it, or use it inside another.
 * @throws {UsageError} The queries don't fit each other.
 *
 * @example
 * ```ts
 * union(
 *   Author.select((t) => ({ kind: t.name, name: t.name })),
 *   Post.select((t) => ({ kind: t.title, name: t.title })),
 * ).orderBy("name").limit(10);
 * ```
 */
export const union: Union = ((...queries: unknown[]) =>
  combined("union", queries)) as unknown as Union;

/**
 * The rows of all the queries, one after the other, equal ones as often as they come.
 *
 * @param queries - Two or more that select plain rows of the same names and types.
 * @returns A query of plain rows.
 * @throws {UsageError} The queries don't fit each other.
 *
 * @example
 * ```ts
 * unionAll(Author.select((t) => t.name), Post.select((t) => t.title)).count();
 * ```
 */
export const unionAll: UnionAll = ((...queries: unknown[]) =>
  combined("unionAll", queries)) as unknown as UnionAll;

/**
 * The rows of the first query that all the others have too, equal ones once.
 *
 * @param queries - Two or more, as for `union`.
 * @returns A query of instances, or of plain rows.
 * @throws {UsageError} The queries don't fit each other.
 *
 * @example
 * ```ts
 * intersect(Post.where({ published: true }), Post.where((t) => t.views.gt(10)));
 * ```
 */
export const intersect: Chosen = ((...queries: unknown[]) =>
  combined("intersect", queries)) as unknown as Chosen;

/**
 * The rows of the first query that none of the others has, equal ones once.
 *
 * @param queries - Two or more, as for `union`.
 * @returns A query of instances, or of plain rows.
 * @throws {UsageError} The queries don't fit each other.
 *
 * @example
 * ```ts
 * except(Author.select((t) => t.id), Post.select((t) => t.authorId));
 * ```
 */
export const except: Chosen = ((...queries: unknown[]) =>
  combined("except", queries)) as unknown as Chosen;

/**
 * The rows of a query under a name: the statement computes them in one place, however often
 * it reads them.
 *
 * With steps, rows are found from those that were found before, until a step finds no new one.
 *
 * @param name - What the rows are called in the statement.
 * @param query - What selects them, or the first of them.
 * @param step - Gets the rows that were found, and gives a query of those that are found from them.
 * @param options - `materialized`, and of steps `all`.
 * @returns A query whose columns are the selected fields; other queries take it in `with()`, `in()` and `exists()`.
 * @throws {UsageError} A query selects no plain rows, or a step selects others than the first query.
 *
 * @example
 * ```ts
 * const totals = cte("totals", Post.groupBy("authorId").select((key, rows) => ({
 *   authorId: key.authorId,
 *   views: rows.sum((t) => t.views),
 * })));
 * Author.with(totals, (t, total) => total.authorId.eq(t.id))
 *   .where((_, total) => total.views.gt(100))
 *   .orderBy((_, total) => total.views, "desc");
 * ```
 */
export const cte: Cte = makeCte as unknown as Cte;

/**
 * The rows of a query that selects plain rows, to be queried again: filtered by what a
 * window computed, grouped a second time.
 *
 * @param query - What selects the rows.
 * @returns A query whose columns are the selected fields.
 * @throws {UsageError} It selects no plain rows.
 *
 * @example
 * ```ts
 * from(Post.select((t) => ({
 *   title: t.title,
 *   place: rowNumber().over({ partitionBy: t.authorId, orderBy: t.views.desc() }),
 * }))).where((t) => t.place.lte(3));
 * ```
 */
export const from: <Row>(query: PlainQuery<Row>) => Rows<Row> = makeFrom as unknown as <Row>(
  query: PlainQuery<Row>,
) => Rows<Row>;
