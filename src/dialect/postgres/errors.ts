import { DriverError, type DriverErrorFacts, type DriverErrorKind } from "../../driver/driver.ts";

const kindsByState: Readonly<Record<string, DriverErrorKind>> = {
  "23505": "unique",
  "23503": "foreignKey",
  // RESTRICT has a state of its own since PostgreSQL 18.
  "23001": "foreignKey",
  "23502": "notNull",
  "23514": "check",
  "40001": "serialization",
  "40P01": "deadlock",
  "55P03": "busy",
  "55006": "busy",
  "57014": "cancelled",
  "25P03": "timeout",
  "25P04": "timeout",
  "25006": "readOnly",
  "08P01": "syntax",
  "57P01": "connectionLost",
  "57P02": "connectionLost",
  "57P05": "connectionLost",
  "57P03": "connect",
  "53300": "connect",
  "3D000": "connect",
};

const kindsByClass: Readonly<Record<string, DriverErrorKind>> = {
  "08": "connectionLost",
  "22": "range",
  "28": "connect",
  "42": "syntax",
};

/** May pass by themselves: no slot free, starting up, shutting down for a restart. */
const transientStates: ReadonlySet<string> = new Set(["53300", "57P01", "57P02", "57P03"]);

const transientSystemErrors: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOENT",
  "ETIMEDOUT",
  "EAI_AGAIN",
]);

interface ServerError extends Error {
  readonly code: string;
  readonly detail?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
}

/** Puts an error of node-postgres or PGlite in Ferro's terms, leaving out its detail, which holds row values. */
export function translatePostgresError(error: unknown): DriverError {
  if (error instanceof DriverError) {
    return error;
  }
  if (!isServerError(error)) {
    return lostConnection(error);
  }
  const { code } = error;
  const facts: DriverErrorFacts = {
    kind: kindOf(error),
    code,
    table: error.table,
    columns: columnsOf(error),
    constraint: error.constraint,
    transient: transientStates.has(code),
  };
  return new DriverError(messageWithoutValues(error), facts, withoutDetail(error));
}

function kindOf({ code, message }: ServerError): DriverErrorKind {
  if (code === "57014" && /timeout/u.test(message)) {
    return "timeout";
  }
  return kindsByState[code] ?? kindsByClass[code.slice(0, 2)] ?? "other";
}

function isServerError(error: unknown): error is ServerError {
  return (
    error instanceof Error &&
    "severity" in error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^[0-9A-Z]{5}$/u.test(error.code)
  );
}

/** Anything that the server did not say came from the socket. */
function lostConnection(error: unknown): DriverError {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const message = first instanceof Error ? first.message : String(first);
  const code =
    first instanceof Error && "code" in first && typeof first.code === "string"
      ? first.code
      : undefined;
  const transient = code !== undefined && transientSystemErrors.has(code);
  return new DriverError(message, { kind: "connectionLost", code, transient }, error);
}

/**
 * "Key (a, b)=(…) already exists": the names, never the values.
 *
 * A foreign key has columns of its table only where a row points to none; where
 * rows still point to another, the detail names that other's columns, and none
 * are given. In another language than English it isn't told which, nor here.
 */
function columnsOf({ code, column, detail = "" }: ServerError): readonly string[] | undefined {
  if (column !== undefined) {
    return [column];
  }
  if (code === "23001" || (code === "23503" && / referenced from table /u.test(detail))) {
    return [];
  }
  const named = code === "23505" || (code === "23503" && / is not present in /u.test(detail));
  const list = named ? /^[^(]*\((.*?)\)=\(/su.exec(detail)?.[1] : undefined;
  return list === undefined ? undefined : splitColumns(list);
}

/** Names with odd characters are quoted in the detail; a quoted name may hold a comma. An expression is no column. */
function splitColumns(list: string): readonly string[] | undefined {
  const parts = [...list.matchAll(/"((?:[^"]|"")*)"|[^,\s][^,]*/gu)];
  if (parts.some(([text, quoted]) => quoted === undefined && text.includes("("))) return undefined;
  return parts.map(([text, quoted]) =>
    quoted === undefined ? text : quoted.replaceAll('""', '"'),
  );
}

/** Class 22 messages quote the input, as in: invalid input syntax for type integer: "x". */
function messageWithoutValues({ code, message }: ServerError): string {
  return code.startsWith("22")
    ? message.replace(/: ".*"$/su, "").replace(/"(?=.* is out of range)[^"]*"/su, "a value")
    : message;
}

/** The server's error without what repeats row values: the cause is printed by `inspect` too. */
function withoutDetail(error: ServerError): Error {
  const copy = new Error(messageWithoutValues(error));
  copy.name = "PostgresError";
  for (const key of [
    "severity",
    "code",
    "hint",
    "position",
    "schema",
    "table",
    "column",
    "constraint",
    "routine",
  ]) {
    const value = (error as unknown as Record<string, unknown>)[key];
    if (value !== undefined) {
      Object.defineProperty(copy, key, { value, enumerable: true });
    }
  }
  return copy;
}
