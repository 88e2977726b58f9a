/** The operations of migration files: each call gives plain data. */
import { UsageError } from "../errors/errors.ts";
import type { Operation, OperationOf } from "../ir/migration.ts";
import type { DefaultIr, GeneratedIr, NumberingIr, ObjectIr } from "../ir/schema.ts";
import { attachStep, type DataStep, keptStep, type Steps } from "./data-step.ts";
import {
  type CheckSpec,
  type ColumnSpec,
  type ForeignKeySpec,
  type IndexSpec,
  readCheck,
  readColumn,
  readForeignKey,
  readIndex,
  readSql,
  readTable,
  readUnique,
  readValue,
  type SqlText,
  type TableSpec,
  type UniqueSpec,
  type ValueSpec,
} from "./spec.ts";
import { readType, type TypeSpec } from "./type-text.ts";

/** What every operation takes as its last argument. */
export interface OpNotes {
  /** Why losing what this removes is right; without it, a destructive operation needs a flag. */
  readonly destructive?: string;
  /** Lint findings that are accepted here, each with its reason: "FM210: the column is written by nobody". */
  readonly allow?: readonly string[];
}

/** One statement or several, for each database. */
export interface SqlByDatabase {
  readonly postgres?: string | readonly string[];
  readonly sqlite?: string | readonly string[];
}

/** What a data step takes beside its code. */
export type DataOptions = OpNotes & { readonly resumable?: boolean; readonly elidable?: boolean };

