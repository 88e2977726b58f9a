/** Reads SchemaIR from JSON: a migration's snapshot, another tool's output. */
import { z } from "zod";
import { assertSchema } from "../ddl/assert-schema.ts";
import { SchemaError } from "../errors/errors.ts";
import type { SchemaIr, SchemaPayload } from "../ir/schema.ts";

/**
 * Checks a parsed JSON document and gives it back typed.
 *
 * Unknown extra properties are dropped; anything missing, of another kind or of
 * another version is refused.
 *
 * @throws {SchemaError} Says which part is wrong, by its path.
 */
export function readSchemaIr(json: unknown): SchemaIr {
  const { irKind, irVersion, payload } = readEnvelope(json);
  if (irKind !== "schema") {
    throw new SchemaError(
      `this is not a SchemaIR document: irKind is ${show(irKind)}, expected "schema"`,
      {
        hint: "check which file was given",
      },
    );
  }
  if (irVersion !== 1) {
    throw new SchemaError(`SchemaIR version ${show(irVersion)} is not known; expected 1`, {
      hint: "the document comes from another release; update ferro-orm",
    });
  }
  const result = payloadSchema().safeParse(payload);
  if (!result.success) {
    const [issue] = result.error.issues;
    const path = ["payload", ...(issue?.path ?? [])].map(String).join(".");
    throw new SchemaError(`the SchemaIR document is not complete: ${path}: ${issue?.message}`, {
      hint: "it was edited or cut off; make it anew",
      cause: result.error,
    });
  }
  assertSchema(result.data);
  return { irKind, irVersion, payload: result.data };
}

function readEnvelope(json: unknown): { irKind: unknown; irVersion: unknown; payload: unknown } {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new SchemaError("this is not a SchemaIR document: expected an object", {
      hint: "give the parsed JSON, not its text",
    });
  }
  return {
    irKind: own(json, "irKind"),
    irVersion: own(json, "irVersion"),
    payload: own(json, "payload"),
  };
}

function own(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? Reflect.get(object, key) : undefined;
}

function show(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}

let cached: z.ZodType<SchemaPayload> | undefined;

/** Made at first use: most programs never read a document. */
function payloadSchema(): z.ZodType<SchemaPayload> {
  cached ??= makePayloadSchema();
  return cached;
}

function makePayloadSchema(): z.ZodType<SchemaPayload> {
  const scalar = z.union([z.string(), z.number(), z.boolean()]);
  const values = z.array(z.union([z.string(), z.int()])).min(1);
  const storage = storageSchema(values);

  const numbering = z.object({
    kind: z.enum(["serial", "always", "byDefault", "rowid"]),
    options: sql.optional(),
  });
  const column = z.object({
    name,
    type: storage,
    nullable: z.boolean(),
    autoincrement: z.boolean(),
    default: z
      .discriminatedUnion("kind", [
        z.object({ kind: z.literal("literal"), value: scalar }),
        z.object({ kind: z.literal("sql"), sql: z.string() }),
      ])
      .nullable(),
    generated: z.object({ sql: z.string(), stored: z.boolean() }).nullable(),
    comment: z.string().nullable(),
    renamedFrom: z.string().nullable(),
    // A column of SQLite may be declared without a type.
    nativeType: z.string().optional(),
    collation: name.optional(),
    numbering: numbering.optional(),
    position: z.int().optional(),
  });
  const table = z.object({
    name,
    model: z.string().nullable(),
    comment: z.string().nullable(),
    columns: z.array(column),
    primaryKey: names,
    ...partSchemas(values),
    primaryKeyName: name.optional(),
    excludes: z.array(z.object({ name, definition: sql })).optional(),
    strict: flag,
    withoutRowid: flag,
    unlogged: flag,
    partitionBy: sql.optional(),
  });
  const object = z.object({
    kind: z.enum([
      "schema",
      "extension",
      "domain",
      "sequence",
      "type",
      "function",
      "collation",
      "text search dictionary",
      "text search configuration",
    ]),
    name,
    sql,
  });
  return z.object({
    tables: z.array(table),
    enums: z.array(z.object({ name, values: z.array(z.string()).min(1) })),
    objects: z.array(object).optional(),
    unmanaged: z
      .array(z.object({ kind: name, name, table: name.optional(), reason: z.string() }))
      .optional(),
  }) as unknown as z.ZodType<SchemaPayload>; // Zod's optional keys admit undefined; JSON has none.
}

