import { SchemaError } from "../errors/errors.ts";
import type { DbType, StorageType } from "../ir/type.ts";
import { type StorageReading, UNKNOWN } from "./storage.ts";

const TOKENS = "text, varchar(n), smallint, int, bigint, uuid, timestamp, timestamptz, date, time";

/**
 * Applies the database type that the user named to what the schema stores.
 *
 * @throws {SchemaError} The token is unknown, or doesn't suit the schema.
 */
export function applyDbType(
  storage: StorageReading,
  dbType: DbType | undefined,
  field: string,
): StorageType {
  if (dbType === undefined) {
    if (storage !== UNKNOWN) return storage;
    throw new SchemaError(`${field} has the storage type "unknown": its schema takes any value`, {
      hint: `wrap it in json(…), name a dbType (${TOKENS}), or map it with z.codec()`,
    });
  }

  assertToken(dbType, field);
  const result = storage === UNKNOWN ? storageOf(dbType) : combine(storage, dbType);
  if (result !== undefined) return result;
  throw new SchemaError(
    `${field} can't have dbType "${dbType}": its schema is stored as ${storage === UNKNOWN ? "anything" : nameOf(storage)}`,
    { hint: `dbType is one of ${TOKENS}; text for text, integers for integers, and so on` },
  );
}

/** Refuses `dbCheck` where it would check nothing. */
export function assertCheck(type: StorageType, dbType: DbType | undefined, field: string): void {
  if (dbType === undefined) {
    throw new SchemaError(`${field} has dbCheck without dbType`, {
      hint: "leave dbCheck out: an enum is checked by itself; with a dbType of your own, name both",
    });
  }
  assertCheckable(type, field);
}

/** Refuses a check of values where there is no list of them. */
export function assertCheckable(type: StorageType, field: string): void {
  if (type.kind !== "enum") {
    throw new SchemaError(`${field} has dbCheck but its schema allows any ${type.kind}`, {
      hint: "dbCheck needs a closed set of values: z.enum() or a union of literals",
    });
  }
}

function assertToken(dbType: string, field: string): void {
  const fixed = TOKENS.split(", ").filter((token) => token !== "varchar(n)");
  if (fixed.includes(dbType) || /^varchar\([1-9]\d{0,7}\)$/.test(dbType)) return;
  if (/^varchar\(-?\d+\)$/.test(dbType)) {
    throw new SchemaError(`${field}: varchar length must be positive, got ${dbType.slice(8, -1)}`);
  }
  throw new SchemaError(`${field} has the unknown dbType "${dbType}"`, {
    hint: `the canonical vocabulary is ${TOKENS}`,
  });
}

function combine(storage: StorageType, dbType: DbType): StorageType | undefined {
  if (!suits(storage, dbType)) return undefined;
  switch (storage.kind) {
    case "timestamptz":
    case "timestamp":
      // `suits` let nothing else through.
      return { kind: dbType as "timestamptz" | "timestamp", host: storage.host };
    case "text":
    case "uuid":
    case "integer":
    case "bigint":
    case "enum":
      return { ...storage, dbType };
    default:
      return storage;
  }
}

function suits(storage: StorageType, dbType: DbType): boolean {
  switch (storage.kind) {
    case "text":
      return isText(dbType);
    case "uuid":
      return isText(dbType) || dbType === "uuid";
    case "integer":
    case "bigint":
      return isInteger(dbType);
    case "enum":
      return isTextEnum(storage.values) ? isText(dbType) : isInteger(dbType);
    case "timestamptz":
    case "timestamp":
      return dbType === "timestamptz" || dbType === "timestamp";
    case "date":
    case "time":
      return dbType === storage.kind;
    default:
      return false;
  }
}

function storageOf(dbType: DbType): StorageType {
  switch (dbType) {
    case "smallint":
    case "int":
    case "bigint":
      return { kind: "integer", dbType };
    case "uuid":
    case "date":
    case "time":
      return { kind: dbType };
    case "timestamp":
    case "timestamptz":
      return { kind: dbType, host: "date" };
    default:
      return { kind: "text", dbType };
  }
}

function isText(dbType: DbType): boolean {
  return dbType === "text" || dbType.startsWith("varchar");
}

function isInteger(dbType: DbType): boolean {
  return dbType === "smallint" || dbType === "int" || dbType === "bigint";
}

function isTextEnum(values: readonly (string | number)[]): boolean {
  return values.every((value) => typeof value === "string");
}

function nameOf(storage: StorageType): string {
  if (storage.kind !== "enum") return storage.kind;
  return isTextEnum(storage.values) ? "an enum of texts" : "an enum of integers";
}
