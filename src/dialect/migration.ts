/** What running migrations asks of a database; each dialect folder fills it in, in `migration.ts`. */
import type { RebuiltTable } from "../ddl/plan.ts";
import type { DriverConnection } from "../driver/driver.ts";
import type { ColumnIr } from "../ir/schema.ts";

/** How long a statement may wait for locks and may run, in milliseconds; 0 is for ever. */
export interface StepTimeouts {
  readonly lockMs: number;
  readonly statementMs: number;
}

/** Someone in the way of a schema change. */
export interface Blocker {
  readonly pid: number;
  readonly user: string;
  /** The beginning of its statement. */
  readonly query: string;
  /** How long it has been at it, in seconds. */
  readonly seconds: number;
}

/** How far an index is that is being built. */
export interface BuildProgress {
  /** What is done now, in the database's words: "building index: scanning table". */
  readonly phase: string;
  /** Of this phase; null where it can't be known. */
  readonly percent: number | null;
}

/** How values without a form in another type are found. */
export interface UncastableQuestion {
  /** The condition; null where there is none. With `cast`, older servers may not understand it. */
  readonly where: string | null;
  /** The expression that fails. */
  readonly cast?: string;
}

/** What a transaction has done to a table so far. */
export interface Footprint {
  /** What it is known by, whatever it is called. */
  readonly id: string;
  readonly table: string;
  /** The strengths of the locks that are held on it. */
  readonly locks: readonly number[];
  /** The files of the table and of its indexes: another one is a rewrite. */
  readonly files: Readonly<Record<string, string>>;
  /** How many of its rows were read from end to end. */
  readonly rowsRead: number;
}

/** A lock that is a row of a table: it ends with its time, not with a session. */
export interface Lease {
  readonly scope: string;
  /** Another one each time that it is taken. */
  readonly token: string;
  /** Who takes it, for a reader. */
  readonly holder: string;
  /** For how long, unless it is renewed; by the server's clock. */
  readonly forMs: number;
}

/** How leases are kept. Nothing here waits for another session. */
export interface LeaseDialect {
  /** Makes its table, whoever else does so too. */
  create(connection: DriverConnection): Promise<void>;
  /** Takes one that nobody holds, or whose time is over; false while another holds it. */
  take(connection: DriverConnection, lease: Lease): Promise<boolean>;
  /** False where another has it. */
  renew(connection: DriverConnection, lease: Lease): Promise<boolean>;
  /** Whether it is held still. Asked in a transaction, nobody can take it before that ends. */
  hold(connection: DriverConnection, lease: Lease): Promise<boolean>;
  /** Who holds it, once one whose time is over is gone; null for nobody. */
  holder(connection: DriverConnection, scope: string): Promise<string | null>;
  release(connection: DriverConnection, lease: Lease): Promise<void>;
}

/** What a statement does to a table that others use. */
export interface StatementEffect {
  /** The lock that it takes, in the database's words. */
  readonly lock: string;
  /** Who waits while it is held. */
  readonly waiting: "everyone" | "writers" | "nobody";
  /** Whether rows are read from end to end. */
  readonly reads: boolean;
  /** Whether the table, or an index of it, is written anew. */
  readonly rewrites: boolean;
}

/** How locks are measured. */
export interface TraceDialect {
  footprints(connection: DriverConnection): Promise<readonly Footprint[]>;
  /** The strength from which on writers wait. */
  readonly keepsWritersOut: number;
  lockName(level: number): string;
  /** The strength that a statement asks for, where that can be told by its text. */
  ownStrength(statement: string): number | null;
  /** The statement in a form that may stand in a transaction. */
  inTransaction(statement: string): string;
}

/** Answers about one database. */
export interface MigrationDialect {
  /** Begins a transaction that will write. */
  readonly begin: string;
  /** Run at the beginning of a transaction; ends with it. */
  transactionTimeouts(timeouts: StepTimeouts): string | null;
  /** Run around a statement that stands outside of transactions: before, and to undo that. */
  sessionTimeouts(timeouts: StepTimeouts): readonly [before: string, after: string] | null;
  /** One row, one column: what the server calls itself. */
  readonly serverVersion: string;
  /** One row, one column: what {@link blockers} knows this connection by; null where it can't be known. */
  readonly self: string | null;
  /** Who holds up the connection `self`. */
  blockers(watcher: DriverConnection, self: string): Promise<readonly Blocker[]>;
  /** How far the index is that the connection `self` builds; null where it builds none. */
  building(watcher: DriverConnection, self: string): Promise<BuildProgress | null>;
  /** One row if a table of this name can be seen. */
  findTable(name: string): { readonly sql: string; readonly parameters: readonly string[] };
  /**
   * Tries to take the lock of a scope, on a connection that does nothing else; false while another
   * holds it. It is let go when the connection ends, however that comes.
   */
  tryLock(connection: DriverConnection, scope: string): Promise<boolean>;
  /** Who holds it, for a reader; null where that can't be known. */
  lockHolder(connection: DriverConnection, scope: string): Promise<string | null>;
  /** The lock as a row, for where sessions can't be held on to; null where they always can. */
  readonly lease: LeaseDialect | null;
  /** What a statement does to the table that it is about; null for one that is about none. One line, words in upper case. */
  effectOf(statement: string): StatementEffect | null;
  /** What making a table anew does to it; null where that isn't done. */
  readonly rebuildEffect: StatementEffect | null;
  /** How many rows a table has, about: quickly, however many. Null for one that isn't there. */
  estimateRows(connection: DriverConnection, table: string): Promise<number | null>;
  /**
   * Which values of a column have no form in another type: a condition that is true for them, and where
   * only the database knows, an expression that fails at them. Null where every value has one.
   */
  uncastable(quoted: string, was: ColumnIr, is: ColumnIr): UncastableQuestion | null;
  /** The condition that an enum column, or a list of such values, holds one of these; texts are literals. */
  holdsAny(quoted: string, column: ColumnIr, texts: readonly string[]): string;
  /** How the locks of statements are measured; null where every writer locks the whole database. */
  readonly trace: TraceDialect | null;
  /** What scripts for the database's own shell are made with. */
  readonly script: {
    /** Makes the shell stop at the first error. */
    readonly head: string;
    /** Stops the script unless these are the heads, and nothing is half done. */
    guard(heads: readonly string[]): string;
    /** What stands around the statements that make tables anew. */
    rebuild(tables: readonly RebuiltTable[]): RebuildScript;
  };
}

/** What keeps the rows and parts of tables that a script makes anew. */
export interface RebuildScript {
  /** Before the transaction. */
  readonly before: readonly string[];
  /** At its beginning. */
  readonly first: readonly string[];
  /** After the statements. */
  readonly last: readonly string[];
  /** After the transaction. */
  readonly after: readonly string[];
}
