import { emitCheck, emitForeignKey, emitUnique } from "../../ddl/column.ts";
import type { DdlDialect } from "../../ddl/dialect.ts";
import { SchemaError } from "../../errors/errors.ts";
import type {
  CheckIr,
  ColumnIr,
  EnumIr,
  ForeignKeyIr,
  NumberingIr,
  ObjectIr,
  UniqueIr,
} from "../../ir/schema.ts";
import type { StorageType, TemporalHost } from "../../ir/type.ts";
import {
  maxIdentifierBytes,
  nameBeside,
  quoteIdentifier,
  quoteQualified,
  splitName,
} from "../../util/identifier.ts";
import { unreachable } from "../../util/unreachable.ts";
import { assertLiteralText, integerDbType, textDbType } from "../column-type.ts";
import { constraintName } from "../constraint-name.ts";
import { postgresTextIndex } from "./full-text.ts";

/** The schema that unqualified names are made in. */
const currentSchema = "(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = current_schema())";

/** DDL as PostgreSQL takes it. */
export const postgresDdl: DdlDialect = {
  now: () => "now()",
  quote: (identifier) => quoteIdentifier(identifier),
  quoteName: quoteQualified,
  longestName: maxIdentifierBytes,
  text: quoteText,
  boolean: String,
  columnType,
  autoincrementType,
  tableWords: ({ unlogged, partitionBy }) => ({
    before: unlogged === true ? "UNLOGGED " : "",
    after: partitionBy === undefined ? "" : ` PARTITION BY ${partitionBy}`,
  }),
  richIndexes: true,
  textIndex: postgresTextIndex,
  textLanguage: (language) => language,
  dropIndex: (table, { name }) => [
    `DROP INDEX IF EXISTS ${quoteQualified(nameBeside(table, name))}`,
  ],
  addsNotValid: true,
  mergesUniques: true,
  addUnique,
  setSequence,
  constraints: ({ primaryKey, nullable, unique }) => [
    ...(primaryKey ? ["PRIMARY KEY"] : []),
    ...(nullable ? [] : ["NOT NULL"]),
    ...(unique ? ["UNIQUE"] : []),
  ],
  isNativeEnum,
  createEnum,
  createObject,
  addCheck,
  forwardReferences: false,
  addForeignKey,
  comment: (table: string, column: ColumnIr | null, comment: string | null) => {
    const name = quoteQualified(table);
    const text = comment === null ? "NULL" : quoteText(comment);
    return column === null
      ? `COMMENT ON TABLE ${name} IS ${text}`
      : `COMMENT ON COLUMN ${name}.${quoteIdentifier(column.name)} IS ${text}`;
  },

  foldIdentifier: (name) => name,
  exclusive: {
    begin: "BEGIN",
    // "ferr", 1: any constant of our own; every Ferro process asks for the same.
    lock: "SELECT pg_catalog.pg_advisory_xact_lock(1717924466, 1)",
    commit: "COMMIT",
    rollback: "ROLLBACK",
    retriesBusy: false,
    relations,
  },
};

const serials: Readonly<Record<string, string>> = {
  smallint: "smallserial",
  integer: "serial",
  bigint: "bigserial",
};

function autoincrementType(type: StorageType, numbering?: NumberingIr): string {
  const plain = columnType(type);
  if (numbering?.kind === "serial") return serials[plain] ?? "serial";
  const how = numbering?.kind === "always" ? "ALWAYS" : "BY DEFAULT";
  const options = numbering?.options === undefined ? "" : ` (${numbering.options})`;
  return `${plain} GENERATED ${how} AS IDENTITY${options}`;
}

function columnType(type: StorageType): string {
  switch (type.kind) {
    case "integer":
      return integerDbType(type.dbType ?? "int");
    case "bigint":
      return integerDbType(type.dbType ?? "bigint");
    case "decimal":
      return numericType(type.precision, type.scale);
    case "float":
      return "double precision";
    case "boolean":
      return "boolean";
    case "text":
      return textDbType(type.dbType, "text");
    case "uuid":
      return type.dbType === "uuid" ? "uuid" : textDbType(type.dbType, "uuid");
    case "bytes":
      return "bytea";
    case "date":
      return "date";
    case "time":
      return "time";
    case "timestamptz":
      return `timestamptz${digits(type.host)}`;
    case "timestamp":
      return `timestamp${digits(type.host)}`;
    case "enum":
      return enumType(type);
    case "json":
      return "jsonb";
    case "array":
      return `${elementType(type.element)}[]`;
    case "raw":
      return type.declared;
    default:
      return unreachable(type);
  }
}

/** A `Date` holds milliseconds: with more digits a value read and written back would change. */
function digits(host: TemporalHost): string {
  return host === "date" ? "(3)" : "";
}

function numericType(precision: number | null, scale: number | null): string {
  if (precision === null) return "numeric";
  const places = scale ?? 0;
  const valid = Number.isInteger(precision) && precision >= 1 && precision <= 1000;
  if (!valid || !Number.isInteger(places) || places < 0 || places > precision) {
    throw new SchemaError(
      "a decimal column has a precision or scale that PostgreSQL doesn't take",
      {
        hint: "precision is 1 to 1000, scale is 0 to precision",
      },
    );
  }
  return `numeric(${precision},${places})`;
}

