import type { DdlDialect } from "../../ddl/dialect.ts";
import { SchemaError } from "../../errors/errors.ts";
import type { StorageType } from "../../ir/type.ts";
import { unreachable } from "../../util/unreachable.ts";
import { integerDbType, textDbType } from "../column-type.ts";
import { dropTextIndex, keptLanguage, sqliteTextIndex } from "./full-text.ts";
import { longestName, quote, quoteText } from "./quote.ts";

/** DDL as SQLite takes it. */
export const sqliteDdl: DdlDialect = {
  // Stored text has one form for each type, so that it compares and sorts; CURRENT_TIMESTAMP has another.
  now: (type) => `(strftime('${moments[type.kind] ?? moments.timestamptz}', 'now'))`,
  quote,
  // SQLite has no schemas: the dot is part of the name.
  quoteName: quote,
  longestName,
  text: quoteText,
  boolean: (value) => (value ? "1" : "0"),
  columnType,
  // Only a column declared exactly "integer" is an alias of the rowid.
  autoincrementType: () => "integer",
  tableWords: ({ strict, withoutRowid }) => {
    const words = [
      ...(strict === true ? ["STRICT"] : []),
      ...(withoutRowid === true ? ["WITHOUT ROWID"] : []),
    ];
    return { before: "", after: words.length === 0 ? "" : ` ${words.join(", ")}` };
  },
  richIndexes: false,
  textIndex: sqliteTextIndex,
  textLanguage: keptLanguage,
  dropIndex: (_table, { name, fullText }) =>
    fullText === undefined
      ? [`DROP INDEX IF EXISTS ${quote(name)}`]
      : dropTextIndex(name, "IF EXISTS "),
  addsNotValid: false,
  mergesUniques: false,
  addUnique: () => {
    throw new SchemaError("SQLite can't add a unique constraint to a table that exists", {
      hint: "use a unique index",
    });
  },
  setSequence: () => null,
  constraints: ({ nullable, unique, primaryKey, autoincrement }) => [
    ...(nullable ? [] : ["NOT NULL"]),
    ...(unique ? ["UNIQUE"] : []),
    ...(primaryKey ? ["PRIMARY KEY"] : []),
    ...(autoincrement ? ["AUTOINCREMENT"] : []),
  ],
  isNativeEnum: () => false,
  createEnum: () => null,
  createObject: () => null,
  addCheck: (table) => {
    throw new SchemaError(`SQLite can't add a check for new rows alone to the table "${table}"`, {
      hint: "leave notValid out",
    });
  },
  forwardReferences: true,
  addForeignKey: (table) => {
    throw new SchemaError(`SQLite can't add a foreign key to the existing table "${table}"`, {
      hint: "rebuild the table with a migration",
    });
  },
  comment: () => null,
  foldIdentifier: (name) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  exclusive: {
    begin: "BEGIN IMMEDIATE",
    lock: null,
    commit: "COMMIT",
    rollback: "ROLLBACK",
    retriesBusy: true,
    relations: () =>
      `SELECT name, type IN ('table', 'view') FROM main.sqlite_schema WHERE type IN ('table', 'view', 'index')`,
  },
};

/** Every name gives the affinity that fits: a name with "text" in it holds text whatever else it says. */
function columnType(type: StorageType): string {
  switch (type.kind) {
    case "integer":
      return integerDbType(type.dbType ?? "int");
    case "bigint":
      return integerDbType(type.dbType ?? "bigint");
    case "decimal":
      return "decimal_text";
    case "float":
      return "double";
    case "boolean":
      return "integer";
    case "text":
      return textDbType(type.dbType, "text");
    case "uuid":
      return type.dbType === "uuid" ? "char(32)" : textDbType(type.dbType, "uuid_text");
    case "bytes":
      return "blob";
    case "date":
      return "date_text";
    case "time":
      return "time_text";
    case "timestamptz":
      return "timestamp_with_timezone_text";
    case "timestamp":
      return "datetime_text";
    case "enum":
      return type.values.every((value) => typeof value === "number")
        ? integerDbType(type.dbType ?? "int")
        : textDbType(type.dbType, "text");
    case "json":
    case "array":
      return "json_text";
    case "raw":
      return type.declared;
    default:
      return unreachable(type);
  }
}

const moments: Readonly<Record<string, string>> & { readonly timestamptz: string } = {
  timestamptz: "%Y-%m-%dT%H:%M:%fZ",
  timestamp: "%Y-%m-%dT%H:%M:%f",
  date: "%Y-%m-%d",
  time: "%H:%M:%S",
};
