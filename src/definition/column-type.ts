/** Reads what a Zod schema says about its column. */
import { z } from "zod";
import { copyBytes } from "../codec/bytes.ts";
import { CodecError } from "../codec/codec.ts";
import type { Decimal } from "../codec/decimal.ts";
import { assertDigits, decimalText, toDecimal } from "../codec/decimal-value.ts";
import { valueRules } from "../codec/rules.ts";
import { SchemaError } from "../errors/errors.ts";
import type { DefaultIr } from "../ir/schema.ts";
import type { DbType, StorageType } from "../ir/type.ts";
import { applyDbType, assertCheck, assertCheckable } from "./db-type.ts";
import { hasDefaultOf, readLiteralDefault } from "./literal-default.ts";
import { absenceOf } from "./nullability.ts";
import { readStorage } from "./storage.ts";
import { findStorageMark } from "./storage-mark.ts";
import { findTransform, type Transform } from "./transform.ts";
import { defOf, isCodec } from "./zod-def.ts";

/** A schema and the options that bear on its column's type. */
export interface ColumnTypeSource {
  readonly schema: z.ZodType;
  readonly options: {
    readonly nullable?: "infer" | boolean;
    readonly dbType?: DbType;
    readonly dbCheck?: boolean | { readonly name: string | null };
    readonly dbDefault?: string | number | boolean | object;
  };
}

/** What a schema says about its column. */
export interface ColumnTypeReading {
  readonly type: StorageType;
  /** The schema as it validates input. */
  readonly schema: z.ZodType;
  /** The schema of a value that is there: without default, optional or nullable around it. */
  readonly valueSchema: z.ZodType;
  readonly nullable: boolean;
  /** What a program sees for NULL. */
  readonly nullAs: null | undefined;
  /** Whether the user asked for a check of the values, and under which name. */
  readonly check: boolean | { readonly name: string | null };
  /** Whether input may leave the column out. */
  readonly optional: boolean;
  /** The database's default; may run the user's default function. */
  readonly default: () => DefaultIr | null;
  /** Between stored values and the program's; absent when they are the same. */
  readonly transform?: Transform & {
    /** Validates the program's side of the codec. */
    readonly appSchema: z.ZodType;
  };
}

/**
 * Reads a column's type from its schema and options.
 *
 * @param field - "Post.title", for messages.
 * @throws {SchemaError} Nothing can be stored for the schema, or an option doesn't suit it.
 */
export function readColumnType(field: string, source: ColumnTypeSource): ColumnTypeReading {
  const { schema, options } = source;
  const type = applyDbType(readStorage(schema, field), options.dbType, field);
  if (options.dbCheck === true) assertCheck(type, options.dbType, field);
  if (typeof options.dbCheck === "object") assertCheckable(type, field);

  const absence = absenceOf(schema);
  const admits = absence.null || absence.undefined;
  const nullable = readNullable(options.nullable, admits, field);
  const valueSchema = presentSchema(schema);
  const transform = findTransform(valueSchema);

  return {
    type,
    schema:
      nullable === admits
        ? schema
        : nullable
          ? z.nullish(schema)
          : schema.check(z.refine(isPresent, "can't be null")),
    valueSchema,
    nullable,
    nullAs: absence.undefined && !absence.null ? undefined : null,
    check: options.dbCheck ?? false,
    optional: nullable || mayBeLeftOut(schema),
    default: () => readDefault(field, type, source, transform),
    ...(transform && { transform: { ...transform, appSchema: programSchema(valueSchema) } }),
  };
}

/**
 * The schema of `decimal()`: takes a Decimal of any copy of decimal.js, text, a number or a bigint; gives our `Decimal`.
 *
 * @param precision - Digits in all; null for no limit.
 * @param scale - Digits after the point.
 * @throws {SchemaError} PostgreSQL has no such numeric.
 */
export function decimalSchema(
  precision: number | null,
  scale: number | null,
): z.ZodType<Decimal, Decimal | string | number | bigint> {
  const places = scale ?? 0;
  if (precision !== null && (!isWithin(precision, 1, 1000) || !isWithin(places, 0, precision))) {
    throw new SchemaError(`decimal(${precision}, ${places}) is no decimal type`, {
      hint: "precision is 1 to 1000, scale is 0 to precision",
    });
  }
  // The check replaces the value by its normal form, so the output is a Decimal.
  return converting((value) => assertDigits(toDecimal(value), precision, scale)) as z.ZodType<
    Decimal,
    Decimal | string | number | bigint
  >;
}

