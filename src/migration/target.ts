/** A database as the runner sees it; `connect/` opens one. */
import type { Dialect } from "../dialect/dialect.ts";
import type { MigrationDialect } from "../dialect/migration.ts";
import type { DriverConnection, Statement } from "../driver/driver.ts";
import type { DataStep } from "./data-step.ts";

/** How one process at a time migrates: by a lock that its session holds, or by a row. */
export type LockKind = "session" | "lease";

/** How a data step is run. */
export interface DataRun {
  readonly lastKey: string | null;
  /** All of it in one transaction; otherwise the step makes its own. */
  readonly atomic: boolean;
  /** Writes down a key. */
  saveKey(key: string): Statement;
  /** What is written when it is done: in its transaction, or in one of their own. */
  readonly finish: readonly Statement[];
  log(message: string): void;
  /** Fails where the migration lock was lost; runs at the beginning of each transaction. */
  assertHeld(): Promise<void>;
}

/** One database that is being migrated. */
export interface MigrationTarget {
  /** @internal Does the work; nobody else uses it. */
  readonly connection: DriverConnection;
  /** @internal */
  readonly dialect: Dialect;
  /** @internal */
  readonly answers: MigrationDialect;
  /** The URL without its secrets. */
  readonly label: string;
  /**
   * @internal What keeps other processes out: a lock of the session, or a row that is renewed, where each
   * transaction may meet another session of the server.
   */
  readonly lock: LockKind;
  /** @internal Opens a connection that holds nothing but a lock; null where no other process can come. */
  openLock(): Promise<LockConnection | null>;
  /**
   * @internal A place with nothing in it, on the same kind of server, that is thrown away when it is closed.
   * There schemas of these names are empty too.
   */
  openScratch(schemas?: readonly string[]): Promise<ScratchPlace>;
  /** @internal Runs code with models and raw SQL on this database. */
  runData(step: DataStep, run: DataRun): Promise<void>;
  close(): Promise<void>;
}

/** A connection for locks. */
export interface LockConnection {
  readonly connection: DriverConnection;
  close(): Promise<void>;
}

/** An empty schema of the same server. */
export interface ScratchPlace {
  readonly connection: DriverConnection;
  close(): Promise<void>;
}
