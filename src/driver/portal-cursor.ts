/** Step-wise reading of a PostgreSQL result: a portal in a transaction. */
import type { ConnectionState, DriverCursor, DriverRow, Statement } from "./driver.ts";
import type { PostgresField } from "./postgres-values.ts";

/** Rows out of a portal. */
export interface PortalRows {
  readonly rows: DriverRow[];
  readonly fields: readonly PostgresField[];
  /** Whether there may be more. */
  readonly suspended: boolean;
}

/** What a connection must be able to do for a cursor. */
export interface PortalHost {
  readonly state: ConnectionState;
  script(sql: string): void | Promise<void>;
  /** Binds a statement to a portal of this name and reads its first rows. */
  openPortal(name: string, statement: Statement, rows: number): Promise<PortalRows>;
  /** Reads on. */
  readPortal(name: string, rows: number, fields: readonly PostgresField[]): Promise<PortalRows>;
  closePortal(name: string): Promise<void>;
}

let portals = 0;

/**
 * A portal lives as long as its transaction, so outside one it gets one of its own,
 * which may only read. Inside one, other statements run between its reads.
 */
export class PortalCursor implements DriverCursor {
  readonly #host: PortalHost;
  readonly #statement: Statement;
  readonly #name: string;
  #begun = false;
  #fields: readonly PostgresField[] | undefined;
  #over = false;

  constructor(host: PortalHost, statement: Statement) {
    this.#host = host;
    this.#statement = statement;
    portals += 1;
    this.#name = `ferro_portal_${portals}`;
  }

  async read(count: number): Promise<DriverRow[]> {
    if (this.#over) {
      return [];
    }
    if (this.#fields === undefined && this.#host.state === "idle") {
      await this.#host.script("begin read only");
      this.#begun = true;
    }
    const { rows, fields, suspended } =
      this.#fields === undefined
        ? await this.#host.openPortal(this.#name, this.#statement, count)
        : await this.#host.readPortal(this.#name, count, this.#fields);
    this.#fields = fields;
    this.#over = !suspended;
    return rows;
  }

  async close(): Promise<void> {
    this.#over = true;
    const { state } = this.#host;
    if (this.#begun) {
      this.#begun = false;
      if (state !== "broken") {
        await this.#host.script("rollback");
      }
    } else if (this.#fields !== undefined && state === "inTransaction") {
      this.#fields = undefined;
      await this.#host.closePortal(this.#name);
    }
  }
}
