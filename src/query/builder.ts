/** The chainable query: immutable, lazy, and non-generic; its public face is in `types.ts`. */
import type { ModelConstructor, ModelDefinition } from "../definition/definition.ts";
import { ModelDoesNotExistError, MultipleResultsError, UsageError } from "../errors/errors.ts";
import type { ColumnRef, DeleteQuery, Predicate, SelectQuery, UpdateQuery } from "../ir/query.ts";
import { readAssignments } from "./assign.ts";
import { type Columns, rootColumns } from "./columns.ts";
import { keyValues, readKey } from "./key.ts";
import type { LinkScope } from "./link.ts";
import { conjunction, Lowering } from "./lower.ts";
import type { OrderNode, PredicateNode } from "./nodes.ts";
import { readOrder } from "./order.ts";
import { buildPage, readPageOptions } from "./page.ts";
import { behindCursor, pageQuery } from "./page-query.ts";
import type { Bound, QueryRunner, SqlText } from "./runner.ts";
import { readStreamOptions } from "./stream-options.ts";
import { readWhere } from "./where.ts";

/** Everything a query is made of. */
export interface QuerySpec {
  readonly model: ModelDefinition;
  readonly modelClass: ModelConstructor;
  readonly runner: QueryRunner;
  readonly where: readonly PredicateNode[];
  readonly order: readonly OrderNode[];
  readonly limit: number | null;
  readonly offset: number | null;
  /** The cursor behind which the rows begin. */
  readonly after: string | null;
  /** The user said that a change without a `where` is meant. */
  readonly allRows: boolean;
  /** The many-to-many link that the rows are reached over. */
  readonly link: LinkScope | null;
}

/** A new query for all rows of a model. */
export function querySpec(
  model: ModelDefinition,
  modelClass: ModelConstructor,
  runner: QueryRunner,
): QuerySpec {
  return {
    model,
    modelClass,
    runner,
    where: [],
    order: [],
    limit: null,
    offset: null,
    after: null,
    allRows: false,
    link: null,
  };
}

/** A query over one model. Each method gives a new query and leaves this one as it is. */
export class QueryBuilder {
  readonly #spec: QuerySpec;

  constructor(spec: QuerySpec) {
    this.#spec = spec;
  }

  protected get spec(): QuerySpec {
    return this.#spec;
  }

  /** A query of the same kind with another spec. */
  protected derive(spec: QuerySpec): QueryBuilder {
    return new QueryBuilder(spec);
  }

  where(condition: unknown): this {
    const node = readWhere(this.spec.model, condition);
    return this.#with({ where: [...this.spec.where, node] });
  }

  orderBy(key: unknown, direction?: unknown, options?: unknown): this {
    const node = readOrder(this.spec.model, key, direction, options);
    return this.#with({ order: [...this.spec.order, node] });
  }

  limit(count: unknown): this {
    return this.#with({ limit: readCount(count, "limit") });
  }

  offset(count: unknown): this {
    return this.#with({ offset: readCount(count, "offset") });
  }

  after(cursor: unknown): this {
    if (typeof cursor !== "string") {
      throw new UsageError("after() expected a cursor, which is text");
    }
    return this.#with({ after: cursor });
  }

  allRows(): this {
    return this.#with({ allRows: true });
  }

  using(name: string): this {
    return this.#with({ runner: this.spec.runner.using(name) });
  }

  async all(): Promise<object[]> {
    return this.#select(this.spec.limit);
  }

  async first(): Promise<object | null> {
    const ordered = this.spec.order.length > 0 ? this : this.#with({ order: this.#keyOrder() });
    const rows = await ordered.#select(Math.min(1, this.spec.limit ?? 1));
    return rows[0] ?? null;
  }

  async one(): Promise<object> {
    const [row, second] = await this.#select(Math.min(2, this.spec.limit ?? 2));
    if (row === undefined) throw new ModelDoesNotExistError(this.spec.model.name);
    if (second !== undefined) throw new MultipleResultsError(this.spec.model.name);
    return row;
  }

