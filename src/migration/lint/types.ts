/** Types as PostgreSQL prints them in short, and which of them keep their values as they stand. */
import type { ColumnIr } from "../../ir/schema.ts";
import type { StorageType } from "../../ir/type.ts";

const aliases: Readonly<Record<string, string>> = {
  int: "integer",
  int4: "integer",
  int2: "smallint",
  int8: "bigint",
  decimal: "numeric",
  "character varying": "varchar",
  character: "char",
  bool: "boolean",
  float8: "double precision",
  float4: "real",
  "timestamp without time zone": "timestamp",
  "timestamp with time zone": "timestamptz",
  "time without time zone": "time",
};

/** A declared type in its short form: `varchar(50)`, `numeric(10,2)`, `timestamptz(3)`. */
export function shortType(declared: string): string {
  const text = declared.trim().toLowerCase().replaceAll(/\s+/g, " ");
  const [, first = text, size = "", rest = ""] = /^([^()]*)(\([^()]*\))?(.*)$/.exec(text) ?? [];
  const word = `${first.trim()}${rest}`;
  const list = word.endsWith("[]") ? "[]" : "";
  const bare = word.slice(0, word.length - list.length);
  return `${aliases[bare] ?? bare}${size.replaceAll(" ", "")}${list}`;
}

/** The type of a column on PostgreSQL. */
export function typeOf({ type, nativeType }: Pick<ColumnIr, "type" | "nativeType">): string {
  return shortType(nativeType ?? storageType(type));
}

function storageType(type: StorageType): string {
  if ("dbType" in type && type.dbType !== undefined) return type.dbType;
  switch (type.kind) {
    case "decimal":
      return type.precision === null ? "numeric" : `numeric(${type.precision},${type.scale ?? 0})`;
    case "float":
      return "double precision";
    case "bytes":
      return "bytea";
    case "timestamp":
    case "timestamptz":
      return `${type.kind}(${type.host === "date" ? 3 : 6})`;
    case "enum":
      return type.name ?? (typeof type.values[0] === "number" ? "integer" : "text");
    case "json":
      return "jsonb";
    case "array":
      return `${storageType(type.element)}[]`;
    case "raw":
      return type.declared;
    default:
      return type.kind;
  }
}

const sized = new Set(["varchar", "time", "timestamp", "timestamptz", "interval", "varbit"]);

/** Whether PostgreSQL leaves the rows as they are when a column goes from one type to another (measured). */
export function keepsRows(from: string, to: string): boolean {
  if (from === to) return true;
  const [a, b] = [parts(from), parts(to)];
  if (a.word === "varchar" && to === "text") return true;
  if (from === "text" && to === "varchar") return true;
  if (from === "cidr" && to === "inet") return true;
  if (a.word !== b.word) return false;
  if (a.word === "numeric")
    return b.sizes.length === 0 || (grows(a, b) && a.sizes[1] === b.sizes[1]);
  return sized.has(a.word) && grows(a, b);
}

/** Whether values of a type may have no form in another: the change then fails at their rows. */
export function mayFail(from: string, to: string): boolean {
  const [a, b] = [parts(from).word, parts(to).word];
  if (from === to || keepsRows(from, to) || free.has(b)) return false;
  const order = numbers.indexOf(a);
  return order === -1 || numbers.indexOf(b) < order;
}

/** What every value can be written as; a text that is too long is another rule's. */
const free = new Set(["text", "varchar", "char"]);
/** Each takes the values of those before it. */
const numbers = ["smallint", "integer", "bigint", "numeric", "double precision"];

interface Parts {
  readonly word: string;
  readonly sizes: readonly number[];
}

function parts(type: string): Parts {
  const [, word = type, sizes] = /^([^()]*)\(([\d,]+)\)$/.exec(type) ?? [];
  return { word, sizes: sizes === undefined ? [] : sizes.split(",").map(Number) };
}

function grows(a: Parts, b: Parts): boolean {
  const unlimited = Number.POSITIVE_INFINITY;
  return (b.sizes[0] ?? unlimited) >= (a.sizes[0] ?? unlimited);
}

/** Whether a text or number of a type may be too large for another. */
export function shrinks(from: string, to: string): boolean {
  const [a, b] = [parts(from), parts(to)];
  const texts = ["text", "varchar"];
  return texts.includes(a.word) && texts.includes(b.word) && !keepsRows(from, to);
}

const moments = ["timestamp", "timestamptz"];

/** Whether a type holds less than another: shorter texts, smaller or rounder numbers, moments without their time. */
export function narrows(from: string, to: string): boolean {
  if (from === to || keepsRows(from, to)) return false;
  if (shrinks(from, to)) return true;
  const [a, b] = [parts(from), parts(to)];
  if (moments.includes(a.word) && (b.word === "date" || b.word === "time")) return true;
  if (a.word === b.word) return a.word === "numeric" ? !holdsDigits(a, b) : sized.has(a.word);
  const [i, j] = [numbers.indexOf(a.word), numbers.indexOf(b.word)];
  return j !== -1 && j < i;
}

/** Whether a number's digits before and behind the point have room in another. */
function holdsDigits({ sizes: [p, s = 0] }: Parts, { sizes: [q, t = 0] }: Parts): boolean {
  if (q === undefined) return true;
  return p !== undefined && t >= s && q - t >= p - s;
}

/** The affinity that SQLite gives a column by its declared type. */
export function affinityOf(declared: string): "integer" | "text" | "blob" | "real" | "numeric" {
  if (/INT/i.test(declared)) return "integer";
  if (/CHAR|CLOB|TEXT/i.test(declared)) return "text";
  if (/BLOB/i.test(declared) || declared.trim() === "") return "blob";
  return /REAL|FLOA|DOUB/i.test(declared) ? "real" : "numeric";
}