/** The operations that migration files are made of. */
export interface Ops {
  createTable(table: string, spec: TableSpec, notes?: OpNotes): OperationOf<"createTable">;
  dropTable(table: string, notes?: OpNotes): OperationOf<"dropTable">;
  renameTable(table: string, to: string, notes?: OpNotes): OperationOf<"renameTable">;
  setTableComment(table: string, comment: string | null): OperationOf<"setTableComment">;
  /**
   * Switches SQLite's `strict` and `withoutRowid`, for which the table is made anew, and PostgreSQL's `unlogged`,
   * for which its rows are written anew.
   */
  setTableOptions(
    table: string,
    options: OpNotes & {
      readonly strict?: boolean;
      readonly withoutRowid?: boolean;
      readonly unlogged?: boolean;
    },
  ): OperationOf<"setTableOptions">;
  /** @param options.fill - What existing rows get, once; no default stays behind. */
  addColumn(
    table: string,
    column: ColumnSpec,
    options?: OpNotes & { readonly fill?: ValueSpec | DefaultIr },
  ): OperationOf<"addColumn">;
  /** @param options.keep - Sets the column aside under another name instead of removing it. */
  dropColumn(
    table: string,
    column: string,
    options?: OpNotes & { readonly keep?: true },
  ): OperationOf<"dropColumn">;
  renameColumn(
    table: string,
    column: string,
    to: string,
    notes?: OpNotes,
  ): OperationOf<"renameColumn">;
  /** @param options.using - How existing values become the new type, as SQL; a cast when left out. */
  setType(
    table: string,
    column: string,
    type: TypeSpec,
    options?: OpNotes & {
      readonly using?: SqlText;
      readonly nativeType?: string;
      readonly collation?: string;
    },
  ): OperationOf<"setType">;
  /** @param options.fill - What NULLs become first. */
  setNotNull(
    table: string,
    column: string,
    options?: OpNotes & { readonly fill?: ValueSpec | DefaultIr },
  ): OperationOf<"setNullable">;
  dropNotNull(table: string, column: string, notes?: OpNotes): OperationOf<"setNullable">;
  setDefault(
    table: string,
    column: string,
    value: ValueSpec | DefaultIr,
    notes?: OpNotes,
  ): OperationOf<"setDefault">;
  dropDefault(table: string, column: string, notes?: OpNotes): OperationOf<"setDefault">;
  setGenerated(
    table: string,
    column: string,
    generated: GeneratedIr | null,
    notes?: OpNotes,
  ): OperationOf<"setGenerated">;
  setNumbering(
    table: string,
    column: string,
    options: OpNotes & { readonly autoincrement: boolean; readonly numbering?: NumberingIr },
  ): OperationOf<"setNumbering">;
  setColumnComment(
    table: string,
    column: string,
    comment: string | null,
  ): OperationOf<"setColumnComment">;
  addPrimaryKey(
    table: string,
    key: { readonly columns: readonly string[]; readonly name?: string },
    notes?: OpNotes,
  ): OperationOf<"addPrimaryKey">;
  dropPrimaryKey(table: string, notes?: OpNotes): OperationOf<"dropPrimaryKey">;
  addUnique(table: string, unique: UniqueSpec, notes?: OpNotes): OperationOf<"addUnique">;
  dropUnique(table: string, name: string, notes?: OpNotes): OperationOf<"dropUnique">;
  addCheck(table: string, check: CheckSpec, notes?: OpNotes): OperationOf<"addCheck">;
  dropCheck(table: string, name: string, notes?: OpNotes): OperationOf<"dropCheck">;
  addForeignKey(table: string, key: ForeignKeySpec, notes?: OpNotes): OperationOf<"addForeignKey">;
  dropForeignKey(table: string, name: string, notes?: OpNotes): OperationOf<"dropForeignKey">;
  addExclude(
    table: string,
    exclude: { readonly name: string; readonly definition: SqlText },
    notes?: OpNotes,
  ): OperationOf<"addExclude">;
  dropExclude(table: string, name: string, notes?: OpNotes): OperationOf<"dropExclude">;
  renameConstraint(
    table: string,
    name: string,
    to: string,
    notes?: OpNotes,
  ): OperationOf<"renameConstraint">;
  /** Checks the rows that were there before a constraint was added with `notValid`. */
  validate(table: string, name: string, notes?: OpNotes): OperationOf<"validate">;
  createIndex(table: string, index: IndexSpec, notes?: OpNotes): OperationOf<"createIndex">;
  dropIndex(table: string, name: string, notes?: OpNotes): OperationOf<"dropIndex">;
  renameIndex(table: string, name: string, to: string, notes?: OpNotes): OperationOf<"renameIndex">;
  createEnum(name: string, values: readonly string[], notes?: OpNotes): OperationOf<"createEnum">;
  dropEnum(name: string, notes?: OpNotes): OperationOf<"dropEnum">;
  renameEnum(name: string, to: string, notes?: OpNotes): OperationOf<"renameEnum">;
  addEnumValue(
    name: string,
    value: string,
    options?: OpNotes & { readonly before?: string },
  ): OperationOf<"addEnumValue">;
  renameEnumValue(
    name: string,
    value: string,
    to: string,
    notes?: OpNotes,
  ): OperationOf<"renameEnumValue">;
  /** Removes or reorders values. `mapping` says what rows with a removed value get. */
  swapEnum(
    name: string,
    values: readonly string[],
    options?: OpNotes & { readonly mapping?: Readonly<Record<string, string | null>> },
  ): OperationOf<"swapEnum">;
  createExtension(name: string, notes?: OpNotes): OperationOf<"createObject">;
  createObject(object: ObjectIr, notes?: OpNotes): OperationOf<"createObject">;
  dropObject(object: Pick<ObjectIr, "kind" | "name">, notes?: OpNotes): OperationOf<"dropObject">;
  /** A view, function or trigger that is made anew whenever its text changes. */
  replaceable(
    name: string,
    sql: string,
    options?: OpNotes & { readonly drop?: string },
  ): OperationOf<"replaceable">;
  /** SQL by hand: for each database, with what it does to the schema and how it is undone. */
  sql(
    statements: SqlByDatabase,
    options?: OpNotes & {
      /** Left out when its revision is squashed; `state` stays. */
      readonly elidable?: boolean;
      /** The same change as operations, so that later comparisons know of it. */
      readonly state?: readonly Operation[];
      readonly down?: SqlByDatabase;
      /** False: each statement by itself, outside any transaction. */
      readonly transaction?: boolean;
    },
  ): OperationOf<"sql">;
  /**
   * New values for existing rows, in batches by primary key, each in a transaction of its own. `throttle: 1`
   * rests after each batch for as long as it took, so that a busy server gets more time.
   */
  backfill(
    table: string,
    options: OpNotes & {
      readonly set: Readonly<Record<string, SqlText>>;
      readonly where?: SqlText;
      readonly batch?: number;
      /** Left out when its revision is squashed: only the rows of its time needed it. */
      readonly elidable?: boolean;
      readonly throttle?: number;
    },
  ): OperationOf<"backfill">;
  /** A step in code. One that is resumable goes on from its last key; another starts again if it was stopped. */
  data(name: string, step: DataStep): OperationOf<"data">;
  data(name: string, options: DataOptions, step: DataStep): OperationOf<"data">;
  /** A data step of another revision, which `ferro squash` keeps; `as` is its name here. */
  kept(from: Steps, name: string, as?: string): OperationOf<"data">;
}

