/** Model definitions by hand: what the reader makes of a class, without a class. */
import { z } from "zod";
import type {
  CheckDefinition,
  ColumnDefinition,
  ForeignKeyRelation,
  JoinTable,
  LinkRelation,
  ModelDefinition,
  RelationDefinition,
} from "../../../src/definition/definition.ts";
import {
  joinColumnNames,
  joinTableName,
  shadowColumnName,
  tableName,
} from "../../../src/definition/naming.ts";
import type { StorageType } from "../../../src/ir/type.ts";

type ColumnFacts = Partial<ColumnDefinition>;

/** A definition under construction. */
export interface TestModel extends ModelDefinition {
  readonly columns: ColumnDefinition[];
  readonly primaryKey: ColumnDefinition[];
  readonly relations: Map<string, RelationDefinition>;
}

export function column(name: string, type: StorageType, facts: ColumnFacts = {}): ColumnDefinition {
  return {
    property: name,
    column: name,
    type,
    rules: { normalize: (value) => value, equals: Object.is },
    schema: z.unknown(),
    valueSchema: z.unknown(),
    nullable: false,
    nullAs: null,
    primaryKey: false,
    autoincrement: false,
    unique: false,
    index: false,
    check: false,
    default: () => null,
    optional: false,
    generated: null,
    comment: null,
    renamedFrom: null,
    ...facts,
  };
}

export const text: StorageType = { kind: "text" };
export const integer: StorageType = { kind: "integer" };

export function id(facts: ColumnFacts = {}): ColumnDefinition {
  return column("id", integer, { primaryKey: true, autoincrement: true, ...facts });
}

export function model(
  name: string,
  columns: readonly ColumnDefinition[],
  facts: {
    table?: string;
    comment?: string;
    uniques?: readonly (readonly string[])[];
    indexes?: readonly (readonly string[])[];
    checks?: readonly CheckDefinition[];
  } = {},
): TestModel {
  const own = [...columns];
  const named = (group: readonly string[]) =>
    group.flatMap((wanted) => own.filter((each) => each.column === wanted));
  return {
    name,
    table: facts.table ?? tableName(name),
    comment: facts.comment ?? null,
    columns: own,
    byProperty: new Map(own.map((each) => [each.property, each])),
    primaryKey: own.filter(({ primaryKey }) => primaryKey),
    relations: new Map(),
    get uniques() {
      return (facts.uniques ?? []).map(named);
    },
    get indexes() {
      return (facts.indexes ?? []).map(named);
    },
    checks: facts.checks ?? [],
    namedUniques: [],
    namedIndexes: [],
    fullTexts: [],
    constraints: [],
    tableOptions: {},
  };
}

const targetClass = class {};

/** Adds a foreign key and its shadow column. */
export function link(
  child: TestModel,
  property: string,
  target: TestModel,
  facts: Partial<ForeignKeyRelation> & { readonly index?: boolean } = {},
): void {
  const { index = false, nullable = false, unique = false, ...others } = facts;
  const columns = target.primaryKey.map((key) =>
    column(shadowColumnName(property, "snake_case"), key.type, {
      property: `${property}Id`,
      nullable,
      unique,
      index,
      relation: property,
    }),
  );
  child.columns.push(...columns);
  child.relations.set(property, {
    kind: "foreignKey",
    property,
    model: child,
    target,
    targetClass,
    relatedName: `${child.table}s`,
    columns,
    targetColumns: target.primaryKey,
    nullable,
    unique,
    onDelete: "CASCADE",
    onUpdate: "NO ACTION",
    constraint: {},
    ...others,
  });
}

/** Adds both sides of a many-to-many link. */
export function linkMany(
  source: TestModel,
  property: string,
  target: TestModel,
  back: string,
  facts: Partial<Pick<JoinTable, "table" | "reverseIndex">> = {},
): void {
  const names = joinColumnNames(source, target, property, "snake_case");
  // Each side makes its own, as the reader does.
  const join = (): JoinTable => ({
    table: joinTableName(source.name, property, "snake_case"),
    source,
    target,
    sourceColumns: source.primaryKey.map((references, index) => ({
      column: names.source[index] ?? "",
      references,
    })),
    targetColumns: target.primaryKey.map((references, index) => ({
      column: names.target[index] ?? "",
      references,
    })),
    reverseIndex: true,
    ...facts,
  });
  const side = (own: TestModel, other: TestModel, name: string, forward: boolean): LinkRelation => {
    const made = join();
    return {
      kind: "link",
      property: name,
      model: own,
      target: other,
      targetClass,
      forward,
      join: made,
      sourceColumns: forward ? made.sourceColumns : made.targetColumns,
      targetColumns: forward ? made.targetColumns : made.sourceColumns,
    };
  };
  source.relations.set(property, side(source, target, property, true));
  target.relations.set(back, side(target, source, back, false));
}
