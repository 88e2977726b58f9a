import { SchemaError } from "../errors/errors.ts";
import { findSchemaFaults } from "../ir/check.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import { identifierFault, splitName } from "../util/identifier.ts";
import type { DdlDialect } from "./dialect.ts";

/** How a database keeps and compares names. */
export type NameLimits = Partial<Pick<DdlDialect, "longestName" | "foldIdentifier">>;

/**
 * Refuses a schema that no statements can be made from.
 *
 * @param limits - What the database makes of the names of indexes and constraints; any length will do where
 *   it isn't known. Those of tables and columns fit every database.
 * @throws {SchemaError} Says what is wrong first, and what to do.
 */
export function assertSchema(payload: SchemaPayload, limits: NameLimits = {}): void {
  const { longestName = Number.POSITIVE_INFINITY, foldIdentifier: fold } = limits;
  const faults = [
    ...identifiers(payload).map((name) => identifierFault(name)),
    ...partNames(payload).map((name) => identifierFault(name, longestName)),
  ];
  for (const fault of faults) {
    if (fault !== undefined) {
      throw new SchemaError(`the schema has a name that ${fault}`, {
        hint: "shorten or rename it",
      });
    }
  }
  const [fault] = findSchemaFaults(payload, fold);
  if (fault !== undefined) throw new SchemaError(fault.message, { hint: fault.hint });
}

function identifiers({ tables, enums }: SchemaPayload): readonly string[] {
  return [
    ...enums.flatMap(({ name, values }) => [...parts(name), ...values]),
    ...tables.flatMap((table) => [
      ...parts(table.name),
      ...table.columns.map(({ name }) => name),
      ...table.foreignKeys.flatMap((key) => [
        ...parts(key.referencedTable),
        ...key.referencedColumns,
      ]),
    ]),
  ];
}

/** Names of what belongs to tables. */
function partNames({ tables }: SchemaPayload): readonly string[] {
  return tables.flatMap(({ indexes, uniques, checks, foreignKeys }) => [
    ...[indexes, uniques, checks].flat().map(({ name }) => name),
    ...foreignKeys.flatMap(({ name, named }) => (named === true ? name : [])),
  ]);
}

/** A name, and the schema before it. */
function parts(qualified: string): readonly string[] {
  const { schema, name } = splitName(qualified);
  return schema === undefined ? [name] : [schema, name];
}
