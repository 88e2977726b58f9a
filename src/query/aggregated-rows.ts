/** What a query of rows can compute of them together. */
import { UsageError } from "../errors/errors.ts";
import type { AggregateName } from "../ir/query.ts";
import { readAggregate } from "./aggregate.ts";
import { withBeside } from "./beside.ts";
import { type Columns, scopeColumns } from "./columns.ts";
import { chosenRows } from "./distinct-on.ts";
import { GroupBuilder, readGroup, requireGrouped, wholeGroup } from "./group.ts";
import { runLambda, setApart } from "./lambda.ts";
import { aggregateArities, refuseMore } from "./more-arguments.ts";
import type { Picked, RowsNode } from "./nodes.ts";
import { pickedFrom } from "./pick.ts";
import type { QueryRunner } from "./runner.ts";
import type { Scope } from "./scope.ts";
import { pickedQuery } from "./statement.ts";

/** Rows and what runs their queries. */
interface RunnableRows extends RowsNode {
  readonly runner: QueryRunner;
}

/** Rows that are counted, summed and grouped. */
export abstract class AggregatedRows {
  static {
    refuseMore(AggregatedRows.prototype, aggregateArities);
  }

  protected abstract get spec(): RunnableRows;

  /** What lambdas get of a row. */
  protected columnsOf(root: Scope): Columns {
    return scopeColumns(root);
  }

  /** Groups of rows that are equal in the keys. */
  groupBy(...keys: readonly unknown[]): GroupBuilder {
    const spec = setApart(chosenRows(this.spec));
    refuseSlice(spec, "groupBy");
    const scope = readGroup(
      spec.model,
      this.columnsOf(spec.root),
      keys.map((key) => withBeside(spec, key)),
    );
    const picked = { fields: [], single: false, distinct: false, groupBy: scope.nodes };
    return new GroupBuilder({ ...spec, order: [], picked }, scope);
  }

  /** What a lambda computes of all rows together. */
  async aggregate(compute: unknown): Promise<unknown> {
    const { spec } = this;
    refuseSlice(spec, "aggregate");
    const at = `${spec.model.name}.aggregate()`;
    if (typeof compute !== "function") {
      throw new UsageError(`${at} expected a lambda`, {
        hint: "write aggregate((rows) => ({ n: rows.count() }))",
      });
    }
    const { rows } = wholeGroup(spec.model, this.columnsOf(spec.root));
    const { fields, single } = pickedFrom(
      runLambda(() => compute(rows)),
      at,
    );
    for (const { expression, property } of fields) {
      requireGrouped(expression, [], `${at}: the field ${property}`);
    }
    return this.#computed({ fields, single, distinct: false, groupBy: [] });
  }

  async sum(of: unknown, options?: unknown): Promise<unknown> {
    return this.aggregated("sum", of, options);
  }

  async avg(of: unknown, options?: unknown): Promise<unknown> {
    return this.aggregated("avg", of, options);
  }

  async min(of: unknown, options?: unknown): Promise<unknown> {
    return this.aggregated("min", of, options);
  }

  async max(of: unknown, options?: unknown): Promise<unknown> {
    return this.aggregated("max", of, options);
  }

  protected async aggregated(name: AggregateName, of: unknown, options: unknown): Promise<unknown> {
    const { model, root } = this.spec;
    refuseSlice(this.spec, name);
    const scope = { columns: this.columnsOf(root), name: model.name };
    const { node, facts } = readAggregate(name, scope, withBeside(this.spec, of), options);
    const field = { property: name, expression: node, facts };
    return this.#computed({ fields: [field], single: true, distinct: false, groupBy: [] });
  }

  async #computed(picked: Picked): Promise<unknown> {
    const { runner, model } = this.spec;
    const rows = { ...chosenRows(this.spec), order: [] };
    const [row] = await runner.pick(pickedQuery(rows, picked), picked, model);
    return row;
  }
}

/**
 * The selection of what is computed of all rows together, one row; undefined where rows are selected one by one.
 *
 * @throws {UsageError} Something beside the aggregates differs from row to row.
 */
export function aggregatedSelection<Spec extends RunnableRows>(
  spec: Spec,
  picked: Picked,
): (Spec & { readonly picked: Picked }) | undefined {
  if (!picked.fields.some(({ expression }) => expression.kind === "aggregate")) return undefined;
  refuseSlice(spec, "select");
  for (const { expression, property } of picked.fields) {
    const at = `${spec.model.name}.select()${picked.single ? "" : `: the field ${property}`}`;
    requireGrouped(expression, [], at, besideRows);
  }
  return { ...spec, order: [], picked: { ...picked, groupBy: [] } };
}

const besideRows =
  "an aggregate makes one row of all; beside each row write sum(…).over({ … }), for groups groupBy(…).select(…)";

/** A slice of the rows would have to be a query inside; it is not guessed. */
function refuseSlice({ model, limit, offset, lock }: RowsNode, method: string): void {
  if (lock !== undefined) {
    throw new UsageError(`${model.name} ${method}() can't lock rows`, {
      hint: "read the rows with forUpdate() or forShare(), and compute in your program",
    });
  }
  if (limit === null && offset === null) return;
  throw new UsageError(`${model.name} ${method}() can't follow limit() or offset()`, {
    hint: `leave them out, or find the rows first: where((t) => t.id.in(${model.name}.limit(…).select((s) => s.id)))`,
  });
}
