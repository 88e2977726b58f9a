/**
 * The types of input that describes rows around a row.
 *
 * Inference only; nothing here exists at run time. They stand apart from plain input, which
 * programs give far more often: the compiler looks into them only where that refuses.
 */
import type { InputValue, Needed, Present, RequiredNames } from "./input-types.ts";
import type { PairOf } from "./pair-types.ts";
import type {
  AnyForeignKey,
  AnyRelation,
  BackRefField,
  FerroTypeError,
  InstanceOf,
  ManyToMany,
  NameOf,
  NamesOf,
  OfKind,
  OrNull,
  ShapeOf,
  TargetOf,
} from "./types.ts";

/**
 * What makes a row and rows around it: where a relation leads, the input of the row there, or a
 * list of them, at any depth. Rows that are there already may stand among them.
 *
 * @typeParam Given - Foreign keys that are known already: to the row that this one stands in.
 */
export type NestedInput<Shape, Model extends string, Given extends string = never> = {
  [Name in keyof Shape]?: NestedValue<Shape[Name], Model, Name>;
} & ([KeysOver<Shape>] extends [never] ? Needed<Shape, Given> : NeededOver<Shape, Given>);

/** Tells the compiler which properties input has. */
export type WithNames<Given extends PropertyKey> = { readonly [Name in Given]?: unknown };

/** The foreign keys of a shape over columns that it declares. */
type KeysOver<Shape> = NamesOf<Shape, "keyOver" | "optionalKeyOver">;

type ColumnsIn<Field> = Field extends { readonly columns: infer Names } ? Names : never;

/** What input must have where foreign keys may give columns: each of those, or a row that a key over it leads to. */
type NeededOver<Shape, Given extends string> = Needed<
  Shape,
  Given,
  Exclude<RequiredNames<Shape>, ColumnsIn<Shape[KeysOver<Shape>]>>
> &
  EachOf<
    Shape,
    Exclude<
      Extract<RequiredNames<Shape>, ColumnsIn<Shape[KeysOver<Shape>]>>,
      ColumnsIn<Shape[Given & keyof Shape]>
    >
  >;

type EachOf<Shape, Columns extends PropertyKey> = [Columns] extends [never]
  ? unknown
  : {
        [Column in Columns]: (
          link: { [Name in Column]: Present } | RowOver<Shape, KeysOver<Shape>, Column>,
        ) => void;
      }[Columns] extends (links: infer Links) => void
    ? Links
    : never;

/** The row of any of the foreign keys that go over a column. */
type RowOver<Shape, Names extends keyof Shape, Column> = Names extends unknown
  ? Column extends ColumnsIn<Shape[Names]>
    ? { [Name in Names]: Present }
    : never
  : never;

type NestedValue<Field, Model extends string, Name> = Field extends AnyRelation
  ? Field extends AnyForeignKey
    ? OrNull<Field, RowOrInput<TargetOf<Field>>>
    : Field extends ManyToMany<infer Target, string>
      ? readonly RowOrInput<Target>[]
      : Field extends BackRefField<infer Target>
        ? NestedBack<Target, PairOf<Target, Model, Name>>
        : FerroTypeError<"a view makes no rows: give them for the back reference that it shows a part of">
  : InputValue<Field> | undefined;

type RowOrInput<Model> = InstanceOf<Model> | InputOf<Model>;

type InputOf<Model, Given extends string = never> = NestedInput<
  ShapeOf<Model>,
  NameOf<Model>,
  Given
> &
  NoRow;

/** Input alone would take a row as well: it has all that is needed. */
interface NoRow {
  readonly save?: never;
  readonly then?: never;
}

type NestedBack<Target, Pair> = Pair extends {
  readonly kind: infer Kind;
  readonly name: infer Link extends string;
}
  ? Kind extends "links"
    ? readonly RowOrInput<Target>[]
    : Kind extends "many"
      ? readonly (Free<Target, Link> | InputOf<Target, Link>)[]
      : Free<Target, Link> | InputOf<Target, Link> | null
  : never;

/** A row that may point nowhere yet. */
type Free<Target, Link> =
  ShapeOf<Target>[Link & keyof ShapeOf<Target>] extends OfKind<
    "optionalForeignKey" | "optionalKeyOver"
  >
    ? InstanceOf<Target>
    : never;
