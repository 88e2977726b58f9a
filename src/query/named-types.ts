/**
 * Types of a model class under names of their own: messages of the compiler then name the class, and
 * not all of its columns.
 *
 * Inference only; nothing here exists at run time.
 */
import type { ShapeOf } from "../definition/types.ts";
import type { Changes, Equalities, SortName } from "./types.ts";

/** Equalities as an object. */
export type EqualitiesOf<Model> = Equalities<ShapeOf<Model>>;

/** What `update` takes. */
export type ChangesOf<Model> = Changes<ShapeOf<Model>>;

/** A column's property: shadows included, relations not. */
export type SortNameOf<Model> = SortName<ShapeOf<Model>>;
