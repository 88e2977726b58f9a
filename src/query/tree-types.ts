/**
 * The types of rows found step by step.
 *
 * Inference only; nothing here exists at run time.
 */
import type {
  ColumnsOf,
  ExpressionOf,
  Order,
  OrderOptions,
  Predicate,
  Skip,
} from "./expression-types.ts";
import type { Selectable, Selected, Selection } from "./selection-types.ts";
import type { Query, Sortable } from "./types.ts";

/** When one row is found from another: `next` may be found, `found` was before. */
export type TreeLink<Model> = (next: ColumnsOf<Model>, found: ColumnsOf<Model>) => Predicate;

/** What `recursive` takes and gives; a function, so that no model pays for its types. */
export interface Recursive {
  <Model, Row>(start: Query<Model, Row>, link: TreeLink<Model>): Query<Model, Row>;
  <Model, Row>(
    start: Query<Model, Row>,
    link: TreeLink<Model>,
    options: TreeOptions,
  ): Tree<Model, Row>;
}

/** How far rows are followed. */
export interface TreeOptions {
  /** How many steps are made at most: 1 finds what is next to the first rows. */
  readonly maxDepth: number;
}

/**
 * A query of rows whose depth is known: lambdas get it behind the columns.
 *
 * The first rows have the depth 0. A row that is found several times has the least.
 */
export interface Tree<Model, Row> extends Query<Model, Row> {
  where(
    condition: (t: ColumnsOf<Model>, depth: ExpressionOf<number>) => Predicate | Skip,
  ): Tree<Model, Row>;
  where(condition: Parameters<Query<Model, Row>["where"]>[0]): Tree<Model, Row>;
  orderBy(
    key: (t: ColumnsOf<Model>, depth: ExpressionOf<number>) => Sortable | Order,
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): Tree<Model, Row>;
  orderBy(
    key: Parameters<Query<Model, Row>["orderBy"]>[0],
    direction?: "asc" | "desc",
    options?: OrderOptions,
  ): Tree<Model, Row>;
  limit(count: number): Tree<Model, Row>;
  offset(count: number): Tree<Model, Row>;
  select: TreeSelect<Model> & Query<Model, Row>["select"];
}

type TreeSelect<Model> = <Fields extends Selectable>(
  pick: (t: ColumnsOf<Model>, depth: ExpressionOf<number>) => Fields,
) => Selection<Model, Selected<Fields>>;
