/**
 * The parts of node-postgres that Ferro relies on and that its types leave out.
 * One cast, in `pg.ts`, leads here; the conformance suite tells when pg moves.
 */
import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import type { PostgresField } from "./postgres-values.ts";

export interface PgConnection extends EventEmitter {
  stream: Duplex & {
    ref?: () => void;
    unref?: () => void;
    encrypted?: boolean;
    bytesRead?: number;
    bytesWritten?: number;
  };
  /** Called for the plain socket, or again for the TLS one: sets the parser on its data. */
  attachListeners(stream: Duplex): void;
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
  query(text: string): void;
  parse(message: { readonly text: string; readonly name: string }): void;
  bind(message: {
    readonly portal?: string;
    readonly statement: string;
    readonly values: readonly (string | Buffer | null)[];
  }): void;
  describe(message: { readonly type: "P"; readonly name?: string }): void;
  execute(message: { readonly portal?: string; readonly rows?: number }): void;
  close(message: { readonly type: "S" | "P"; readonly name: string }): void;
  sync(): void;
  sendCopyFail(message: string): void;
}

export interface PgClient extends EventEmitter {
  readonly connection: PgConnection;
  readonly processID: number | null;
  readonly secretKey: number | null;
  readonly port: number;
  readonly host: string;
  readonly user: string | undefined;
  readonly database: string | undefined;
  connect(): Promise<unknown>;
  end(): Promise<void>;
  ref(): void;
  unref(): void;
  query(query: PgSubmittable): unknown;
  getTransactionStatus(): "I" | "T" | "E" | null;
  getStartupConf(): Record<string, string>;
}

/** What a client calls on the query that runs. */
export interface PgSubmittable {
  submit(connection: PgConnection): Error | null;
  handleRowDescription(message: { readonly fields: readonly PostgresField[] }): void;
  handleDataRow(message: { readonly fields: (string | null)[] }): void;
  handleCommandComplete(message: { readonly text: string }): void;
  handleEmptyQuery(): void;
  handlePortalSuspended(): void;
  handleCopyInResponse(connection: PgConnection): void;
  handleCopyData(): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
}