const name = z.string().min(1);
const names = z.array(name);
const sql = z.string().min(1);
const flag = z.literal(true).optional();

/** Keys, uniques, indexes and checks of a table. */
function partSchemas(values: z.ZodType) {
  const action = z.enum(["CASCADE", "RESTRICT", "SET NULL", "SET DEFAULT", "NO ACTION"]);
  const deferrable = z.enum(["immediate", "deferred"]).optional();
  const foreignKey = z.object({
    name,
    columns: names,
    referencedTable: name,
    referencedColumns: names,
    onDelete: action,
    onUpdate: action,
    named: flag,
    deferrable,
    match: z.literal("FULL").optional(),
    setColumns: names.optional(),
    notValid: flag,
  });
  const unique = z.object({
    name,
    columns: names,
    inline: z.boolean(),
    constraint: flag,
    deferrable,
    nullsNotDistinct: flag,
    include: names.optional(),
  });
  const keyFacts = {
    descending: flag,
    nulls: z.enum(["first", "last"]).optional(),
    collation: name.optional(),
    operatorClass: sql.optional(),
  };
  const key = z.union([
    z.object({ column: name, ...keyFacts }),
    z.object({ expression: sql, ...keyFacts }),
  ]);
  const index = z.object({
    name,
    columns: names,
    keys: z.array(key).min(1).optional(),
    unique: flag,
    method: name.optional(),
    include: names.optional(),
    where: sql.optional(),
    nullsNotDistinct: flag,
    options: sql.optional(),
    fullText: name.optional(),
  });
  const check = z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("values"), name, column: name, values, unnamed: flag }),
    z.object({
      kind: z.literal("sql"),
      name,
      sql: z.string(),
      unnamed: flag,
      noInherit: flag,
      notValid: flag,
    }),
  ]);
  return {
    foreignKeys: z.array(foreignKey),
    uniques: z.array(unique),
    indexes: z.array(index),
    checks: z.array(check),
  };
}

function storageSchema(values: z.ZodType): z.ZodType {
  const dbType = z
    .union([
      z.enum([
        "text",
        "smallint",
        "int",
        "bigint",
        "uuid",
        "timestamp",
        "timestamptz",
        "date",
        "time",
      ]),
      z.string().regex(/^varchar\([1-9]\d{0,7}\)$/, "is not a database type"),
    ])
    .optional();
  const host = z.enum(["date", "text"]);
  const digits = z.int().nonnegative().nullable();
  const scalar = [
    z.object({ kind: z.literal("integer"), dbType }),
    z.object({ kind: z.literal("bigint"), dbType }),
    z.object({ kind: z.literal("decimal"), precision: digits, scale: digits }),
    z.object({ kind: z.literal("float") }),
    z.object({ kind: z.literal("boolean") }),
    z.object({ kind: z.literal("text"), dbType }),
    z.object({ kind: z.literal("uuid"), dbType }),
    z.object({ kind: z.literal("bytes") }),
    z.object({ kind: z.literal("date") }),
    z.object({ kind: z.literal("time") }),
    z.object({ kind: z.literal("timestamptz"), host }),
    z.object({ kind: z.literal("timestamp"), host }),
    z.object({ kind: z.literal("enum"), name: z.string().nullable(), values, dbType }),
    z.object({ kind: z.literal("json") }),
    z.object({ kind: z.literal("raw"), declared: z.string() }),
  ] as const;
  const element = z.discriminatedUnion("kind", scalar);
  return z.discriminatedUnion("kind", [...scalar, z.object({ kind: z.literal("array"), element })]);
}
