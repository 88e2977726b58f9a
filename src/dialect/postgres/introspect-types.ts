/** The types that PostgreSQL prints, as storage types. */
import type { ObjectIr } from "../../ir/schema.ts";
import type { StorageType } from "../../ir/type.ts";
import { quoteQualified } from "../../util/identifier.ts";
import { quoteText } from "./ddl.ts";
import type { CollationRow, TypeRow } from "./introspect-queries.ts";

/** A storage type, and the declared type where the storage type would be declared in another way. */
export interface ReadType {
  readonly type: StorageType;
  readonly nativeType?: string;
}

/** A type as a column names it. */
interface NamedType {
  readonly oid: string;
  /** As `format_type` prints it, with its length or precision. */
  readonly declared: string;
  /** The element's type, of an array. */
  readonly element: string | null;
}

/**
 * Reads a column's type.
 *
 * What Ferro would declare in the same way gets that storage type alone. What is held and written
 * alike, such as `numeric(12,2)` in a domain or `character(3)`, keeps its declared type beside it.
 * All else is raw: its text as the server prints it.
 */
export function readType(type: NamedType, types: ReadonlyMap<string, TypeRow>): ReadType {
  const { declared } = type;
  const own = types.get(type.oid);
  if (own !== undefined) return readOwnType(own, declared, types);
  if (type.element !== null) return readArray(type, types);
  return builtIn(declared) ?? raw(declared);
}

function readOwnType(
  own: TypeRow,
  declared: string,
  types: ReadonlyMap<string, TypeRow>,
): ReadType {
  if (own.kind === "e" && own.here && !own.extension) {
    return { type: { kind: "enum", name: own.name, values: own.values ?? [] } };
  }
  if (own.kind !== "d" || own.base === null) return raw(declared);
  const base = readType(
    { oid: own.base, declared: own.base_declared ?? "", element: own.base_element },
    types,
  );
  // Text has no assignment cast to a domain over a type that needs its name said.
  return base.type.kind === "raw" || base.type.kind === "array"
    ? raw(declared)
    : { type: base.type, nativeType: declared };
}

function readArray(type: NamedType, types: ReadonlyMap<string, TypeRow>): ReadType {
  const { declared, element } = type;
  if (!declared.endsWith("[]") || element === null) return raw(declared);
  const inner = readType({ oid: element, declared: declared.slice(0, -2), element: null }, types);
  const plain = inner.nativeType === undefined && !["raw", "array"].includes(inner.type.kind);
  return plain ? { type: { kind: "array", element: inner.type } } : raw(declared);
}

function raw(declared: string): ReadType {
  return { type: { kind: "raw", declared } };
}

const simple: Readonly<Record<string, ReadType>> = {
  smallint: { type: { kind: "integer", dbType: "smallint" } },
  integer: { type: { kind: "integer" } },
  bigint: { type: { kind: "bigint" } },
  numeric: { type: { kind: "decimal", precision: null, scale: null } },
  real: { type: { kind: "float" }, nativeType: "real" },
  "double precision": { type: { kind: "float" } },
  boolean: { type: { kind: "boolean" } },
  text: { type: { kind: "text" } },
  "character varying": { type: { kind: "text" }, nativeType: "character varying" },
  uuid: { type: { kind: "uuid" } },
  bytea: { type: { kind: "bytes" } },
  date: { type: { kind: "date" } },
  "time without time zone": { type: { kind: "time" } },
  "timestamp with time zone": { type: { kind: "timestamptz", host: "text" } },
  "timestamp without time zone": { type: { kind: "timestamp", host: "text" } },
  "timestamp(3) with time zone": { type: { kind: "timestamptz", host: "date" } },
  "timestamp(3) without time zone": { type: { kind: "timestamp", host: "date" } },
  jsonb: { type: { kind: "json" } },
  json: { type: { kind: "json" }, nativeType: "json" },
};

function builtIn(declared: string): ReadType | undefined {
  if (Object.hasOwn(simple, declared)) return simple[declared];
  const parts = /^([a-z ]+)\((\d+)(?:,(-?\d+))?\)( with(?:out)? time zone)?$/.exec(declared);
  if (parts === null) return undefined;
  const [, name = "", first, second, zone] = parts;
  const length = Number(first);
  const nativeType = declared;
  switch (name + (zone ?? "")) {
    case "character varying":
      return { type: { kind: "text", dbType: `varchar(${length})` } };
    case "character":
      return { type: { kind: "text" }, nativeType };
    case "numeric":
      return readNumeric(length, Number(second ?? 0), nativeType);
    case "time without time zone":
      return { type: { kind: "time" }, nativeType };
    case "timestamp with time zone":
      return { type: { kind: "timestamptz", host: length > 3 ? "text" : "date" }, nativeType };
    case "timestamp without time zone":
      return { type: { kind: "timestamp", host: length > 3 ? "text" : "date" }, nativeType };
    default:
      return undefined;
  }
}

/** PostgreSQL 15 admits a scale below zero or beyond the precision; a decimal of ours doesn't. */
function readNumeric(precision: number, scale: number, nativeType: string): ReadType {
  return scale >= 0 && scale <= precision
    ? { type: { kind: "decimal", precision, scale } }
    : { type: { kind: "decimal", precision: null, scale: null }, nativeType };
}

/** The statement that makes a domain, composite or range type of this schema. */
export function typeObject(row: TypeRow): ObjectIr | null {
  const name = quoteQualified(row.name);
  switch (row.kind) {
    case "d": {
      const parts = [
        `CREATE DOMAIN ${name} AS ${row.base_declared}`,
        ...(row.collation === null ? [] : [`COLLATE ${row.collation}`]),
        ...(row.default === null ? [] : [`DEFAULT ${row.default}`]),
        ...(row.not_null ? ["NOT NULL"] : []),
        ...(row.checks ?? []),
      ];
      return { kind: "domain", name: row.name, sql: parts.join(" ") };
    }
    case "c": {
      const sql = `CREATE TYPE ${name} AS (${(row.attributes ?? []).join(", ")})`;
      return { kind: "type", name: row.name, sql };
    }
    case "r": {
      const sql = `CREATE TYPE ${name} AS RANGE (SUBTYPE = ${row.subtype})`;
      return { kind: "type", name: row.name, sql };
    }
    case "e":
      return null;
  }
}

const providers = { i: "icu", c: "libc", b: "builtin", d: "default" } as const;

/** The statement that makes a collation of this schema. */
export function collationObject(row: CollationRow): ObjectIr {
  const option = (name: string, value: string | null): readonly string[] =>
    value === null ? [] : [`${name} = ${quoteText(value)}`];
  const options = [
    `provider = ${providers[row.provider]}`,
    ...option("locale", row.locale),
    ...option("lc_collate", row.collate),
    ...option("lc_ctype", row.ctype),
    ...option("rules", row.rules),
    ...(row.deterministic ? [] : ["deterministic = false"]),
  ];
  const sql = `CREATE COLLATION ${quoteQualified(row.name)} (${options.join(", ")})`;
  return { kind: "collation", name: row.name, sql };
}

/** A value that PostgreSQL printed as a literal with a cast, plain: `'a''b'::text` is a'b. */
export function literalText(sql: string): string | undefined {
  const quoted = /^(E?)'((?:[^']|'')*)'(?:::[^']*)?$/.exec(sql);
  if (quoted === null) return undefined;
  const [, escaped, body = ""] = quoted;
  const text = body.replaceAll("''", "'");
  return escaped === "" ? text : text.replaceAll("\\\\", "\\");
}
