/** A query whose rows are read as plain values; its public face is in `selection-types.ts`. */

import { ModelDoesNotExistError, MultipleResultsError, UsageError } from "../errors/errors.ts";
import type { Explanation } from "../ir/explanation.ts";
import type { SelectQuery } from "../ir/query.ts";
import { isSortable } from "./compare.ts";
import { readExplainOptions } from "./explain-options.ts";
import { Expression } from "./expression.ts";
import { setApart } from "./lambda.ts";
import { readSignal, readTimeout } from "./limits.ts";
import { refuseMore, selectionArities } from "./more-arguments.ts";
import type { ExpressionNode, FieldNode, OrderNode, Picked, RowsNode } from "./nodes.ts";
import { tellNotRun } from "./not-run.ts";
import { keyOrder, readOrder } from "./order.ts";
import { readCursorText, readPage, readPageOptions, refuseSliced } from "./page.ts";
import type { Answer, Bound, QueryRunner, RowForm, SqlText } from "./runner.ts";
import { sameNode } from "./same.ts";
import { countQuery, existsQuery, pickedPage, pickedQuery } from "./statement.ts";
import { readStreamOptions } from "./stream-options.ts";
import { readPartsBy } from "./subquery.ts";
import { readWhere } from "./where.ts";

/** Everything a selection is made of. */
export interface SelectionSpec extends RowsNode {
  readonly runner: QueryRunner;
  readonly picked: Picked;
  /** What lambdas get where rows are grouped. */
  readonly group?: GroupLambdas;
}

/** The keys of groups and the rows of one, for lambdas; `nodes` are the keys'. */
interface GroupLambdas {
  readonly key: unknown;
  readonly rows: unknown;
  readonly nodes: readonly ExpressionNode[];
}

