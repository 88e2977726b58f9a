import type { DriverColumn, DriverResult, DriverRow } from "./driver.ts";
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
  /** The statement that begins a transaction on the way; undefined once the server has done it. */
  begin: string | undefined;

  constructor(request: PgRequest, settle: (outcome: PgResult | Error) => void, begin?: string) {
    this.request = request;
    this.begin = begin;
    this.#settle = settle;
    this.#fields = knownFields(request);
    this.#bytes = bytesPositions(this.#fields);
  }

  submit(connection: PgConnection): Error | null {
    const { request } = this;
    const { begin } = this;
    if (request.kind === "script") {
      connection.query(begin === undefined ? request.sql : `${begin}; ${request.sql}`);
      return null;
    }
    connection.stream.cork();
    try {
      if (begin !== undefined) {
        connection.parse({ text: begin, name: "" });
        connection.bind({ statement: "", values: [] });
        connection.execute({});
      }
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
    this.begin = undefined;
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
    const { command, affectedRows } = readCommandTag(this.#tag);
    this.#settle(new Outcome(this.#rows, this.#fields, this.#suspended, command, affectedRows));
  }

  handleError(error: Error): void {
    this.#rows = [];
    this.#settle(error);
  }
}

/** Columns are described when someone asks. */
class Outcome implements PgResult {
  readonly rows: DriverRow[];
  readonly fields: readonly PostgresField[];
  readonly suspended: boolean;
  readonly command: string;
  readonly affectedRows: number;

  constructor(
    rows: DriverRow[],
    fields: readonly PostgresField[],
    suspended: boolean,
    command: string,
    affectedRows: number,
  ) {
    this.rows = rows;
    this.fields = fields;
    this.suspended = suspended;
    this.command = command;
    this.affectedRows = affectedRows;
  }

  get columns(): readonly DriverColumn[] {
    return describeColumns(this.fields);
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
