/** The types that SQLite's tables declare, as storage types. */
import type { StorageType } from "../../ir/type.ts";

/** A storage type, and the declared type where the storage type would be declared in another way. */
export interface ReadType {
  readonly type: StorageType;
  readonly nativeType?: string;
}

/**
 * Reads a declared type. Those that Ferro declares come first; then the names that are usual
 * elsewhere; then SQLite's own rule, which looks for a few letters in the name.
 */
export function readType(declared: string): ReadType {
  const lower = declared.toLowerCase();
  const own = ferroTypes.get(lower) ?? varchar(lower);
  if (own !== undefined) return { type: own };
  const [, name = "", digits = ""] = /^([^(]*?)\s*(?:\((.*)\))?$/s.exec(declared) ?? [];
  return { type: usual(name.toUpperCase(), digits) ?? byAffinity(declared), nativeType: declared };
}

/** As Ferro declares them; capitals make no difference to SQLite. */
const ferroTypes: ReadonlyMap<string, StorageType> = new Map([
  ["integer", { kind: "integer" }],
  ["smallint", { kind: "integer", dbType: "smallint" }],
  ["bigint", { kind: "bigint" }],
  ["decimal_text", { kind: "decimal", precision: null, scale: null }],
  ["double", { kind: "float" }],
  ["text", { kind: "text" }],
  ["uuid_text", { kind: "uuid" }],
  ["char(32)", { kind: "uuid", dbType: "uuid" }],
  ["blob", { kind: "bytes" }],
  ["date_text", { kind: "date" }],
  ["time_text", { kind: "time" }],
  ["timestamp_with_timezone_text", { kind: "timestamptz", host: "date" }],
  ["datetime_text", { kind: "timestamp", host: "date" }],
  ["json_text", { kind: "json" }],
]);

function varchar(declared: string): StorageType | undefined {
  const length = /^varchar\(([1-9]\d{0,7})\)$/.exec(declared)?.[1];
  return length === undefined || Number(length) > 10_485_760
    ? undefined
    : { kind: "text", dbType: `varchar(${Number(length)})` };
}

function usual(name: string, digits: string): StorageType | undefined {
  if (name === "BIGINT" || name === "INT8") return { kind: "bigint" };
  if (name === "BOOLEAN" || name === "BOOL" || name === "BIT") return { kind: "boolean" };
  if (name === "DATE") return { kind: "date" };
  if (name === "TIME") return { kind: "time" };
  if (/^(?:DATETIME|TIMESTAMP|DATETIME2|SMALLDATETIME)\b/.test(name)) {
    return { kind: "timestamp", host: "date" };
  }
  if (name === "TIMESTAMPTZ") return { kind: "timestamptz", host: "date" };
  if (name === "JSON" || name === "JSONB") return { kind: "json" };
  if (name === "UUID") return { kind: "uuid" };
  if (name === "BYTEA" || name === "VARBINARY" || name === "BINARY") return { kind: "bytes" };
  if (/^(?:DECIMAL|DEC|NUMERIC|NUMBER|MONEY)$/.test(name)) return readDecimal(digits);
  return undefined;
}

function readDecimal(digits: string): StorageType {
  const [precision = Number.NaN, scale = 0] = digits.split(",").map(Number);
  const valid = precision >= 1 && precision <= 1000 && scale >= 0 && scale <= precision;
  return valid && digits !== ""
    ? { kind: "decimal", precision, scale }
    : { kind: "decimal", precision: null, scale: null };
}

function byAffinity(declared: string): StorageType {
  const name = declared.toUpperCase();
  if (name.includes("INT")) return { kind: "integer" };
  if (/CHAR|CLOB|TEXT/.test(name)) return { kind: "text" };
  if (name.includes("BLOB")) return { kind: "bytes" };
  if (/REAL|FLOA|DOUB/.test(name)) return { kind: "float" };
  return { kind: "raw", declared };
}
