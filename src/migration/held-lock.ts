/** The migration lock as those see it who work under it. */
import type { DriverConnection } from "../driver/driver.ts";

/** What locks are called by in the database. */
export const lockScope = "ferro_migrations";

/** Lends a connection for a question that is asked beside the work. */
export type Asker = <Result>(
  question: (connection: DriverConnection) => Promise<Result>,
) => Promise<Result>;

/** A lock that is held. */
export interface HeldLock {
  /** Asks over the connection that holds it, which may look at who waits for whom; null without one. */
  readonly ask: Asker | null;
  /** What whoever watches should know of it; null for nothing. */
  readonly warning: string | null;
  /**
   * Asked over the connection that works. Once this was asked in a transaction, nobody else can have the
   * lock before that ends.
   *
   * @throws {MigrationLockError} It was lost.
   */
  assertHeld(connection: DriverConnection): Promise<void>;
  release(): Promise<void>;
}
