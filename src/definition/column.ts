/** Reads one column of a shape, or the shadow of a foreign key. */
import { z } from "zod";
import { valueRules } from "../codec/rules.ts";
import { SchemaError } from "../errors/errors.ts";
import type { StorageType } from "../ir/type.ts";
import { type ColumnTypeReading, readColumnType } from "./column-type.ts";
import type { ColumnDefinition, ColumnFacts } from "./definition.ts";
import {
  type ColumnFieldObject,
  type ColumnOptions,
  type ForeignKeyFieldObject,
  isField,
  kindOf,
  type RelationFieldObject,
} from "./field.ts";
import { checkIdentifier, columnName, shadowColumnName } from "./naming.ts";
import { refuseUnknown } from "./options.ts";
import type { Definition } from "./read.ts";
import { isNullable } from "./relation.ts";

const fieldOptions: ReadonlySet<string> = new Set([
  "primaryKey",
  "autoincrement",
  "unique",
  "index",
  "nullable",
  "dbType",
  "dbCheck",
  "dbDefault",
  "column",
  "renamedFrom",
  "generatedAs",
  "version",
  "onUpdate",
  "comment",
  "nativeType",
  "collation",
  "numbering",
  "nullableKey",
]);

/**
 * Reads a plain schema or a `field(…)`.
 *
 * @throws {SchemaError} The value is neither, or its schema has no storage type.
 */
export function readColumn(
  model: Definition,
  property: string,
  value: unknown,
  inCompositeKey: boolean,
): ColumnDefinition {
  const field = asColumnField(model, property, value);
  const { options } = field;
  refuseUnknown(`the field ${model.name}.${property}`, options, fieldOptions);
  const column = options.column ?? columnName(property, model.naming);
  checkIdentifier(column, `the column of ${model.name}.${property}`);
  const reading = readColumnType(`${model.name}.${property}`, field);
  const primaryKey = inCompositeKey || options.primaryKey === true;
  const autoincrement = isNumbered(options, reading);
  const database = readFacts(options);
  if (autoincrement && !isInteger(reading)) {
    throw new SchemaError(`${model.name}.${property} is autoincrement but not an integer`, {
      hint: "use id() or bigintId(), or leave autoincrement out",
    });
  }
  if (reading.nullable && primaryKey) {
    throw new SchemaError(`${model.name}.${property} is a primary key and can't be nullable`, {
      hint: "leave nullable(), optional() and nullable: true out",
    });
  }
  const type = options.nativeType === undefined ? reading.type : loosened(reading.type);
  return {
    property,
    column,
    type,
    rules: valueRules(type),
    schema: reading.schema,
    valueSchema: reading.valueSchema,
    nullable: reading.nullable,
    nullAs: reading.nullAs,
    primaryKey,
    autoincrement,
    unique: options.unique ?? false,
    index: options.index ?? false,
    check: reading.check,
    default: reading.default,
    optional: reading.optional || autoincrement || options.dbDefault !== undefined,
    generated: readGenerated(options),
    comment: options.comment ?? null,
    renamedFrom: options.renamedFrom ?? null,
    ...(database && { database }),
    ...(reading.transform && { transform: reading.transform }),
    ...readKept(model, property, options, reading),
  };
}

/** What Ferro keeps of a column: the version, and values that each change gives. */
function readKept(
  model: Definition,
  property: string,
  { version = false, onUpdate }: ColumnOptions,
  reading: ColumnTypeReading,
): Pick<ColumnDefinition, "version" | "onUpdate"> {
  const at = `${model.name}.${property}`;
  if (onUpdate !== undefined && typeof onUpdate !== "function") {
    throw new SchemaError(`onUpdate of ${at} must be a function`);
  }
  if (!version) return onUpdate === undefined ? {} : { onUpdate };
  if (!isInteger(reading) || !reading.optional || reading.nullable) {
    throw new SchemaError(`the version column ${at} must be an integer with a default`, {
      hint: "write rowVersion(), or field(z.int().default(1), { version: true })",
    });
  }
  return { version };
}

/** An integer key is numbered unless the user says otherwise. */
function isNumbered(options: ColumnOptions, reading: ColumnTypeReading): boolean {
  if (options.autoincrement !== undefined) return options.autoincrement;
  return options.numbering !== undefined || (options.primaryKey === true && isInteger(reading));
}

function readFacts(options: ColumnOptions): ColumnFacts | undefined {
  const { nativeType, collation, numbering, nullableKey } = options;
  const facts: ColumnFacts = {
    ...(nativeType !== undefined && { nativeType }),
    ...(collation !== undefined && { collation }),
    ...(numbering !== undefined && {
      numbering: typeof numbering === "string" ? { kind: numbering } : numbering,
    }),
    ...(nullableKey === true && { nullableKey }),
  };
  return Object.keys(facts).length === 0 ? undefined : facts;
}

/** A moment in a column that was declared elsewhere may stand there in another form than ours. */
function loosened(type: StorageType): StorageType {
  const isMoment = type.kind === "timestamp" || type.kind === "timestamptz";
  return isMoment ? { ...type, loose: true } : type;
}

/** The columns that a foreign key adds: one for each column of the target's key, typed like it. */
export function readShadowColumns(
  model: Definition,
  property: string,
  field: RelationFieldObject,
  targetKey: readonly ColumnDefinition[],
): readonly ColumnDefinition[] {
  const { options } = field as ForeignKeyFieldObject;
  const nullable = isNullable(options);
  return targetKey.map((key) => ({
    property: `${property}Id`,
    column: options.column ?? shadowColumnName(property, model.naming),
    type: key.type,
    rules: key.rules,
    schema: nullable ? z.nullish(key.valueSchema) : key.valueSchema,
    valueSchema: key.valueSchema,
    nullable,
    nullAs: null,
    primaryKey: false,
    autoincrement: false,
    unique: options.unique ?? false,
    index: options.index ?? false,
    check: false,
    default: () => null,
    optional: nullable,
    generated: null,
    comment: null,
    renamedFrom: null,
    relation: property,
    ...(key.transform && { transform: key.transform }),
  }));
}

function asColumnField(model: Definition, property: string, value: unknown): ColumnFieldObject {
  if (isField(value)) {
    if (kindOf(value) === "column") return value as ColumnFieldObject;
    throw new SchemaError(`${model.name}.${property} is a relation outside a getter`, {
      hint: `write get ${property}() { return … } so that models may refer to each other`,
    });
  }
  if (typeof value === "object" && value !== null && "_zod" in value) {
    return { schema: value as z.ZodType, options: {} } as unknown as ColumnFieldObject;
  }
  throw new SchemaError(`${model.name}.${property} is not a field`, {
    hint: "a field is a Zod 4 schema, field(schema, options), a helper such as id(), or a relation in a getter",
  });
}

function isInteger({ type }: ColumnTypeReading): boolean {
  return type.kind === "integer" || type.kind === "bigint";
}

function readGenerated({ generatedAs }: ColumnOptions): ColumnDefinition["generated"] {
  if (generatedAs === undefined) return null;
  if (typeof generatedAs === "string") return { sql: generatedAs, stored: true };
  return { sql: generatedAs.sql, stored: generatedAs.stored ?? true };
}