function enumType(type: Extract<StorageType, { kind: "enum" }>): string {
  if (isNativeEnum(type) && type.name !== null) return quoteQualified(type.name);
  return type.values.every((value) => typeof value === "number")
    ? integerDbType(type.dbType ?? "int")
    : textDbType(type.dbType, "text");
}

function elementType(element: StorageType): string {
  if (element.kind !== "array") return columnType(element);
  throw new SchemaError("an array of arrays is not a column type", {
    hint: "use json(z.array(z.array(…)))",
  });
}

/** Native types hold text; an integer enum stays an integer with a check. */
function isNativeEnum(type: StorageType): boolean {
  return (
    type.kind === "enum" &&
    type.name !== null &&
    type.dbType === undefined &&
    type.values.every((value) => typeof value === "string")
  );
}

/**
 * Types of pg_catalog come first in every search path, so a type of ours with
 * such a name could be made but never used: it is refused instead.
 */
function createEnum({ name, values }: EnumIr): string {
  const place = splitName(name);
  const type = quoteText(place.name);
  const schema =
    place.schema === undefined
      ? currentSchema
      : `(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ${quoteText(place.schema)})`;
  const labels = values.map(quoteText).join(", ");
  return doBlock(`BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_type WHERE typname = ${type} AND typnamespace = 'pg_catalog'::regnamespace) THEN
    RAISE EXCEPTION 'the enum name % belongs to a type of PostgreSQL', ${type};
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_type WHERE typname = ${type} AND typnamespace = ${schema}) THEN
    CREATE TYPE ${quoteQualified(name)} AS ENUM (${labels});
  END IF;
END`);
}

function addForeignKey(table: string, key: ForeignKeyIr): string {
  const child = `${quoteText(quoteQualified(table))}::regclass`;
  const parent = `${quoteText(quoteQualified(key.referencedTable))}::regclass`;
  const columns = key.columns.map(quoteText).join(", ");
  return doBlock(`BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint c
    WHERE c.contype = 'f' AND c.conrelid = ${child} AND c.confrelid = ${parent}
      AND ARRAY[${columns}]::text[] = (
        SELECT array_agg(a.attname::text ORDER BY k.place)
        FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number)
  ) THEN
    ALTER TABLE ${quoteQualified(table)} ADD ${emitForeignKey(key, postgresDdl)}${key.notValid === true ? " NOT VALID" : ""};
  END IF;
END`);
}

function relations(schemas: readonly string[]): string {
  const rows = (name: string, where: string): string =>
    `SELECT ${name}, (c.relkind IN ('r', 'p', 'v', 'm', 'f'))::int FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE ${where}`;
  const here = rows("c.relname", `n.oid = ${currentSchema}`);
  if (schemas.length === 0) return here;
  const named = schemas.map(quoteText).join(", ");
  return `${here} UNION ALL ${rows("n.nspname || '.' || c.relname", `n.nspname IN (${named})`)}`;
}

/**
 * Made anew it would fail: whoever made it first has made it. What a function's body names may come
 * later: it isn't looked at.
 */
function createObject({ sql }: ObjectIr): string {
  return doBlock(`BEGIN
  PERFORM pg_catalog.set_config('check_function_bodies', 'off', true);
  ${sql};
EXCEPTION WHEN duplicate_object OR duplicate_table OR duplicate_function THEN
  NULL;
END`);
}

function addUnique(table: string, unique: UniqueIr): string {
  return addConstraint(table, "u", unique.name, emitUnique(unique, postgresDdl));
}

/** A sequence that has given no number yet begins anew by its own rules. */
function setSequence(table: string, { name, numbering }: ColumnIr): string | null {
  if (numbering?.kind !== "serial" || numbering.options === undefined) return null;
  const sequence = quoteQualified(nameBeside(table, constraintName(table, [name], "seq")));
  return doBlock(`BEGIN
  IF NOT (SELECT is_called FROM ${sequence}) THEN
    ALTER SEQUENCE ${sequence} ${numbering.options} RESTART;
  END IF;
END`);
}

function addCheck(table: string, check: CheckIr): string {
  return addConstraint(table, "c", check.name, `${emitCheck(check, postgresDdl)} NOT VALID`);
}

/** Adds a constraint that the table doesn't have; its kind is that of `pg_constraint.contype`. */
function addConstraint(table: string, kind: "u" | "c", name: string, clause: string): string {
  const relation = `${quoteText(quoteQualified(table))}::regclass`;
  return doBlock(`BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint
    WHERE contype = '${kind}' AND conrelid = ${relation} AND conname = ${quoteText(name)}
  ) THEN
    ALTER TABLE ${quoteQualified(table)} ADD ${clause};
  END IF;
END`);
}

/** Wraps PL/pgSQL in a dollar quote that its text can't end. */
function doBlock(body: string): string {
  let tag = "$ferro$";
  for (let n = 1; body.includes(tag); n += 1) tag = `$ferro${n}$`;
  return `DO ${tag} ${body} ${tag}`;
}

/** With a backslash the E form is used: it means the same whatever standard_conforming_strings is. */
export function quoteText(value: string): string {
  assertLiteralText(value);
  const quoted = `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
  return value.includes("\\") ? `E${quoted}` : quoted;
}
