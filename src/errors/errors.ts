import { FerroError, type FerroErrorOptions, nameError } from "./base.ts";

/** Thrown when the API is called in a way that can't mean anything: a wrong argument, a missing `where`. */
export class UsageError extends FerroError {
  static {
    nameError(UsageError, "UsageError");
  }
  readonly code = "USAGE";
}

/** Thrown when a model's definition is wrong: an unknown column, a missing back reference, a bad type. */
export class SchemaError extends FerroError {
  static {
    nameError(SchemaError, "SchemaError");
  }
  readonly code = "SCHEMA";
}

/** Thrown when a relation is used in a way that its pair, key or state doesn't allow. */
export class RelationError extends FerroError {
  static {
    nameError(RelationError, "RelationError");
  }
  readonly code = "RELATION";
}

/** One thing that Zod found wrong, with the path of the field. */
export interface ValidationIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code?: string | undefined;
}

/**
 * Thrown when input doesn't satisfy a model's schema. Nothing was written.
 *
 * @example
 * ```ts
 * try {
 *   new Tag({ name: "" });
 * } catch (error) {
 *   if (error instanceof ValidationError) console.log(error.issues[0]?.path); // => ["name"]
 * }
 * ```
 */
export class ValidationError extends FerroError {
  static {
    nameError(ValidationError, "ValidationError");
  }
  readonly code = "VALIDATION";
  /** The model whose schema refused the input; of raw SQL, the function that was called. */
  readonly model: string;
  /** Zod's issues, without the values. */
  readonly issues: readonly ValidationIssue[];

  /** @param problem - What is wrong, in a few words; by default that the input is invalid. */
  constructor(
    model: string,
    issues: readonly ValidationIssue[],
    cause?: unknown,
    problem = `${model} was given invalid input`,
  ) {
    const lines = issues.map(({ path, message }) => `  ${pathText(path)}: ${message}`);
    super(`${problem}\n${lines.join("\n")}`, { cause: withoutInput(cause) });
    this.model = model;
    this.issues = issues;
  }
}

/** Thrown by `get` and `one` when no row answers. */
export class ModelDoesNotExistError extends FerroError {
  static {
    nameError(ModelDoesNotExistError, "ModelDoesNotExistError");
  }
  readonly code = "MODEL_DOES_NOT_EXIST";
  /** The model that was asked for. */
  readonly model: string;
  /** The primary key that was asked for; undefined when a query found nothing. Loggers don't show it. */
  declare readonly pk: unknown;

  constructor(model: string, pk?: unknown) {
    super(
      pk === undefined
        ? `no ${model} matches the query`
        : `no ${model} has the primary key that was asked for (see error.pk)`,
      { hint: "use getOrNone() or first() where absence is expected" },
    );
    this.model = model;
    Object.defineProperty(this, "pk", { value: pk });
  }
}

/** Thrown when the cursor given to `page` or `after` can't be read, or belongs to another ordering. */
export class InvalidCursorError extends FerroError {
  static {
    nameError(InvalidCursorError, "InvalidCursorError");
  }
  readonly code = "INVALID_CURSOR";
}

/** Thrown when an instance with a version column is saved or deleted, and its row has changed or gone since it was read. */
export class StaleObjectError extends FerroError {
  static {
    nameError(StaleObjectError, "StaleObjectError");
  }
  readonly code = "STALE_OBJECT";
  readonly model: string;
  /** The primary key of the row; a list of them after `bulkUpdate`. Loggers don't show it. */
  declare readonly pk: unknown;

  constructor(model: string, pk: unknown) {
    super(`the row of a ${model} has changed or gone since it was read (see error.pk)`, {
      hint: "refresh() the instance, apply the change again, and save it",
    });
    this.model = model;
    Object.defineProperty(this, "pk", { value: pk });
  }
}

/** Thrown by `one` when more than one row answers. */
export class MultipleResultsError extends FerroError {
  static {
    nameError(MultipleResultsError, "MultipleResultsError");
  }
  readonly code = "MULTIPLE_RESULTS";
  readonly model: string;

  constructor(model: string) {
    super(`more than one ${model} matches a query that was to give exactly one`, {
      hint: "narrow the where(), or use first() with an orderBy()",
    });
    this.model = model;
  }
}

/** Facts of a refused or failed statement, in the database's and the model's terms. */
export interface DatabaseErrorFacts extends FerroErrorOptions {
  /** SQLSTATE on PostgreSQL, the extended result code on SQLite. */
  readonly sqlCode?: string | undefined;
  readonly model?: string | undefined;
  readonly table?: string | undefined;
  /** Property names where the model is known, else column names. */
  readonly columns?: readonly string[] | undefined;
  readonly constraint?: string | undefined;
}

/** Thrown when the database refuses or fails a statement for a reason with no class of its own. */
export class DatabaseError extends FerroError {
  static {
    nameError(DatabaseError, "DatabaseError");
  }
  readonly code: string = "DATABASE";
  readonly sqlCode: string | undefined;
  readonly model: string | undefined;
  readonly table: string | undefined;
  readonly columns: readonly string[];
  readonly constraint: string | undefined;

  constructor(message: string, facts: DatabaseErrorFacts = {}) {
    super(message, facts);
    this.sqlCode = facts.sqlCode;
    this.model = facts.model;
    this.table = facts.table;
    this.columns = facts.columns ?? [];
    this.constraint = facts.constraint;
  }
}

/** Thrown when a row would repeat a unique value. */
export class UniqueViolationError extends DatabaseError {
  static {
    nameError(UniqueViolationError, "UniqueViolationError");
  }
  override readonly code = "UNIQUE_VIOLATION";
}

