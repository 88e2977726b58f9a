/** Which differences of columns auto-migrate mends on SQLite. */

import { emitLiteral } from "../../ddl/column.ts";
import type { ColumnIr } from "../../ir/schema.ts";
import { quoteIdentifier } from "../../util/identifier.ts";
import type { Reconcile, TypeDrift } from "../reconcile.ts";
import { sqliteDdl } from "./ddl.ts";
import { sameSqliteSql } from "./same-sql.ts";

/** @see Dialect.reconcile */
export const sqliteReconcile: Reconcile = {
  inPlace: false,
  typeDrift,
  sameType: (live, wanted) => affinity(declaredType(live)) === affinity(declaredType(wanted)),
  sameSql: sameSqliteSql,
  listSql: (column, values) => {
    const list = values.map((value) => emitLiteral(value, sqliteDdl)).join(", ");
    return `${quoteIdentifier(column)} IN (${list})`;
  },
  refusesColumn: ({ default: value, generated }) => {
    if (value?.kind === "sql") return "its default is an expression";
    return generated?.stored === true ? "it is generated and stored" : undefined;
  },
  dropsIndexesFirst: true,
};

function typeDrift(place: string, live: ColumnIr, wanted: ColumnIr): TypeDrift {
  const from = declaredType(live);
  const to = declaredType(wanted);
  const [has, wants] = [storageClass(from), storageClass(to)];
  const { kind } = wanted.type;
  const held =
    has === wants ||
    // Forms of earlier releases of Ferro, and of PostgreSQL's names; all are read.
    (kind === "decimal" && ["real", "numeric", "integer"].includes(has)) ||
    (kind === "time" && has === "text") ||
    (kind === "bytes" && /bytea/i.test(from));
  if (held) return "none";
  return {
    warning: `Column '${place}' is declared '${from}' in the database but the model expects '${to}'. SQLite cannot change column types in place; use a versioned migration to migrate this column.`,
  };
}

function declaredType({ type, nativeType, autoincrement, numbering }: ColumnIr): string {
  if (autoincrement) return sqliteDdl.autoincrementType(type, numbering);
  return nativeType ?? sqliteDdl.columnType(type);
}

/** SQLite's own rule: all that a declared type means to it. */
function affinity(declared: string): string {
  const name = declared.toUpperCase();
  if (name.includes("INT")) return "INTEGER";
  if (/CHAR|CLOB|TEXT/.test(name)) return "TEXT";
  if (name === "" || name.includes("BLOB")) return "BLOB";
  return /REAL|FLOA|DOUB/.test(name) ? "REAL" : "NUMERIC";
}

/** What a declared name says about the values: spellings differ and mean nothing. */
function storageClass(declared: string): string {
  const name = declared.toLowerCase();
  const found = classes.find(([letters]) => letters.test(name));
  return found?.[1] ?? (name === "" ? "blob" : "numeric");
}

const classes: readonly (readonly [RegExp, string])[] = [
  [/date|time/, "temporal"],
  [/json/, "text"],
  [/bool|int/, "integer"],
  [/char|clob|text/, "text"],
  [/blob/, "blob"],
  [/real|floa|doub|num|dec/, "real"],
];
