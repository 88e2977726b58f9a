/** Names as PostgreSQL holds them, and the clauses that begin with them. */
import { emitForeignKey } from "../../ddl/column.ts";
import { emitIndex, isConstraint } from "../../ddl/create.ts";
import { tableOf } from "../../ir/edit.ts";
import type { ForeignKeyIr, IndexIr, TableIr, UniqueIr } from "../../ir/schema.ts";
import { nameBeside, quoteIdentifier as quote, quoteQualified } from "../../util/identifier.ts";
import { constraintName } from "../constraint-name.ts";
import { postgresDdl } from "./ddl.ts";
import type { PlanContext } from "./plan-context.ts";

/** `ALTER TABLE "name"`. */
export function alter(table: string): string {
  return `ALTER TABLE ${quoteQualified(table)}`;
}

/** An index or a sequence, quoted: it stands in the schema of its table. */
export function quoteBeside(table: string, name: string): string {
  return quoteQualified(nameBeside(table, name));
}

/** What makes an index: here that is always one statement. */
export function indexSql(
  { after }: PlanContext,
  table: string,
  index: IndexIr | UniqueIr,
  concurrently = false,
): string {
  return emitIndex(tableOf(after, table), index, postgresDdl, {
    ifMissing: false,
    concurrently,
  }).join("; ");
}

/** The name that the database holds a foreign key under. */
export function heldName(table: string, key: ForeignKeyIr): string {
  return key.named === true ? key.name : constraintName(table, key.columns, "fkey");
}

/** A foreign key without a name. */
export function keyBody({ named: _, ...key }: ForeignKeyIr): string {
  return emitForeignKey(key, postgresDdl);
}

/** Names that the server gave by the names of the table and its columns, and what they would be now. */
export function givenNames(
  was: TableIr,
  is: TableIr,
): readonly (readonly [name: string, renamed: string])[] {
  const names = ({ name, primaryKey, primaryKeyName, uniques, foreignKeys }: TableIr) => [
    ...(primaryKey.length > 0 && primaryKeyName === undefined
      ? [constraintName(name, [], "pkey")]
      : []),
    ...uniques
      .filter(({ inline, constraint }) => inline && constraint !== true)
      .map(({ columns }) => constraintName(name, columns, "key")),
    ...foreignKeys
      .filter(({ named }) => named !== true)
      .map(({ columns }) => constraintName(name, columns, "fkey")),
  ];
  const renamed = names(is);
  return names(was).flatMap((name, at) => {
    const to = renamed[at];
    return to === undefined || to === name ? [] : [[name, to] as const];
  });
}

/** `ALTER TABLE … ADD CONSTRAINT "name" …`. */
export function addConstraint(table: string, name: string, body: string): string {
  return `${alter(table)} ADD CONSTRAINT ${quote(name)} ${body}`;
}

/** The name that the database holds a unique under. */
export function heldUniqueName(table: string, unique: UniqueIr): string {
  return unique.inline && !isConstraint(unique)
    ? constraintName(table, unique.columns, "key")
    : unique.name;
}