/** Thrown when a foreign key points to no row, or a row is still pointed to. */
export class ForeignKeyViolationError extends DatabaseError {
  static {
    nameError(ForeignKeyViolationError, "ForeignKeyViolationError");
  }
  override readonly code = "FOREIGN_KEY_VIOLATION";
}

/** Thrown when NULL reaches a column that doesn't take it. */
export class NotNullViolationError extends DatabaseError {
  static {
    nameError(NotNullViolationError, "NotNullViolationError");
  }
  override readonly code = "NOT_NULL_VIOLATION";
}

/** Thrown when a row breaks a CHECK constraint. */
export class CheckViolationError extends DatabaseError {
  static {
    nameError(CheckViolationError, "CheckViolationError");
  }
  override readonly code = "CHECK_VIOLATION";
}

/** Thrown when concurrent transactions can't be put in an order; the whole transaction may be run again. */
export class SerializationError extends DatabaseError {
  static {
    nameError(SerializationError, "SerializationError");
  }
  override readonly code = "SERIALIZATION";
}

/** Thrown when the database broke a deadlock by failing this transaction; it may be run again. */
export class DeadlockError extends DatabaseError {
  static {
    nameError(DeadlockError, "DeadlockError");
  }
  override readonly code = "DEADLOCK";
}

/** Thrown when a statement ran longer than it was allowed to, or waited too long for a lock. */
export class QueryTimeoutError extends DatabaseError {
  static {
    nameError(QueryTimeoutError, "QueryTimeoutError");
  }
  override readonly code = "QUERY_TIMEOUT";
}

/** Thrown when a statement was cancelled. */
export class QueryCancelledError extends DatabaseError {
  static {
    nameError(QueryCancelledError, "QueryCancelledError");
  }
  override readonly code = "QUERY_CANCELLED";
}

/** Thrown when a connection can't be opened: bad URL, refused, wrong password, missing file. */
export class ConnectionError extends FerroError {
  static {
    nameError(ConnectionError, "ConnectionError");
  }
  readonly code = "CONNECTION";
}

/** Thrown when an open connection broke under a statement; the pool replaces it. */
export class ConnectionLostError extends FerroError {
  static {
    nameError(ConnectionLostError, "ConnectionLostError");
  }
  readonly code = "CONNECTION_LOST";
}

/** Thrown when no pooled connection came free in time; the message says who holds them. */
export class PoolTimeoutError extends FerroError {
  static {
    nameError(PoolTimeoutError, "PoolTimeoutError");
  }
  readonly code = "POOL_TIMEOUT";
}

/** Thrown when there is no connection to use: none opened, none selected, or an unknown name. */
export class NoConnectionError extends FerroError {
  static {
    nameError(NoConnectionError, "NoConnectionError");
  }
  readonly code = "NO_CONNECTION";
}

/** Thrown when two answers to "which connection?" disagree. */
export class RoutingError extends FerroError {
  static {
    nameError(RoutingError, "RoutingError");
  }
  readonly code = "ROUTING";
}

/** Thrown when a session is used after it was closed; work never moves to another connection by itself. */
export class SessionClosedError extends FerroError {
  static {
    nameError(SessionClosedError, "SessionClosedError");
  }
  readonly code = "SESSION_CLOSED";
}

/** Thrown when work reaches a transaction that has ended. */
export class TransactionClosedError extends FerroError {
  static {
    nameError(TransactionClosedError, "TransactionClosedError");
  }
  readonly code = "TRANSACTION_CLOSED";
}

/** Thrown when a transaction returned although a statement in it had failed: the server wrote nothing. */
export class TransactionAbortedError extends FerroError {
  static {
    nameError(TransactionAbortedError, "TransactionAbortedError");
  }
  readonly code = "TRANSACTION_ABORTED";
}

/** Thrown when the answer to COMMIT was lost: the transaction may or may not have been written. Never retried. */
export class CommitOutcomeUnknownError extends FerroError {
  static {
    nameError(CommitOutcomeUnknownError, "CommitOutcomeUnknownError");
  }
  readonly code = "COMMIT_OUTCOME_UNKNOWN";
}

/** Thrown when the database's schema can't be brought to the models'. */
export class MigrationError extends FerroError {
  static {
    nameError(MigrationError, "MigrationError");
  }
  readonly code: string = "MIGRATION";
}

function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "(whole input)" : path.map(String).join(".");
}

/** Takes the values out of Zod's issues, which carry them where a program asked for that. */
function withoutInput(cause: unknown): unknown {
  if (!(cause instanceof Error && "issues" in cause)) return cause;
  const { message } = cause;
  if (dropInput(cause.issues)) {
    // Zod makes it of the issues, and the stack begins with it: either may have been read before.
    cause.message = JSON.stringify(cause.issues, (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    cause.stack = cause.stack?.replace(message, () => cause.message) ?? "";
  }
  return cause;
}

/** Drops `input` from issues and from those within them, as a union's; gives whether there was any. */
function dropInput(issues: unknown): boolean {
  if (!Array.isArray(issues)) return false;
  return issues
    .map((issue: unknown) => {
      if (Array.isArray(issue)) return dropInput(issue);
      if (typeof issue !== "object" || issue === null) return false;
      const within = "errors" in issue && dropInput(issue.errors);
      const among = "issues" in issue && dropInput(issue.issues);
      return ("input" in issue && Reflect.deleteProperty(issue, "input")) || within || among;
    })
    .includes(true);
}
