/** Runs the builder's queries on the connection that the route gives. */
import type { ModelDefinition } from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import type { Explanation } from "../ir/explanation.ts";
import type {
  CountQuery,
  DeleteQuery,
  ExistsQuery,
  Query,
  SelectQuery,
  UpdateQuery,
} from "../ir/query.ts";
import { showParameters } from "../plan/show.ts";
import type { Cell } from "../query/cursor.ts";
import type { Picked } from "../query/nodes.ts";
import type {
  Answer,
  Bound,
  QueryLimits,
  QueryRunner,
  ReadStreamOptions,
  RowForm,
  SqlText,
} from "../query/runner.ts";
import { after } from "../util/after.ts";
import { evictModel } from "./evict.ts";
import { explainQuery } from "./explain.ts";
import { takeOverKnown } from "./hydrators.ts";
import { watchLimits, withinLimits } from "./limits.ts";
import { rowsIn } from "./read-rows.ts";
import { loadIncluded } from "./related.ts";
import { noteRead } from "./repeats.ts";
import { bind, runQuery } from "./run.ts";
import { type Route, refuseReadOnly, resolveScope, type Scope } from "./scope.ts";
import { joinSiblings } from "./siblings.ts";
import { eitherSignal } from "./signals.ts";
import { InstanceState } from "./state.ts";
import { streamBatches } from "./stream.ts";
import { Transaction } from "./transaction.ts";

/** A lock ends with its transaction, so without one it would be let go at once. */
function requireTransaction(route: Route, { lock }: SelectQuery): void {
  if (lock === undefined) return;
  const { executor } = resolveScope(route);
  const method = lock.strength === "update" ? "forUpdate()" : "forShare()";
  if (!(executor instanceof Transaction)) {
    throw new UsageError(`${method} needs a transaction: rows are locked until it ends`, {
      hint: "run the query inside transaction(async () => { … })",
    });
  }
  if (executor.readOnly) {
    throw new UsageError(`${method} was called in a transaction that is read-only`, {
      hint: "open the transaction without readOnly",
    });
  }
}

/** A runner for one route; the connection is picked when a statement runs. */
export class RoutedRunner implements QueryRunner {
  readonly #route: Route;
  readonly #limits: QueryLimits | undefined;

  constructor(route: Route = {}, limits?: QueryLimits) {
    this.#route = route;
    this.#limits = limits;
  }

  get connection(): string | undefined {
    return this.#route.using ?? this.#route.session?.connection.name;
  }

