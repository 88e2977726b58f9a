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
import type { Bound, QueryRunner, SqlText } from "../query/runner.ts";
import type { Connection } from "./connection.ts";
import { hydrateRows } from "./hydrators.ts";
import { type Route, resolveConnection } from "./route.ts";
import { runQuery } from "./run.ts";

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
  ): Promise<object[]> {
    const connection = this.#connection();
    const { rows } = await runQuery(connection, query, values, model, "query");
    return hydrateRows(connection, model, constructor, rows);
  }

  async count({ query, values }: Bound<CountQuery>, model: ModelDefinition): Promise<number> {
    const { rows } = await runQuery(this.#connection(), query, values, model, "count");
    return Number(rows[0]?.[0] ?? 0);
  }

  async exists({ query, values }: Bound<ExistsQuery>, model: ModelDefinition): Promise<boolean> {
    const { rows } = await runQuery(this.#connection(), query, values, model, "exists");
    return rows.length > 0;
  }

  async change(
    { query, values }: Bound<UpdateQuery | DeleteQuery>,
    model: ModelDefinition,
  ): Promise<number> {
    const result = await runQuery(this.#connection(), query, values, model, query.kind);
    return result.affectedRows;
  }

  text({ query, values }: Bound<Query>): SqlText {
    const { sql, parameters } = this.#connection().planner.plan(query).statement(values);
    return { sql, parameters };
  }

  #connection(): Connection {
    return resolveConnection(this.#route);
  }
}
