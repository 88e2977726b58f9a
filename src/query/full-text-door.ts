/** Full-text search with its public types. */
import type { Output, ShapeOf } from "../definition/types.ts";
import type { ColumnsOf, Predicate } from "./expression-types.ts";
import { fullText as makeFullText } from "./full-text.ts";
import type { NumericExpression } from "./method-types.ts";

/** The properties of a model that hold text. */
type TextName<Model> = {
  [Name in keyof ShapeOf<Model> & string]: [NonNullable<Output<ShapeOf<Model>[Name]>>] extends [
    string,
  ]
    ? Name
    : never;
}[keyof ShapeOf<Model> & string];

/** How words are searched, where the model's own index over the columns doesn't say it. */
export interface FullTextOptions<Name extends string = string> {
  /**
   * Whose endings of words don't count: "english" (the default), or "simple" for none. PostgreSQL knows more languages;
   * SQLite takes any other than "english" as "simple".
   */
  readonly language?: string;
  /** The name of the index, or of SQLite's table of words; by default the table's name and `_search`. */
  readonly name?: string;
  /** How much a word in a column counts in `rank`: 1 where nothing is said, and at most four different numbers. */
  readonly weights?: { readonly [Column in Name]?: number };
}

/** Some columns of a model that are searched for words. */
export interface FullText<Model> {
  /**
   * Whether the texts match: words that must all be there, "several words" next to each other, `or`, and `-word` for what
   * must not be there. Anything may be typed; what holds no word to look for finds nothing.
   */
  matches(t: ColumnsOf<Model>, search: string): Predicate;
  /** How well the texts match: more is better, 0 is no match. Only the order means something, and within one database. */
  rank(t: ColumnsOf<Model>, search: string): NumericExpression<number>;
}

type MakeFullText = <Model>(
  model: Model,
  columns?: readonly NoInfer<TextName<Model>>[],
  options?: FullTextOptions<NoInfer<TextName<Model>>>,
) => FullText<Model>;

/**
 * Columns of a model that are searched for words: those of its option `fullText`, or others, for which `fullTextSql`
 * gives the statements that make the index.
 *
 * @param model - The model; its primary key is one whole number.
 * @param columns - Its columns of text; those of its one full-text index when left out.
 * @param options - The language, and the name of the index.
 * @returns What conditions and orders are made with.
 * @throws {UsageError} A column is no text, the key is no whole number, an option is unknown, or no columns are named
 * for a model that has no full-text index, or several.
 *
 * @example
 * ```ts
 * const search = fullText(Post, ["title"]);
 * Post.where((t) => search.matches(t, "quick -brown")).orderBy((t) => search.rank(t, "quick"), "desc");
 * ```
 */
export const fullText: MakeFullText = makeFullText as unknown as MakeFullText;
