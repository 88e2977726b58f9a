/** The predicate functions with their public types. */

import type { Predicate } from "./expression-types.ts";
import { and as makeAnd, not as makeNot, or as makeOr } from "./predicate.ts";

/** Combines predicates. */
type Combine = (...predicates: readonly Predicate[]) => Predicate;

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
export const not: (predicate: Predicate) => Predicate = makeNot as unknown as (
  predicate: Predicate,
) => Predicate;
