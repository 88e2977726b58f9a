/** Storage types as one word in a migration file, and back. */
import { UsageError } from "../errors/errors.ts";
import { canonicalJson } from "../ir/fingerprint.ts";
import type { DbType, StorageType } from "../ir/type.ts";

/** A column's type as migration files write it: a word, or the storage type itself. */
export type TypeSpec = string | StorageType;

const plain: Readonly<Record<string, StorageType>> = {
  integer: { kind: "integer" },
  bigint: { kind: "bigint" },
  decimal: { kind: "decimal", precision: null, scale: null },
  float: { kind: "float" },
  boolean: { kind: "boolean" },
  text: { kind: "text" },
  uuid: { kind: "uuid" },
  bytes: { kind: "bytes" },
  date: { kind: "date" },
  time: { kind: "time" },
  timestamptz: { kind: "timestamptz", host: "date" },
  timestamp: { kind: "timestamp", host: "date" },
  json: { kind: "json" },
};

/** Other words for the same, as databases and people write them. */
const aliases: Readonly<Record<string, string>> = {
  int: "integer",
  int4: "integer",
  int8: "bigint",
  numeric: "decimal",
  real: "float",
  double: "float",
  "double precision": "float",
  bool: "boolean",
  blob: "bytes",
  bytea: "bytes",
  jsonb: "json",
  "timestamp with time zone": "timestamptz",
};

/**
 * Reads a type word: `text`, `varchar(200)`, `decimal(10,2)`, `smallint`, `text[]`, …
 *
 * @throws {UsageError} No type is written so.
 */
export function readType(spec: TypeSpec): StorageType {
  if (typeof spec !== "string") return spec;
  const word = spec.trim().toLowerCase().replaceAll(/\s+/g, " ");
  if (word.endsWith("[]")) return { kind: "array", element: readType(word.slice(0, -2)) };
  const known = plain[aliases[word] ?? word];
  if (known !== undefined) return known;
  if (word === "smallint" || word === "int2") return { kind: "integer", dbType: "smallint" };
  const length = /^(?:varchar|character varying) ?\( ?([1-9]\d{0,7}) ?\)$/.exec(word)?.[1];
  if (length !== undefined) return { kind: "text", dbType: `varchar(${length})` as DbType };
  const digits = /^(?:decimal|numeric) ?\( ?(\d+) ?(?:, ?(\d+) ?)?\)$/.exec(word);
  if (digits !== null) {
    return { kind: "decimal", precision: Number(digits[1]), scale: Number(digits[2] ?? 0) };
  }
  throw new UsageError(`"${spec}" is no column type`, {
    hint: `write one of ${Object.keys(plain).join(", ")}, smallint, varchar(n), decimal(p,s), or one of them with [] after it; any other type of the database goes into nativeType, beside the type that it reads as`,
  });
}

/** The word that {@link readType} reads as exactly this type; undefined where there is none. */
export function typeWord(type: StorageType): string | undefined {
  const word = candidate(type);
  if (word === undefined) return undefined;
  return canonicalJson(readType(word)) === canonicalJson(type) ? word : undefined;
}

function candidate(type: StorageType): string | undefined {
  if (type.kind === "array") {
    const element = typeWord(type.element);
    return element === undefined ? undefined : `${element}[]`;
  }
  if (type.kind === "decimal" && type.precision !== null) {
    return `decimal(${type.precision},${type.scale ?? 0})`;
  }
  if (type.kind === "enum") return undefined;
  return "dbType" in type && type.dbType !== undefined ? type.dbType : type.kind;
}
