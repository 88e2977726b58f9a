/** The public face of a transaction: raw SQL on its connection, savepoints, hooks. */
import { UsageError } from "../errors/errors.ts";
import type { ModelSql, SqlFragment } from "../sql/raw.ts";
import { noteOpener } from "./opener.ts";
import { executeRaw, fetchRaw, type RawSql } from "./raw.ts";
import { readRest, type SchemaOptions } from "./raw-api.ts";
import type { RawRow, RowOf, RowSchema } from "./raw-rows.ts";
import { runNestedIn, runTransaction } from "./transact.ts";
import type { Transaction } from "./transaction.ts";
import type { TransactionOptions } from "./transaction-options.ts";

/** A transaction's connection is its own, so there is none to name. */
type InTransaction<Schema extends RowSchema> = Omit<SchemaOptions<Schema>, "using" | "session">;

/** What a transaction's block is given; it dies with the block. */
export interface TransactionHandle {
  /** Runs a statement in the transaction; answers the number of rows changed. */
  execute(sql: string | SqlFragment, parameters?: readonly unknown[]): Promise<number>;
  /** Runs a query in the transaction and gives its rows, as the function `fetchAll` does. */
  fetchAll<Row extends object>(sql: ModelSql<Row>): Promise<Row[]>;
  fetchAll<Schema extends RowSchema>(
    sql: string | SqlFragment,
    options: InTransaction<Schema>,
  ): Promise<RowOf<Schema>[]>;
  fetchAll<Schema extends RowSchema>(
    sql: string | SqlFragment,
    parameters: readonly unknown[],
    options: InTransaction<Schema>,
  ): Promise<RowOf<Schema>[]>;
  fetchAll(sql: string | SqlFragment, parameters?: readonly unknown[]): Promise<RawRow[]>;
  /** Runs a query in the transaction and gives its first row, or null. */
  fetchOne<Row extends object>(sql: ModelSql<Row>): Promise<Row | null>;
  fetchOne<Schema extends RowSchema>(
    sql: string | SqlFragment,
    options: InTransaction<Schema>,
  ): Promise<RowOf<Schema> | null>;
  fetchOne<Schema extends RowSchema>(
    sql: string | SqlFragment,
    parameters: readonly unknown[],
    options: InTransaction<Schema>,
  ): Promise<RowOf<Schema> | null>;
  fetchOne(sql: string | SqlFragment, parameters?: readonly unknown[]): Promise<RawRow | null>;
  /** Runs `work` in a savepoint: if it throws, only its own changes are undone. */
  savepoint<Result>(work: (inner: TransactionHandle) => Result | Promise<Result>): Promise<Result>;
  /** Calls `work` after the outermost commit; never after a rollback. */
  afterCommit(work: () => unknown): void;
}

/**
 * Runs `work` in a transaction: committed when it returns, rolled back when it throws.
 *
 * Everything inside, models and raw SQL alike, runs on one connection. Inside
 * another transaction it is a savepoint, unless `mode` says otherwise.
 *
 * @param work - Gets a handle for raw SQL; its result is the call's.
 * @param options - Connection or session, isolation, retries, deadline (5 minutes), signal.
 * @throws {CommitOutcomeUnknownError} The connection broke while COMMIT was answered.
 * @throws {TransactionAbortedError} PostgreSQL: a statement had failed and the block went on.
 * @throws {SerializationError} It met a concurrent transaction, more often than `retries` allows.
 *
 * @example
 * ```ts
 * await transaction(async (tx) => {
 *   await Tag.create({ name: "sql" });
 *   await tx.execute("update tag set name = 'SQL'");
 * });
 * ```
 */
export function transaction<Result>(
  work: (handle: TransactionHandle) => Result | Promise<Result>,
  options: TransactionOptions = {},
): Promise<Result> {
  if (typeof work !== "function") {
    const error = new UsageError("transaction() expected a function", {
      hint: "write transaction(async (tx) => { … })",
    });
    return Promise.reject(error);
  }
  return runTransaction((scope) => work(handleOf(scope)), options, noteOpener(transaction, work));
}

function handleOf(scope: Transaction): TransactionHandle {
  const handle: Omit<TransactionHandle, "fetchAll" | "fetchOne"> & Fetching = {
    execute: (sql, parameters = []) => executeRaw(sql, parameters, {}, scope),
    fetchAll: (sql: RawSql, ...rest: readonly unknown[]) => fetchIn(scope, sql, rest, "fetchAll"),
    fetchOne: async (sql: RawSql, ...rest: readonly unknown[]) => {
      const [row] = await fetchIn(scope, sql, rest, "fetchOne");
      return row ?? null;
    },
    savepoint: (work) => runNestedIn((inner) => work(handleOf(inner)), scope),
    afterCommit: (work) => scope.afterCommit(work),
  };
  return handle as TransactionHandle; // what is given decides what comes back
}

/** The same, without what overloads know of the rows. */
interface Fetching {
  fetchAll(sql: RawSql, ...rest: readonly unknown[]): Promise<unknown[]>;
  fetchOne(sql: RawSql, ...rest: readonly unknown[]): Promise<unknown>;
}

async function fetchIn(
  scope: Transaction,
  sql: RawSql,
  rest: readonly unknown[],
  action: "fetchAll" | "fetchOne",
): Promise<unknown[]> {
  const { parameters, options } = readRest(rest);
  if (options.using !== undefined || options.session !== undefined) {
    throw new UsageError(`tx.${action}() runs on its transaction's connection`, {
      hint: "leave using and session out",
    });
  }
  return fetchRaw(sql, parameters, options, action, scope);
}
