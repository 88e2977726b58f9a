import { SchemaError } from "../errors/errors.ts";
import { type Fold, findSchemaFaults } from "../ir/check.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import { identifierFault } from "../util/identifier.ts";

/**
 * Refuses a schema that no statements can be made from.
 *
 * @param fold - How the database compares names; exactly, when left out.
 * @throws {SchemaError} Says what is wrong first, and what to do.
 */
export function assertSchema(payload: SchemaPayload, fold?: Fold): void {
  for (const name of identifiers(payload)) {
    const fault = identifierFault(name);
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
    ...enums.flatMap(({ name, values }) => [name, ...values]),
    ...tables.flatMap((table) => [
      table.name,
      ...[table.columns, table.indexes, table.uniques, table.checks].flat().map(({ name }) => name),
      ...table.foreignKeys.flatMap((key) => [key.referencedTable, ...key.referencedColumns]),
    ]),
  ];
}
