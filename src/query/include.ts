/** What `include` takes: which relations to load with the rows, and which of the related rows. */
import { Decimal } from "../codec/decimal.ts";
import type { ModelDefinition, RelationDefinition } from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import type { AggregateName } from "../ir/query.ts";
import { type MadeAggregate, readAggregate } from "./aggregate.ts";
import { scopeColumns } from "./columns.ts";
import { newRoot, setApart } from "./lambda.ts";
import { includedArities, refuseMore } from "./more-arguments.ts";
import type { AggregateNode, FieldNode, Picked, RowsNode } from "./nodes.ts";
import { readOrder } from "./order.ts";
import { readPick } from "./pick.ts";
import { isPlainObject } from "./plain.ts";
import { readCount } from "./selection.ts";
import { nameOf } from "./value.ts";
import { readWhere } from "./where.ts";

/** The related rows that are wanted. */
export interface IncludeSpec extends RowsNode {
  readonly include: readonly IncludeNode[];
  /** What is read of each row; null for instances. */
  readonly picked: Picked | null;
}

/** One relation to load with the rows of a query. */
export interface IncludeNode {
  readonly relation: RelationDefinition;
  readonly spec: IncludeSpec;
  /** Facts by name instead of the rows themselves: lists of them, and numbers about them. */
  readonly parts: readonly IncludePart[] | null;
}

/** One fact of `combine`: rows, or a number about them. */
export type IncludePart = IncludedList | IncludedNumber;

interface IncludedList {
  readonly kind: "rows";
  readonly name: string;
  readonly spec: IncludeSpec;
}

export interface IncludedNumber {
  readonly kind: "number";
  readonly name: string;
  readonly spec: IncludeSpec;
  /** The aggregate, as a field with the name of the part. */
  readonly field: FieldNode;
  /** What it is of no rows. */
  readonly empty: unknown;
}

/** Whether all related rows are wanted, in whatever order. */
export function isWhole({ spec, parts }: IncludeNode): boolean {
  return (
    parts === null &&
    spec.picked === null &&
    spec.where.length === 0 &&
    spec.order.length === 0 &&
    spec.limit === null &&
    spec.offset === null
  );
}

/** All related rows, as `true` asks for them. */
export function includeAll(relation: RelationDefinition): IncludeNode {
  return { relation, spec: wholeSpec(relation.target), parts: null };
}

/**
 * Reads what `include` was given, and adds it to what was included before.
 *
 * @throws {UsageError} It is no object, names no relation, or refines one that is included already.
 */
export function readInclude(
  model: ModelDefinition,
  given: unknown,
  before: readonly IncludeNode[],
): readonly IncludeNode[] {
  if (!isPlainObject(given)) {
    throw new UsageError(`${model.name}.include() expected an object of relations`, {
      hint: `write include({ ${firstRelation(model)}: true })`,
    });
  }
  const nodes = new Map(before.map((node) => [node.relation.property, node]));
  for (const [property, choice] of Object.entries(given)) {
    if (choice === undefined || choice === false) continue;
    const node = readNode(model, property, choice);
    const other = nodes.get(property);
    nodes.set(property, other === undefined ? node : merge(model, other, node));
  }
  return [...nodes.values()];
}

/**
 * Refuses parts of `combine` with the name of a method: both stand on one object.
 *
 * @throws {UsageError} A name is taken.
 */
export function refuseMethodNames(
  nodes: readonly IncludeNode[],
  isMethod: (name: string) => boolean,
): void {
  for (const { relation, spec, parts } of nodes) {
    const taken = parts?.find(({ name }) => isMethod(name));
    if (taken !== undefined) {
      throw new UsageError(
        `combine() of ${relation.model.name}.${relation.property} has a part "${taken.name}", which is a method of the relation`,
        { hint: "give the part another name, such as total" },
      );
    }
    refuseMethodNames(spec.include, isMethod);
    for (const part of parts ?? []) refuseMethodNames(part.spec.include, isMethod);
  }
}

/**
 * Refuses relations where plain rows are read: what was asked for would be dropped.
 *
 * @throws {UsageError} Relations are included.
 */
