/** Which differences of columns auto-migrate mends on PostgreSQL. */
import type { ColumnIr } from "../../ir/schema.ts";
import { quoteIdentifier } from "../../util/identifier.ts";
import type { Reconcile, TypeDrift } from "../reconcile.ts";
import { postgresDdl, quoteText } from "./ddl.ts";
import { samePostgresSql } from "./same-sql.ts";

/** @see Dialect.reconcile */
export const postgresReconcile: Reconcile = {
  inPlace: true,
  typeDrift,
  sameType: (live, wanted) => declaredType(live) === declaredType(wanted),
  sameSql: samePostgresSql,
  listSql: (column, values) => {
    const name = /^[a-z_][a-z0-9_$]*$/.test(column) ? column : quoteIdentifier(column);
    const list = values.map((value) => `${quoteText(String(value))}::character varying`).join(", ");
    return `(${name})::text = ANY (ARRAY[${list}])`;
  },
  refusesColumn: () => undefined,
  dropsIndexesFirst: false,
};

function typeDrift(place: string, live: ColumnIr, wanted: ColumnIr): TypeDrift {
  const from = tokenOf(live);
  const to = tokenOf(wanted);
  if (isNative(live) || postgresDdl.isNativeEnum(wanted.type)) {
    if (readsEnum(live, wanted)) return "none";
    return {
      warning: `Column '${place}' uses a native Postgres enum type; type reconciliation is left to a versioned migration.`,
    };
  }
  if (from === to || (isText(from) && isText(to))) return "none";
  // Earlier releases of Ferro kept times of day in text.
  if (isText(from) && to === "time") return "none";
  if (isMoment(from) && isMoment(to)) {
    return {
      warning: `Column '${place}' is '${from}' in the database but the model maps its type to '${to}'. Ferro will not auto-convert it — a timestamp/timestamptz cast reinterprets existing values under the connection's timezone and can silently shift your data. To keep the column as-is, give the field dbType: "${from}". To convert it intentionally, use a reviewed migration (a versioned one) with an explicit source timezone.`,
    };
  }
  return "alter";
}

function declaredType({ type, nativeType }: ColumnIr): string {
  return nativeType ?? postgresDdl.columnType(type);
}

function isNative({ type, nativeType }: ColumnIr): boolean {
  return nativeType === undefined && postgresDdl.isNativeEnum(type);
}

/** Texts are read either way; the database checks fewer of them. */
function readsEnum(live: ColumnIr, wanted: ColumnIr): boolean {
  if (!isNative(live)) return isText(tokenOf(live));
  if (postgresDdl.isNativeEnum(wanted.type)) return tokenOf(live) === tokenOf(wanted);
  return wanted.type.kind === "text" || sameValues(live, wanted);
}

function sameValues(live: ColumnIr, wanted: ColumnIr): boolean {
  if (live.type.kind !== "enum" || wanted.type.kind !== "enum") return false;
  const { values } = live.type;
  return wanted.type.values.every((value) => values.includes(value));
}

/** Texts without a length are one. */
function isText(token: string): boolean {
  return token === "text" || token === "varchar";
}

function isMoment(token: string): boolean {
  return token === "timestamp" || token === "timestamptz";
}

/** A declared type without what makes no difference: spelling, digits, json's two forms. */
function tokenOf({ type, nativeType }: ColumnIr): string {
  const declared = (nativeType ?? postgresDdl.columnType(type)).toLowerCase();
  const plain = declared.replace(/^(timestamptz?|timestamp|time)\(\d\)/, "$1");
  if (/^timestamp.* with time zone$|^timestamptz$/.test(plain)) return "timestamptz";
  if (plain.startsWith("timestamp")) return "timestamp";
  if (plain.startsWith("time")) return "time";
  if (plain.startsWith("numeric") || plain.startsWith("decimal"))
    return plain.endsWith("[]") ? plain : "numeric";
  const length = /^(?:character varying|varchar)(\(\d+\))?$/.exec(plain);
  if (length !== null) return `varchar${length[1] ?? ""}`;
  return tokens[plain] ?? (type.kind === "raw" ? "text" : plain);
}

const tokens: Readonly<Record<string, string>> = {
  int: "integer",
  real: "double",
  "double precision": "double",
  json: "json",
  jsonb: "json",
};
