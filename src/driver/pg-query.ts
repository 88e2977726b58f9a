import type { DriverResult, DriverRow } from "./driver.ts";
import type { PgConnection, PgSubmittable } from "./pg-internals.ts";
import {
  bytesPositions,
  decodeBytes,
  describeColumns,
  type PostgresField,
  readCommandTag,
} from "./postgres-values.ts";

/** A statement that the server keeps under a name, with the description of its rows. */
export interface NamedStatement {
  readonly name: string;
  /** Undefined until the first execution has succeeded. */
  fields: readonly PostgresField[] | undefined;
}

/** What goes to the server in one batch. */
export type PgRequest =
  | { readonly kind: "script"; readonly sql: string }
  | {
      readonly kind: "statement";
      readonly sql: string;
      readonly values: readonly (string | Buffer | null)[];
      readonly named: NamedStatement | undefined;
      /** Names to forget on the way. */
      readonly close: readonly string[];
      /** Leave the rows after the first few in a portal of this name. */
      readonly portal?: Portal;
    }
  /** More rows of a portal that is open. */
  | ({ readonly kind: "rows"; readonly fields: readonly PostgresField[] } & Portal)
  | { readonly kind: "closePortal"; readonly name: string };

/** A result that stays at the server, and how many of its rows are wanted now. */
export interface Portal {
  readonly name: string;
  readonly rows: number;
}

/** What one batch gave. */
export interface PgResult extends DriverResult {
  readonly fields: readonly PostgresField[];
  /** Whether a portal may hold more rows. */
  readonly suspended: boolean;
}

/**
 * One batch in flight: the server's rows are kept as they come, as arrays of text.
 * `settle` is called once, after the server said what state the session is in.
 */
export class PgQuery implements PgSubmittable {
  readonly request: PgRequest;
  readonly #settle: (outcome: PgResult | Error) => void;
  #rows: DriverRow[] = [];
  #fields: readonly PostgresField[];
  #bytes: readonly number[];
  #tag = "";
  #suspended = false;

  constructor(request: PgRequest, settle: (outcome: PgResult | Error) => void) {
    this.request = request;
    this.#settle = settle;
    this.#fields = knownFields(request);
    this.#bytes = bytesPositions(this.#fields);
  }

  submit(connection: PgConnection): Error | null {
    const { request } = this;
    if (request.kind === "script") {
      connection.query(request.sql);
      return null;
    }
    connection.stream.cork();
    try {
      if (request.kind === "statement") {
        this.#send(connection, request);
      } else {
        sendPortal(connection, request);
      }
      return null;
    } catch (error) {
      // Half a batch may be on its way: nothing that follows could be matched to its answer.
      const failure = error instanceof Error ? error : new Error(String(error));
      connection.stream.destroy(failure);
      return failure;
    } finally {
      connection.stream.uncork();
    }
  }

  #send(
    connection: PgConnection,
    { sql, values, named, close, portal }: Extract<PgRequest, { kind: "statement" }>,
  ): void {
    for (const name of close) {
      connection.close({ type: "S", name });
    }
    const statement = named?.name ?? "";
    const known = named?.fields !== undefined;
    if (!known) {
      connection.parse({ text: sql, name: statement });
    }
    if (portal === undefined) {
      connection.bind({ statement, values });
      if (!known) {
        connection.describe({ type: "P" });
      }
      connection.execute({});
    } else {
      connection.bind({ portal: portal.name, statement, values });
      if (!known) {
        connection.describe({ type: "P", name: portal.name });
      }
      connection.execute({ portal: portal.name, rows: portal.rows });
    }
    connection.sync();
  }

  handleRowDescription({ fields }: { readonly fields: readonly PostgresField[] }): void {
    this.#fields = fields;
    this.#bytes = bytesPositions(fields);
  }

  handleDataRow({ fields }: { readonly fields: (string | null)[] }): void {
    if (this.request.kind === "script") {
      return;
    }
    if (this.#bytes.length > 0) {
      decodeBytes(fields, this.#bytes);
    }
    this.#rows.push(fields);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tag = text;
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {
    this.#suspended = true;
  }

  handleCopyInResponse(connection: PgConnection): void {
    connection.sendCopyFail("COPY FROM STDIN is not supported here");
  }

  handleCopyData(): void {}

  handleReadyForQuery(): void {
    const { request } = this;
    if (request.kind === "statement" && request.named !== undefined) {
      request.named.fields = this.#fields;
    }
    const fields = this.#fields;
    this.#settle({
      rows: this.#rows,
      fields,
      suspended: this.#suspended,
      get columns() {
        return describeColumns(fields);
      },
      ...readCommandTag(this.#tag),
    });
  }

  handleError(error: Error): void {
    this.#rows = [];
    this.#settle(error);
  }
}

function knownFields(request: PgRequest): readonly PostgresField[] {
  switch (request.kind) {
    case "statement":
      return request.named?.fields ?? [];
    case "rows":
      return request.fields;
    default:
      return [];
  }
}

function sendPortal(
  connection: PgConnection,
  request: Extract<PgRequest, { kind: "rows" | "closePortal" }>,
): void {
  if (request.kind === "rows") {
    connection.execute({ portal: request.name, rows: request.rows });
  } else {
    connection.close({ type: "P", name: request.name });
  }
  connection.sync();
}
