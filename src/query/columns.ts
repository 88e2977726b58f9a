/** The object a lambda gets: a model's columns as expressions, its relations as paths. */
import type { ModelDefinition, RelationDefinition } from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import type { AggregateName } from "../ir/query.ts";
import { readAggregate } from "./aggregate.ts";
import { Expression } from "./expression.ts";
import { jsonColumn } from "./json.ts";
import { ListExpression } from "./lists.ts";
import type { Picked, PredicateNode, RowsNode } from "./nodes.ts";
import { Predicate, runPredicate } from "./predicate.ts";
import { rootScope, Scope } from "./scope.ts";

/** Columns and paths by property. */
export type Columns = Readonly<Record<string, unknown>>;

type InnerLambda = (columns: Columns) => unknown;

const cache = new WeakMap<Scope, Columns>();

/** The columns of a query's own rows. */
export function rootColumns(model: ModelDefinition): Columns {
  return scopeColumns(rootScope(model));
}

/** The columns of a scope; members are made when first touched. */
export function scopeColumns(scope: Scope): Columns {
  let columns = cache.get(scope);
  if (columns === undefined) {
    const members = new Map<PropertyKey, unknown>();
    columns = new Proxy(Object.freeze(Object.create(null)) as Columns, {
      get(_, property) {
        let member = members.get(property);
        if (member === undefined && typeof property === "string") {
          member = makeMember(scope, property);
          members.set(property, member);
        }
        return member;
      },
    });
    cache.set(scope, columns);
  }
  return columns;
}

/** Which relation a path leads over; undefined for anything else. */
export function relationOf(member: unknown): string | undefined {
  if (typeof member !== "object" || member === null) return undefined;
  return paths.get(member) ?? (member instanceof ManyPath ? member.name : undefined);
}

const paths = new WeakMap<object, string>();

function makeMember(scope: Scope, property: string): unknown {
  const column = scope.model.byProperty.get(property);
  if (column !== undefined) {
    const facts = scope.optional ? { ...column, nullable: true } : column;
    const node = { kind: "column", scope, column } as const;
    const name = scope.describe(column);
    if (column.type.kind === "json") return jsonColumn(node, facts, name, column.valueSchema);
    if (column.type.kind === "array") return new ListExpression(node, facts, name);
    return new Expression(node, facts, name);
  }
  const relation = scope.model.relations.get(property);
  if (relation === undefined) throw unknownField(scope.model, property);
  if (relation.kind === "foreignKey" || relation.kind === "backOne") {
    const path = scopeColumns(scope.child(relation as Parameters<Scope["child"]>[0]));
    paths.set(path, property);
    return path;
  }
  return new ManyPath(scope, relation);
}

/** A to-many relation in a predicate. */
class ManyPath {
  readonly #scope: Scope;
  readonly #relation: RelationDefinition;

  constructor(scope: Scope, relation: RelationDefinition) {
    this.#scope = scope;
    this.#relation = relation;
  }

  /** The relation's property. */
  get name(): string {
    return this.#relation.property;
  }

  /** True when at least one related row satisfies the lambda; without one, when any exists. */
  some(lambda?: InnerLambda): Predicate {
    return this.#exists(lambda, false, "some");
  }

  /** True when no related row satisfies the lambda; without one, when none exists. */
  none(lambda?: InnerLambda): Predicate {
    return this.#exists(lambda, true, "none");
  }

  /** True when all related rows satisfy the lambda, and so when there is none. */
  every(lambda: InnerLambda): Predicate {
    const inner = new Scope(this.#relation.target);
    const where: PredicateNode = { kind: "not", operand: this.#run(inner, lambda, "every") };
    return this.#node(inner, where, true);
  }

  /** How many related rows there are: all of them, those that satisfy a condition, or values that are not NULL. */
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
    const { target: model, property } = this.#relation;
    const root = new Scope(model);
    const scope = {
      columns: scopeColumns(root),
      name: `${this.#scope.model.name}.${property}`,
    };
    const { node, facts, name } = readAggregate(aggregate, scope, of, options);
    const filter = viewFilter(this.#relation, root);
    const rows: RowsNode = {
      ...allRows(model, root),
      where: filter === null ? [] : [filter],
      via: { outer: this.#scope, relation: this.#relation },
    };
    const field = { property: aggregate, expression: node, facts };
    const picked: Picked = { fields: [field], single: true, distinct: false, groupBy: [] };
    return new Expression({ kind: "scalar", rows, picked, type: facts.type }, facts, name);
  }

  #exists(lambda: InnerLambda | undefined, negated: boolean, method: string): Predicate {
    const inner = new Scope(this.#relation.target);
    const where = lambda === undefined ? null : this.#run(inner, lambda, method);
    return this.#node(inner, where, negated);
  }

  #run(inner: Scope, lambda: InnerLambda, method: string): PredicateNode {
    const where = `${this.#scope.model.name}.${this.#relation.property}.${method}()`;
    if (typeof lambda !== "function") throw new UsageError(`${where} expected a lambda`);
    return runPredicate(() => lambda(scopeColumns(inner)), where);
  }

  #node(inner: Scope, condition: PredicateNode | null, negated: boolean): Predicate {
    const filter = viewFilter(this.#relation, inner);
    const both = filter !== null && condition !== null;
    const where: PredicateNode | null = both
      ? { kind: "and", operands: [filter, condition] }
      : (filter ?? condition);
    return new Predicate({
      kind: "exists",
      outer: this.#scope,
      relation: this.#relation,
      inner,
      where,
      negated,
    });
  }
}

/** The condition that a back reference declares; null where it leads to all rows. */
export function viewFilter(relation: RelationDefinition, root: Scope): PredicateNode | null {
  if (relation.kind !== "backMany" || relation.where === undefined) return null;
  const where = relation.where as InnerLambda;
  const at = `the condition of ${relation.model.name}.${relation.property}`;
  return runPredicate(() => where(scopeColumns(root)), at);
}

/** All rows of a model. */
function allRows(model: ModelDefinition, root: Scope): RowsNode {
  return { model, root, where: [], order: [], limit: null, offset: null, after: null, link: null };
}

/** The error for a property that a model doesn't have. */
export function unknownField(model: ModelDefinition, property: string): UsageError {
  const known = [...model.byProperty.keys(), ...model.relations.keys()];
  return new UsageError(`${model.name} has no field "${property}"`, {
    hint: `its fields are ${known.join(", ")}`,
  });
}
