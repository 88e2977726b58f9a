/** The chainable query: immutable, lazy, and non-generic; its public face is in `types.ts`. */
import type { ModelConstructor, ModelDefinition } from "../definition/definition.ts";
import { type LazyMode, readLazy } from "../definition/lazy-mode.ts";
import { ModelDoesNotExistError, MultipleResultsError, UsageError } from "../errors/errors.ts";
import type { Explanation } from "../ir/explanation.ts";
import type { DeleteQuery, Query, SelectQuery, UpdateQuery } from "../ir/query.ts";
import { AggregatedRows, aggregatedSelection } from "./aggregated-rows.ts";
import { readBeside, withBeside } from "./beside.ts";
import { deleteQuery, type Returning, readReturning, updateQuery } from "./change.ts";
import { type Columns, rootColumns } from "./columns.ts";
import { readDistinctOn } from "./distinct-on.ts";
import { readExplainOptions } from "./explain-options.ts";
import type { GroupBuilder } from "./group.ts";
import { type IncludeNode, readInclude, refuseIncluded, refuseMethodNames } from "./include.ts";
import { keyValues, readKey } from "./key.ts";
import { newRoot, setApart } from "./lambda.ts";
import { readSignal, readTimeout } from "./limits.ts";
import { readLock } from "./lock.ts";
import { queryArities, refuseMore } from "./more-arguments.ts";
import { takesNothing } from "./no-arguments.ts";
import type { OrderNode, RowsNode, SourceNode } from "./nodes.ts";
import { isOfRows, tellNotRun } from "./not-run.ts";
import { keyOrder, readOrder } from "./order.ts";
import { readCursorText, readPage, readPageOptions, refuseSliced } from "./page.ts";
import { readPick } from "./pick.ts";
import type { Answer, Bound, QueryRunner, RowForm, SqlText } from "./runner.ts";
import { readCount, SelectionBuilder } from "./selection.ts";
import { countQuery, existsQuery, instancesPage, instancesQuery } from "./statement.ts";
import { readStreamOptions } from "./stream-options.ts";
import { readPartsBy } from "./subquery.ts";
import { readTree } from "./tree.ts";
import { readWhere } from "./where.ts";

/** Everything a query is made of. */
export interface QuerySpec extends RowsNode {
  readonly modelClass: ModelConstructor;
  readonly runner: QueryRunner;
  /** The user said that a change without a `where` is meant. */
  readonly allRows: boolean;
  /** Relations to load with the rows. */
  readonly include: readonly IncludeNode[];
  /** How the others are loaded; undefined leaves it to the session. */
  readonly lazy: LazyMode | undefined;
}

/** A new query for all rows of a model. */
export function querySpec(
  model: ModelDefinition,
  modelClass: ModelConstructor,
  runner: QueryRunner,
): QuerySpec {
  return {
    model,
    root: newRoot(model),
    modelClass,
    runner,
    where: [],
    order: [],
    limit: null,
    offset: null,
    after: null,
    allRows: false,
    link: null,
    include: [],
    lazy: undefined,
  };
}

/** A query over one model. Each method gives a new query and leaves this one as it is. */
export class QueryBuilder extends AggregatedRows {
  static {
    readPartsBy((value) =>
      #spec in value ? { rows: value.spec, picked: null, runner: value.spec.runner } : undefined,
    );
    tellNotRun(QueryBuilder.prototype, "query.all()");
    refuseMore(QueryBuilder.prototype, queryArities);
  }

  readonly #spec: QuerySpec;

  constructor(spec: QuerySpec) {
    super();
    this.#spec = spec;
  }

  protected override get spec(): QuerySpec {
    return this.#spec;
  }

  /** A query of the same kind with another spec. */
  protected derive(spec: QuerySpec): QueryBuilder {
    return new QueryBuilder(spec);
  }

  where(condition: unknown): this {
    const spec = setApart(this.spec);
    const node = readWhere(spec.model, withBeside(spec, condition), spec.root);
    return node === undefined ? this : this.#with({ ...spec, where: [...spec.where, node] });
  }

  orderBy(key: unknown, direction?: unknown, options?: unknown): this {
    const spec = setApart(this.spec);
    const by = withBeside(spec, key);
    const node = readOrder(spec.model, by, direction, options, spec.root);
    return this.#with({ ...spec, order: [...spec.order, node] });
  }

