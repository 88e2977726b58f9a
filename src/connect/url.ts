import type { PostgresTarget } from "../driver/postgres-target.ts";
import { ConnectionError, UsageError } from "../errors/errors.ts";
import { Secret } from "../util/secret.ts";
import { readPostgresUrl } from "./postgres-url.ts";
import { redactUrl } from "./redact.ts";

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
    throw read.error(`unknown mode "${mode}"`, "use rwc (create if missing), rw (must exist), ro (read only) or memory");
  }
  if (file === "") {
    throw read.error("it names no file", 'write "sqlite:app.db?mode=rwc", or "sqlite::memory:"');
  }
  // The libraries would read "file:" as a URI with parameters of its own.
  return { backend: "sqlite", driver: sqlite, file: file.startsWith("file:") ? `./${file}` : file, mode };
}

function readPgliteUrl(read: UrlReader): PgliteUrl {
  const directory = read.decode(read.path.replace(/^\/\//u, ""), "the folder's path");
  const parameters = read.parameters();
  const searchPath = read.takeSearchPath(parameters);
  parameters.refuseRest("PGlite URLs take only ferro_search_path");
  const memory = directory === "" || directory === ":memory:" || directory === "memory://";
  return { backend: "postgres", driver: "pglite", directory: memory ? undefined : directory, searchPath };
}

/** One URL under reading: knows how to decode its parts and how to complain without showing its secrets. */
export class UrlReader {
  readonly url: string;
  /** Between the scheme and the query. */
  readonly path: string;
  readonly #query: string;

  constructor(url: string, rest: string) {
    this.url = url;
    // In "//user:pa?ss@host/db" the question mark is not the query's; the last @ before a slash tells.
    const question = rest.indexOf("?");
    this.path = question === -1 ? rest : rest.slice(0, question);
    this.#query = question === -1 ? "" : rest.slice(question + 1);
  }

  error(problem: string, hint?: string): ConnectionError {
    return new ConnectionError(`can't connect to ${redactUrl(this.url)}: ${problem}`, { hint });
  }

  /** Where in the URL a part begins, counted from 1. */
  positionOf(part: string): number {
    return this.url.indexOf(part) + 1;
  }

  /** Decodes percent signs; a broken one is an error that names its place, not its text. */
  decode(text: string, what: string): string {
    const broken = /%(?![\da-f]{2})/iu.exec(text);
    if (broken !== null) {
      const position = this.positionOf(text) + broken.index;
      throw this.error(`the % at position ${position}, in ${what}, begins no percent-encoding`, "write % as %25");
    }
    let decoded: string;
    try {
      decoded = decodeURIComponent(text);
    } catch {
      throw this.error(`the percent-encoding of ${what} is not UTF-8`);
    }
    if (decoded.includes("\0")) {
      throw this.error(`${what} holds a NUL character`);
    }
    return decoded;
  }

  parameters(): UrlParameters {
    return new UrlParameters(this, this.#query);
  }

  takeSearchPath(parameters: UrlParameters): string | undefined {
    const name = parameters.take("ferro_search_path");
    if (name !== undefined && !/^[A-Za-z0-9_]+$/u.test(name)) {
      throw new UsageError(`invalid ferro_search_path "${name}"`, {
        hint: "it is one schema name of ASCII letters, digits and _",
      });
    }
    return name;
  }
}

/** The query's parameters, each to be taken by whoever knows it; repeated ones keep the last value. */
export class UrlParameters {
  readonly #reader: UrlReader;
  readonly #values: Map<string, string> = new Map();

  constructor(reader: UrlReader, query: string) {
    this.#reader = reader;
    for (const parameter of query.split("&")) {
      if (parameter === "") {
        continue;
      }
      const equals = parameter.indexOf("=");
      const key = equals === -1 ? parameter : parameter.slice(0, equals);
      const value = equals === -1 ? "" : parameter.slice(equals + 1);
      this.#values.set(reader.decode(key, "a parameter's name"), reader.decode(value, "a parameter's value"));
    }
  }

  take(name: string): string | undefined {
    const value = this.#values.get(name);
    this.#values.delete(name);
    return value;
  }

  /** Takes a parameter that must be one of a few words. */
  takeOneOf<const T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.take(name);
    if (value === undefined) {
      return undefined;
    }
    const word = allowed.find((candidate) => candidate === value);
    if (word === undefined) {
      throw this.#reader.error(`${name} can't be "${value}"`, `it is one of ${allowed.join(", ")}`);
    }
    return word;
  }

  takeNumber(name: string): number | undefined {
    const value = this.take(name);
    if (value !== undefined && !/^\d{1,9}$/u.test(value)) {
      throw this.#reader.error(`${name} must be a whole number`);
    }
    return value === undefined ? undefined : Number(value);
  }

  /** What is left is a mistake: a misspelt sslmode must not pass for none. */
  refuseRest(hint: string): void {
    const [name] = this.#values.keys();
    if (name !== undefined) {
      const pool = /pool|connection_limit|maxconn|minconn/iu.test(name);
      throw this.#reader.error(
        `unknown parameter "${name}"`,
        pool ? "pool settings go in connect()'s pool option" : hint,
      );
    }
  }
}
