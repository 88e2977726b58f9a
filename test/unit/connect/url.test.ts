import { describe, expect, test } from "vitest";
import { readUrl, type UrlTarget } from "../../../src/connect/url.ts";
import type { PostgresTarget } from "../../../src/driver/postgres-target.ts";
import { ConnectionError, UsageError } from "../../../src/errors/errors.ts";

function server(url: string): PostgresTarget {
  const target = readUrl(url);
  if (target.driver !== "pg") {
    throw new Error("not a server");
  }
  return target.target;
}

function refusal(url: string): Error {
  try {
    readUrl(url);
  } catch (error) {
    return error as Error;
  }
  throw new Error(`${url} was accepted`);
}

describe("SQLite URLs", () => {
  test.each<[string, Partial<UrlTarget>]>([
    ["sqlite:app.db?mode=rwc", { file: "app.db", mode: "rwc" }],
    ["sqlite://app.db", { file: "app.db", mode: "rw" }],
    ["sqlite:///var/data/app.db?mode=ro", { file: "/var/data/app.db", mode: "ro" }],
    ["sqlite:./my%20app.db", { file: "./my app.db", mode: "rw" }],
    ["sqlite::memory:", { file: ":memory:", mode: "rwc" }],
    ["sqlite://:memory:", { file: ":memory:", mode: "rwc" }],
    ["sqlite:any?mode=memory", { file: ":memory:", mode: "rwc" }],
    ["SQLite:app.db?ferro_search_path=ignored", { file: "app.db", mode: "rw" }],
    ["sqlite:file:odd.db", { file: "./file:odd.db", mode: "rw" }],
    ["sqlite:app.db?", { file: "app.db", mode: "rw" }],
    ["sqlite:app.db?&&mode=ro&&", { file: "app.db", mode: "ro" }],
  ])("%s", (url, expected) => {
    expect(readUrl(url)).toEqual({ backend: "sqlite", driver: "node:sqlite", ...expected });
  });

  test("may be opened by better-sqlite3", () => {
    expect(readUrl("sqlite:a.db", { sqlite: "better-sqlite3" }).driver).toBe("better-sqlite3");
  });
});

describe("PGlite URLs", () => {
  test.each([
    ["pglite:", undefined],
    ["pglite::memory:", undefined],
    ["pglite:./data", "./data"],
    ["pglite:///var/data", "/var/data"],
  ])("%s", (url, directory) => {
    expect(readUrl(url)).toEqual({
      backend: "postgres",
      driver: "pglite",
      directory,
      searchPath: undefined,
    });
  });
});

describe("PostgreSQL URLs", () => {
  test("give every part, decoded", () => {
    const target = server(
      "postgresql://ap%70:p%24s%2Fs%40@db.example:6543/my%20db?sslmode=require&application_name=x%26y",
    );

    expect(target).toMatchObject({
      user: "app",
      host: "db.example",
      port: 6543,
      database: "my db",
      ssl: { mode: "require" },
      applicationName: "x&y",
    });
    expect(target.password?.reveal()).toBe("p$s/s@");
  });

  test("both schemes mean the same", () => {
    expect(server("postgres://h/d")).toEqual(server("postgresql://h/d"));
  });

  test.each([
    ["postgres://u:a@b@h/d", "a@b"],
    ["postgres://u:a:b@h/d", "a:b"],
    ["postgres://u:a#b@h/d", "a#b"],
    ["postgres://u:@h/d", ""],
    ["postgres://h/d?user=u&password=p%26w", "p&w"],
  ])("%s has its password", (url, password) => {
    const target = server(url);

    expect([target.user, target.host, target.database, target.password?.reveal()]).toEqual([
      "u",
      "h",
      "d",
      password,
    ]);
  });

  test.each<[string, Partial<PostgresTarget>]>([
    ["postgres://", { host: undefined, port: undefined, user: undefined, database: undefined }],
    ["postgres:///d", { host: undefined, database: "d" }],
    ["postgres://[::1]:5433/d", { host: "::1", port: 5433 }],
    ["postgres:///d?host=/var/run/postgresql", { host: "/var/run/postgresql" }],
    ["postgres://%2Fvar%2Frun/d", { host: "/var/run" }],
    ["postgres://h/d?connect_timeout=3", { connectTimeoutMs: 3000 }],
    ["postgres://h/d?keepalives=0", { keepAliveSeconds: 0 }],
    [
      "postgres://h/d?statement_timeout=5s&options=-c%20x%3Dy",
      { settings: { statement_timeout: "5s", options: "-c x=y" } },
    ],
    ["postgres://h/d?channel_binding=require", { channelBinding: "require" }],
    ["postgres://h/d?ferro_search_path=a&ferro_search_path=tenant_1", { searchPath: "tenant_1" }],
  ])("%s", (url, expected) => {
    expect(server(url)).toMatchObject(expected);
  });

  test.each([
    ["", "prefer"],
    ["?ssl=true", "require"],
    ["?sslmode=disable", "disable"],
    ["?sslmode=allow", "allow"],
    ["?sslmode=verify-ca", "verify-ca"],
    ["?sslmode=verify-full", "verify-full"],
  ])("sslmode of %s is %s", (query, mode) => {
    expect(server(`postgres://h/d${query}`).ssl.mode).toBe(mode);
  });

  test("user and password may be given beside the URL, as they are", () => {
    const target = readUrl("postgres://h/d", { user: "a:b", password: "p@%/?#" });

    expect(target).toMatchObject({ target: { user: "a:b", host: "h", database: "d" } });
    expect(target.driver === "pg" && target.target.password?.reveal()).toBe("p@%/?#");
  });
});

