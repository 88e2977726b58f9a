/** The functions of queries with their public types. */
import type {
  AverageOf,
  Summable,
  SumOf,
  WindowAggregate,
  WindowFunction,
} from "./aggregate-types.ts";
import type { Expression, ExpressionOf, MaybeClaim, Predicate, Skip } from "./expression-types.ts";
import {
  caseWhen as makeCase,
  exists as makeExists,
  notExists as makeNotExists,
  now as makeNow,
  scalar as makeScalar,
} from "./functions.ts";
import type { NullIn } from "./method-types.ts";
import { and as makeAnd, not as makeNot, or as makeOr, skip as noCondition } from "./predicate.ts";
import { recursive as makeRecursive } from "./recursive.ts";
import type { Recursive } from "./tree-types.ts";
import { endOf, numbered, shifted, windowAggregate } from "./window.ts";

/** Combines predicates. */
type Combine = (...predicates: readonly MaybeClaim[]) => Predicate;

/**
 * True where every predicate is; true when there is none.
 *
 * @example
 * ```ts
 * Post.where((t) => and(t.published.eq(true), t.views.gt(10)));
 * ```
 */
export const and: Combine = makeAnd as unknown as Combine;

/**
 * True where at least one predicate is; false when there is none.
 *
 * @example
 * ```ts
 * Post.where((t) => or(t.title.eq("a"), t.title.eq("b")));
 * ```
 */
export const or: Combine = makeOr as unknown as Combine;

/**
 * True where the predicate is not, rows that hold NULL included.
 *
 * @example
 * ```ts
 * Post.where((t) => not(t.published.eq(true)));
 * ```
 */
export const not: (predicate: MaybeClaim) => Predicate = makeNot as unknown as (
  predicate: MaybeClaim,
) => Predicate;

/**
 * Stands for a condition that is left out on purpose, where `undefined` would be an error.
 *
 * `where`, `having`, `filter`, `and`, `or` and `not` leave it out, and so does a key of an object of equalities.
 * What is made of nothing but `skip` is `skip`: an `or` of it filters nothing, and a `where` of it is no `where`,
 * so that `update()` and `delete()` still need `allRows()`. It is a condition and no value: `t.title.eq(skip)` throws.
 *
 * @example
 * ```ts
 * const found = (title?: string, views?: number) =>
 *   Post.where({ title: title ?? skip }).where((t) => (views === undefined ? skip : t.views.gt(views)));
 * ```
 */
export const skip: Skip = noCondition as unknown as Skip;

/** A query that can stand inside another. */
interface AnyQuery {
  exists(): Promise<boolean>;
}

/**
 * True when the query gives a row. It may speak of the rows around it.
 *
 * @example
 * ```ts
 * Author.where((t) => exists(Post.where((p) => p.authorId.eq(t.id).and(p.views.gt(10)))));
 * ```
 */
export const exists: (query: AnyQuery) => Predicate = makeExists as unknown as (
  query: AnyQuery,
) => Predicate;

/**
 * True when the query gives no row. It may speak of the rows around it.
 *
 * @example
 * ```ts
 * Author.where((t) => notExists(Post.where((p) => p.authorId.eq(t.id))));
 * ```
 */
export const notExists: (query: AnyQuery) => Predicate = makeNotExists as unknown as (
  query: AnyQuery,
) => Predicate;

/**
 * The value that a query of one column selects in its first row, or NULL.
 *
 * @example
 * ```ts
 * Author.select((t) => ({
 *   name: t.name,
 *   latest: scalar(Post.where((p) => p.authorId.eq(t.id)).orderBy("id", "desc").select((p) => p.title)),
 * }));
 * ```
 */
export const scalar: <Value>(query: ScalarQuery<Value>) => ExpressionOf<NonNullable<Value> | null> =
  makeScalar as unknown as <Value>(
    query: ScalarQuery<Value>,
  ) => ExpressionOf<NonNullable<Value> | null>;

