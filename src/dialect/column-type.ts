/** Database types that a user may name, as both databases spell them. */
import { SchemaError } from "../errors/errors.ts";
import type { DbType } from "../ir/type.ts";

const integerTypes: ReadonlyMap<DbType, string> = new Map([
  ["smallint", "smallint"],
  ["int", "integer"],
  ["bigint", "bigint"],
]);

/** The spelling of an integer type. */
export function integerDbType(dbType: DbType): string {
  const spelling = integerTypes.get(dbType);
  if (spelling !== undefined) return spelling;
  throw new SchemaError(`an integer column can't have the database type "${dbType}"`, {
    hint: 'use "smallint", "int" or "bigint"',
  });
}

/** Whether a type is `varchar(n)` and nothing else; it enters SQL as it is. */
export function isVarchar(dbType: DbType): boolean {
  const length = /^varchar\(([1-9]\d{0,7})\)$/.exec(dbType)?.[1];
  return length !== undefined && Number(length) <= 10_485_760;
}

/** The spelling of a text type; `otherwise` when none is named. */
export function textDbType(dbType: DbType | undefined, otherwise: string): string {
  if (dbType === undefined) return otherwise;
  if (dbType === "text" || isVarchar(dbType)) return dbType;
  throw new SchemaError(`a text column can't have the database type "${dbType}"`, {
    hint: 'use "text" or "varchar(n)", n from 1 to 10485760',
  });
}

/** Refuses text that no SQL literal can hold. */
export function assertLiteralText(value: string): void {
  if (!value.includes("\0") && value.isWellFormed()) return;
  throw new SchemaError("a text of the schema holds a NUL character or half a surrogate pair", {
    hint: "look at the literal defaults, enum values and comments of the models",
  });
}