  using(name: string): QueryRunner {
    return new RoutedRunner({ ...this.#route, using: name }, this.#limits);
  }

  limited({ signal, timeoutMs = this.#limits?.timeoutMs }: QueryLimits): QueryRunner {
    return new RoutedRunner(this.#route, {
      signal: eitherSignal(signal, this.#limits?.signal),
      timeoutMs,
    });
  }

  select({ query, values }: Bound<SelectQuery>, form: RowForm): Answer<object[]> {
    const { model, read } = form;
    requireTransaction(this.#route, query);
    return this.#within(model, "query", (scope, whole) => {
      noteRead(scope, query, model, this.#route.via);
      return after(runQuery(scope.executor, query, values, model, "query"), ({ rows }) => {
        if (query.lock !== undefined && typeof read === "function") {
          takeOverKnown(whole, model, read, rows);
        }
        return complete(scope, rowsIn(form, scope, query, rows) as object[], form);
      });
    });
  }

  pick(
    { query, values }: Bound<SelectQuery>,
    picked: Picked,
    model: ModelDefinition,
  ): Answer<unknown[]> {
    requireTransaction(this.#route, query);
    return this.#within(model, "query", (scope) => {
      noteRead(scope, query, model, this.#route.via);
      return after(runQuery(scope.executor, query, values, model, "query"), ({ rows }) =>
        rowsIn({ model, read: picked }, scope, query, rows),
      );
    });
  }

  async readWide(
    { query, values }: Bound<SelectQuery>,
    width: number,
    form: RowForm,
  ): Promise<{ rows: unknown[]; cells: Cell[][] }> {
    return this.#within(form.model, "page", async (scope) => {
      const { rows } = await runQuery(scope.executor, query, values, form.model, "page");
      const cells = rows.map((row) => [...row]);
      for (const row of rows) row.length = width;
      const read = rowsIn(form, scope, query, rows);
      if (typeof form.read === "function") await complete(scope, read as object[], form);
      return { rows: read, cells };
    });
  }

  async *stream(
    { query, values }: Bound<SelectQuery>,
    form: RowForm,
    options: ReadStreamOptions,
  ): AsyncGenerator<unknown, void, undefined> {
    requireTransaction(this.#route, query);
    const scope = resolveScope(this.#route);
    const { connection, session } = scope;
    const { model } = form;
    const identity = options.identityMap ? scope.identity : undefined;
    const statement = bind(connection.planner.plan(query), values, model, "stream");
    const given = eitherSignal(options.signal, this.#limits?.signal);
    const watch = watchLimits({ ...this.#limits, signal: given }, `${model.name} stream`);
    const { signal } = watch;
    try {
      for await (const rows of streamBatches(scope, statement, { ...options, signal, model })) {
        for (const row of rowsIn(form, { connection, identity }, query, rows)) yield row;
        session?.assertUsable();
      }
    } finally {
      watch.stop();
    }
  }

  count({ query, values }: Bound<CountQuery>, model: ModelDefinition): Answer<number> {
    return this.#within(model, "count", (scope) => {
      noteRead(scope, query, model, this.#route.via);
      return after(runQuery(scope.executor, query, values, model, "count"), ({ rows }) =>
        Number(rows[0]?.[0] ?? 0),
      );
    });
  }

  exists({ query, values }: Bound<ExistsQuery>, model: ModelDefinition): Answer<boolean> {
    return this.#within(model, "exists", (scope) => {
      noteRead(scope, query, model, this.#route.via);
      return after(
        runQuery(scope.executor, query, values, model, "exists"),
        ({ rows }) => rows.length > 0,
      );
    });
  }

  change(
    { query, values }: Bound<UpdateQuery | DeleteQuery>,
    model: ModelDefinition,
  ): Answer<number> {
    return this.#within(model, query.kind, ({ executor }, scope) => {
      refuseReadOnly(scope, query.kind);
      return after(runQuery(executor, query, values, model, query.kind), ({ affectedRows }) => {
        evictModel(scope, model);
        return affectedRows;
      });
    });
  }

  /** Runs a call within its limits; `whole` is the scope without them. */
  #within<Result>(
    model: ModelDefinition,
    action: string,
    work: (scope: Scope, whole: Scope) => Answer<Result>,
  ): Answer<Result> {
    const scope = resolveScope(this.#route);
    if (this.#limits === undefined) return work(scope, scope);
    const what = `${model.name} ${action}`;
    return withinLimits(scope, this.#limits, what, (executor) =>
      work({ ...scope, executor }, scope),
    );
  }

  async explain(
    { query, values }: Bound<Query>,
    model: ModelDefinition,
    analyze: boolean,
  ): Promise<Explanation> {
    return this.#within(model, "explain", ({ executor }) =>
      explainQuery(
        executor,
        query,
        bind(executor.connection.planner.plan(query), values, model, "explain"),
        { model, analyze },
      ),
    );
  }

  async changeReturning(
    { query, values }: Bound<UpdateQuery | DeleteQuery>,
    form: RowForm,
  ): Promise<unknown[]> {
    const { model, read } = form;
    return this.#within(model, query.kind, async ({ executor }, scope) => {
      refuseReadOnly(scope, query.kind);
      const { rows } = await runQuery(executor, query, values, model, query.kind);
      evictModel(scope, model);
      if (typeof read !== "function" || query.kind === "update") {
        return rowsIn(form, scope, query, rows);
      }
      const gone = rowsIn(form, { ...scope, identity: undefined }, query, rows);
      for (const instance of gone) InstanceState.deleted(instance as object);
      return gone;
    });
  }

  text({ query, values }: Bound<Query>): SqlText {
    const { connection } = resolveScope(this.#route);
    const { sql, slots, bind } = connection.planner.plan(query);
    return { sql, parameters: showParameters(slots, bind(values)) };
  }
}

/** Makes siblings of instances, and loads what is included. */
function complete(scope: Scope, instances: object[], { include, lazy }: RowForm): Answer<object[]> {
  joinSiblings(scope, instances, lazy);
  if (include === undefined || include.length === 0) return instances;
  return after(loadIncluded(scope, instances, include, lazy), () => instances);
}