/** The schema of `bytes()`: takes a Uint8Array (a Buffer is one) or an ArrayBuffer; gives a Uint8Array of its own. */
export function bytesSchema(): z.ZodType<Uint8Array, Uint8Array> {
  return converting((value) => {
    const bytes = copyBytes(value);
    if (bytes === undefined) throw new CodecError("expected bytes: a Uint8Array or an ArrayBuffer");
    return bytes;
  }) as z.ZodType<Uint8Array, Uint8Array>;
}

/** A schema that takes what `convert` takes, and gives what it gives, in both directions. */
function converting(convert: (value: unknown) => unknown): z.ZodType {
  return z.custom(isPresent, "is required").check((context) => {
    try {
      context.value = convert(context.value);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      context.issues.push({
        code: "custom",
        message: error.message,
        input: context.value,
        continue: false,
      });
    }
  });
}

function readNullable(option: unknown, inferred: boolean, field: string): boolean {
  if (option === undefined || option === "infer") return inferred;
  if (typeof option === "boolean") return option;
  throw new SchemaError(`${field}: nullable must be 'infer', true, or false`);
}

/** Takes off what only says that a value may be missing; what a mark or a check holds stays. */
function presentSchema(schema: z.ZodType): z.ZodType {
  const def = defOf(schema);
  const { type, innerType, checks, out } = def;
  const bare = checks === undefined || checks.length === 0;
  // What went in is gone once the input was validated: an assigned value is one that came out.
  if (type === "pipe" && bare && !isCodec(def)) return presentSchema(out as z.ZodType);
  const peels =
    type === "default" ||
    type === "prefault" ||
    type === "optional" ||
    type === "nullable" ||
    type === "nonoptional";
  if (!peels || !bare || findStorageMark(schema) !== undefined) return schema;
  // Schemas that wrap classic ones are classic ones.
  return presentSchema(innerType as z.ZodType);
}

function mayBeLeftOut(schema: z.ZodType): boolean {
  return hasDefaultOf(schema) || schema._zod.optin !== undefined;
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** Validates a value of the program's by encoding it: Zod checks the codec's output side on the way. */
function programSchema(schema: z.ZodType): z.ZodType {
  return z.unknown().check((context) => {
    const result = z.safeEncode(schema, context.value);
    for (const issue of result.success ? [] : result.error.issues) {
      context.issues.push({ ...issue, input: context.value } as z.core.$ZodRawIssue);
    }
  });
}

function readDefault(
  field: string,
  type: StorageType,
  { schema, options }: ColumnTypeSource,
  transform: Transform | undefined,
): DefaultIr | null {
  const { dbDefault } = options;
  if (dbDefault !== undefined) return readDbDefault(field, type, dbDefault);

  const literal = readLiteralDefault(schema);
  if (literal === undefined) return null;
  return literalDefault(
    field,
    type,
    transform === undefined ? literal : transform.toStored(literal),
  );
}

function readDbDefault(
  field: string,
  type: StorageType,
  given: string | number | boolean | object,
): DefaultIr {
  if (typeof given === "object" && "sql" in given && typeof given.sql === "string") {
    return { kind: "sql", sql: given.sql };
  }
  const literal = literalDefault(field, type, given);
  if (literal !== null) return literal;
  throw new SchemaError(
    `${field}: dbDefault is no literal that a column of type ${type.kind} takes`,
    {
      hint: 'write it as SQL: dbDefault: { sql: "now()" }',
    },
  );
}

/** A default in its stored form; null for types whose stored form is not one literal for every database. */
function literalDefault(field: string, type: StorageType, value: unknown): DefaultIr | null {
  const stored = normalizeDefault(field, type, value);
  switch (type.kind) {
    case "integer":
    case "float":
    case "boolean":
    case "text":
    case "uuid":
    case "date":
    case "time":
    case "enum":
      return { kind: "literal", value: stored as string | number | boolean };
    case "decimal":
      return { kind: "literal", value: decimalText(stored as Decimal) };
    case "bigint":
      return {
        kind: "literal",
        value: Number.isSafeInteger(Number(stored)) ? Number(stored) : String(stored),
      };
    default:
      return null;
  }
}

function normalizeDefault(field: string, type: StorageType, value: unknown): unknown {
  try {
    return valueRules(type).normalize(value);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new SchemaError(`${field} has a default that its column can't hold: ${error.message}`, {
      hint: error.hint,
      cause: error,
    });
  }
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
