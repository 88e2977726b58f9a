/**
 * The types of rows that stand beside those of a query.
 *
 * Inference only; nothing here exists at run time.
 */
import type { NameOf, ShapeOf } from "../definition/types.ts";
import type { Explanation } from "../ir/explanation.ts";
import type { GroupKeys, Groups } from "./aggregate-types.ts";
import type {
  Claim,
  ColumnsOf,
  Expression,
  MaybeClaim,
  Order,
  OrderOptions,
  Predicate,
  Skip,
} from "./expression-types.ts";
import type { Include, NoOthers, With } from "./include-types.ts";
import type { Including, PlainColumns, SortNameOf } from "./named-types.ts";
import type { PlainQuery, RowColumns } from "./plain-types.ts";
import type { Selectable, Selected, Selection } from "./selection-types.ts";
import type {
  CompiledQuery,
  Equalities,
  ExplainOptions,
  Sortable,
  StreamOptions,
} from "./types.ts";

/** How rows are put beside others. */
export interface BesideOptions {
  /** Keep rows that go with none: then all fields of the others may be null. */
  readonly optional: true;
}

/** A row that may be missing. */
export type OptionalRow<Row> =
  RowColumns<Row> extends Expression<unknown>
    ? Row | null
    : { readonly [Name in keyof Row]: Row[Name] | null };

/**
 * A query whose rows stand beside those of other queries: lambdas get them behind the columns.
 *
 * A row comes as often as there are rows that go with it. Immutable: each step is a new query.
 *
 * @typeParam Model - The model class whose rows are read.
 * @typeParam Row - What a row is read as.
 * @typeParam Beside - What lambdas get of the others.
 * @typeParam Plain - Whose columns `select` takes; see `Query`.
 */
export interface Joined<Model, Row, Beside extends readonly unknown[], Plain = Model> {
  /** Keeps the rows that match; several calls all must. */
  where(
    condition: ((t: ColumnsOf<Model>, ...beside: Beside) => MaybeClaim) | Predicate | Skip,
  ): Joined<Model, Row, Beside, Plain>;
  where(equalities: Equalities<ShapeOf<Model>>): Joined<Model, Row, Beside, Plain>;
  /** Orders the rows; several calls go from the first key to the last. */
  orderBy(
    key: SortNameOf<Model> | ((t: ColumnsOf<Model>, ...beside: Beside) => Sortable | Order),
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): Joined<Model, Row, Beside, Plain>;
  /** Reads plain rows of what the lambda gives instead of instances. */
  select<Fields extends Selectable>(
    pick: (t: PlainColumns<Plain>, ...beside: Beside) => Fields,
  ): Selection<Model, Selected<Fields>>;
  /** Groups of rows that are equal in what the lambda gives. */
  groupBy<Keys extends GroupKeys>(
    keys: (t: ColumnsOf<Model>, ...beside: Beside) => Keys,
  ): Groups<Model, Keys>;
  /** Puts rows of another query beside these as well. */
  with<Other>(
    rows: PlainQuery<Other>,
    on: (t: ColumnsOf<Model>, ...beside: [...Beside, RowColumns<Other>]) => Claim,
  ): Joined<Model, Row, [...Beside, RowColumns<Other>], Plain>;
  with<Other>(
    rows: PlainQuery<Other>,
    on: (t: ColumnsOf<Model>, ...beside: [...Beside, RowColumns<Other>]) => Claim,
    options: BesideOptions,
  ): Joined<Model, Row, [...Beside, RowColumns<OptionalRow<Other>>], Plain>;
  /** At most `count` rows. */
  limit(count: number): Joined<Model, Row, Beside, Plain>;
  /** Leaves out the first `count` rows. */
  offset(count: number): Joined<Model, Row, Beside, Plain>;
  /** Loads relations together with the rows; see `Query.include`. */
  include<const Relations extends Include<Model>>(
    relations: Relations & NoOthers<Relations, Model>,
  ): Joined<Model, With<Row, ShapeOf<Model>, NameOf<Model>, Relations>, Beside, Including>;
  /** The same query on a named connection. */
  using(connection: string): Joined<Model, Row, Beside, Plain>;
  /** Ends what runs when the signal aborts; see `Query.signal`. */
  signal(signal: AbortSignal): Joined<Model, Row, Beside, Plain>;
  /** Ends what runs after so many milliseconds; see `Query.timeout`. */
  timeout(milliseconds: number): Joined<Model, Row, Beside, Plain>;
  /** Every row. */
  all(): Promise<Row[]>;
  /** The first row, or null; by primary key when there is no `orderBy`. */
  first(): Promise<Row | null>;
  /** The only row; throws when there is none, or more than one. */
  one(): Promise<Row>;
  /** The rows one by one, read a batch at a time; see `Query.stream`. */
  stream(options?: StreamOptions): AsyncGenerator<Row, void, undefined>;
  /** The same as `stream()`: `for await (const row of query)`. */
  [Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined>;
  /** How many rows there are: a row counts as often as there are rows that go with it. */
  count(): Promise<number>;
  /** Whether there is any row. */
  exists(): Promise<boolean>;
  /** The statement that `all()` runs, with its bound values. */
  toSQL(): CompiledQuery;
  /** How the database would run `all()`; see `Query.explain`. */
  explain(options?: ExplainOptions): Promise<Explanation>;
}
