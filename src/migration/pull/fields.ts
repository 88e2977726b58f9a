/** One column as it stands in a shape. */
import { columnName } from "../../definition/naming.ts";
import type { CheckIr, ColumnIr, TableIr } from "../../ir/schema.ts";
import type { StorageType } from "../../ir/type.ts";
import { bareName } from "../../util/identifier.ts";
import { sameList } from "../../util/lists.ts";
import { unreachable } from "../../util/unreachable.ts";
import { type Code, isEmptyObject, literal, literals, object } from "./code.ts";
import type { PulledTable } from "./relations.ts";

/** What a module imports, collected while it is written. */
export interface Imports {
  /** Names of `ferro-orm`. */
  readonly ferro: Set<string>;
  zod: boolean;
}

/** What a column is written with. */
export interface FieldContext {
  readonly pulled: PulledTable;
  readonly imports: Imports;
  /** The constant of each native enum. */
  readonly enums: ReadonlyMap<string, string>;
}

/** The value of a column's property: a Zod schema, or `field(schema, options)`. */
export function fieldCode(column: ColumnIr, context: FieldContext): Code {
  const { pulled, imports } = context;
  const short = shortKey(column, context);
  if (short !== undefined) {
    imports.ferro.add(short);
    return `${short}()`;
  }
  const property = pulled.properties.get(column.name) ?? column.name;
  const check = valuesCheck(pulled.table, column);
  const { schema, dbType, nativeType } = schemaOf(column, check, context);
  const preset = presetOf(column);
  const isKey = pulled.table.primaryKey.includes(column.name);
  const options = object({
    ...keyOptions(column, pulled),
    ...(dbType !== undefined && { dbType: literal(dbType) }),
    ...(nativeType !== undefined && { nativeType: literal(nativeType) }),
    ...(check !== undefined && {
      dbCheck: object({ name: check.unnamed === true ? "null" : literal(check.name) }),
    }),
    ...(preset?.option !== undefined && { dbDefault: preset.option }),
    generatedAs: generatedCode(column),
    collation: column.collation === undefined ? undefined : literal(column.collation),
    column: columnName(property, "snake_case") === column.name ? undefined : literal(column.name),
    comment: column.comment === null ? undefined : literal(column.comment),
  });
  const nullable = column.nullable && !isKey ? ".nullable()" : "";
  const text = `${schema}${nullable}${preset?.method ?? ""}`;
  if (isEmptyObject(options)) return text;
  imports.ferro.add("field");
  return { call: "field", arguments: [text, options] };
}

function keyOptions(column: ColumnIr, pulled: PulledTable): Record<string, Code | undefined> {
  const { primaryKey } = pulled.table;
  const isKey = primaryKey.includes(column.name);
  const soleKey = isKey && primaryKey.length === 1;
  return {
    ...(soleKey && { primaryKey: "true", ...numberedKey(column) }),
    ...(!soleKey && column.autoincrement && { autoincrement: "true" }),
    numbering: numberingCode(column),
    ...(isKey && column.nullable && { nullableKey: "true" }),
    ...(isUniqueColumn(pulled, column) && { unique: "true" }),
    ...(isIndexedColumn(pulled, column) && { index: "true" }),
  };
}

/** `id()` and `bigintId()`, where they say it all. */
function shortKey(column: ColumnIr, { pulled }: FieldContext): string | undefined {
  const { type, name } = column;
  const plain =
    sameList(pulled.table.primaryKey, [name]) &&
    pulled.properties.get(name) === columnProperty(name) &&
    column.autoincrement &&
    column.numbering === undefined &&
    column.comment === null &&
    column.nativeType === undefined &&
    !column.nullable &&
    !("dbType" in type);
  if (!plain) return undefined;
  return type.kind === "integer" ? "id" : type.kind === "bigint" ? "bigintId" : undefined;
}

function columnProperty(name: string): string | undefined {
  return /^[a-z][a-z0-9]*$/.test(name) ? name : undefined;
}

/** An integer key counts as numbered unless this says otherwise. */
function numberedKey({ type, autoincrement, numbering }: ColumnIr): Record<string, Code> {
  const integer = type.kind === "integer" || type.kind === "bigint";
  return integer && !autoincrement && numbering === undefined ? { autoincrement: "false" } : {};
}

function numberingCode({ numbering }: ColumnIr): Code | undefined {
  if (numbering === undefined) return undefined;
  if (numbering.options === undefined) return literal(numbering.kind);
  return object({ kind: literal(numbering.kind), options: literal(numbering.options) });
}

function generatedCode({ generated }: ColumnIr): Code | undefined {
  if (generated === null) return undefined;
  return generated.stored
    ? literal(generated.sql)
    : object({ sql: literal(generated.sql), stored: "false" });
}

/** The check that is the list of a column's values. */
export function valuesCheck(
  table: TableIr,
  { name }: ColumnIr,
): Extract<CheckIr, { kind: "values" }> | undefined {
  return table.checks.find(
    (check): check is Extract<CheckIr, { kind: "values" }> =>
      check.kind === "values" && check.column === name,
  );
}

/** Whether the unique of the column stands at the column. */
export function isUniqueColumn({ table }: PulledTable, { name }: ColumnIr): boolean {
  return table.uniques.some(({ inline, columns }) => inline && sameList(columns, [name]));
}

/** Whether a plain index of the column has the name that it would get. */
export function isIndexedColumn(pulled: PulledTable, { name }: ColumnIr): boolean {
  return pulled.table.indexes.some(
    (index) => isPlainIndex(pulled.table, index) && sameList(index.columns, [name]),
  );
}

