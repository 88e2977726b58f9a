/** The fields of queries that are put together: the same names, and types of which one holds all values. */
import { UsageError } from "../errors/errors.ts";
import type { SetOperator } from "../ir/query.ts";
import type { StorageType } from "../ir/type.ts";
import type { FieldNode, PartNode, ValueFacts } from "./nodes.ts";

/** Queries whose fields have one order, and what the rows of all have. */
export interface Aligned {
  readonly parts: readonly PartNode[];
  readonly fields: readonly FieldNode[];
  readonly single: boolean;
}

/**
 * Brings the fields of all queries into the order of the first.
 *
 * @throws {UsageError} A field is missing, too many, or of another type.
 */
export function alignedParts(
  operator: SetOperator,
  at: string,
  parts: readonly PartNode[],
): Aligned {
  const [first] = parts as [PartNode];
  const { single } = first.picked;
  for (const [place, { picked }] of parts.entries()) {
    requireSameNames(at, first.picked.fields, picked.fields, place);
    if (picked.single !== single) {
      throw new UsageError(`${at} was given a query of values and a query of rows`, {
        hint: "select the same fields in all queries, all by name or one alone",
      });
    }
  }
  const columns = first.picked.fields.map(({ property }) => {
    const same = parts.map(({ picked }) => fieldNamed(picked.fields, property));
    return alignedField(operator, at, same);
  });
  return {
    parts: parts.map(({ rows, picked }, place) => {
      const fields = columns.map(({ of }) => of[place] as FieldNode);
      return { rows, picked: { ...picked, fields } };
    }),
    fields: columns.map(({ field }) => field),
    single,
  };
}

function requireSameNames(
  at: string,
  first: readonly FieldNode[],
  fields: readonly FieldNode[],
  place: number,
): void {
  const missing = first.find(({ property }) => fieldNamed(fields, property) === undefined);
  const extra = fields.find(({ property }) => fieldNamed(first, property) === undefined);
  const field = missing ?? extra;
  if (field === undefined) return;
  const [has, lacks] = missing === undefined ? [place + 1, 1] : [1, place + 1];
  throw new UsageError(
    `${at}: query ${has} selects the field ${field.property}, and query ${lacks} doesn't`,
    { hint: "select fields of the same names in all queries; their order doesn't matter" },
  );
}

function fieldNamed(fields: readonly FieldNode[], property: string): FieldNode {
  return fields.find((field) => field.property === property) as FieldNode;
}

/** One field of all queries, and what it is of the rows together. */
function alignedField(operator: SetOperator, at: string, same: readonly FieldNode[]) {
  const [first] = same as [FieldNode];
  const type = commonType(same.map(({ facts }) => facts.type));
  const { transform } = first.facts;
  const other = same.findIndex(({ facts }) => facts.transform !== transform);
  if (type === undefined || other >= 0) {
    const kinds = [...new Set(same.map(({ facts }) => facts.type.kind))];
    const what = other >= 0 && type !== undefined ? "of several codecs" : kinds.join(" and ");
    throw new UsageError(`${at}: the field ${first.property} is ${what}`, {
      hint: "select values of one type in all queries; asText(), asFloat() and others change it",
    });
  }
  // What stays of "except" and "intersect" are rows of the first query.
  const kept = operator === "except" || operator === "intersect" ? [first] : same;
  const nullAs = kept.every(({ facts }) => facts.nullAs === undefined) ? undefined : null;
  const facts: ValueFacts = {
    type,
    nullable: kept.some(({ facts: { nullable } }) => nullable),
    nullAs,
    ...(transform && { transform }),
  };
  const isColumn = same.every(({ expression }) => sameSchema(expression, first.expression));
  return {
    of: same.map((field) => convertedTo(type, field)),
    field: { property: first.property, expression: isColumn ? first.expression : unnamed, facts },
  };
}

/** Stands for values of which no one schema is known. */
const unnamed: FieldNode["expression"] = {
  kind: "truth",
  predicate: { kind: "constant", value: true },
};

function sameSchema(left: FieldNode["expression"], right: FieldNode["expression"]): boolean {
  if (left === right) return true;
  return (
    left.kind === "column" &&
    right.kind === "column" &&
    left.column.valueSchema === right.column.valueSchema
  );
}

/** The type that holds the values of all; undefined where none does. */
function commonType(types: readonly StorageType[]): StorageType | undefined {
  const [first] = types as [StorageType];
  if (types.every((type) => isSame(type, first))) return first;
  const kinds = new Set(types.map(({ kind }) => kind));
  const only = (...known: readonly string[]) => [...kinds].every((kind) => known.includes(kind));
  if (only("integer")) return { kind: "integer", dbType: "bigint" };
  if (only("integer", "float")) return { kind: "float" };
  if (only("bigint")) return { kind: "bigint" };
  if (only("decimal")) return { kind: "decimal", precision: null, scale: null };
  if (only("text", "enum") && types.every(isText)) return { kind: "text" };
  if (only("timestamp") || only("timestamptz")) return commonMoment(types);
  return undefined;
}

/** Moments that stand in several forms somewhere stand in several forms together. */
function commonMoment(types: readonly StorageType[]): StorageType | undefined {
  const loose = types.map((type) => ({ ...type, loose: true }) as StorageType);
  const [first] = loose as [StorageType];
  return loose.every((type) => isSame(type, first)) ? first : undefined;
}

function isSame(left: StorageType, right: StorageType): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}

function isText(type: StorageType): boolean {
  return type.kind !== "enum" || type.values.every((value) => typeof value === "string");
}

/** Databases don't put values of an enum and text together by themselves. */
function convertedTo(type: StorageType, field: FieldNode): FieldNode {
  const own = field.facts.type;
  if (isSame(own, type) || own.kind === type.kind || own.kind !== "enum") return field;
  return {
    ...field,
    expression: { kind: "function", name: "convert", operands: [field.expression], type },
    facts: { ...field.facts, type },
  };
}