  async get(key: unknown): Promise<object> {
    const [row] = await this.#byKey(key);
    if (row === undefined) throw new ModelDoesNotExistError(this.spec.model.name, key);
    return row;
  }

  async getOrNone(key: unknown): Promise<object | null> {
    const [row] = await this.#byKey(key);
    return row ?? null;
  }

  stream(options?: unknown): AsyncGenerator<object, void, undefined> {
    const { runner, model, modelClass, limit } = this.spec;
    return runner.stream(this.#selectQuery(limit), model, modelClass, readStreamOptions(options));
  }

  [Symbol.asyncIterator](): AsyncGenerator<object, void, undefined> {
    return this.stream();
  }

  async page(options: unknown): Promise<object> {
    const read = readPageOptions(options);
    const { runner, model, modelClass, limit, offset, after } = this.spec;
    if (limit !== null || offset !== null || after !== null) {
      throw new UsageError(`${model.name} page() can't follow limit(), offset() or after()`, {
        hint: "a page has its own size, and its cursor: page({ size, after })",
      });
    }
    const { query: made, values } = this.#lower((lowering) =>
      pageQuery(lowering, this.spec.order, read, (condition) =>
        this.#selection(lowering, condition),
      ),
    );
    const bound = { query: made.query, values };
    const { rows, cells } = await runner.selectWide(bound, made.width, model, modelClass);
    const page = buildPage({ rows, cells }, read, made);
    return read.total ? { ...page, total: await this.count() } : page;
  }

