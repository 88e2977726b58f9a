import type { PGlite } from "@electric-sql/pglite";
import {
  type ConnectionState,
  type Driver,
  type DriverConnection,
  type DriverCursor,
  DriverError,
  type DriverResult,
  type DriverRow,
  type ErrorTranslator,
  type Statement,
} from "./driver.ts";
import { missingPeer } from "./missing-peer.ts";
import { PortalCursor, type PortalHost, type PortalRows } from "./portal-cursor.ts";
import {
  bytesPositions,
  decodeBytes,
  describeColumns,
  encodeParameters,
  type PostgresField,
  readCommandTag,
} from "./postgres-values.ts";

type PgliteModule = typeof import("@electric-sql/pglite");
type Messages = Awaited<ReturnType<PGlite["execProtocol"]>>["messages"];

export interface PgliteDriverOptions {
  /** Folder of the database; absent for one that lives in memory as long as the driver. */
  readonly directory?: string | undefined;
  /** Schema that the connection looks in. */
  readonly searchPath?: string | undefined;
  readonly translate: ErrorTranslator;
}

// The engine speaks the protocol itself, so these can't be sent at start-up.
const session =
  "set datestyle = 'ISO, MDY'; set timezone = 'UTC'; set intervalstyle = 'postgres'; set extra_float_digits = 3";

/** Loads the optional package and makes the driver over one embedded PostgreSQL, started at the first `open`. */
export async function pgliteDriver(options: PgliteDriverOptions): Promise<Driver> {
  let module: PgliteModule;
  try {
    module = await import("@electric-sql/pglite");
  } catch (error) {
    throw missingPeer("@electric-sql/pglite", "the embedded PostgreSQL that was asked for", error);
  }

  let engine: PGlite | undefined;
  return {
    name: "pglite",
    maxConnections: 1,
    open: async () => {
      try {
        engine ??= await module.PGlite.create(
          options.directory === undefined ? {} : { dataDir: options.directory },
        );
        const connection = new PgliteConnection(engine, module, options.translate);
        await connection.reset(options.searchPath);
        return connection;
      } catch (error) {
        const { message, code } = options.translate(error);
        throw new DriverError(message, { kind: "connect", code }, error);
      }
    },
    close: async () => {
      await engine?.close();
      engine = undefined;
    },
  };
}

class PgliteConnection implements DriverConnection, PortalHost {
  readonly only = true;
  readonly #engine: PGlite;
  readonly #serialize: PgliteModule["protocol"]["serialize"];
  readonly #translate: ErrorTranslator;
  #status = "I";
  #running = false;
  #closed = false;

  constructor(engine: PGlite, { protocol }: PgliteModule, translate: ErrorTranslator) {
    this.#engine = engine;
    this.#serialize = protocol.serialize;
    this.#translate = translate;
  }

  get state(): ConnectionState {
    if (this.#closed || this.#engine.closed) {
      return "broken";
    }
    switch (this.#status) {
      case "I":
        return "idle";
      case "T":
        return "inTransaction";
      default:
        return "failedTransaction";
    }
  }

  /** Ends what a connection before this one may have left open, and fixes the session's settings. */
  async reset(searchPath: string | undefined): Promise<void> {
    await this.script("rollback");
    await this.script(session);
    await this.query({
      sql: "select set_config('search_path', coalesce($1, reset_val), false) from pg_settings where name = 'search_path'",
      parameters: [searchPath ?? null],
    });
  }

  async query({ sql, parameters }: Statement): Promise<DriverResult> {
    const serialize = this.#serialize;
    const values = encodeParameters(parameters);
    // Everything in one message: each call of the engine costs far more than its parsing does.
    return this.#run([
      serialize.parse({ text: sql }),
      serialize.bind({ values }),
      serialize.describe({ type: "P" }),
      serialize.execute({}),
      serialize.sync(),
    ]);
  }

  async script(sql: string): Promise<void> {
    await this.#run([this.#serialize.query(sql)]);
  }

  openCursor(statement: Statement): DriverCursor {
    return new PortalCursor(this, statement);
  }

  async openPortal(
    portal: string,
    { sql, parameters }: Statement,
    rows: number,
  ): Promise<PortalRows> {
    const serialize = this.#serialize;
    return this.#run([
      serialize.parse({ text: sql }),
      serialize.bind({ portal, values: encodeParameters(parameters) }),
      serialize.describe({ type: "P", name: portal }),
      serialize.execute({ portal, rows }),
      serialize.sync(),
    ]);
  }

  async readPortal(
    portal: string,
    rows: number,
    fields: readonly PostgresField[],
  ): Promise<PortalRows> {
    const serialize = this.#serialize;
    return this.#run([serialize.execute({ portal, rows }), serialize.sync()], fields);
  }

  async closePortal(name: string): Promise<void> {
    await this.#run([this.#serialize.close({ type: "P", name }), this.#serialize.sync()]);
  }

  async ping(): Promise<void> {
    await this.script("select 1");
  }

  /** The engine runs on this very thread: there is never a statement to stop. */
  async cancel(): Promise<void> {}

  async close(): Promise<void> {
    if (!this.#closed && this.#status !== "I" && !this.#engine.closed) {
      await this.script("rollback");
    }
    this.#closed = true;
  }

  /** The engine is the driver's; the next connection starts with a ROLLBACK. */
  destroy(): void {
    this.#closed = true;
  }

  unref(): void {}

  async #run(
    messages: readonly Uint8Array[],
    known: readonly PostgresField[] = [],
  ): Promise<DriverResult & PortalRows> {
    if (this.#closed || this.#engine.closed) {
      throw new DriverError("the PGlite connection is closed", { kind: "connectionLost" });
    }
    if (this.#running) {
      throw new DriverError("another statement is still running on this connection", {
        kind: "other",
      });
    }
    this.#running = true;
    try {
      const bytes = Buffer.concat(messages);
      const answer = await this.#engine.runExclusive(() =>
        this.#engine.execProtocol(bytes, { throwOnError: false }),
      );
      return this.#read(answer.messages, known);
    } catch (error) {
      throw this.#translate(error);
    } finally {
      this.#running = false;
    }
  }

  #read(messages: Messages, known: readonly PostgresField[]): DriverResult & PortalRows {
    const rows: DriverRow[] = [];
    let fields = known;
    let bytes = bytesPositions(known);
    let suspended = false;
    let tag = "";
    let failure: Error | undefined;
    for (const message of messages) {
      if (message instanceof Error) {
        failure ??= message;
      } else if (message.name === "rowDescription") {
        fields = (message as unknown as { readonly fields: readonly PostgresField[] }).fields; // by name
        bytes = bytesPositions(fields);
      } else if (message.name === "dataRow") {
        const row = (message as unknown as { readonly fields: DriverRow }).fields; // by name
        decodeBytes(row, bytes);
        rows.push(row);
      } else if (message.name === "portalSuspended") {
        suspended = true;
      } else if (message.name === "commandComplete") {
        tag = (message as unknown as { readonly text: string }).text; // by name
      } else if (message.name === "readyForQuery") {
        this.#status = (message as unknown as { readonly status: string }).status; // by name
      }
    }
    if (failure !== undefined) {
      throw failure;
    }
    return {
      rows,
      fields,
      suspended,
      get columns() {
        return describeColumns(fields);
      },
      ...readCommandTag(tag),
    };
  }
}
