/** Runs the builder's queries on the connection that the route gives. */
import type { ModelConstructor, ModelDefinition } from "../definition/definition.ts";
import type {
  CountQuery,
  DeleteQuery,
  ExistsQuery,
  Query,
  SelectQuery,
  UpdateQuery,
} from "../ir/query.ts";
import type { Cell } from "../query/cursor.ts";
import type { IncludeNode } from "../query/include.ts";
import type { Picked } from "../query/nodes.ts";
import type { Bound, QueryRunner, ReadStreamOptions, RowForm, SqlText } from "../query/runner.ts";
import { evictModel } from "./evict.ts";
import { rowsIn } from "./read-rows.ts";
import { loadIncluded } from "./related.ts";
import { bind, runQuery } from "./run.ts";
import { type Route, refuseReadOnly, resolveScope } from "./scope.ts";
import { streamBatches } from "./stream.ts";

/** A runner for one route; the connection is picked when a statement runs. */
export class RoutedRunner implements QueryRunner {
  readonly #route: Route;

  constructor(route: Route = {}) {
    this.#route = route;
  }

  using(name: string): QueryRunner {
    return new RoutedRunner({ ...this.#route, using: name });
  }

  async select(
    { query, values }: Bound<SelectQuery>,
    model: ModelDefinition,
    constructor: ModelConstructor,
    include: readonly IncludeNode[],
  ): Promise<object[]> {
    const scope = resolveScope(this.#route);
    const { rows } = await runQuery(scope.executor, query, values, model, "query");
    const instances = rowsIn({ model, read: constructor }, scope, query, rows) as object[];
    if (include.length > 0) await loadIncluded(scope, instances, include);
    return instances;
  }

  async pick(
    { query, values }: Bound<SelectQuery>,
    picked: Picked,
    model: ModelDefinition,
  ): Promise<unknown[]> {
    const scope = resolveScope(this.#route);
    const { rows } = await runQuery(scope.executor, query, values, model, "query");
    return rowsIn({ model, read: picked }, scope, query, rows);
  }

  async readWide(
    { query, values }: Bound<SelectQuery>,
    width: number,
    form: RowForm,
  ): Promise<{ rows: unknown[]; cells: Cell[][] }> {
    const scope = resolveScope(this.#route);
    const { rows } = await runQuery(scope.executor, query, values, form.model, "page");
    const cells = rows.map((row) => [...row]);
    for (const row of rows) row.length = width;
    const read = rowsIn(form, scope, query, rows);
    if (form.include !== undefined) await loadIncluded(scope, read as object[], form.include);
    return { rows: read, cells };
  }

  async *stream(
    { query, values }: Bound<SelectQuery>,
    form: RowForm,
    options: ReadStreamOptions,
  ): AsyncGenerator<unknown, void, undefined> {
    const scope = resolveScope(this.#route);
    const { connection, session } = scope;
    const { model } = form;
    const identity = options.identityMap ? scope.identity : undefined;
    const statement = bind(connection.planner.plan(query), values, model, "stream");
    for await (const rows of streamBatches(scope, statement, { ...options, model })) {
      for (const row of rowsIn(form, { connection, identity }, query, rows)) yield row;
      session?.assertUsable();
    }
  }

  async count({ query, values }: Bound<CountQuery>, model: ModelDefinition): Promise<number> {
    const { executor } = resolveScope(this.#route);
    const { rows } = await runQuery(executor, query, values, model, "count");
    return Number(rows[0]?.[0] ?? 0);
  }

  async exists({ query, values }: Bound<ExistsQuery>, model: ModelDefinition): Promise<boolean> {
    const { executor } = resolveScope(this.#route);
    const { rows } = await runQuery(executor, query, values, model, "exists");
    return rows.length > 0;
  }

  async change(
    { query, values }: Bound<UpdateQuery | DeleteQuery>,
    model: ModelDefinition,
  ): Promise<number> {
    const scope = resolveScope(this.#route);
    refuseReadOnly(scope, query.kind);
    const result = await runQuery(scope.executor, query, values, model, query.kind);
    evictModel(scope, model);
    return result.affectedRows;
  }

  text({ query, values }: Bound<Query>): SqlText {
    const { connection } = resolveScope(this.#route);
    const { sql, parameters } = connection.planner.plan(query).statement(values);
    return { sql, parameters };
  }
}