  async count(): Promise<number> {
    return this.spec.runner.count(
      this.#lower((lowering) => {
        const condition = this.#behind(lowering)?.condition;
        return { kind: "count", ...this.#selection(lowering, condition) };
      }),
      this.spec.model,
    );
  }

  async exists(): Promise<boolean> {
    return this.spec.runner.exists(
      this.#lower((lowering) => {
        const condition = this.#behind(lowering)?.condition;
        return { kind: "exists", ...this.#selection(lowering, condition) };
      }),
      this.spec.model,
    );
  }

  async update(values: unknown): Promise<number> {
    this.#requireChangeable("update");
    return this.spec.runner.change(this.#update(values), this.spec.model);
  }

  async delete(): Promise<number> {
    this.#requireChangeable("delete");
    return this.spec.runner.change(
      this.#lower(
        (lowering): DeleteQuery => ({
          kind: "delete",
          ...this.#changed(lowering, "delete"),
        }),
      ),
      this.spec.model,
    );
  }

  toSQL(): SqlText {
    return this.spec.runner.text(this.#selectQuery(this.spec.limit));
  }

  get [Symbol.toStringTag](): string {
    return `Query<${this.spec.model.name}>`;
  }

  #with(change: Partial<QuerySpec>): this {
    return this.derive({ ...this.#spec, ...change }) as this;
  }

  /** Rows with a key: of all rows, by a query that is made once; else by this one narrowed down. */
  #byKey(key: unknown): Promise<object[]> {
    const { model, modelClass, runner } = this.spec;
    const node = readKey(model, key);
    const values = this.#isPlain() ? keyValues(node) : undefined;
    let query = keyQueries.get(model);
    if (values === undefined || query === undefined) {
      const narrowed = this.#with({ where: [...this.spec.where, node] });
      if (values === undefined) return narrowed.#select(this.spec.limit);
      query = Object.freeze(narrowed.#selectQuery(null).query);
      keyQueries.set(model, query);
    }
    return runner.select({ query, values }, model, modelClass);
  }

  /** Whether the query is for all rows of its model. */
  #isPlain(): boolean {
    const { where, order, limit, offset, after, link } = this.spec;
    return (
      where.length === 0 &&
      order.length === 0 &&
      limit === null &&
      offset === null &&
      after === null &&
      link === null
    );
  }

  #select(limit: number | null): Promise<object[]> {
    const { runner, model, modelClass } = this.spec;
    return runner.select(this.#selectQuery(limit), model, modelClass);
  }

  #selectQuery(limit: number | null): Bound<SelectQuery> {
    return this.#lower((lowering) => {
      const ordering = this.#behind(lowering);
      const orderBy = ordering?.terms ?? this.spec.order.map((node) => lowering.order(node));
      const selection = this.#selection(lowering, ordering?.condition);
      return {
        kind: "select",
        columns: lowering.rootColumns(),
        ...selection,
        orderBy,
        limit: limit === null ? null : lowering.count(limit),
        offset: this.spec.offset === null ? null : lowering.count(this.spec.offset),
      };
    });
  }

  #behind(lowering: Lowering): ReturnType<typeof behindCursor> | undefined {
    const { order, after } = this.spec;
    return after === null ? undefined : behindCursor(lowering, order, after);
  }

  #update(values: unknown): Bound<UpdateQuery> {
    const assignments = readAssignments(this.spec.model, values, rootColumns(this.spec.model));
    return this.#lower((lowering) => ({
      kind: "update",
      set: assignments.map(({ column, value }) => ({
        column: column.column,
        type: column.type,
        value: lowering.expression(value),
      })),
      ...this.#changed(lowering, "update"),
    }));
  }

  /** The rows that an UPDATE or DELETE changes: where others are joined in, they are found by key. */
  #changed(lowering: Lowering, method: string) {
    const { model } = this.spec;
    const selection = this.#selection(lowering);
    const key = this.#key(lowering);
    if (selection.joins.length > 0 && key.length === 0) {
      throw new UsageError(
        `${model.name} ${method}() chooses its rows through a relation, and ${model.name} has no primary key to find them by`,
        { hint: "give the model a primary key, or use conditions on its own columns" },
      );
    }
    return { ...selection, ...wholeSet, key, returning: [] };
  }

  #lower<Kind extends Bound<never>["query"] | object>(
    build: (lowering: Lowering) => Kind,
  ): {
    query: Kind;
    values: readonly unknown[];
  } {
    const lowering = new Lowering(this.spec.model);
    const query = build(lowering);
    return { query, values: lowering.values };
  }

  #selection(lowering: Lowering, behind?: Predicate): ReturnType<Lowering["selection"]> {
    const { where, link } = this.spec;
    const predicates = where.map((node) => lowering.predicate(node));
    if (behind !== undefined) predicates.push(behind);
    if (link !== null) predicates.push(lowering.linkedTo(link.relation, link.key));
    return lowering.selection(conjunction(predicates));
  }

  #key(lowering: Lowering): readonly ColumnRef[] {
    return lowering.keyColumns();
  }

  /** The order of the primary key, so that the first row is always the same one. */
  #keyOrder(): OrderNode[] {
    const { model } = this.spec;
    return model.primaryKey.map(({ property }) => readOrder(model, property, "asc", undefined));
  }

  #requireChangeable(method: "update" | "delete"): void {
    const { model, where, link, allRows, limit, offset, after, order } = this.spec;
    const at = `${model.name} ${method}()`;
    if (where.length === 0 && link === null && !allRows) {
      throw new UsageError(`${at} has no where() and would change every row`, {
        hint: `add a where(), or say .allRows().${method}(…) where every row is meant`,
      });
    }
    if (limit !== null || offset !== null || after !== null || order.length > 0) {
      throw new UsageError(`${at} can't follow limit(), offset(), after() or orderBy()`, {
        hint: "read the keys first and change the rows with where((t) => t.id.in(keys))",
      });
    }
  }
}

/** The query by key of each model; frozen, so that plans are found fast. */
const keyQueries = new WeakMap<ModelDefinition, SelectQuery>();

const wholeSet = { orderBy: [], limit: null, offset: null } as const;

/** Columns of a query's rows, for predicates made outside a lambda. */
export function columnsOf(model: ModelDefinition): Columns {
  return rootColumns(model);
}

function readCount(count: unknown, method: string): number {
  if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0) {
    throw new UsageError(`${method}() expected a whole number, 0 or more`);
  }
  return count;
}
