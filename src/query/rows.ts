/** Rows of other queries, to be queried like those of a model; their public face is in `rows-types.ts`. */

import { UsageError } from "../errors/errors.ts";
import { AggregatedRows, aggregatedSelection } from "./aggregated-rows.ts";
import { readBeside, withBeside } from "./beside.ts";
import type { Columns } from "./columns.ts";
import { allFields, derivedModel } from "./derived.ts";
import { newRoot, setApart } from "./lambda.ts";
import { aggregateArities, refuseMore } from "./more-arguments.ts";
import type { FieldNode, SourceNode } from "./nodes.ts";
import { readPick } from "./pick.ts";
import type { QueryRunner } from "./runner.ts";
import type { Scope } from "./scope.ts";
import { SelectionBuilder, type SelectionSpec } from "./selection.ts";
import { findQuery } from "./subquery.ts";

/** Everything a query of such rows is made of. */
interface RowsSpec extends SelectionSpec {
  /** Each row is one value, and lambdas get it instead of columns. */
  readonly alone: boolean;
}

/** Rows of other queries. Each method gives a new query and leaves this one as it is. */
export class RowsBuilder extends SelectionBuilder {
  static {
    refuseMore(RowsBuilder.prototype, aggregateArities);
  }

  readonly #alone: boolean;

  constructor({ alone, ...spec }: RowsSpec) {
    super(spec);
    this.#alone = alone;
  }

  protected override derive(spec: SelectionSpec): RowsBuilder {
    return new RowsBuilder({ ...spec, alone: this.#alone });
  }

  override where(condition: unknown): SelectionBuilder {
    return super.where(withBeside(this.spec, this.#lambda(condition)));
  }

  override orderBy(key: unknown, direction?: unknown, options?: unknown): SelectionBuilder {
    return super.orderBy(withBeside(this.spec, this.#lambda(key)), direction, options);
  }

  /** These rows and those of another query that go with them. */
  with(other: unknown, on: unknown, options?: unknown): RowsBuilder {
    const spec = setApart(this.spec);
    const beside = [...(spec.beside ?? []), readBeside(spec, other, this.#lambda(on), options)];
    return this.derive({ ...spec, beside });
  }

  /** The same rows, of which only what is computed here is read. */
  select(...selected: readonly unknown[]): RowsBuilder {
    const spec = setApart(this.spec);
    const picks = selected.map((pick) => withBeside(spec, this.#lambda(pick)));
    const { distinct } = spec.picked;
    const picked = { ...readPick(spec.model, spec.root, picks, "aggregates"), distinct };
    const together = aggregatedSelection(spec, picked);
    if (together !== undefined && distinct) throw afterDistinct(spec.model.name, "select");
    return this.derive(together ?? { ...spec, picked });
  }

  groupBy(...keys: readonly unknown[]): unknown {
    return this.#together("groupBy").groupBy(...keys);
  }

  async aggregate(compute: unknown): Promise<unknown> {
    return this.#together("aggregate").aggregate(compute);
  }

  async sum(of: unknown, options?: unknown): Promise<unknown> {
    return this.#together("sum").sum(of, options);
  }

  async avg(of: unknown, options?: unknown): Promise<unknown> {
    return this.#together("avg").avg(of, options);
  }

  async min(of: unknown, options?: unknown): Promise<unknown> {
    return this.#together("min").min(of, options);
  }

  async max(of: unknown, options?: unknown): Promise<unknown> {
    return this.#together("max").max(of, options);
  }

  override get [Symbol.toStringTag](): string {
    return `Rows<${this.spec.model.name}>`;
  }

  #together(method: string): TogetherRows {
    const { model, picked } = this.spec;
    if (picked.distinct) throw afterDistinct(model.name, method);
    return new TogetherRows(this.spec, this.#alone);
  }

  /** What a lambda takes: the columns, or the one value. */
  #lambda(given: unknown): unknown {
    if (!this.#alone || typeof given !== "function") return given;
    return (columns: Columns, ...beside: unknown[]) => given(valueIn(columns), ...beside);
  }
}

function afterDistinct(rows: string, method: string): UsageError {
  return new UsageError(`${rows} ${method}() can't follow distinct()`, {
    hint: `make rows of it first: from(rows.distinct()).${method}(…)`,
  });
}

/** The one column of rows that are values. */
function valueIn(columns: Columns): Columns {
  return columns["value"] as Columns;
}

/** The rows, to be counted and summed. */
class TogetherRows extends AggregatedRows {
  readonly #spec: SelectionSpec;
  readonly #alone: boolean;

  constructor(spec: SelectionSpec, alone: boolean) {
    super();
    this.#spec = spec;
    this.#alone = alone;
  }

  protected override get spec(): SelectionSpec {
    return this.#spec;
  }

  protected override columnsOf(root: Scope): Columns {
    const columns = super.columnsOf(root);
    return this.#alone ? valueIn(columns) : columns;
  }
}

/** What rows of other queries are made of. */
export interface DerivedRows {
  /** What they are called in messages. */
  readonly name: string;
  readonly source: SourceNode;
  readonly fields: readonly FieldNode[];
  readonly single: boolean;
  readonly runner: QueryRunner;
}

/** Rows that queries give, to be queried again. */
export function derivedRows({ name, source, fields, single, runner }: DerivedRows): RowsBuilder {
  const model = derivedModel(name, fields);
  const root = newRoot(model);
  const picked = { ...allFields({ model, root }), single };
  const rows = { where: [], order: [], limit: null, offset: null, after: null, link: null };
  return new RowsBuilder({ model, root, ...rows, source, picked, runner, alone: single });
}

/**
 * The rows of a selection, to be queried again.
 *
 * @throws {UsageError} It is no selection.
 */
export function from(query: unknown): RowsBuilder {
  const parts = findQuery(query);
  if (parts === undefined || parts.picked === null) {
    throw new UsageError("from() expected a query that selects plain rows", {
      hint: 'select what is needed of them: from(Post.select("id", "title"))',
    });
  }
  const { rows, picked } = parts;
  const { fields, single } = picked;
  const part = { rows, picked };
  const { name } = rows.model;
  return derivedRows({
    name,
    source: { kind: "query", part },
    fields,
    single,
    runner: parts.runner,
  });
}
