import type { PostgresTarget } from "../driver/postgres-target.ts";
import { ConnectionError } from "../errors/errors.ts";
import { Secret } from "../util/secret.ts";
import { readPostgresUrl } from "./postgres-url.ts";
import { redactUrl } from "./redact.ts";
import { UrlReader } from "./url-reader.ts";

/** What a connection URL asks for. */
export type UrlTarget = SqliteUrl | PostgresUrl | PgliteUrl;

export interface SqliteUrl {
  readonly backend: "sqlite";
  readonly driver: "node:sqlite" | "better-sqlite3";
  /** A path, or ":memory:". */
  readonly file: string;
  readonly mode: "rwc" | "rw" | "ro";
}

export interface PostgresUrl {
  readonly backend: "postgres";
  readonly driver: "pg";
  readonly target: PostgresTarget;
}

export interface PgliteUrl {
  readonly backend: "postgres";
  readonly driver: "pglite";
  /** Absent for a database in memory. */
  readonly directory: string | undefined;
  readonly searchPath: string | undefined;
}

/** What may be given beside the URL. */
export interface UrlOptions {
  /** Which SQLite library opens the file. Default "node:sqlite". */
  readonly sqlite?: "node:sqlite" | "better-sqlite3" | undefined;
  /** User name as it is, without percent-encoding; goes before the URL's. */
  readonly user?: string | undefined;
  /** Password as it is, without percent-encoding; goes before the URL's. */
  readonly password?: string | undefined;
}

const schemes = "sqlite, postgres, postgresql, pglite";

/**
 * Reads a connection URL. Pure: no name is looked up and no file is touched.
 *
 * @throws {ConnectionError} The URL can't be read; the message shows it without its secrets.
 * @throws {UsageError} `ferro_search_path` is not one plain identifier.
 */
export function readUrl(url: string, options: UrlOptions = {}): UrlTarget {
  const scheme = /^([a-z][a-z\d+.-]*):/iu.exec(url)?.[1];
  if (scheme === undefined) {
    throw new ConnectionError(`can't connect to ${redactUrl(url)}: it is not a URL`, {
      hint: `begin it with one of the schemes ${schemes}`,
    });
  }
  const read = new UrlReader(url, url.slice(scheme.length + 1));
  switch (scheme.toLowerCase()) {
    case "sqlite":
      return readSqliteUrl(read, options);
    case "pglite":
      return readPgliteUrl(read);
    case "postgres":
    case "postgresql":
      return { backend: "postgres", driver: "pg", target: readServer(read, options) };
    default:
      throw new ConnectionError(
        `can't connect to ${redactUrl(url)}: unsupported database URL scheme "${scheme}"`,
        { hint: `supported schemes: ${schemes}` },
      );
  }
}

function readServer(read: UrlReader, { user, password }: UrlOptions): PostgresTarget {
  const target = readPostgresUrl(read);
  return {
    ...target,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password: new Secret(password) }),
  };
}

function readSqliteUrl(read: UrlReader, { sqlite = "node:sqlite" }: UrlOptions): SqliteUrl {
  const file = read.decode(read.path.replace(/^\/\//u, ""), "the file's path");
  const parameters = read.parameters();
  read.takeSearchPath(parameters); // means nothing here, and is no mistake
  const mode = parameters.take("mode") ?? "rw";
  parameters.refuseRest("SQLite URLs take mode=rwc, rw, ro or memory");
  if (mode === "memory" || file === ":memory:") {
    return { backend: "sqlite", driver: sqlite, file: ":memory:", mode: "rwc" };
  }
  if (mode !== "rwc" && mode !== "rw" && mode !== "ro") {
    throw read.error(
      `unknown mode "${mode}"`,
      "use rwc (create if missing), rw (must exist), ro (read only) or memory",
    );
  }
  if (file === "") {
    throw read.error("it names no file", 'write "sqlite:app.db?mode=rwc", or "sqlite::memory:"');
  }
  // The libraries would read "file:" as a URI with parameters of its own.
  return {
    backend: "sqlite",
    driver: sqlite,
    file: file.startsWith("file:") ? `./${file}` : file,
    mode,
  };
}

function readPgliteUrl(read: UrlReader): PgliteUrl {
  const directory = read.decode(read.path.replace(/^\/\//u, ""), "the folder's path");
  const parameters = read.parameters();
  const searchPath = read.takeSearchPath(parameters);
  parameters.refuseRest("PGlite URLs take only ferro_search_path");
  const memory = directory === "" || directory === ":memory:" || directory === "memory://";
  return {
    backend: "postgres",
    driver: "pglite",
    directory: memory ? undefined : directory,
    searchPath,
  };
}
