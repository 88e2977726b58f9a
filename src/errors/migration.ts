/** What can go wrong with versioned migrations; each class has an exit code of its own in the CLI. */
import { type FerroErrorOptions, nameError } from "./base.ts";
import { MigrationError } from "./errors.ts";

/** What is wrong with a set of revisions. */
export type RevisionFault =
  /** Two files have one id. */
  | "DUPLICATE"
  /** A file follows a revision that has no file. */
  | "MISSING_PARENT"
  /** Files follow each other in a circle. */
  | "CYCLE"
  /** A word names no revision, or several. */
  | "UNKNOWN"
  /** A file can't be read as a revision. */
  | "UNREADABLE"
  /** A revision can't be undone. */
  | "IRREVERSIBLE"
  /** A range of revisions can't be made one. */
  | "NOT_SQUASHABLE";

/** Thrown when revisions don't make a history, or a revision that is named isn't there. */
export class RevisionError extends MigrationError {
  static {
    nameError(RevisionError, "RevisionError");
  }
  override readonly code = "REVISION";
  readonly fault: RevisionFault;

  constructor(fault: RevisionFault, message: string, options: FerroErrorOptions = {}) {
    super(message, options);
    this.fault = fault;
  }
}

/** Thrown when a history has several heads, or two of them contradict each other. */
export class RevisionConflictError extends MigrationError {
  static {
    nameError(RevisionConflictError, "RevisionConflictError");
  }
  override readonly code = "REVISION_CONFLICT";
  readonly heads: readonly string[];
  /** The last revision that all heads follow; null where they share none. */
  readonly fork: string | null;

  constructor(
    message: string,
    options: FerroErrorOptions & {
      readonly heads: readonly string[];
      readonly fork: string | null;
    },
  ) {
    super(message, options);
    this.heads = options.heads;
    this.fork = options.fork;
  }
}

/** Thrown when a comparison can't tell what was meant, and nobody is there to be asked. */
export class DecisionNeededError extends MigrationError {
  static {
    nameError(DecisionNeededError, "DecisionNeededError");
  }
  override readonly code = "DECISION_NEEDED";
  /** The questions, as plain data. */
  readonly decisions: readonly object[];

  constructor(
    message: string,
    options: FerroErrorOptions & { readonly decisions: readonly object[] },
  ) {
    super(message, options);
    this.decisions = options.decisions;
  }
}

/** Thrown when a database is not what its history says. */
export class SchemaDriftError extends MigrationError {
  static {
    nameError(SchemaDriftError, "SchemaDriftError");
  }
  override readonly code = "SCHEMA_DRIFT";
}

/** Thrown when an operation would lose something and no reason for that is given. */
export class DestructiveChangeError extends MigrationError {
  static {
    nameError(DestructiveChangeError, "DestructiveChangeError");
  }
  override readonly code = "DESTRUCTIVE_CHANGE";
}

/** Thrown when another process holds the migration lock, or a table, for longer than was to be waited. */
export class MigrationLockError extends MigrationError {
  static {
    nameError(MigrationLockError, "MigrationLockError");
  }
  override readonly code = "MIGRATION_LOCK";
}

/** How a database's history and the migrations folder disagree. */
export type HistoryFault =
  /** A revision does something else than when it was applied. */
  | "CHANGED"
  /** The plan that was reviewed is not the one that would run. */
  | "PLAN_CHANGED"
  /** The database has a revision that the folder doesn't know. */
  | "UNKNOWN_APPLIED"
  /** The database knows another revision under this id. */
  | "ID_REUSED";

/** Thrown when a database's history and the migrations folder disagree. */
export class HistoryChangedError extends MigrationError {
  static {
    nameError(HistoryChangedError, "HistoryChangedError");
  }
  override readonly code = "HISTORY_CHANGED";
  readonly fault: HistoryFault;
  readonly revision: string;

  constructor(
    message: string,
    options: FerroErrorOptions & { readonly fault: HistoryFault; readonly revision: string },
  ) {
    super(message, options);
    this.fault = options.fault;
    this.revision = options.revision;
  }
}

/** Thrown when a revision stopped after some of its segments; running it again goes on from there. */
export class PartlyAppliedError extends MigrationError {
  static {
    nameError(PartlyAppliedError, "PartlyAppliedError");
  }
  override readonly code = "MIGRATION_PARTLY_APPLIED";
  readonly revision: string;

  constructor(message: string, options: FerroErrorOptions & { readonly revision: string }) {
    super(message, options);
    this.revision = options.revision;
  }
}

/** Thrown by auto-migrate, where it would change a database that versioned migrations look after. */
export class VersionedDatabaseError extends MigrationError {
  static {
    nameError(VersionedDatabaseError, "VersionedDatabaseError");
  }
  override readonly code = "VERSIONED_DATABASE";
}

/** Thrown by `connect` with `migrations`, where the database lacks revisions that are not to be applied there. */
export class PendingMigrationsError extends MigrationError {
  static {
    nameError(PendingMigrationsError, "PendingMigrationsError");
  }
  override readonly code = "MIGRATIONS_PENDING";
  /** The ids of the revisions, in order. */
  readonly pending: readonly string[];

  constructor(
    message: string,
    options: FerroErrorOptions & { readonly pending: readonly string[] },
  ) {
    super(message, options);
    this.pending = options.pending;
  }
}