describe("bad URLs", () => {
  test.each([
    [
      "mysql://u:pw@h/d",
      `can't connect to mysql://u:<redacted>@h/d: unsupported database URL scheme "mysql"\n  hint: supported schemes: sqlite, postgres, postgresql, pglite`,
    ],
    [
      "invalid_url",
      "can't connect to invalid_url: it is not a URL\n  hint: begin it with one of the schemes sqlite, postgres, postgresql, pglite",
    ],
    [
      "sqlite:a.db?mode=rwx",
      `can't connect to sqlite:a.db?mode=rwx: unknown mode "rwx"\n  hint: use rwc (create if missing), rw (must exist), ro (read only) or memory`,
    ],
    [
      "sqlite:a.db?apikey=s3cret",
      `can't connect to sqlite:a.db?apikey=<redacted>: unknown parameter "apikey"\n  hint: SQLite URLs take mode=rwc, rw, ro or memory`,
    ],
    [
      "sqlite:",
      `can't connect to sqlite:: it names no file\n  hint: write "sqlite:app.db?mode=rwc", or "sqlite::memory:"`,
    ],
    ["postgres:h/d", `can't connect to postgres:h/d: it lacks the "//" behind the scheme`],
    [
      "postgres://h/d?sslmod=require",
      `can't connect to postgres://h/d?sslmod=require: unknown parameter "sslmod"\n  hint: PostgreSQL URLs take libpq's parameters and ferro_search_path`,
    ],
    [
      "postgres://h/d?sslmode=on",
      `can't connect to postgres://h/d?sslmode=on: sslmode can't be "on"\n  hint: it is one of disable, allow, prefer, require, verify-ca, verify-full`,
    ],
    [
      "postgres://h/d?connection_limit=3",
      `can't connect to postgres://h/d?connection_limit=3: unknown parameter "connection_limit"\n  hint: pool settings go in connect()'s pool option`,
    ],
    [
      "postgres://h:0/d",
      "can't connect to postgres://h:0/d: the port must be a number from 1 to 65535",
    ],
    [
      "postgres://u:pw@h/d#f",
      "can't connect to postgres://u:<redacted>@h/d#f: a fragment means nothing in a database URL\n  hint: write # as %23",
    ],
    [
      "postgres://a,b/d",
      "can't connect to postgres://a,b/d: it names several hosts\n  hint: name one; a proxy or DNS name can stand for several",
    ],
  ])("%s", (url, message) => {
    const error = refusal(url);

    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toBe(message);
  });

  test.each([
    [
      "postgres://u:s3cr%zzet@h/d",
      "the % at position 18, in the password, begins no percent-encoding",
    ],
    ["postgres://u:s3c/ret@h/d", 'the "/" at position 17 cuts the address short'],
    ["postgres://u:123/s3cret@h/d", 'the "/" at position 17 cuts the address short'],
    ["postgres://u:s3c?ret@h/d", 'the "?" at position 17 cuts the address short'],
    ["postgres://u:s3cret/d", 'the "/" at position 20 cuts the address short'],
    [
      "postgres://u:s3cret",
      "what stands after the host is no port number; was a user:password@host meant?",
    ],
    ["postgres://u:s3cret%00@h/d", "the password holds a NUL character"],
    ["postgres://u:s3cret%ff@h/d", "the percent-encoding of the password is not UTF-8"],
  ])("%s is explained without its password", (url, problem) => {
    const { message } = refusal(url);

    expect(message).toContain(problem);
    expect(message).not.toMatch(/s3c|ret@/u);
  });

  test.each(["a,b", "a-b", "a;drop", "", "é", "a b"])("ferro_search_path %j is refused", (name) => {
    const error = refusal(`postgres://h/d?ferro_search_path=${encodeURIComponent(name)}`);

    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(`invalid ferro_search_path "${name}"`);
  });
});
