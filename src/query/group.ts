/** Groups of rows: their keys, and what is computed of each. */
import type { ModelDefinition } from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import type { AggregateName } from "../ir/query.ts";
import { readAggregate } from "./aggregate.ts";
import { type Columns, relationOf, unknownField } from "./columns.ts";
import { Expression } from "./expression.ts";
import { runLambda } from "./lambda.ts";
import { manyRows } from "./many-rows.ts";
import { refuseSecondLambda } from "./more-arguments.ts";
import type { ExpressionNode, PredicateNode } from "./nodes.ts";
import { tellNotRun } from "./not-run.ts";
import { pickedFrom } from "./pick.ts";
import { isPlainObject } from "./plain.ts";
import { runCondition } from "./predicate.ts";
import { sameNode } from "./same.ts";
import { SelectionBuilder, type SelectionSpec } from "./selection.ts";
import { type AnyNode, innerNodes } from "./walk.ts";

/** What lambdas about groups get: the keys, and the rows of a group. */
export interface GroupScope {
  readonly key: unknown;
  readonly rows: GroupRows;
  readonly nodes: readonly ExpressionNode[];
}

/** The rows of a group: they are counted and summed, never read. */
export class GroupRows {
  readonly #model: ModelDefinition;
  readonly #columns: Columns;

  constructor(model: ModelDefinition, columns: Columns) {
    this.#model = model;
    this.#columns = columns;
  }

  count(of?: unknown, options?: unknown): Expression {
    return this.#aggregate("count", of, options);
  }

  sum(of: unknown, options?: unknown): Expression {
    return this.#aggregate("sum", of, options);
  }

  avg(of: unknown, options?: unknown): Expression {
    return this.#aggregate("avg", of, options);
  }

  min(of: unknown, options?: unknown): Expression {
    return this.#aggregate("min", of, options);
  }

  max(of: unknown, options?: unknown): Expression {
    return this.#aggregate("max", of, options);
  }

  #aggregate(aggregate: AggregateName, of: unknown, options: unknown): Expression {
    const scope = { columns: this.#columns, name: this.#model.name };
    const { node, facts, name } = readAggregate(aggregate, scope, of, options);
    manyRows.used = true;
    return new Expression(node, facts, name);
  }
}

/** Groups, of which something is to be selected. */
export class GroupBuilder {
  static {
    tellNotRun(GroupBuilder.prototype, "groups.select((key, rows) => ({ … })).all()");
  }

  readonly #spec: SelectionSpec;
  readonly #scope: GroupScope;

  constructor(spec: SelectionSpec, scope: GroupScope) {
    this.#spec = spec;
    this.#scope = scope;
  }

