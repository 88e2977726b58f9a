/** Turns what the builder made into QueryIR: scopes become aliases, values become slots. */
import type {
  LinkRelation,
  ModelDefinition,
  RelationDefinition,
} from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import type {
  Aggregate,
  ColumnPair,
  ColumnRef,
  CommonRows,
  Expression,
  Identifier,
  OrderTerm,
  Predicate,
  Selection,
  SelectQuery,
  Slice,
  Slot,
  Source,
  TableSource,
} from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import { unreachable } from "../util/unreachable.ts";
import { conditionsOf, defaultScope } from "./default-scope.ts";
import { chosenRows } from "./distinct-on.ts";
import {
  anything,
  type Frame,
  type Known,
  mayBeNull,
  ownScopes,
  type Place,
  type Tie,
} from "./lower-parts.ts";
import type {
  AggregateNode,
  BesideNode,
  CommonNode,
  ExpressionNode,
  OrderNode,
  Picked,
  PredicateNode,
  RawNode,
  RowsNode,
  SourceNode,
  TreeNode,
  ValueNode,
} from "./nodes.ts";
import { columnReferences, conjunction, joinReference, keyPairs, reference } from "./references.ts";
import { sameNode } from "./same.ts";
import { rootScope, type Scope } from "./scope.ts";
import { foundRows, keyOutputs, output, treePicked } from "./tree-parts.ts";
import { bound } from "./value.ts";

const integer: StorageType = { kind: "integer", dbType: "bigint" };
const boolean: StorageType = { kind: "boolean" };

/** One lowering: aliases are numbered, values collected in slot order. */
export class Lowering {
  readonly values: unknown[] = [];
  from: TableSource;
  /** Where the rows come from instead. */
  #rows: Source | undefined;
  readonly model: ModelDefinition;
  readonly #aliases = new Map<Scope, Place>();
  readonly #common = new Map<CommonNode, { readonly name: string; readonly rows?: CommonRows }>();
  /** The name of the rows that are lowered, where they are named. */
  #naming: string | undefined;
  #frame: Frame = { joins: [] };
  #known: readonly Known[] = [];
  readonly #firstSlot: number;
  #next = 0;

