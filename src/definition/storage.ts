import { storageTypeKey } from "../codec/memoize.ts";
import { SchemaError } from "../errors/errors.ts";
import type { StorageType } from "../ir/type.ts";
import { findStorageMark, type StorageMark } from "./storage-mark.ts";
import {
  checksOf,
  defOf,
  enumValues,
  innerOf,
  isCodec,
  type Schema,
  type SchemaDef,
} from "./zod-def.ts";

/** A schema that alone doesn't say what is stored: `z.any()`, `z.unknown()`, `z.custom()`. */
export const UNKNOWN: unique symbol = Symbol("unknown storage");

export type StorageReading = StorageType | typeof UNKNOWN;

/**
 * What a column of this schema holds.
 *
 * @param field - "Post.title", for messages.
 * @throws {SchemaError} Nothing can be stored for the schema.
 */
export function readStorage(schema: Schema, field: string): StorageReading {
  const mark = findStorageMark(schema);
  if (mark !== undefined) return readMarked(schema, mark, field);

  const def = defOf(schema);
  switch (def.type) {
    case "string":
      return readText(schema);
    case "template_literal":
      return { kind: "text" };
    case "number":
      return readNumber(schema);
    case "bigint":
      return { kind: "bigint" };
    case "boolean":
    case "success":
      return { kind: "boolean" };
    case "date":
      return { kind: "timestamptz", host: "date" };
    case "enum":
      return readValues(enumValues(def), field);
    case "literal":
      return readValues(
        def.values.filter((value) => value !== null && value !== undefined),
        field,
      );
    case "object":
    case "array":
    case "record":
    case "tuple":
      assertJson(schema, field, new Set());
      return { kind: "json" };
    case "union":
      return readUnion(schema, def, field);
    case "intersection":
      return merge([readStorage(def.left, field), readStorage(def.right, field)], field);
    case "pipe":
      return readPipe(def, field);
    case "custom":
      return readClass(schema);
    case "any":
    case "unknown":
      return UNKNOWN;
    default: {
      const inner = innerOf(schema);
      if (inner === undefined) throw unsupported(def.type, field);
      return readStorage(inner, field);
    }
  }
}

function readMarked(schema: Schema, mark: StorageMark, field: string): StorageType {
  switch (mark.kind) {
    case "json":
      assertJson(schema, field, new Set());
      return { kind: "json" };
    case "bytes":
    case "decimal":
    case "raw":
      return mark;
    case "array":
      return { kind: "array", element: readElement(defOf(schema).element, field) };
    case "enum":
      return readValues(enumValues(defOf(schema)), field, mark.name);
  }
}

function readElement(schema: Schema, field: string): StorageType {
  const element = readStorage(schema, field);
  if (element === UNKNOWN || element.kind === "array") {
    throw new SchemaError(`${field}: an array's elements need a type of their own`, {
      hint: "use json(z.array(…)) for anything but a list of scalars",
    });
  }
  return element;
}

function readText(schema: Schema): StorageType {
  for (const { format, local } of checksOf(schema)) {
    if (format === "uuid" || format === "guid") return { kind: "uuid" };
    if (format === "date" || format === "time") return { kind: format };
    if (format === "datetime")
      return { kind: local === true ? "timestamp" : "timestamptz", host: "text" };
  }
  return { kind: "text" };
}

function readNumber(schema: Schema): StorageType {
  const checks = checksOf(schema);
  if (checks.some(({ format }) => format === "uint32"))
    return { kind: "integer", dbType: "bigint" };
  return checks.some(
    ({ check, format, value }) =>
      format === "safeint" ||
      format === "int32" ||
      (check === "multiple_of" && typeof value === "number" && Number.isInteger(value)),
  )
    ? { kind: "integer" }
    : { kind: "float" };
}

/** An enum's or literal's values: texts, or integers; one bigint or boolean type otherwise. */
function readValues(
  values: readonly unknown[],
  field: string,
  name: string | null = null,
): StorageType {
  const types = new Set(
    values.map((value) => (Number.isSafeInteger(value) ? "integer" : typeof value)),
  );
  const [type] = types;
  if (types.size === 1 && (type === "string" || type === "integer")) {
    return { kind: "enum", name, values: values as readonly (string | number)[] };
  }
  if (types.size === 1 && (type === "boolean" || type === "bigint")) return { kind: type };
  throw new SchemaError(
    `${field} has the storage type "unknown": its values are not all texts or all integers`,
    {
      hint: "list values of one type, or map them with z.codec()",
    },
  );
}

function readUnion(schema: Schema, { options }: SchemaDef, field: string): StorageReading {
  const stored = options.filter((option) => !isAbsent(option));
  // A recursive union such as z.json() would be read without end.
  if (stored.some((option) => holdsMany(option))) {
    assertJson(schema, field, new Set());
    return { kind: "json" };
  }
  return merge(
    stored.map((option) => readStorage(option, field)),
    field,
  );
}

function isAbsent(schema: Schema): boolean {
  const { type, values } = defOf(schema);
  if (type === "literal") return values.every((value) => value === null || value === undefined);
  return type === "null" || type === "undefined" || type === "void";
}