/** A query that selects one column. */
interface ScalarQuery<Value> {
  all(): Promise<Value[]>;
  distinct(): unknown;
}

/**
 * The present moment, by the database's clock: in a transaction, on PostgreSQL, when it began.
 *
 * @example
 * ```ts
 * Post.where((t) => t.createdAt.gt(now().minus({ days: 7 })));
 * ```
 */
export const now: () => ExpressionOf<Date> = makeNow as unknown as () => ExpressionOf<Date>;

/**
 * Rows and all that are found from them, step by step, in one statement: a tree, or any graph.
 *
 * Each row is found once, so it ends in circles too. `(child, parent) => child.parentId.eq(parent.id)`
 * goes down a tree, `(parent, child) => parent.id.eq(child.parentId)` up.
 *
 * @param start - The rows to begin with.
 * @param link - When a row is found from another.
 * @param options - With `maxDepth`, how many steps are made; lambdas after it get the depth as well.
 * @returns A query like any other.
 * @throws {UsageError} The link gives no condition, or an option is wrong.
 *
 * @example
 * ```ts
 * class Employee extends Model("Employee", {
 *   id: id(),
 *   name: z.string(),
 *   get manager() { return foreignKey(Employee, { relatedName: "reports", nullable: true }) },
 *   get reports() { return backRef(Employee) },
 * }) {}
 *
 * const team = recursive(Employee.where({ name: "Ann" }), (child, parent) =>
 *   child.managerId.eq(parent.id),
 * );
 * ```
 */
export const recursive: Recursive = makeRecursive as unknown as Recursive;

/** What a branch of a case may give: a value or an expression. */
type BranchValue = string | number | bigint | boolean | Date | null | Expression<unknown>;

type BranchOf<Given> =
  Given extends Expression<infer Value> ? NonNullable<Value> | NullIn<Given> : Given;

/** A case that waits for its other branches. */
export interface Case<Value> {
  /** The next branch. */
  when<const Given extends BranchValue>(
    condition: Predicate,
    value: Given,
  ): Case<Value | BranchOf<Given>>;
  /** What it is where no condition holds. */
  else<const Given extends BranchValue>(value: Given): ExpressionOf<Value | BranchOf<Given>>;
  /** NULL where no condition holds. */
  end(): ExpressionOf<Value | null>;
}

type CaseWhen = <const Given extends BranchValue>(
  condition: Predicate,
  value: Given,
) => Case<BranchOf<Given>>;

/**
 * The value of the first condition that holds.
 *
 * @example
 * ```ts
 * Post.select((t) => ({
 *   title: t.title,
 *   size: caseWhen(t.views.gt(100), "big").when(t.views.gt(10), "medium").else("small"),
 * }));
 * ```
 */
export const caseWhen: CaseWhen = makeCase as unknown as CaseWhen;

// ---------------------------------------------------------------- windows

type Numbering = () => WindowFunction<number>;

/**
 * The number of a row within its window, from 1.
 *
 * @example
 * ```ts
 * Post.select((t) => ({
 *   title: t.title,
 *   place: rowNumber().over({ partitionBy: t.authorId, orderBy: t.views.desc() }),
 * }));
 * ```
 */
export const rowNumber: Numbering = (() => numbered("rowNumber")) as unknown as Numbering;

/**
 * The place of a row within its window; equal rows share one, and the next place is left out.
 *
 * @example
 * ```ts
 * Post.select((t) => ({ title: t.title, place: rank().over({ orderBy: t.views.desc() }) }));
 * ```
 */
export const rank: Numbering = (() => numbered("rank")) as unknown as Numbering;

/**
 * The place of a row within its window; equal rows share one, and no place is left out.
 *
 * @example
 * ```ts
 * Post.select((t) => ({ title: t.title, place: denseRank().over({ orderBy: t.views.desc() }) }));
 * ```
 */
export const denseRank: Numbering = (() => numbered("denseRank")) as unknown as Numbering;

type Neighbour = <Value, const Otherwise extends Value | null = null>(
  of: Expression<Value>,
  by?: number,
  otherwise?: Otherwise,
) => WindowFunction<Value | Otherwise>;

