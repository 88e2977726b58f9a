import { DriverError, type DriverErrorFacts, type DriverErrorKind } from "../../driver/driver.ts";
import { constraintName } from "../constraint-name.ts";

/** Primary and extended result codes that Ferro tells apart; both libraries' spellings lead here. */
const names: Readonly<Record<number, string>> = {
  1: "SQLITE_ERROR",
  3: "SQLITE_PERM",
  4: "SQLITE_ABORT",
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  8: "SQLITE_READONLY",
  9: "SQLITE_INTERRUPT",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  18: "SQLITE_TOOBIG",
  19: "SQLITE_CONSTRAINT",
  20: "SQLITE_MISMATCH",
  25: "SQLITE_RANGE",
  26: "SQLITE_NOTADB",
  261: "SQLITE_BUSY_RECOVERY",
  262: "SQLITE_LOCKED_SHAREDCACHE",
  264: "SQLITE_READONLY_RECOVERY",
  275: "SQLITE_CONSTRAINT_CHECK",
  517: "SQLITE_BUSY_SNAPSHOT",
  520: "SQLITE_READONLY_CANTLOCK",
  773: "SQLITE_BUSY_TIMEOUT",
  776: "SQLITE_READONLY_ROLLBACK",
  787: "SQLITE_CONSTRAINT_FOREIGNKEY",
  1032: "SQLITE_READONLY_DBMOVED",
  1299: "SQLITE_CONSTRAINT_NOTNULL",
  1544: "SQLITE_READONLY_DIRECTORY",
  1555: "SQLITE_CONSTRAINT_PRIMARYKEY",
  1811: "SQLITE_CONSTRAINT_TRIGGER",
  2067: "SQLITE_CONSTRAINT_UNIQUE",
  2579: "SQLITE_CONSTRAINT_ROWID",
  3091: "SQLITE_CONSTRAINT_DATATYPE",
};

/** First match wins, so an extended code comes before the primary one that it begins with. */
const kinds: readonly (readonly [prefix: string, kind: DriverErrorKind])[] = [
  ["SQLITE_CONSTRAINT_UNIQUE", "unique"],
  ["SQLITE_CONSTRAINT_PRIMARYKEY", "unique"],
  ["SQLITE_CONSTRAINT_ROWID", "unique"],
  ["SQLITE_CONSTRAINT_FOREIGNKEY", "foreignKey"],
  ["SQLITE_CONSTRAINT_NOTNULL", "notNull"],
  ["SQLITE_CONSTRAINT_CHECK", "check"],
  // A read snapshot that can't become a writer: only a new transaction helps.
  ["SQLITE_BUSY_SNAPSHOT", "serialization"],
  ["SQLITE_BUSY", "busy"],
  ["SQLITE_LOCKED", "busy"],
  ["SQLITE_READONLY", "readOnly"],
  ["SQLITE_INTERRUPT", "cancelled"],
  ["SQLITE_CANTOPEN", "connect"],
  ["SQLITE_NOTADB", "connect"],
  ["SQLITE_IOERR", "connectionLost"],
  ["SQLITE_CORRUPT", "connectionLost"],
  ["SQLITE_TOOBIG", "range"],
  ["SQLITE_RANGE", "syntax"],
  ["SQLITE_ERROR", "syntax"],
];

/** Puts an error of node:sqlite or better-sqlite3 in Ferro's terms. */
export function translateSqliteError(error: unknown): DriverError {
  if (error instanceof DriverError) {
    return error;
  }
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  if (code === undefined) {
    return new DriverError(message, { kind: kindOfRefusal(message) }, error);
  }
  const kind = kinds.find(([prefix]) => code.startsWith(prefix))?.[1] ?? "other";
  return new DriverError(
    message,
    { kind: refine(kind, code, message), code, ...readConstraint(code, message) },
    error,
  );
}

/** node:sqlite gives a number, better-sqlite3 a name. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) {
    return undefined;
  }
  if ("errcode" in error && typeof error.errcode === "number") {
    return names[error.errcode] ?? names[error.errcode & 0xff] ?? `SQLITE_${error.errcode}`;
  }
  return "code" in error && typeof error.code === "string" && error.code.startsWith("SQLITE_")
    ? error.code
    : undefined;
}

/** What the libraries refuse themselves, before SQLite sees it. */
function kindOfRefusal(message: string): DriverErrorKind {
  if (/database (?:connection )?is not open|has been finalized/u.test(message)) {
    return "connectionLost";
  }
  if (/too large|too big|out of range/iu.test(message)) {
    return "range";
  }
  if (/statement|parameter/iu.test(message)) {
    return "syntax";
  }
  return /cannot open database/iu.test(message) ? "connect" : "other";
}

/** SQLITE_ERROR is also what failing functions give, and the code of a trigger both RAISE()'s and that of RESTRICT. */
function refine(kind: DriverErrorKind, code: string, message: string): DriverErrorKind {
  if (code === "SQLITE_CONSTRAINT_TRIGGER" && message === "FOREIGN KEY constraint failed") {
    return "foreignKey";
  }
  if (kind !== "syntax") {
    return kind;
  }
  if (/integer overflow/u.test(message)) {
    return "range";
  }
  return /syntax error|unrecognized token|no such|incomplete input|has no column|ambiguous|misuse|already exists|wrong number of arguments|values for|out of range|duplicate column|not unique|may not|near "/u.test(
    message,
  )
    ? "syntax"
    : "other";
}

/** "UNIQUE constraint failed: t.a, t.b", "NOT NULL constraint failed: t.a", "CHECK constraint failed: name". */
function readConstraint(code: string, message: string): Partial<DriverErrorFacts> {
  const match = /^(UNIQUE|NOT NULL|CHECK) constraint failed: (.+)$/su.exec(message);
  const [, type, subject] = match ?? [];
  if (type === undefined || subject === undefined) {
    return {};
  }
  if (type === "CHECK") {
    return { constraint: subject };
  }
  const index = /^index '(.+)'$/su.exec(subject)?.[1];
  if (index !== undefined) {
    return { constraint: index };
  }
  const paths = subject.split(", ");
  const table = paths[0]?.slice(0, paths[0].indexOf("."));
  if (table === undefined) {
    return {};
  }
  const columns = paths.map((path) => path.slice(table.length + 1));
  const constraint = type === "UNIQUE" ? uniqueName(code, table, columns) : undefined;
  return { table, columns, constraint };
}

/** What PostgreSQL would call it; several columns have an index, whose name isn't told. */
function uniqueName(code: string, table: string, columns: readonly string[]): string | undefined {
  if (/_(?:PRIMARYKEY|ROWID)$/u.test(code)) {
    return constraintName(table, [], "pkey");
  }
  return columns.length === 1 ? constraintName(table, columns, "key") : undefined;
}