/** Whether an index is what `index: true` or a group of columns makes. */
export function isPlainIndex(table: TableIr, index: TableIr["indexes"][number]): boolean {
  const covered = [table.primaryKey, ...table.uniques.map(({ columns }) => columns)];
  return (
    Object.keys(index).every((key) => key === "name" || key === "columns") &&
    index.name === `idx_${[bareName(table.name), ...index.columns].join("_")}` &&
    Buffer.byteLength(index.name) <= 63 &&
    !covered.some((columns) => sameList(columns, index.columns))
  );
}

interface SchemaCode {
  readonly schema: string;
  readonly dbType?: string;
  readonly nativeType?: string;
}

function schemaOf(
  column: ColumnIr,
  check: Extract<CheckIr, { kind: "values" }> | undefined,
  context: FieldContext,
): SchemaCode {
  const native = column.nativeType === undefined ? {} : { nativeType: column.nativeType };
  const dbType = "dbType" in column.type ? column.type.dbType : undefined;
  if (check !== undefined) {
    context.imports.zod = true;
    const texts = check.values.every((value) => typeof value === "string");
    const list = `[${check.values.map(literal).join(", ")}]`;
    return {
      schema: texts ? `z.enum(${list})` : `z.literal(${list})`,
      ...(dbType !== undefined && { dbType }),
      ...native,
    };
  }
  const { type } = column;
  const schema = scalarCode(type, context, column.nativeType);
  if (type.kind === "timestamptz" || type.kind === "timestamp") return temporalCode(column, schema);
  if (type.kind === "array") return { schema, ...arrayType(type), ...native };
  // A varchar's length is said once, in its type.
  return { schema, ...(dbType !== undefined && { dbType }), ...native };
}

/** A `Date` has milliseconds; a column that holds more keeps its type. */
function temporalCode({ type, nativeType }: ColumnIr, schema: string): SchemaCode {
  const zoned = type.kind === "timestamptz";
  const exact =
    nativeType ??
    ("host" in type && type.host === "text"
      ? `timestamp with${zoned ? "" : "out"} time zone`
      : undefined);
  return {
    schema,
    ...(!zoned && { dbType: "timestamp" }),
    ...(exact !== undefined && { nativeType: exact }),
  };
}

/** The elements of an array have no database type of their own. */
function arrayType({ element }: Extract<StorageType, { kind: "array" }>): { nativeType?: string } {
  if ("dbType" in element && element.dbType !== undefined) {
    return { nativeType: `${element.dbType.replace(/^varchar/, "character varying")}[]` };
  }
  if ("host" in element) {
    const zone = element.kind === "timestamptz" ? "with" : "without";
    return { nativeType: `timestamp${element.host === "date" ? "(3)" : ""} ${zone} time zone[]` };
  }
  return {};
}

function scalarCode(type: StorageType, context: FieldContext, declared?: string): string {
  const { imports, enums } = context;
  const zod = (text: string): string => {
    imports.zod = true;
    return text;
  };
  const ferro = (name: string, inner: string): string => {
    imports.ferro.add(name);
    return `${name}(${inner})`;
  };
  switch (type.kind) {
    case "integer":
      return zod("z.int()");
    case "bigint":
      return zod("z.bigint()");
    case "decimal": {
      const digits = [type.precision, type.scale].filter((number) => number !== null);
      return ferro("decimal", digits.join(", "));
    }
    case "float":
      return zod("z.number()");
    case "boolean":
      return zod("z.boolean()");
    case "text":
      return zod(`z.string()${lengthCode(type.dbType ?? declared)}`);
    case "uuid":
      return zod("z.guid()");
    case "bytes":
      return ferro("bytes", "");
    case "date":
      return zod("z.iso.date()");
    case "time":
      return zod("z.iso.time()");
    case "timestamptz":
    case "timestamp":
      return zod("z.date()");
    case "enum": {
      const known = type.name === null ? undefined : enums.get(type.name);
      return known ?? zod(`z.enum([${type.values.map(literal).join(", ")}])`);
    }
    case "json":
      return ferro("json", zod("z.unknown()"));
    case "array":
      return ferro("array", scalarCode(type.element, context));
    case "raw":
      return ferro("raw", literal(type.declared));
    default:
      return unreachable(type);
  }
}

/** `varchar(20)`, `character(3)`, `NVARCHAR(160)`: no more characters than that. */
function lengthCode(declared: string | undefined): string {
  const length = /char(?:acter)?(?: varying)?\s*\(\s*(\d+)\s*\)$/i.exec(declared ?? "")?.[1];
  return length === undefined ? "" : `.max(${Number(length)})`;
}

/** A default as a method of the schema, or as an option. */
function presetOf(column: ColumnIr): { method?: string; option?: Code } | undefined {
  const { default: preset, type } = column;
  if (preset === null) return undefined;
  if (preset.kind === "sql") return { option: object({ sql: literal(preset.sql) }) };
  const { value } = preset;
  switch (type.kind) {
    case "integer":
    case "float":
    case "boolean":
    case "text":
    case "enum":
      return { method: `.default(${literal(value)})` };
    case "bigint":
      return { method: `.default(${value}n)` };
    default:
      return { option: literal(value) };
  }
}

/** The values of an enum as a constant. */
export function enumCode(name: string, values: readonly string[]): Code {
  return { call: "namedEnum", arguments: [literal(name), literals(values)] };
}