export function refuseIncluded(
  { model, include: [first] }: Pick<IncludeSpec, "model" | "include">,
  method: string,
): void {
  if (first === undefined) return;
  const { property, kind } = first.relation;
  const path = kind === "foreignKey" || kind === "backOne" ? "…" : "count()";
  throw new UsageError(`${model.name} ${method}() reads plain rows, which hold no ${property}`, {
    hint: `leave include() out and select over the path, ({ ${property}: t.${property}.${path} }), or leave ${method}() out`,
  });
}

/** What other libraries take as keys of the object. */
const refinements: ReadonlySet<string> = new Set([
  "where",
  "orderBy",
  "limit",
  "offset",
  "include",
]);

function readNode(model: ModelDefinition, property: string, choice: unknown): IncludeNode {
  const relation = model.relations.get(property);
  if (relation === undefined) {
    const known = [...model.relations.keys()];
    throw new UsageError(`${model.name} has no relation "${property}" to include`, {
      hint: refinements.has(property)
        ? `which rows, and how many, is said by a lambda: include({ …: (q) => q.${property}(…) })`
        : known.length === 0
          ? undefined
          : `its relations are ${known.join(", ")}`,
    });
  }
  if (choice === true) return includeAll(relation);
  const spec = wholeSpec(relation.target);
  if (typeof choice === "function") return refined(model, relation, choice(new IncludedRows(spec)));
  if (!isPlainObject(choice)) {
    throw new UsageError(
      `${model.name}.${property} in include() expected true, an object or a lambda, received ${nameOf(choice)}`,
    );
  }
  const include = readInclude(relation.target, choice, []);
  return { relation, spec: { ...spec, include }, parts: null };
}

function refined(model: ModelDefinition, relation: RelationDefinition, given: unknown) {
  const at = `the lambda of ${relation.property} in ${model.name}.include()`;
  if (given instanceof Combination) {
    refuseOne(relation, given.parts.length > 0, at, "combine()");
    return { relation, spec: wholeSpec(relation.target), parts: given.parts };
  }
  if (!(given instanceof IncludedRows)) {
    throw new UsageError(`${at} gave ${nameOf(given)}`, {
      hint: "give back the query it was handed: (q) => q.where(…).limit(3), or q.combine({ total: q.count() })",
    });
  }
  const spec = given.spec;
  refuseOne(relation, spec.limit !== null || spec.offset !== null, at, "limit() or offset()");
  return { relation, spec, parts: null };
}

/** A relation to one row has nothing to count or to cut. */
function refuseOne(relation: RelationDefinition, used: boolean, at: string, what: string): void {
  const one = relation.kind === "foreignKey" || relation.kind === "backOne";
  if (used && one) throw new UsageError(`${at} uses ${what}, but the relation leads to one row`);
}

/** Two includes of one relation: both are kept where neither leaves rows out. */
function merge(model: ModelDefinition, before: IncludeNode, after: IncludeNode): IncludeNode {
  if (!isWhole(before) || !isWhole(after)) {
    throw new UsageError(
      `${model.name}.${after.relation.property} is included twice, and at least one of the two is refined`,
      { hint: "include it once, with everything that is wanted of it" },
    );
  }
  const include = new Map(before.spec.include.map((node) => [node.relation.property, node]));
  for (const node of after.spec.include) {
    const other = include.get(node.relation.property);
    include.set(
      node.relation.property,
      other === undefined ? node : merge(after.relation.target, other, node),
    );
  }
  return { ...after, spec: { ...after.spec, include: [...include.values()] } };
}

function wholeSpec(model: ModelDefinition): IncludeSpec {
  return {
    model,
    root: newRoot(model),
    where: [],
    order: [],
    limit: null,
    offset: null,
    after: null,
    link: null,
    include: [],
    picked: null,
  };
}

function firstRelation(model: ModelDefinition): string {
  return model.relations.keys().next().value ?? "author";
}

/** What a lambda of `include` gets: says which related rows are wanted, and runs nothing. */
class IncludedRows {
  static {
    refuseMore(IncludedRows.prototype, includedArities);
  }

  readonly spec: IncludeSpec;

  constructor(spec: IncludeSpec) {
    this.spec = spec;
  }

  where(condition: unknown): IncludedRows {
    const spec = setApart(this.spec);
    const node = readWhere(spec.model, condition, spec.root);
    return node === undefined ? this : this.#with({ ...spec, where: [...spec.where, node] });
  }