function holdsMany(schema: Schema): boolean {
  if (findStorageMark(schema)?.kind === "json") return true;
  const { type } = defOf(schema);
  return type === "object" || type === "array" || type === "record" || type === "tuple";
}

/** One storage type for every alternative. */
function merge(types: readonly StorageReading[], field: string): StorageReading {
  const known = types.filter((type) => type !== UNKNOWN);
  const [first] = known;
  if (first === undefined || known.length < types.length) return UNKNOWN;

  const keys = new Set(known.map(storageTypeKey));
  const kinds = new Set(known.map((type) => (isTextual(type) ? "text" : type.kind)));
  const enums = known.flatMap((type) => (type.kind === "enum" ? type.values : []));
  if (keys.size === 1) return first;
  if (known.every(({ kind }) => kind === "enum")) return readValues([...new Set(enums)], field);
  if (kinds.has("json")) return { kind: "json" };
  if (known.every(isTextual)) return { kind: "text" };
  if (known.every(isNumeric)) return { kind: kinds.has("float") ? "float" : "integer" };
  throw new SchemaError(
    `${field} has the storage type "unknown": its alternatives are stored as ${list(kinds)}`,
    {
      hint: "store it as JSON with json(…), or map it to one type with z.codec()",
    },
  );
}

function isTextual(type: StorageType): boolean {
  return (
    type.kind === "text" ||
    type.kind === "uuid" ||
    type.kind === "date" ||
    type.kind === "time" ||
    ((type.kind === "timestamptz" || type.kind === "timestamp") && type.host === "text") ||
    (type.kind === "enum" && type.values.every((value) => typeof value === "string"))
  );
}

function isNumeric(type: StorageType): boolean {
  return (
    type.kind === "integer" ||
    type.kind === "float" ||
    (type.kind === "enum" && type.values.every((value) => typeof value === "number"))
  );
}

function readPipe(def: SchemaDef, field: string): StorageReading {
  if (isCodec(def)) return readStorage(def.in, field);
  if (defOf(def.out).type === "transform") throw oneWay(field);
  return readStorage(def.out, field);
}

/** `z.instanceof(Class)` of a class that has a storage type. */
function readClass(schema: Schema): StorageReading {
  const Class: unknown = schema._zod.bag["Class"];
  if (Class === Uint8Array || Class === Buffer) return { kind: "bytes" };
  if (Class === Date) return { kind: "timestamptz", host: "date" };
  return UNKNOWN;
}

/** Refuses, when a model is defined, what would be refused at the first write. */
function assertJson(schema: Schema, path: string, seen: Set<Schema>): void {
  if (seen.has(schema)) return;
  seen.add(schema);

  const def = defOf(schema);
  const mark = findStorageMark(schema)?.kind;
  if (mark === "decimal" || mark === "bytes") throw noJson(`${mark}()`, path);
  if (NO_JSON.has(def.type)) throw noJson(`z.${def.type}()`, path);
  if (def.type === "pipe" && !isCodec(def) && defOf(def.out).type === "transform") {
    throw oneWay(path);
  }
  for (const [part, inner] of storedParts(schema)) assertJson(inner, `${path}${part}`, seen);
}

const NO_JSON: ReadonlySet<string> = new Set([
  "date",
  "bigint",
  "map",
  "set",
  "file",
  "symbol",
  "function",
  "promise",
]);

/** The schemas of what is stored for the parts of a value, with the path to each. */
function storedParts(schema: Schema): readonly (readonly [path: string, schema: Schema])[] {
  const def = defOf(schema);
  switch (def.type) {
    case "object":
      return [
        ...Object.entries(def.shape).map(([key, member]) => [`.${key}`, member] as const),
        // A strict object's catchall is z.never().
        ...(def.catchall === undefined ? [] : [[".*", def.catchall] as const]),
      ];
    case "array":
      return [["[]", def.element]];
    case "record":
      return [[".*", def.valueType]];
    case "tuple":
      return [...def.items, ...(def.rest === null ? [] : [def.rest])].map((item) => ["[]", item]);
    case "union":
      return def.options.map((option) => ["", option]);
    case "intersection":
      return [
        ["", def.left],
        ["", def.right],
      ];
    case "pipe":
      return [["", isCodec(def) ? def.in : def.out]];
    default: {
      const inner = innerOf(schema);
      return inner === undefined ? [] : [["", inner]];
    }
  }
}

function oneWay(field: string): SchemaError {
  return new SchemaError(`${field} ends in .transform(), which goes one way only`, {
    hint: "use z.codec() so that stored values can be read back, or add .pipe(…) with the schema of what is stored",
  });
}

function noJson(what: string, path: string): SchemaError {
  return new SchemaError(`${path} is ${what}, which has no JSON form`, {
    hint: "store it as text with z.codec(), or use z.iso.datetime() for an instant",
  });
}

function unsupported(type: string, field: string): SchemaError {
  return new SchemaError(
    `${field} has the storage type "unknown": nothing can be stored for z.${type}()`,
    {
      hint:
        type === "file"
          ? "read the file and use bytes()"
          : "map it to a stored type with z.codec()",
    },
  );
}

function list(names: ReadonlySet<string>): string {
  return [...names].join(" and ");
}