  /** @param firstSlot - The slot of the first value, where others stand before them. */
  constructor(model: ModelDefinition, root: Scope = rootScope(model), firstSlot = 0) {
    this.model = model;
    this.#firstSlot = firstSlot;
    this.from = this.#source(model.table);
    this.#aliases.set(root, { alias: this.from.alias, frame: this.#frame, left: false });
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
  selection(where: Predicate | null): Selection {
    return { from: this.#rows ?? this.from, joins: this.#frame.joins, where };
  }

  /** Joins a link's table in, and keeps the rows linked to the source whose key is given. */
  linkedTo(relation: LinkRelation, key: readonly unknown[]): Predicate {
    const join = this.#joinLink(relation, this.from.alias, this.#frame);
    const operands = relation.sourceColumns.map(
      (column, index): Predicate => ({
        kind: "compare",
        operator: "=",
        left: joinReference(join, column),
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
    const join = this.#joinLink(relation, alias, this.#frame);
    return relation.sourceColumns.map((column) => joinReference(join, column));
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
      case "inQuery":
        return {
          kind: "inQuery",
          operand: this.expression(node.operand),
          query: this.inner(node.rows, node.picked),
          negated: node.negated,
        };
      case "existsRows":
        return {
          kind: "existsRows",
          query: this.inner(node.rows, node.picked ?? anything),
          negated: node.negated,
        };
      case "list":
        return { ...node, operand: this.expression(node.operand), items: this.#slot(node.items) };
      case "hasKey":
        return { ...node, operand: this.expression(node.operand), key: this.#slot(node.key) };
      case "constant":
        return node;
      case "raw":
        return { ...node, operands: node.operands.map((operand) => this.#operand(operand)) };
      default:
        return unreachable(node);
    }
  }

  expression(node: ExpressionNode): Expression {
    const known = this.#known.find((other) => sameNode(other.node, node));
    return known === undefined ? this.#expression(node) : known.lowered;
  }

  #expression(node: ExpressionNode): Expression {
    switch (node.kind) {
      case "column": {
        const { alias, left } = this.#resolve(node.scope);
        return reference(alias, node.column, left);
      }
      case "output":
        return output(this.#resolve(node.scope).alias, node.place, node.type, node.nullable);
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
      case "function":
        return { ...node, operands: this.#expressions(node.operands) };
      case "case":
        return {
          ...node,
          branches: node.branches.map(({ when, result }) => ({
            when: this.predicate(when),
            value: this.expression(result),
          })),
          otherwise: node.otherwise === null ? null : this.expression(node.otherwise),
        };
      case "aggregate":
        return this.#aggregate(node);
      case "window":
        return {
          ...node,
          call: typeof node.call === "string" ? node.call : this.#aggregate(node.call),
          operands: this.#expressions(node.operands),
          partitionBy: this.#expressions(node.partitionBy),
          orderBy: node.orderBy.map((term) => this.order(term)),
        };
      case "raw":
        return { ...node, operands: node.operands.map((operand) => this.#operand(operand)) };
      case "scalar":
        return { kind: "scalar", query: this.inner(node.rows, node.picked), type: node.type };
      default:
        return unreachable(node);
    }
  }

  /** Everything of a query of rows, of which something is picked. */
  picked(
    rows: RowsNode,
    picked: Picked,
    sliced: () => Selection & Slice = () => this.#sliced(rows),
  ): SelectQuery {
    const { fields, distinct, groupBy, having = [] } = picked;
    const keys = groupBy?.map((key) => ({ node: key, lowered: this.expression(key) }));
    if (keys !== undefined) this.#known = keys;
    const columns = fields.map(({ expression, facts }) => this.#field(expression, facts.type));
    const query: SelectQuery = {
      kind: "select",
      columns,
      ...(distinct && { distinct }),
      ...(keys !== undefined && {
        groupBy: keys.map((key) => key.lowered),
        having: conjunction(having.map((node) => this.predicate(node))),
      }),
      ...sliced(),
    };
    this.#known = [];
    return query;
  }

  #sliced(rows: RowsNode): Selection & Slice {
    const { link, after, order, limit, offset, model } = rows;
    if (after !== null) {
      throw new UsageError(`a query of ${model.name} inside another can't go on from a cursor`);
    }
    const slice = {
      orderBy: order.map((node) => this.order(node)),
      limit: limit === null ? null : this.count(limit),
      offset: offset === null ? null : this.count(offset),
    };
    const predicates = conditionsOf(rows).map((node) => this.predicate(node));
    if (link !== null) predicates.push(this.linkedTo(link.relation, link.key));
    return { ...this.selection(conjunction(predicates)), ...slice };
  }

  /** A query inside this one. What it says of scopes outside is about the rows around it. */
  inner(rows: RowsNode, picked: Picked): SelectQuery {
    return this.#apart(rows.model.table, () => this.#inner(chosenRows(rows), picked));
  }

  #inner(rows: RowsNode, picked: Picked): SelectQuery {
    const own = ownScopes(rows);
    const hidden = [...this.#aliases].filter(([scope]) => own.has(scope.root));
    for (const [scope] of hidden) this.#aliases.delete(scope);
    this.#aliases.set(rows.root, { alias: this.from.alias, frame: this.#frame, left: false });
    const on =
      rows.via === undefined ? undefined : this.#tie(rows.via, this.from.alias, this.#frame);
    this.enter(rows);
    const query = this.picked(rows, picked);

    for (const scope of own) this.#leave(scope);
    for (const [scope, place] of hidden) this.#aliases.set(scope, place);
    return on === undefined ? query : { ...query, on };
  }

  /** Lowers a query with a FROM of its own. */
  #apart(table: string, lower: () => SelectQuery): SelectQuery {
    const outside = {
      frame: this.#frame,
      from: this.from,
      source: this.#rows,
      known: this.#known,
    };
    this.#frame = { joins: [] };
    this.#known = [];
    this.#rows = undefined;
    this.from = this.#source(table);
    const query = lower();
    this.#frame = outside.frame;
    this.from = outside.from;
    this.#rows = outside.source;
    this.#known = outside.known;
    return query;
  }

  /** Lowers what the rows come from, where it is more than their table; call before anything else is lowered. */
  enter({ tree, source, among, beside = [], model }: RowsNode): void {
    if (source !== undefined) this.#rows = this.#rowsOf(source, this.from.alias);
    if (among !== undefined) {
      const { alias } = this.#source("");
      const on = keyOutputs(model.primaryKey, this.from.alias, alias);
      this.#frame.joins.push({ kind: "inner", source: this.#rowsOf(among, alias), on });
    }
    if (tree !== undefined) this.#joinTree(tree);
    for (const rows of beside) this.#joinBeside(rows);
  }

  /** Joins rows of another query in. */
  #joinBeside({ source: rows, scope, on }: BesideNode): void {
    const { alias } = this.#source("");
    const source = this.#rowsOf(rows, alias);
    const frame = this.#frame;
    this.#aliases.set(scope, { alias, frame, left: scope.optional });
    // What it speaks of over paths is joined in first.
    const where = this.predicate(on);
    frame.joins.push({ kind: scope.optional ? "left" : "inner", source, on: [], where });
  }

  /** The name of rows that the statement computes once; what they are made of speaks of nothing around. */
  #nameOf(common: CommonNode): string {
    const known = this.#common.get(common);
    if (known !== undefined) return known.name;
    // No model has a table of this name, so it hides none.
    let name = `#${common.name}`;
    while ([...this.#common.values()].some((other) => other.name === name)) name += "'";
    this.#common.set(common, { name });
    const around = [...this.#aliases];
    const outer = this.#naming;
    this.#aliases.clear();
    this.#naming = common.name;
    const { part, step, materialized } = common;
    const query = this.inner(part.rows, part.picked);
    const found = step && { query: this.inner(step.part.rows, step.part.picked), all: step.all };
    for (const [scope, place] of around) this.#aliases.set(scope, place);
    this.#naming = outer;
    // Behind those that it reads.
    this.#common.delete(common);
    this.#common.set(common, {
      name,
      rows: {
        name,
        query,
        ...(found && {
          step: { ...found, types: part.picked.fields.map(({ facts }) => facts.type) },
        }),
        ...(materialized !== undefined && { materialized }),
      },
    });
    return name;
  }

  /** The rows that the statement computes under names; call after everything else was lowered. */
  common(): { readonly with?: readonly CommonRows[] } {
    const list = [...this.#common.values()].flatMap(({ rows }) => rows ?? []);
    return list.length === 0 ? {} : { with: list };
  }

  /** Rows of other queries, under an alias. */
  #rowsOf(source: SourceNode, alias: string): Source {
    if (source.kind === "common") return { table: this.#nameOf(source.common), alias };
    if (source.kind === "query") {
      return { kind: "query", query: this.inner(source.part.rows, source.part.picked), alias };
    }
    const { operator } = source;
    const parts = source.parts.map(({ rows, picked }) => this.inner(rows, picked));
    return { kind: "set", operator, parts, alias };
  }

  /** Joins the keys of a tree's rows in, and their depths. */
  #joinTree(tree: TreeNode): void {
    const { alias } = this.#source("");
    // No model has a table of this name, so it hides none.
    const name = `#${alias}`;
    const start = this.inner(tree.start, treePicked(tree));
    const step = this.#apart(name, () => this.#treeStep(tree));
    const found = { name, query: start, step: { query: step, all: false } };
    const query = foundRows(found, tree);
    this.#frame.joins.push({
      kind: "inner",
      source: { kind: "query", query, alias },
      on: keyOutputs(tree.start.model.primaryKey, this.from.alias, alias),
    });
    this.#aliases.set(tree.output, { alias, frame: this.#frame, left: false });
  }

  /** The rows that one step finds. */
  #treeStep(tree: TreeNode): SelectQuery {
    const { next, found, link, maxDepth } = tree;
    const { table, primaryKey } = tree.start.model;
    const frame = this.#frame;
    const before = this.from.alias;
    const [known, fresh] = [this.#source(table), this.#source(table)];
    // Databases that join in the order written look the fresh rows up, and not the other way around.
    frame.joins.push(
      { kind: "inner", source: known, on: keyOutputs(primaryKey, known.alias, before) },
      { kind: "cross", source: fresh, on: [] },
    );
    this.#aliases.set(found, { alias: known.alias, frame, left: false });
    this.#aliases.set(next, { alias: fresh.alias, frame, left: false });
    const wheres = [this.predicate(link)];
    const columns: Expression[] = primaryKey.map((column) => reference(fresh.alias, column, false));
    if (maxDepth !== null) {
      const depth = output(before, primaryKey.length, integer, false);
      const limit = this.#slot(bound(maxDepth, integer, "maxDepth"));
      const one = this.#slot(bound(1, integer, "depth"));
      wheres.push({ kind: "compare", operator: "<", left: depth, right: limit });
      columns.push({ kind: "arithmetic", operator: "+", left: depth, right: one, type: integer });
    }
    this.#leave(next);
    this.#leave(found);
    const whole = { orderBy: [], limit: null, offset: null };
    return { kind: "select", columns, ...this.selection(conjunction(wheres)), ...whole };
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

  #expressions(nodes: readonly ExpressionNode[]): Expression[] {
    return nodes.map((node) => this.expression(node));
  }

  /** What is selected has the type that its reader expects. */
  #field(node: ExpressionNode, type: StorageType): Expression {
    const expression = this.expression(node);
    return expression.kind === "slot" ? { ...expression, type } : expression;
  }

  #operand(node: RawNode["operands"][number]): Expression | Identifier {
    if (node.kind === "identifier") return node;
    if (node.kind !== "argument") return this.expression(node);
    const index = this.#firstSlot + this.values.push(node.value) - 1;
    return { kind: "slot", index, type: null };
  }

  #aggregate(node: AggregateNode): Aggregate {
    // Inside an aggregate stand the rows themselves, and not the group's keys.
    const known = this.#known;
    this.#known = [];
    const lowered = {
      ...node,
      operand: node.operand === null ? null : this.expression(node.operand),
      filter: node.filter === null ? null : this.predicate(node.filter),
    };
    this.#known = known;
    return lowered;
  }

  /** What ties the rows of a relation to the row outside that they are related to. */
  #tie({ outer, relation }: Tie, alias: string, frame: Frame): ColumnPair[] {
    const place = this.#resolve(outer);
    if (relation.kind !== "link") return keyPairs(relation, place.alias, alias);
    const join = this.#joinLink(relation, alias, frame);
    return relation.sourceColumns.map((column) => ({
      left: joinReference(join, column),
      right: reference(place.alias, column.references, place.left),
    }));
  }

  /** Joins a link's table to the rows it leads to; gives its alias. */
  #joinLink(relation: LinkRelation, alias: string, frame: Frame): string {
    const source = this.#source(relation.join.table);
    const on = relation.targetColumns.map((column) => ({
      left: reference(alias, column.references, false),
      right: joinReference(source.alias, column),
    }));
    frame.joins.push({ kind: "inner", source, on });
    return source.alias;
  }

  #slot({ value, type, label }: ValueNode): Slot {
    return { kind: "slot", index: this.#firstSlot + this.values.push(value) - 1, type, label };
  }

  #source(table: string): TableSource {
    this.#next += 1;
    return { table, alias: `t${this.#next - 1}` };
  }

  #resolve(scope: Scope): Place {
    const known = this.#aliases.get(scope);
    if (known !== undefined) return known;
    if (scope.via === undefined && this.#naming !== undefined) {
      throw new UsageError(
        `cte("${this.#naming}") speaks of rows of ${scope.model.name} around it`,
        {
          hint: "put that condition on its rows where they are used: totals.where((row) => row.id.eq(t.id))",
        },
      );
    }
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
    const source = this.#source(node.relation.target.table);
    const frame: Frame = { joins: [] };
    const on = this.#tie(node, source.alias, frame);
    this.#aliases.set(node.inner, { alias: source.alias, frame, left: false });
    const own = defaultScope(node.inner.model, node.inner);
    const conditions = [node.where, own].filter((each) => each !== null && each !== undefined);
    const where = conjunction(conditions.map((each) => this.predicate(each)));
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