  orderBy(key: unknown, direction?: unknown, options?: unknown): IncludedRows {
    const spec = setApart(this.spec);
    const node = readOrder(spec.model, key, direction, options, spec.root);
    return this.#with({ ...spec, order: [...spec.order, node] });
  }

  limit(count: unknown): IncludedRows {
    return this.#with({ limit: readCount(count, "limit") });
  }

  offset(count: unknown): IncludedRows {
    return this.#with({ offset: readCount(count, "offset") });
  }

  include(relations: unknown): IncludedRows {
    if (this.spec.picked !== null) {
      throw new UsageError(`include() of ${this.spec.model.name} can't follow select()`, {
        hint: "plain rows have no relations; select over relation paths, or leave select() out",
      });
    }
    const include = readInclude(this.spec.model, relations, this.spec.include);
    return this.#with({ include });
  }

  select(...selected: readonly unknown[]): IncludedRows {
    const spec = setApart(this.spec);
    if (spec.include.length > 0) {
      throw new UsageError(`select() of ${spec.model.name} can't follow include()`, {
        hint: "select what is wanted over relation paths, or include without select()",
      });
    }
    const picked = { ...readPick(spec.model, spec.root, selected), distinct: false };
    return this.#with({ ...spec, picked });
  }

  count(of?: unknown, options?: unknown): Reduction {
    return this.#reduced("count", of, options);
  }

  sum(of: unknown, options?: unknown): Reduction {
    return this.#reduced("sum", of, options);
  }

  avg(of: unknown, options?: unknown): Reduction {
    return this.#reduced("avg", of, options);
  }

  min(of: unknown, options?: unknown): Reduction {
    return this.#reduced("min", of, options);
  }

  max(of: unknown, options?: unknown): Reduction {
    return this.#reduced("max", of, options);
  }

  #reduced(name: AggregateName, of: unknown, options: unknown): Reduction {
    const spec = setApart(this.spec);
    const { model, root, limit, offset, picked } = spec;
    if (limit !== null || offset !== null) {
      throw new UsageError(`${name}() in include() can't follow limit() or offset()`, {
        hint: "leave them out, or read the rows and compute in your program",
      });
    }
    if (picked !== null) throw new UsageError(`${name}() in include() can't follow select()`);
    const made = readAggregate(
      name,
      { columns: scopeColumns(root), name: model.name },
      of,
      options,
    );
    return new Reduction(spec, made);
  }

  combine(parts: unknown): Combination {
    if (!isPlainObject(parts) || Object.keys(parts).length === 0) {
      throw new UsageError("combine() expected an object of rows and numbers", {
        hint: "for example q.combine({ recent: q.limit(3), total: q.count() })",
      });
    }
    return new Combination(Object.entries(parts).map(([name, part]) => readPart(name, part)));
  }

  #with(change: Partial<IncludeSpec>): IncludedRows {
    return new IncludedRows({ ...this.spec, ...change });
  }
}

function readPart(name: string, part: unknown): IncludePart {
  if (part instanceof IncludedRows) return { name, kind: "rows", spec: part.spec };
  if (part instanceof Reduction) return part.as(name);
  throw new UsageError(`combine() was given ${nameOf(part)} as ${name}`, {
    hint: "give rows, such as q.limit(3), or a number, such as q.count()",
  });
}

/** One number about the related rows. */
class Reduction {
  readonly #spec: IncludeSpec;
  readonly #aggregate: MadeAggregate;

  constructor(spec: IncludeSpec, aggregate: MadeAggregate) {
    this.#spec = spec;
    this.#aggregate = aggregate;
  }

  as(name: string): IncludedNumber {
    const { node, facts } = this.#aggregate;
    const field = { property: name, expression: node, facts };
    return { name, kind: "number", spec: this.#spec, field, empty: ofNoRows(node) };
  }
}

/** What an aggregate is of no rows: parents without any have no group. */
function ofNoRows({ name, type }: AggregateNode): unknown {
  if (name === "count") return 0;
  if (name !== "sum") return null;
  switch (type.kind) {
    case "bigint":
      return 0n;
    case "decimal":
      return new Decimal(0);
    default:
      return 0;
  }
}

/** Several facts about the related rows. */
class Combination {
  readonly parts: readonly IncludePart[];

  constructor(parts: readonly IncludePart[]) {
    this.parts = parts;
  }
}
