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
 * class Shelf extends Model("Shelf", {
 *   id: id(),
 *   get books() { return backRef(Book) },
 *   get thick() { return backRef(Book, { where: (book) => book.pages.gt(500) }) },
 * }) {}
 *
 * class Book extends Model("Book", {
 *   id: id(),
 *   pages: z.int(),
 *   get shelf() { return foreignKey(Shelf, { relatedName: "books" }) },
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