const makeNeighbour = (name: "lag" | "lead"): Neighbour =>
  ((of: unknown, by: unknown = 1, otherwise?: unknown) =>
    shifted(name, of, by, otherwise)) as unknown as Neighbour;

/**
 * The value of the row so many before this one in the window, 1 unless said otherwise.
 *
 * @example
 * ```ts
 * Post.select((t) => ({ title: t.title, before: lag(t.views).over({ orderBy: t.id }) }));
 * ```
 */
export const lag: Neighbour = makeNeighbour("lag");

/**
 * The value of the row so many after this one in the window, 1 unless said otherwise.
 *
 * @example
 * ```ts
 * Post.select((t) => ({ title: t.title, after: lead(t.views, 1, 0).over({ orderBy: t.id }) }));
 * ```
 */
export const lead: Neighbour = makeNeighbour("lead");

type FrameEdge = <Value>(of: Expression<Value>) => WindowFunction<NonNullable<Value> | null>;

/**
 * The value of the first row of the window's frame.
 *
 * @example
 * ```ts
 * Post.select((t) => ({ id: t.id, top: firstValue(t.title).over({ orderBy: t.views.desc() }) }));
 * ```
 */
export const firstValue: FrameEdge = ((of: unknown) =>
  endOf("firstValue", of)) as unknown as FrameEdge;

/**
 * The value of the last row of the window's frame, which ends at the current row unless said otherwise.
 *
 * @example
 * ```ts
 * Post.select((t) => ({
 *   id: t.id,
 *   last: lastValue(t.title).over({ orderBy: t.id, frame: { from: "start", to: "end" } }),
 * }));
 * ```
 */
export const lastValue: FrameEdge = ((of: unknown) =>
  endOf("lastValue", of)) as unknown as FrameEdge;

type WindowCount = (of?: Expression<unknown>) => WindowAggregate<number>;

/**
 * How many rows, or values that are not NULL, for a window.
 *
 * @example
 * ```ts
 * Post.select((t) => ({ id: t.id, siblings: count().over({ partitionBy: t.authorId }) }));
 * ```
 */
export const count: WindowCount = ((of?: unknown) =>
  windowAggregate("count", of)) as unknown as WindowCount;

type WindowSum = <Value extends Summable>(of: Expression<Value>) => WindowAggregate<SumOf<Value>>;

/**
 * The sum, for a window.
 *
 * @example
 * ```ts
 * Post.select((t) => ({ id: t.id, soFar: sum(t.views).over({ orderBy: t.id }) }));
 * ```
 */
export const sum: WindowSum = ((of: unknown) => windowAggregate("sum", of)) as unknown as WindowSum;

type WindowAverage = <Value extends Summable>(
  of: Expression<Value>,
) => WindowAggregate<AverageOf<Value>>;

/**
 * The average, for a window.
 *
 * @example
 * ```ts
 * Post.select((t) => ({ id: t.id, usual: avg(t.views).over({ partitionBy: t.authorId }) }));
 * ```
 */
export const avg: WindowAverage = ((of: unknown) =>
  windowAggregate("avg", of)) as unknown as WindowAverage;

type WindowExtreme = <Value>(of: Expression<Value>) => WindowAggregate<NonNullable<Value> | null>;

/**
 * The least value, for a window.
 *
 * @example
 * ```ts
 * Post.select((t) => ({ id: t.id, least: min(t.views).over({ partitionBy: t.authorId }) }));
 * ```
 */
export const min: WindowExtreme = ((of: unknown) =>
  windowAggregate("min", of)) as unknown as WindowExtreme;

/**
 * The greatest value, for a window.
 *
 * @example
 * ```ts
 * Post.select((t) => ({ id: t.id, most: max(t.views).over({ partitionBy: t.authorId }) }));
 * ```
 */
export const max: WindowExtreme = ((of: unknown) =>
  windowAggregate("max", of)) as unknown as WindowExtreme;