/** Plain rows, not fetched yet. Each method gives a new selection and leaves this one as it is. */
export class SelectionBuilder {
  static {
    readPartsBy((value) =>
      #spec in value
        ? { rows: value.#spec, picked: value.#spec.picked, runner: value.#spec.runner }
        : undefined,
    );
    tellNotRun(SelectionBuilder.prototype, "query.all()");
    refuseMore(SelectionBuilder.prototype, selectionArities);
  }

  readonly #spec: SelectionSpec;

  constructor(spec: SelectionSpec) {
    this.#spec = spec;
  }

  protected get spec(): SelectionSpec {
    return this.#spec;
  }

  /** A selection of the same kind with another spec. */
  protected derive(spec: SelectionSpec): SelectionBuilder {
    return new SelectionBuilder(spec);
  }

  where(condition: unknown): SelectionBuilder {
    if (this.#spec.group !== undefined) {
      throw new UsageError(
        `${this.#spec.model.name}.groupBy().select() can't be followed by where()`,
        {
          hint: "keep rows with where() before groupBy(), and groups with having() before select()",
        },
      );
    }
    const spec = setApart(this.#spec);
    const node = readWhere(spec.model, condition, spec.root);
    return node === undefined ? this : this.#with({ ...spec, where: [...spec.where, node] });
  }

  orderBy(key: unknown, direction?: unknown, options?: unknown): SelectionBuilder {
    if (this.#spec.picked.groupBy?.length === 0) {
      throw new UsageError(`${this.#spec.model.name}.select() reads one row, which has no order`, {
        hint: "leave orderBy() out, or select for each group: groupBy(…).select(…)",
      });
    }
    const spec = setApart(this.#spec);
    const field = spec.picked.fields.find(({ property }) => property === key);
    const by = field === undefined || spec.picked.single ? grouped(spec, key) : expressionOf(field);
    const node = readOrder(spec.model, by, direction, options, spec.root);
    return this.#with({ ...spec, order: [...spec.order, node] });
  }

  limit(count: unknown): SelectionBuilder {
    return this.#with({ limit: readCount(count, "limit") });
  }

  offset(count: unknown): SelectionBuilder {
    return this.#with({ offset: readCount(count, "offset") });
  }

  after(cursor: unknown): SelectionBuilder {
    this.#refuseGroups("after");
    return this.#with({ after: readCursorText(cursor) });
  }

  distinct(): SelectionBuilder {
    return this.#with({ picked: { ...this.#spec.picked, distinct: true } });
  }

  signal(signal: unknown): SelectionBuilder {
    return this.#with({ runner: this.#spec.runner.limited({ signal: readSignal(signal) }) });
  }

  timeout(milliseconds: unknown): SelectionBuilder {
    const timeoutMs = readTimeout(milliseconds);
    return this.#with({ runner: this.#spec.runner.limited({ timeoutMs }) });
  }

  using(name: string): SelectionBuilder {
    return this.#with({ runner: this.#spec.runner.using(name) });
  }

  async all(): Promise<unknown[]> {
    return this.#read(this.#spec.limit);
  }

  async first(): Promise<unknown> {
    const ordered =
      this.#spec.order.length > 0 ? this : this.#with({ order: this.#standardOrder() });
    const rows = await ordered.#read(Math.min(1, this.#spec.limit ?? 1));
    return rows[0] ?? null;
  }

  async one(): Promise<unknown> {
    const rows = await this.#read(Math.min(2, this.#spec.limit ?? 2));
    if (rows.length === 0) throw new ModelDoesNotExistError(this.#spec.model.name);
    if (rows.length > 1) throw new MultipleResultsError(this.#spec.model.name);
    return rows[0];
  }

  stream(options?: unknown): AsyncGenerator<unknown, void, undefined> {
    const read = readStreamOptions(options);
    const { runner, limit } = this.#spec;
    return runner.stream(this.#query(limit), this.#form(), read);
  }

  [Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    return this.stream();
  }

  async page(options: unknown): Promise<object> {
    this.#refuseGroups("page");
    const read = readPageOptions(options);
    const { runner, picked, model } = this.#spec;
    refuseSliced(this.#spec);
    if (picked.distinct) throw distinctHasNoKey(model.name);
    const bound = pickedPage(this.#spec, picked, read);
    return readPage(runner, bound, this.#form(), read, () => this.count());
  }

  async count(): Promise<number> {
    const { runner, model, picked } = this.#spec;
    return runner.count(countQuery(this.#spec, picked), model);
  }

  async exists(): Promise<boolean> {
    return this.#spec.runner.exists(existsQuery(this.#spec, this.#spec.picked), this.#spec.model);
  }

  async explain(options?: unknown): Promise<Explanation> {
    const analyze = readExplainOptions(options);
    const { runner, model, limit } = this.#spec;
    return runner.explain(this.#query(limit), model, analyze);
  }

  toSQL(): SqlText {
    return this.#spec.runner.text(this.#query(this.#spec.limit));
  }

  get [Symbol.toStringTag](): string {
    return `Selection<${this.#spec.model.name}>`;
  }

  #with(change: Partial<SelectionSpec>): SelectionBuilder {
    return this.derive({ ...this.#spec, ...change });
  }

  #refuseGroups(method: string): void {
    if (this.#spec.picked.groupBy === undefined) return;
    throw new UsageError(
      `${this.#spec.model.name}: groups have no primary key, which ${method}() needs`,
      {
        hint: "use limit() and offset(), ordered by every key of the groups",
      },
    );
  }

  #read(limit: number | null): Answer<unknown[]> {
    const { runner, picked, model } = this.#spec;
    return runner.pick(this.#query(limit), picked, model);
  }

  #form(): RowForm {
    return { model: this.#spec.model, read: this.#spec.picked };
  }

  #query(limit: number | null): Bound<SelectQuery> {
    const { picked, order, after, model } = this.#spec;
    if (picked.distinct) {
      if (after !== null) throw distinctHasNoKey(model.name);
      const foreign = order.find(
        ({ expression }) => !picked.fields.some((field) => sameNode(field.expression, expression)),
      );
      if (foreign !== undefined) {
        throw new UsageError(
          `${model.name}: distinct rows are ordered by something that is not selected`,
          { hint: "order by a selected field, or select what the rows are ordered by" },
        );
      }
    }
    return pickedQuery({ ...this.#spec, limit }, picked);
  }

  /** What makes the first row always the same one: the key, or where rows fall together, all that is read. */
  #standardOrder(): readonly OrderNode[] {
    const { picked, model, root } = this.#spec;
    const hasKey = model.primaryKey.length > 0;
    if (hasKey && !picked.distinct && picked.groupBy === undefined) return keyOrder(model, root);
    return picked.fields
      .filter(({ facts }) => isSortable(facts.type))
      .map((field) => readOrder(model, expressionOf(field), "asc", undefined, root));
  }
}

/** What goes with instances alone. */
for (const name of ["include", "update", "delete", "get", "groupBy", "sum", "avg", "min", "max"]) {
  Object.defineProperty(SelectionBuilder.prototype, name, {
    configurable: true,
    value(this: SelectionBuilder) {
      throw new UsageError(`a ${this[Symbol.toStringTag]} reads plain rows, and has no ${name}()`, {
        hint:
          name === "include"
            ? "select over the path, or leave select() out"
            : `call ${name}() instead of select()`,
      });
    },
  });
}

/** A sort key of groups: a lambda that gets their keys and rows, or what it gave. */
function grouped({ group, model }: SelectionSpec, key: unknown): unknown {
  if (group === undefined) return key;
  if (typeof key === "function") return () => key(group.key, group.rows);
  throw new UsageError(`${model.name}.groupBy().orderBy() expected a lambda or a selected field`, {
    hint: "write orderBy((key, rows) => rows.count()), or the name of a selected field",
  });
}

function distinctHasNoKey(model: string): UsageError {
  return new UsageError(`${model}: distinct rows have no primary key to go on from`, {
    hint: "use limit() and offset(), ordered by every selected field",
  });
}

function expressionOf({ expression, facts, property }: FieldNode): Expression {
  return new Expression(expression, facts, property);
}

/** A number of rows, checked. */
export function readCount(count: unknown, method: string): number {
  if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0) {
    throw new UsageError(`${method}() expected a whole number, 0 or more`);
  }
  return count;
}
