/**
 * Types of a model class under names of their own: messages of the compiler then name the class, and
 * not all of its columns.
 *
 * Inference only; nothing here exists at run time.
 */
import type { ShapeOf } from "../definition/types.ts";
import type { ColumnsOf } from "./expression-types.ts";
import type { Changes, Equalities, SortName } from "./types.ts";

/** Equalities as an object. */
export type EqualitiesOf<Model> = Equalities<ShapeOf<Model>>;

/** What `update` takes. */
export type ChangesOf<Model> = Changes<ShapeOf<Model>>;

/** A column's property: shadows included, relations not. */
export type SortNameOf<Model> = SortName<ShapeOf<Model>>;

/** In place of the model where relations are included: plain rows hold none. */
export interface Including {
  readonly plainRows: "hold no relations";
}

/** The columns that `select` takes by name. */
export type PlainName<Plain> = Plain extends Including
  ? "leave include() out: select over the path of the relation, ({ author: t.author.name })"
  : SortNameOf<Plain>;

/** What the lambda of `select` gets. */
export type PlainColumns<Plain> = Plain extends Including ? never : ColumnsOf<Plain>;
