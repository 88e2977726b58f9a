/** The object a lambda gets: a model's columns as expressions, its relations as paths. */
import type { ModelDefinition, RelationDefinition } from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import type { AggregateName } from "../ir/query.ts";
import { nearest } from "../util/nearest.ts";
import { readAggregate } from "./aggregate.ts";
import { Expression } from "./expression.ts";
import { jsonColumn } from "./json.ts";
import { ListExpression } from "./lists.ts";
import { type Misuse, misuse } from "./misuse.ts";
import type { Picked, PredicateNode, RowsNode } from "./nodes.ts";
import { Predicate, runPredicate } from "./predicate.ts";
import { rootScope, Scope, type ToOneRelation } from "./scope.ts";

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
        if (property === misuse) return relationMisuse(scope);
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
  return paths.get(member) ?? ManyPath.relationOf(member)?.property;
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
  if (relation === undefined) {
    if (scope.via !== undefined && property in Expression.prototype) {
      throw comparesRelation(scope.via.relation, property);
    }
    throw unknownField(scope.model, property);
  }
  if (relation.kind === "foreignKey" || relation.kind === "backOne") {
    const path = scopeColumns(scope.child(relation as ToOneRelation));
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

  /** The relation that a path leads over; undefined for anything else. */
  static relationOf(value: object): RelationDefinition | undefined {
    return #relation in value ? value.#relation : undefined;
  }

  [misuse](): Misuse {
    const { model, property } = this.#relation;
    return { what: `the relation ${model.name}.${property}`, hint: aboutMany(property) };
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
    if (typeof lambda !== "function") {
      throw new UsageError(`${where} expected a lambda`, {
        hint: `write ${this.#relation.property}.${method}((row) => row.${anyColumn(this.#relation.target)}.eq(…))`,
      });
    }
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

/** What a program finds that takes many rows for one: an error, where undefined would break somewhere else. */
const noMembers = new Proxy(Object.prototype, {
  get(target, property, receiver) {
    const relation = ManyPath.relationOf(receiver as object);
    const asked = typeof property === "string" && !unasked.has(property);
    if (relation === undefined || !asked || property in target) {
      return Reflect.get(target, property, receiver);
    }
    const { model, property: name } = relation;
    throw new UsageError(
      `${model.name}.${name} leads to many rows, which have no one ${property}`,
      {
        hint: aboutMany(name, relation.target.byProperty.has(property) ? property : undefined),
      },
    );
  },
});
Object.setPrototypeOf(ManyPath.prototype, noMembers);

/** What languages and loggers look for on any object. */
const unasked: ReadonlySet<string> = new Set(["then", "toJSON"]);

function aboutMany(relation: string, column = "…"): string {
  return `ask about them: t.${relation}.some((row) => row.${column}…), every, none, or t.${relation}.count()`;
}

/** A column to write in an example. */
function anyColumn({ columns }: ModelDefinition): string {
  const telling = columns.find(({ relation, primaryKey }) => relation === undefined && !primaryKey);
  return (telling ?? columns[0])?.property ?? "id";
}

function relationMisuse({ via }: Scope): (() => Misuse) | undefined {
  if (via === undefined) return undefined;
  const { model, property } = via.relation;
  return () => ({ what: `the relation ${model.name}.${property}`, hint: asKey(via.relation) });
}

function comparesRelation(relation: ToOneRelation, method: string): UsageError {
  const { model, property } = relation;
  return new UsageError(`${model.name}.${property} is a relation, and has no ${method}()`, {
    hint: asKey(relation, method),
  });
}

/** How a relation is compared: by its key, or by a column of the row it leads to. */
function asKey(relation: ToOneRelation, method = "eq"): string {
  const { property, target } = relation;
  const column = `t.${property}.${anyColumn(target)}`;
  return relation.kind === "foreignKey"
    ? `use its key, t.${property}Id.${method}(…), or one of its columns, ${column}.${method}(…)`
    : `use one of its columns, such as ${column}.${method}(…)`;
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
  const column = model.columns.find((each) => each.column === property)?.property;
  const meant = column ?? nearest(property, known);
  const fields = `its fields are ${known.join(", ")}`;
  return new UsageError(`${model.name} has no field "${property}"`, {
    hint: meant === undefined ? fields : `did you mean ${meant}? ${fields}`,
  });
}
