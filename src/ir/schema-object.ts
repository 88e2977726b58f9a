import { quoteIdentifier } from "../util/identifier.ts";
import type { ObjectIr } from "./schema.ts";

/** A schema as an object that tables need. */
export function schemaObject(name: string): ObjectIr {
  const sql = `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(name)}`;
  return { kind: "schema", name, sql };
}

/** Objects that enum types may need; those that aren't may need enum types. */
export function comesBeforeEnums({ kind }: ObjectIr): boolean {
  return kind === "schema" || kind === "extension" || kind === "collation" || kind === "sequence";
}
