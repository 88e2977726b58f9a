/** Back references, as shapes declare them. */
import { backRefField } from "../definition/field.ts";
import type { BackRefField, BackRefViewField } from "../definition/types.ts";
import type { OwnColumnsOf, Predicate } from "../query/expression-types.ts";

/** Which of the rows that point here a back reference leads to. */
export interface BackRefOptions<Target> {
  /** The `relatedName` of the foreign key; needed where several lead here. */
  readonly relatedName?: string;
  /** Keeps the rows that match. It speaks of their own columns. */
  readonly where: (row: OwnColumnsOf<Target>) => Predicate;
}

/**
 * The other side of a `foreignKey` or `manyToMany` whose `relatedName` is this property.
 *
 * With a condition it is a further view of a foreign key that leads here: those of its rows that
 * match, to be queried, included and asked about like all of them. It makes no rows.
 *
 * @param target - The model that declares the link.
 *
 * @example
 * ```ts
 * class Author extends Model("Author", {
 *   id: id(),
 *   get posts() { return backRef(Post) },
 *   get published() { return backRef(Post, { where: (post) => post.isPublic.eq(true) }) },
 * }) {}
 * ```
 */
export function backRef<Target>(target: Target): BackRefField<Target>;
export function backRef<Target>(
  target: Target,
  options: BackRefOptions<NoInfer<Target>>,
): BackRefViewField<Target>;
export function backRef(target: unknown, options?: BackRefOptions<never>): unknown {
  return backRefField(target, options);
}