  having(condition: unknown): GroupBuilder {
    const { key, rows, nodes } = this.#scope;
    const at = `${this.#spec.model.name}.having()`;
    if (typeof condition !== "function") throw new UsageError(`${at} expected a lambda`);
    const node = runCondition(() => condition(key, rows), at);
    if (node === undefined) return this;
    requireGrouped(node, nodes, at);
    const { picked } = this.#spec;
    const having = [...(picked.having ?? []), node];
    return new GroupBuilder({ ...this.#spec, picked: { ...picked, having } }, this.#scope);
  }

  select(pick: unknown): SelectionBuilder {
    const { key, rows, nodes } = this.#scope;
    const at = `${this.#spec.model.name}.groupBy().select()`;
    if (typeof pick !== "function") {
      throw new UsageError(`${at} expected a lambda`, {
        hint: "write select((key, rows) => ({ …, n: rows.count() }))",
      });
    }
    const made = runLambda(() => pick(key, rows));
    refuseRowValues(made, at);
    const { fields, single } = pickedFrom(made, at);
    for (const { expression, property } of fields) {
      requireGrouped(expression, nodes, `${at}: the field ${property}`);
    }
    const picked = { ...this.#spec.picked, fields, single };
    return new SelectionBuilder({ ...this.#spec, picked, group: this.#scope });
  }

  get [Symbol.toStringTag](): string {
    return `Groups<${this.#spec.model.name}>`;
  }
}

for (const name of ["all", "first", "one", "count", "exists", "orderBy", "limit"]) {
  Object.defineProperty(GroupBuilder.prototype, name, {
    configurable: true,
    get(this: GroupBuilder) {
      throw new UsageError(`a ${this[Symbol.toStringTag]} has no ${name}() before select()`, {
        hint: `write groupBy(…).select((key, rows) => ({ …, n: rows.count() })).${name}(…)`,
      });
    },
  });
}

/** A column of the rows is undefined in a group's lambda. */
function refuseRowValues(made: unknown, at: string): void {
  if (!isPlainObject(made)) return;
  const missing = Object.keys(made).find((name) => made[name] === undefined);
  if (missing === undefined) return;
  throw new UsageError(`${at}: the field ${missing} is undefined`, {
    hint: `a field is a key of the groups, key.${missing}, or computed of their rows: rows.max((t) => …)`,
  });
}

/**
 * Reads the keys of groups: a lambda that gives expressions by name or one alone, or names of columns.
 *
 * @throws {UsageError} A key is no expression.
 */
export function readGroup(
  model: ModelDefinition,
  columns: Columns,
  keys: readonly unknown[],
): GroupScope {
  const rows = new GroupRows(model, columns);
  const [first] = keys;
  const at = `${model.name}.groupBy()`;
  if (keys.length === 0) {
    throw new UsageError(`${at} was given no key`, {
      hint: "to compute something of all rows, use aggregate((rows) => …)",
    });
  }
  refuseSecondLambda(at, keys);
  const key =
    typeof first === "function" ? runLambda(() => first(columns)) : namedKeys(model, columns, keys);
  const parts = isPlainObject(key) && relationOf(key) === undefined ? Object.values(key) : [key];
  const nodes = parts.map((part) => {
    const node = Expression.find(part);
    if (node !== undefined) return node;
    throw new UsageError(`${at} expected columns, or expressions of them`, {
      hint: "write groupBy((t) => ({ author: t.authorId }))",
    });
  });
  if (nodes.length === 0) throw new UsageError(`${at} was given no key`);
  return { key, rows, nodes };
}

/** One group of all rows. */
export function wholeGroup(model: ModelDefinition, columns: Columns): GroupScope {
  return { key: undefined, rows: new GroupRows(model, columns), nodes: [] };
}

function namedKeys(
  model: ModelDefinition,
  columns: Readonly<Record<string, unknown>>,
  names: readonly unknown[],
): Record<string, unknown> {
  const entries = names.map((name) => {
    if (typeof name !== "string" || !model.byProperty.has(name)) {
      throw unknownField(model, String(name));
    }
    return [name, columns[name]] as const;
  });
  return Object.fromEntries(entries);
}

/** Refuses what differs from row to row of a group: it is neither a key nor an aggregate. */
export function requireGrouped(
  node: AnyNode,
  keys: readonly ExpressionNode[],
  at: string,
  hint = "add it to groupBy(), or use an aggregate such as rows.max((t) => …)",
): void {
  if (keys.some((key) => sameNode(key, node))) return;
  if ("kind" in node) {
    const row = rowPart(node);
    if (row !== undefined) {
      throw new UsageError(`${at} uses ${row}, which is neither grouped nor aggregated`, {
        hint,
      });
    }
    // An aggregate takes the rows together; queries inside answer for themselves.
    if (node.kind === "aggregate" || node.kind === "scalar") return;
  }
  for (const inner of innerNodes(node)) requireGrouped(inner, keys, at, hint);
}

/** What differs from row to row, for messages; undefined for what need not. */
function rowPart(node: ExpressionNode | PredicateNode): string | undefined {
  if (node.kind === "output") return "the depth of a row";
  return node.kind === "column" ? node.scope.describe(node.column) : undefined;
}