/**
 * What migration files are made of. Each call gives plain data; only `op.data` holds code.
 *
 * @example
 * ```ts
 * import { op } from "ferro-orm/migrate";
 *
 * op.renameColumn("posts", "title", "headline");
 * // => { op: "renameColumn", table: "posts", column: "title", to: "headline" }
 * ```
 */
export const op: Ops = {
  createTable: (table, spec, notes) => ({
    op: "createTable",
    table: readTable(table, spec),
    ...notes,
  }),
  dropTable: (table, notes) => ({ op: "dropTable", table, ...notes }),
  renameTable: (table, to, notes) => ({ op: "renameTable", table, to, ...notes }),
  setTableComment: (table, comment) => ({ op: "setTableComment", table, comment }),
  setTableOptions: (table, options) => ({ op: "setTableOptions", table, ...options }),
  addColumn: (table, column, { fill, ...notes } = {}) => ({
    op: "addColumn",
    table,
    column: readColumn(column),
    ...(fill !== undefined && { fill: readValue(fill) }),
    ...notes,
  }),
  dropColumn: (table, column, options) => ({ op: "dropColumn", table, column, ...options }),
  renameColumn: (table, column, to, notes) => ({ op: "renameColumn", table, column, to, ...notes }),
  setType: (table, column, type, { using, ...rest } = {}) => ({
    op: "setType",
    table,
    column,
    type: readType(type),
    ...(using !== undefined && { using: readSql(using) }),
    ...rest,
  }),
  setNotNull: (table, column, { fill, ...notes } = {}) => ({
    op: "setNullable",
    table,
    column,
    nullable: false,
    ...(fill !== undefined && { fill: readValue(fill) }),
    ...notes,
  }),
  dropNotNull: (table, column, notes) => ({
    op: "setNullable",
    table,
    column,
    nullable: true,
    ...notes,
  }),
  setDefault: (table, column, value, notes) => ({
    op: "setDefault",
    table,
    column,
    default: readValue(value),
    ...notes,
  }),
  dropDefault: (table, column, notes) => ({
    op: "setDefault",
    table,
    column,
    default: null,
    ...notes,
  }),
  setGenerated: (table, column, generated, notes) => ({
    op: "setGenerated",
    table,
    column,
    generated,
    ...notes,
  }),
  setNumbering: (table, column, options) => ({ op: "setNumbering", table, column, ...options }),
  setColumnComment: (table, column, comment) => ({
    op: "setColumnComment",
    table,
    column,
    comment,
  }),
  addPrimaryKey: (table, key, notes) => ({ op: "addPrimaryKey", table, ...key, ...notes }),
  dropPrimaryKey: (table, notes) => ({ op: "dropPrimaryKey", table, ...notes }),
  addUnique: (table, unique, notes) => ({
    op: "addUnique",
    table,
    unique: readUnique(table, unique),
    ...notes,
  }),
  dropUnique: (table, name, notes) => ({ op: "dropUnique", table, name, ...notes }),
  addCheck: (table, check, notes) => ({
    op: "addCheck",
    table,
    check: readCheck(table, check),
    ...notes,
  }),
  dropCheck: (table, name, notes) => ({ op: "dropCheck", table, name, ...notes }),
  addForeignKey: (table, key, notes) => ({
    op: "addForeignKey",
    table,
    foreignKey: readForeignKey(table, key),
    ...notes,
  }),
  dropForeignKey: (table, name, notes) => ({ op: "dropForeignKey", table, name, ...notes }),
  addExclude: (table, { name, definition }, notes) => ({
    op: "addExclude",
    table,
    exclude: { name, definition: readSql(definition) },
    ...notes,
  }),
  dropExclude: (table, name, notes) => ({ op: "dropExclude", table, name, ...notes }),
  renameConstraint: (table, name, to, notes) => ({
    op: "renameConstraint",
    table,
    name,
    to,
    ...notes,
  }),
  validate: (table, name, notes) => ({ op: "validate", table, name, ...notes }),
  createIndex: (table, index, notes) => ({
    op: "createIndex",
    table,
    index: readIndex(table, index),
    ...notes,
  }),
  dropIndex: (table, name, notes) => ({ op: "dropIndex", table, name, ...notes }),
  renameIndex: (table, name, to, notes) => ({ op: "renameIndex", table, name, to, ...notes }),
  createEnum: (name, values, notes) => ({ op: "createEnum", enum: { name, values }, ...notes }),
  dropEnum: (name, notes) => ({ op: "dropEnum", name, ...notes }),
  renameEnum: (name, to, notes) => ({ op: "renameEnum", name, to, ...notes }),
  addEnumValue: (name, value, options) => ({ op: "addEnumValue", enum: name, value, ...options }),
  renameEnumValue: (name, value, to, notes) => ({
    op: "renameEnumValue",
    enum: name,
    value,
    to,
    ...notes,
  }),
  swapEnum: (name, values, options) => ({ op: "swapEnum", enum: name, values, ...options }),
  createExtension: (name, notes) => {
    const quoted = `"${name.replaceAll('"', '""')}"`;
    const sql = `CREATE EXTENSION IF NOT EXISTS ${quoted}`;
    return { op: "createObject", object: { kind: "extension", name, sql }, ...notes };
  },
  createObject: (object, notes) => ({ op: "createObject", object, ...notes }),
  dropObject: (object, notes) => ({ op: "dropObject", object, ...notes }),
  replaceable: (name, sql, options) => ({ op: "replaceable", name, sql, ...options }),
  sql: (statements, options) => {
    if (typeof statements !== "object" || statements === null || Array.isArray(statements)) {
      throw new UsageError("op.sql() takes the statements of each database", {
        hint: 'write op.sql({ postgres: "…", sqlite: "…" }); leave out the one that has nothing to do',
      });
    }
    return { op: "sql", ...statements, ...options };
  },
  backfill: (table, { set, where, ...rest }) => {
    checkPace(table, rest);
    return {
      op: "backfill",
      table,
      set: Object.fromEntries(Object.entries(set).map(([name, text]) => [name, readSql(text)])),
      ...(where !== undefined && { where: readSql(where) }),
      ...rest,
    };
  },
  data: (name: string, ...rest: readonly (DataStep | DataOptions)[]) => {
    const step = rest.at(-1);
    const options = rest.length > 1 ? rest[0] : undefined;
    if (typeof step !== "function" || typeof options === "function") {
      throw new UsageError(`op.data("${name}") needs its code`, {
        hint: 'write op.data("what it does", async ({ db }) => { … })',
      });
    }
    return attachStep({ op: "data", name, ...options }, step);
  },
  kept: keptStep,
};

function checkPace(
  table: string,
  { batch = 1, throttle = 0 }: { readonly batch?: number; readonly throttle?: number },
): void {
  if (Number.isInteger(batch) && batch > 0 && Number.isFinite(throttle) && throttle >= 0) return;
  throw new UsageError(`op.backfill("${table}") was given a pace that means nothing`, {
    hint: "batch is a number of rows, 1 or more; throttle a multiple of a batch's time to rest for, 0 or more",
  });
}
