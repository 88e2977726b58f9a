/** Validates what a program gives a model: whole input, or one column at a time. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { CodecError } from "../codec/codec.ts";
import { UsageError, ValidationError, type ValidationIssue } from "../errors/errors.ts";
import type { ColumnDefinition, ForeignKeyRelation, ModelDefinition } from "./definition.ts";
import { findDefinition } from "./key.ts";
import { OftenParsed } from "./often-parsed.ts";
import { isPending } from "./pending.ts";
import type { Definition } from "./read.ts";

const schemas = new WeakMap<ModelDefinition, OftenParsed<z.ZodObject>>();

/** The Zod object of a model's input: columns and shadow ids, unknown keys refused. */
export function inputSchema(model: ModelDefinition): z.ZodObject {
  return oftenParsed(model).schema;
}

function oftenParsed(model: ModelDefinition): OftenParsed<z.ZodObject> {
  let known = schemas.get(model);
  if (known === undefined) {
    const shape: Record<string, z.ZodType> = Object.create(null);
    for (const column of model.columns) {
      if (column.generated === null) shape[column.property] = inputColumnSchema(column);
    }
    known = new OftenParsed(z.strictObject(shape));
    schemas.set(model, known);
  }
  return known;
}

/** The same without the ids of rows that are made together with this one. */
function openSchema(model: ModelDefinition, open: readonly string[]): z.ZodObject {
  const mask = Object.fromEntries(open.map((shadow) => [shadow, true]));
  return inputSchema(model).omit(mask as Record<string, never>);
}

/**
 * Validates input for a new row and brings each value to its stored form.
 *
 * @returns Values by property; one that input left to the database is undefined.
 * @throws {ValidationError} The input doesn't satisfy the schema; every issue is listed.
 */
export function parseInput(model: ModelDefinition, input: unknown): Record<string, unknown> {
  const values = validateInput(model, input);
  for (const column of model.columns) {
    const value = values[column.property];
    if (value === null || value === undefined) continue;
    values[column.property] = normalizeValue(model, column, value);
  }
  return values;
}

/**
 * Validates input for a new row, and leaves values in the form that Zod gives.
 *
 * @throws {ValidationError} The input doesn't satisfy the schema; every issue is listed.
 */
export function validateInput(model: ModelDefinition, input: unknown): Record<string, unknown> {
  const open: string[] = [];
  const given = isFolded(model, input) ? input : foldRelations(model, input, open);
  const missing = open.filter((property) => given[property] === undefined);
  const schema =
    missing.length === 0 ? oftenParsed(model).forParsing() : openSchema(model, missing);
  const parsed = safeParse(model.name, schema, given);
  if (!parsed.success) {
    throw new ValidationError(model.name, describeIssues(model, given, parsed.error), parsed.error);
  }
  // Zod made this object for us; another one would cost as much again.
  return parsed.data as Record<string, unknown>;
}

/**
 * Validates one value that a program assigned or passed to `update`.
 *
 * @throws {ValidationError} The value doesn't satisfy the column's schema.
 */
export function parseColumn(
  model: ModelDefinition,
  column: ColumnDefinition,
  value: unknown,
): unknown {
  const jsonNull = value === null && column.type.kind === "json" && !column.nullable;
  if ((value === null && !jsonNull) || value === undefined) {
    if (column.nullable) return column.nullAs;
    throw refusal(model, column, "can't be null");
  }
  const parsed = safeParse(model.name, assignedSchema(column), value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({
      ...issueOf(issue),
      path: [column.property, ...issue.path],
    }));
    throw new ValidationError(model.name, issues, parsed.error);
  }
  return normalizeValue(model, column, parsed.data);
}

/**
 * What the columns of a foreign key become by what was given for it: an instance of its target, null,
 * or, where it has a shadow, the id itself.
 */
export function linkedColumns(
  relation: ForeignKeyRelation,
  given: unknown,
): readonly (readonly [property: string, value: unknown])[] {
  const { columns, targetColumns, over } = relation;
  if (given === null || given === undefined) {
    // A part that takes no NULL may belong to another foreign key as well.
    const emptied = over === true ? columns.filter(({ nullable }) => nullable) : columns;
    return emptied.map(({ property }) => [property, given]);
  }
  if (given instanceof Promise) {
    throw new ValidationError(relation.model.name, [
      { path: [relation.property], message: "is a promise: await it first" },
    ]);
  }
  const definition = findDefinition((given as { constructor?: unknown }).constructor);
  if (definition === undefined && over !== true) {
    return columns.map(({ property }) => [property, given]);
  }
  if (definition !== relation.target) {
    const received = definition?.name ?? "no instance";
    throw new ValidationError(relation.model.name, [
      {
        path: [relation.property],
        message: `expected ${relation.target.name}, received ${received}`,
      },
    ]);
  }
  return columns.map(({ property }, index) => [
    property,
    keyPart(relation, given, targetColumns[index]?.property ?? ""),
  ]);
}

function keyPart(relation: ForeignKeyRelation, row: unknown, property: string): unknown {
  const value = (row as Record<string, unknown>)[property];
  if (value !== undefined && value !== null) return value;
  const { name } = relation.target;
  throw new UsageError(
    `${relation.model.name}.${relation.property} was given a ${name} that has no ${property} yet`,
    { hint: `save the ${name} first` },
  );
}

/** A column's schema for input: a codec's own value is taken as well as what it decodes. */
function inputColumnSchema(column: ColumnDefinition): z.ZodType {
  if (column.autoincrement) return z.nullish(column.schema);
  if (column.transform === undefined) {
    return column.optional && !acceptsUndefined(column.schema)
      ? z.optional(column.schema)
      : column.schema;
  }
  return z.union([assignedSchema(column), column.schema]);
}

