/** Turns what the builder made into QueryIR: scopes become aliases, values become slots. */
import type {
  ColumnDefinition,
  JoinColumn,
  LinkRelation,
  ModelDefinition,
  RelationDefinition,
} from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import type {
  ColumnPair,
  ColumnRef,
  Expression,
  Join,
  OrderTerm,
  Predicate,
  Selection,
  Slot,
  TableSource,
} from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import { unreachable } from "../util/unreachable.ts";
import type { ExpressionNode, OrderNode, PredicateNode, ValueNode } from "./nodes.ts";
import { rootScope, type Scope } from "./scope.ts";

const integer: StorageType = { kind: "integer", dbType: "bigint" };
const boolean: StorageType = { kind: "boolean" };

/** The joins of one FROM: the query's own, or that of an inner EXISTS. */
interface Frame {
  readonly joins: Join[];
}

/** One lowering: aliases are numbered, values collected in slot order. */
export class Lowering {
  readonly values: unknown[] = [];
  readonly from: TableSource;
  readonly model: ModelDefinition;
  readonly #aliases = new Map<Scope, { alias: string; frame: Frame; left: boolean }>();
  readonly #frame: Frame = { joins: [] };
  readonly #firstSlot: number;
  #next = 0;

  /** @param firstSlot - The slot of the first value, where others stand before them. */
  constructor(model: ModelDefinition, root: Scope = rootScope(model), firstSlot = 0) {
    this.model = model;
    this.#firstSlot = firstSlot;
    this.from = this.#source(model.table);
    this.#aliases.set(root, {
      alias: this.from.alias,
      frame: this.#frame,
      left: false,
    });
  }

  /** Names a row that the statement has beside its own. */
  addRow(scope: Scope, alias: string): void {
    this.#aliases.set(scope, { alias, frame: this.#frame, left: false });
  }

  /** All columns of the root row, in definition order. */
  rootColumns(): readonly ColumnRef[] {
    return columnReferences(this.model);
  }

  /** The columns of the root row's primary key. */
  keyColumns(): readonly ColumnRef[] {
    const keys = new Set(this.model.primaryKey.map(({ column }) => column));
    return this.rootColumns().filter(({ column }) => keys.has(column));
  }

  /** A slot for a cell as the database gave it. */
  cell(value: unknown, type: StorageType | null): Slot {
    return { kind: "slot", index: this.#firstSlot + this.values.push(value) - 1, type, cell: true };
  }

  /** The FROM, JOIN and WHERE of the query; call after everything else was lowered. */
  selection(where: Predicate | null): Selection & { readonly from: TableSource } {
    return { from: this.from, joins: this.#frame.joins, where };
  }

  /** Joins a link's table in, and keeps the rows linked to the source whose key is given. */
  linkedTo(relation: LinkRelation, key: readonly unknown[]): Predicate {
    const source = this.#source(relation.join.table);
    const on = relation.targetColumns.map((column) => ({
      left: reference(this.from.alias, column.references, false),
      right: joinReference(source.alias, column),
    }));
    this.#frame.joins.push({ kind: "inner", source, on });
    const operands = relation.sourceColumns.map(
      (column, index): Predicate => ({
        kind: "compare",
        operator: "=",
        left: joinReference(source.alias, column),
        right: this.#slot({
          kind: "value",
          value: key[index],
          type: column.references.type,
          label: `${relation.join.table}.${column.column}`,
        }),
      }),
    );
    return conjunction(operands) as Predicate;
  }

  /** The columns that tell from which row each related row is reached; a link's table is joined in. */
  reachedOver(relation: RelationDefinition): readonly ColumnRef[] {
    const { alias } = this.from;
    if (relation.kind === "foreignKey") {
      return relation.targetColumns.map((column) => reference(alias, column, false));
    }
    if (relation.kind !== "link") {
      return relation.foreignKey.columns.map((column) => reference(alias, column, false));
    }
    const source = this.#source(relation.join.table);
    const on = relation.targetColumns.map((column) => ({
      left: reference(alias, column.references, false),
      right: joinReference(source.alias, column),
    }));
    this.#frame.joins.push({ kind: "inner", source, on });
    return relation.sourceColumns.map((column) => joinReference(source.alias, column));
  }

  /** Keeps the rows where the column is one of the values. */
  among(operand: ColumnRef, values: readonly unknown[], label: string): Predicate {
    const slot = this.#slot({ kind: "value", value: values, type: operand.type, label });
    return { kind: "in", operand, values: { ...slot, list: true }, negated: false };
  }

  predicate(node: PredicateNode): Predicate {
    switch (node.kind) {
      case "compare":
        return { ...node, left: this.expression(node.left), right: this.expression(node.right) };
      case "isNull":
        return { ...node, operand: this.expression(node.operand) };
      case "in":
        return {
          ...node,
          operand: this.expression(node.operand),
          values: { ...this.#slot(node.values), list: true },
        };
      case "between":
        return {
          kind: "between",
          operand: this.expression(node.operand),
          low: this.expression(node.low),
          high: this.expression(node.high),
        };
      case "match":
        return {
          ...node,
          operand: this.expression(node.operand),
          pattern: this.#slot(node.pattern),
        };
      case "and":
      case "or":
        return {
          kind: node.kind,
          operands: node.operands.map((operand) => this.predicate(operand)),
        };
      case "not":
        return { kind: "not", operand: this.predicate(node.operand) };
      case "exists":
        return this.#exists(node);
      case "list":
        return { ...node, operand: this.expression(node.operand), items: this.#slot(node.items) };
      case "hasKey":
        return { ...node, operand: this.expression(node.operand), key: this.#slot(node.key) };
      case "constant":
        return node;
      default:
        return unreachable(node);
    }
  }

  expression(node: ExpressionNode): Expression {
    switch (node.kind) {
      case "column": {
        const { alias, left } = this.#resolve(node.scope);
        return reference(alias, node.column, left);
      }
      case "value":
        return this.#slot(node);
      case "arithmetic":
        return {
          ...node,
          left: this.expression(node.left),
          right: this.expression(node.right),
        };
      case "jsonPath":
        return {
          ...node,
          operand: this.expression(node.operand),
          path: this.#slot(node.path),
        };
      case "listLength":
        return { ...node, operand: this.expression(node.operand) };
      case "truth":
        return { kind: "truth", predicate: this.predicate(node.predicate), type: boolean };
      default:
        return unreachable(node);
    }
  }

  /** NULL sorts as the largest value unless said otherwise, on every database. */
  order(node: OrderNode): OrderTerm {
    const expression = this.expression(node.expression);
    if (node.nulls !== null || !mayBeNull(expression)) return { ...node, expression };
    return { ...node, expression, nulls: node.direction === "asc" ? "last" : "first" };
  }

  /** A slot for a limit or an offset. */
  count(value: number): Slot {
    return this.#slot({ kind: "value", value, type: integer, label: "limit" });
  }

  #slot({ value, type, label }: ValueNode): Slot {
    return { kind: "slot", index: this.#firstSlot + this.values.push(value) - 1, type, label };
  }

  #source(table: string): TableSource {
    this.#next += 1;
    return { table, alias: `t${this.#next - 1}` };
  }

  #resolve(scope: Scope): { alias: string; frame: Frame; left: boolean } {
    const known = this.#aliases.get(scope);
    if (known !== undefined) return known;
    if (scope.via === undefined) {
      throw new UsageError(
        `a condition on ${scope.model.name} was used in a query of ${this.model.name}`,
        {
          hint: "use the parameter of the lambda, or the columns of the model that is queried",
        },
      );
    }
    const { parent, relation } = scope.via;
    const above = this.#resolve(parent);
    const source = this.#source(scope.model.table);
    const left =
      above.left ||
      relation.kind === "backOne" ||
      (relation.kind === "foreignKey" && relation.nullable);
    above.frame.joins.push({
      kind: left ? "left" : "inner",
      source,
      on: keyPairs(relation, above.alias, source.alias),
    });
    const resolved = { alias: source.alias, frame: above.frame, left };
    this.#aliases.set(scope, resolved);
    return resolved;
  }

  #exists(node: Extract<PredicateNode, { kind: "exists" }>): Predicate {
    const outer = this.#resolve(node.outer);
    const source = this.#source(node.relation.target.table);
    const frame: Frame = { joins: [] };
    let on: ColumnPair[];
    if (node.relation.kind === "link") {
      const join = this.#source(node.relation.join.table);
      frame.joins.push({
        kind: "inner",
        source: join,
        on: node.relation.targetColumns.map((column) => ({
          left: reference(source.alias, column.references, false),
          right: joinReference(join.alias, column),
        })),
      });
      on = node.relation.sourceColumns.map((column) => ({
        left: joinReference(join.alias, column),
        right: reference(outer.alias, column.references, outer.left),
      }));
    } else {
      on = keyPairs(node.relation, outer.alias, source.alias);
    }
    this.#aliases.set(node.inner, { alias: source.alias, frame, left: false });
    const where = node.where === null ? null : this.predicate(node.where);
    this.#leave(node.inner);
    return { kind: "exists", source, joins: frame.joins, on, where, negated: node.negated };
  }

  /** Forgets what is named inside an EXISTS alone: the same predicate may come again, in a FROM of its own. */
  #leave(inner: Scope): void {
    for (const scope of this.#aliases.keys()) {
      if (scope.root === inner) this.#aliases.delete(scope);
    }
  }
}