  distinctOn(...keys: readonly unknown[]): this {
    const spec = setApart(this.spec);
    return this.#with({
      ...spec,
      distinctOn: readDistinctOn(
        spec,
        keys.map((key) => withBeside(spec, key)),
      ),
    });
  }

  with(other: unknown, on: unknown, options?: unknown): this {
    const spec = setApart(this.spec);
    const beside = [...(spec.beside ?? []), readBeside(spec, other, on, options)];
    return this.#with({ ...spec, beside });
  }

  limit(count: unknown): this {
    return this.#with({ limit: readCount(count, "limit") });
  }

  offset(count: unknown): this {
    return this.#with({ offset: readCount(count, "offset") });
  }

  include(relations: unknown): this {
    const include = readInclude(this.spec.model, relations, this.spec.include);
    refuseMethodNames(include, isMethod);
    return this.#with({ include });
  }

  after(cursor: unknown): this {
    return this.#with({ after: readCursorText(cursor) });
  }

  lazy(mode: unknown): this {
    return this.#with({ lazy: readLazy(mode, "lazy()") });
  }

  unscoped(): this {
    return this.#with({ unscoped: true });
  }

  allRows(): this {
    return this.#with({ allRows: true });
  }

  signal(signal: unknown): this {
    return this.#with({ runner: this.spec.runner.limited({ signal: readSignal(signal) }) });
  }

  timeout(milliseconds: unknown): this {
    const timeoutMs = readTimeout(milliseconds);
    return this.#with({ runner: this.spec.runner.limited({ timeoutMs }) });
  }

  using(name: string): this {
    return this.#with({ runner: this.spec.runner.using(name) });
  }

  override groupBy(...keys: readonly unknown[]): GroupBuilder {
    refuseIncluded(this.spec, "groupBy");
    return super.groupBy(...keys);
  }

  /** These rows and all that are found from them, step by step. */
  recursive(link: unknown, options?: unknown): QueryBuilder {
    const { modelClass, runner, include, lazy, ...start } = setApart(this.spec);
    const tree = readTree(start, link, options);
    const rows = querySpec(start.model, modelClass, runner);
    return new QueryBuilder({ ...rows, include, lazy, tree });
  }

  /** The rows of this model whose keys a query gives. */
  among(among: SourceNode, runner: QueryRunner): QueryBuilder {
    const { model, modelClass } = this.spec;
    // The queries of the keys have the model's own condition already.
    return new QueryBuilder({ ...querySpec(model, modelClass, runner), unscoped: true, among });
  }

  /** The same rows, of which only what is named or computed here is read. */
  select(...selected: readonly unknown[]): SelectionBuilder {
    refuseIncluded(this.spec, "select");
    const spec = setApart(this.spec);
    const picks = selected.map((pick) => withBeside(spec, pick));
    const picked = { ...readPick(spec.model, spec.root, picks, "aggregates"), distinct: false };
    return new SelectionBuilder(aggregatedSelection(spec, picked) ?? { ...spec, picked });
  }

  async all(...given: readonly unknown[]): Promise<object[]> {
    takesNothing("all", given);
    return this.#select(this.spec.limit);
  }

  async first(...given: readonly unknown[]): Promise<object | null> {
    takesNothing("first", given);
    const rows = this.#select(Math.min(1, this.spec.limit ?? 1), this.#settledOrder());
    return (rows instanceof Promise ? await rows : rows)[0] ?? null;
  }

  async one(...given: readonly unknown[]): Promise<object> {
    takesNothing("one", given);
    const [row, second] = await this.#select(Math.min(2, this.spec.limit ?? 2));
    if (row === undefined) throw new ModelDoesNotExistError(this.spec.model.name);
    if (second !== undefined) throw new MultipleResultsError(this.spec.model.name);
    return row;
  }

  async get(key: unknown): Promise<object> {
    const rows = this.#byKey(key);
    const [row] = rows instanceof Promise ? await rows : rows;
    if (row === undefined) throw new ModelDoesNotExistError(this.spec.model.name, key);
    return row;
  }

  async getOrNone(key: unknown): Promise<object | null> {
    const rows = this.#byKey(key);
    return (rows instanceof Promise ? await rows : rows)[0] ?? null;
  }

  stream(options?: unknown): AsyncGenerator<object, void, undefined> {
    const read = readStreamOptions(options);
    const { runner, model, limit, include } = this.spec;
    if (include.length > 0) {
      throw new UsageError(`${model.name} stream() can't follow include()`, {
        hint: "read page by page with page(), which includes",
      });
    }
    const rows = runner.stream(this.#selectQuery(limit), this.#form(), read);
    return rows as AsyncGenerator<object, void, undefined>; // instances: the form says so
  }

  [Symbol.asyncIterator](): AsyncGenerator<object, void, undefined> {
    return this.stream();
  }

  async page(options: unknown): Promise<object> {
    const read = readPageOptions(options);
    refuseSliced(this.spec);
    const bound = instancesPage(this.spec, read);
    return readPage(this.spec.runner, bound, this.#form(), read, () => this.count());
  }

  async count(of?: unknown, options?: unknown): Promise<number> {
    if (of !== undefined) return (await this.aggregated("count", of, options)) as number;
    return this.spec.runner.count(countQuery(this.spec), this.spec.model);
  }

  async exists(...given: readonly unknown[]): Promise<boolean> {
    takesNothing("exists", given);
    return this.spec.runner.exists(existsQuery(this.spec), this.spec.model);
  }

  async update(values: unknown, options?: unknown): Promise<number | unknown[]> {
    const returning = readReturning(this.spec.model, options, "update");
    return this.#change(updateQuery(this.spec, values, returning), returning);
  }

  async delete(options?: unknown): Promise<number | unknown[]> {
    const returning = readReturning(this.spec.model, options, "delete");
    return this.#change(deleteQuery(this.spec, returning), returning);
  }

  forUpdate(options?: unknown): this {
    return this.#with({ lock: readLock("update", options) });
  }

  forShare(options?: unknown): this {
    return this.#with({ lock: readLock("share", options) });
  }

  async explain(options?: unknown): Promise<Explanation> {
    const analyze = readExplainOptions(options);
    const { runner, model, limit } = this.spec;
    return runner.explain(this.#selectQuery(limit), model, analyze);
  }

  toSQL(terminal: unknown = "all", values?: unknown): SqlText {
    return this.spec.runner.text(this.#statement(terminal, values));
  }

  /** The statement of a terminal, as it would run. */
  #statement(terminal: unknown, values: unknown): Bound<Query> {
    const { limit } = this.spec;
    switch (terminal) {
      case "all":
        return this.#selectQuery(limit);
      case "first":
        return this.#selectQuery(Math.min(1, limit ?? 1), this.#settledOrder());
      case "count":
        return countQuery(this.spec);
      case "exists":
        return existsQuery(this.spec);
      case "update":
        return updateQuery(this.spec, values, "count");
      case "delete":
        return deleteQuery(this.spec, "count");
      default:
        throw new UsageError("toSQL() doesn't know that terminal", {
          hint: 'it takes "all", "first", "count", "exists", "update" or "delete"',
        });
    }
  }

  get [Symbol.toStringTag](): string {
    return `Query<${this.spec.model.name}>`;
  }

  #with(change: Partial<QuerySpec>): this {
    return this.derive({ ...this.#spec, ...change }) as this;
  }

  /** Rows with a key: of all rows, by a query that is made once; else by this one narrowed down. */
  #byKey(key: unknown): Answer<object[]> {
    const { model, runner } = this.spec;
    const node = readKey(model, key);
    const values = this.#isPlain() ? keyValues(node) : undefined;
    let query = keyQueries.get(model);
    if (values === undefined || query === undefined) {
      const narrowed = this.#with({ where: [...this.spec.where, node] });
      if (values === undefined) return narrowed.#select(this.spec.limit);
      query = Object.freeze(narrowed.#selectQuery(null).query);
      keyQueries.set(model, query);
    }
    return runner.select({ query, values }, this.#form());
  }

  /** Whether the query is for all rows of its model. */
  #isPlain(): boolean {
    const { where, order, limit, offset, after, link, lock, model } = this.spec;
    const { tree, among, beside, distinctOn } = this.spec;
    return (
      model.scope === undefined &&
      lock === undefined &&
      distinctOn === undefined &&
      beside === undefined &&
      among === undefined &&
      tree === undefined &&
      where.length === 0 &&
      order.length === 0 &&
      limit === null &&
      offset === null &&
      after === null &&
      link === null
    );
  }

  #select(limit: number | null, order = this.spec.order): Answer<object[]> {
    return this.spec.runner.select(this.#selectQuery(limit, order), this.#form());
  }

  #form(): RowForm {
    const { model, modelClass, include, lazy } = this.spec;
    return { model, read: modelClass, include, lazy };
  }

  #selectQuery(limit: number | null, order = this.spec.order): Bound<SelectQuery> {
    return instancesQuery({ ...this.spec, limit, order });
  }

  #change(
    bound: Bound<UpdateQuery | DeleteQuery>,
    returning: Returning,
  ): Answer<number | unknown[]> {
    const { runner, model, modelClass } = this.spec;
    if (returning === "count") return runner.change(bound, model);
    const read = returning === "instances" ? modelClass : returning;
    return runner.changeReturning(bound, { model, read });
  }

  /** The query's order, else that of the primary key, so that the first row is always the same one. */
  #settledOrder(): readonly OrderNode[] {
    const { model, root, order } = this.spec;
    return order.length > 0 ? order : keyOrder(model, root);
  }
}

/** The query by key of each model; frozen, so that plans are found fast. */
const keyQueries = new WeakMap<ModelDefinition, SelectQuery>();

const linkMethods: ReadonlySet<string> = new Set(["create", "add", "remove", "set", "clear"]);

/** Whether a relation has a method of this name, or `await` would take it for one. */
function isMethod(name: string): boolean {
  return (name in QueryBuilder.prototype && !isOfRows(name)) || linkMethods.has(name);
}

/** Columns of a query's rows, for predicates made outside a lambda. */
export function columnsOf(model: ModelDefinition): Columns {
  return rootColumns(model);
}
