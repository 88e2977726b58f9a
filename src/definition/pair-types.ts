/**
 * The types of pairs: a link and the back reference on its target.
 *
 * Inference only; nothing here exists at run time.
 */
import type {
  AnyForeignKey,
  FerroTypeError,
  modelTypes,
  NameOf,
  ShapeOf,
  SpecialNames,
} from "./types.ts";

/** A link as its back reference sees it. */
interface Pair<Kind extends "one" | "many" | "links", Name> {
  readonly kind: Kind;
  readonly name: Name;
}

/** The link on `Target` that a back reference `Name` of `Model` belongs to; `never` when there is none. */
export type PairOf<Target, Model extends string, Name> = PairIn<ShapeOf<Target>, Model, Name>;

type PairIn<Shape, Model extends string, Name> = {
  [Link in SpecialNames<Shape>]: Shape[Link] extends {
    readonly relatedName: Name;
    readonly target: { readonly [modelTypes]: { readonly name: Model } };
  }
    ? PairedLink<Shape[Link], Link>
    : never;
}[SpecialNames<Shape>];

type PairedLink<Link, Name> = Link extends AnyForeignKey
  ? Pair<Link extends { readonly unique: true } ? "one" : "many", Name>
  : Pair<"links", Name>;

/** What to add for a back reference that no link belongs to. */
export type BackRefAdvice<
  Model extends string,
  Name,
  Target,
> = `${Model}.${Name & string} has no pair: add get ${Uncapitalize<Model>}() { return foreignKey(${Model}, { relatedName: "${Name & string}" }) } to ${NameOf<Target>}`;

/** What to add for a link whose target doesn't declare the back reference. */
type LinkAdvice<
  Model extends string,
  Target,
  RelatedName extends string,
> = `${NameOf<Target>} lacks the other side: add get ${RelatedName}() { return backRef(${Model}) } to ${NameOf<Target>}`;

/** `Found` where a link's target declares its back reference, else the error that says what to add. */
export type Paired<Field, Model extends string, Found> = Field extends {
  readonly target: infer Target;
  readonly relatedName: infer RelatedName extends string;
}
  ? RelatedName extends keyof ShapeOf<Target>
    ? Found
    : FerroTypeError<LinkAdvice<Model, Target, RelatedName>>
  : never;