function acceptsUndefined(schema: z.ZodType): boolean {
  return schema._zod.optin === "optional";
}

/** The schema that an assigned value must satisfy: the program's side of a codec. */
function assignedSchema(column: ColumnDefinition): z.ZodType {
  const { transform } = column;
  if (transform === undefined) return column.valueSchema;
  return transform.appSchema;
}

/** Whether input is plain and gives no relation: then it needs no copy, which takes as long as validating it. */
function isFolded(model: ModelDefinition, input: unknown): input is Record<string, unknown> {
  if (typeof input !== "object" || input === null) return false;
  if (Object.getPrototypeOf(input) !== Object.prototype) return false;
  for (const property of (model as Definition).relationNames) {
    if (Object.hasOwn(input, property)) return false;
  }
  return true;
}

/**
 * Input as properties of columns: what is given for a foreign key becomes its id.
 *
 * @param open - Takes the ids that are not known yet, of rows that are made together with this one.
 */
export function foldRelations(
  model: ModelDefinition,
  input: unknown,
  open?: string[],
): Record<string, unknown> {
  const given: Record<string, unknown> = { ...requireObject(model, input) };
  const over: [property: string, value: unknown][] = [];
  for (const property of (model as Definition).relationNames) {
    if (!Object.hasOwn(given, property)) continue;
    const value = given[property];
    delete given[property];
    const relation = model.relations.get(property);
    // A column that it shares with another foreign key is that one's first.
    if (relation?.kind === "foreignKey" && relation.over === true) over.push([property, value]);
    else foldRelation(model, property, value, given, open);
  }
  for (const [property, value] of over) foldRelation(model, property, value, given, open);
  return given;
}

function requireObject(model: ModelDefinition, input: unknown): object {
  if (typeof input === "object" && input !== null && !Array.isArray(input)) return input;
  const received = Array.isArray(input)
    ? "an array; bulkCreate() takes several rows"
    : input === null
      ? "null"
      : typeof input;
  throw new ValidationError(model.name, [
    { path: [], message: `expected an object, received ${received}` },
  ]);
}

function foldRelation(
  model: ModelDefinition,
  property: string,
  value: unknown,
  given: Record<string, unknown>,
  open: string[] | undefined,
): void {
  const relation = model.relations.get(property);
  if (relation?.kind !== "foreignKey") {
    throw new ValidationError(model.name, [
      {
        path: [property],
        message:
          "is the other side of a relation and can't be set here; create() makes related rows with a row",
      },
    ]);
  }
  if (value === undefined) return;
  const parts =
    open !== undefined && isPending(value)
      ? knownParts(relation, value, open)
      : linkedColumns(relation, value);
  for (const [name, part] of parts) {
    if (given[name] !== undefined && !mayAgree(relation, given[name], part)) {
      const message =
        relation.over === true
          ? `has another ${name} than was given`
          : `give ${property} or ${name}, not both`;
      throw new ValidationError(model.name, [{ path: [property], message }]);
    }
    if (part !== undefined) given[name] = part;
  }
}

/** The parts of a key that a row without a row has already; the others stay open. */
function knownParts(
  { columns, targetColumns }: ForeignKeyRelation,
  row: object,
  open: string[],
): readonly (readonly [property: string, value: unknown])[] {
  return columns.map(({ property }, index) => {
    const part = (row as Record<string, unknown>)[targetColumns[index]?.property ?? ""];
    if (part === undefined || part === null) open.push(property);
    return [property, part ?? undefined];
  });
}

/** Foreign keys over declared columns may share one, which is given with it as well. */
function mayAgree({ over }: ForeignKeyRelation, given: unknown, part: unknown): boolean {
  return over === true && (part === undefined || isDeepStrictEqual(given, part));
}

function describeIssues(
  model: ModelDefinition,
  given: Record<string, unknown>,
  error: z.core.$ZodError,
): ValidationIssue[] {
  return error.issues.map((issue) => {
    const column = model.byProperty.get(String(issue.path[0]));
    if (column?.relation !== undefined && given[column.property] == null) {
      return {
        path: [column.relation],
        message: `is required; give ${column.relation} or ${column.property}`,
        code: issue.code,
      };
    }
    return issueOf(issue);
  });
}

function issueOf(issue: z.core.$ZodIssue): ValidationIssue {
  return { path: issue.path, message: issue.message, code: issue.code };
}

/**
 * Brings a validated value to its stored form.
 *
 * @throws {ValidationError} The column can't hold it.
 */
export function normalizeValue(
  model: ModelDefinition,
  column: ColumnDefinition,
  value: unknown,
): unknown {
  try {
    if (column.transform === undefined) return column.rules.normalize(value);
    // Proves that the value can be stored; the program keeps its own form.
    column.rules.normalize(column.transform.toStored(value));
    return value;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const { message, hint } = error;
    throw refusal(model, column, hint === undefined ? message : `${message}: ${hint}`, error);
  }
}

function refusal(
  model: ModelDefinition,
  column: ColumnDefinition,
  message: string,
  cause?: unknown,
): ValidationError {
  return new ValidationError(model.name, [{ path: [column.property], message }], cause);
}

function safeParse(
  model: string,
  schema: z.ZodType,
  value: unknown,
): z.ZodSafeParseResult<unknown> {
  try {
    return z.safeParse(schema, value);
  } catch (error) {
    if (error instanceof z.core.$ZodAsyncError) {
      throw new UsageError(`a schema of ${model} has an asynchronous check`, {
        hint: "check such rules before create(), for example in an overridden save()",
        cause: error,
      });
    }
    throw error;
  }
}