function mayBeNull(expression: Expression): boolean {
  return expression.kind === "column" ? expression.nullable : expression.kind !== "truth";
}

const allColumns = new WeakMap<ModelDefinition, readonly ColumnRef[]>();

/** All columns of a model's row under the alias of a query's own row; one list for each model, so that plans find it fast. */
export function columnReferences(model: ModelDefinition): readonly ColumnRef[] {
  let list = allColumns.get(model);
  if (list === undefined) {
    list = model.columns.map((column) => reference("t0", column, false));
    allColumns.set(model, list);
  }
  return list;
}

/** Columns under the alias of a query's own row. */
export function references(columns: readonly ColumnDefinition[]): ColumnRef[] {
  return columns.map((column) => reference("t0", column, false));
}

/** ANDs predicates; null for none, the predicate itself for one. */
export function conjunction(operands: readonly Predicate[]): Predicate | null {
  const [first, second] = operands;
  if (first === undefined) return null;
  return second === undefined ? first : { kind: "and", operands };
}

function keyPairs(
  relation: Exclude<RelationDefinition, LinkRelation>,
  near: string,
  far: string,
): ColumnPair[] {
  const key = relation.kind === "foreignKey" ? relation : relation.foreignKey;
  const [owner, referenced] = relation.kind === "foreignKey" ? [near, far] : [far, near];
  return key.columns.map((column, index) => ({
    left: reference(owner, column, false),
    right: reference(referenced, key.targetColumns[index] as ColumnDefinition, false),
  }));
}

function reference(alias: string, column: ColumnDefinition, left: boolean): ColumnRef {
  return {
    kind: "column",
    source: alias,
    column: column.column,
    type: column.type,
    nullable: left || column.nullable,
  };
}

function joinReference(alias: string, { column, references }: JoinColumn): ColumnRef {
  return { kind: "column", source: alias, column, type: references.type, nullable: false };
}
