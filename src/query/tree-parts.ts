/** The parts of QueryIR that rows found step by step are made of. */
import type { ColumnDefinition } from "../definition/definition.ts";
import type { ColumnPair, ColumnRef, CommonRows, SelectQuery } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import type { FieldNode, Picked, TreeNode } from "./nodes.ts";
import { reference } from "./references.ts";
import { bound, factsOf } from "./value.ts";

const integer: StorageType = { kind: "integer", dbType: "bigint" };

/** A column of a query inside, by its place. */
export function output(
  alias: string,
  place: number,
  type: StorageType,
  nullable: boolean,
): ColumnRef {
  return { kind: "column", source: alias, column: `c${place}`, type, nullable };
}

/** A row's key beside the one that a query inside gives first. */
export function keyOutputs(
  key: readonly ColumnDefinition[],
  row: string,
  inside: string,
): ColumnPair[] {
  return key.map((column, place) => ({
    left: reference(row, column, false),
    right: output(inside, place, column.type, false),
  }));
}

/** What is read of the rows that a tree begins with: their key, and the depth 0. */
export function treePicked({ start, maxDepth }: TreeNode): Picked {
  const fields = start.model.primaryKey.map((column): FieldNode => {
    const facts = factsOf(column.type, false);
    return {
      property: column.property,
      expression: { kind: "column", scope: start.root, column },
      facts,
    };
  });
  if (maxDepth !== null) {
    const expression = bound(0, integer, "depth");
    fields.push({ property: "depth", expression, facts: factsOf(integer, false) });
  }
  return { fields, single: false, distinct: false };
}

/** The keys of all rows that were found, each once, with the least depth. */
export function foundRows(found: CommonRows, { start, maxDepth }: TreeNode): SelectQuery {
  const { name } = found;
  const key = start.model.primaryKey.map(({ type }, place) => output(name, place, type, false));
  const whole = { joins: [], where: null, orderBy: [], limit: null, offset: null };
  const read = {
    kind: "select",
    with: [found],
    from: { table: name, alias: name },
    ...whole,
  } as const;
  if (maxDepth === null) return { ...read, columns: key };
  const operand = output(name, key.length, integer, false);
  const least = {
    kind: "aggregate",
    name: "min",
    operand,
    distinct: false,
    filter: null,
    type: integer,
  } as const;
  return { ...read, columns: [...key, least], groupBy: key };
}
