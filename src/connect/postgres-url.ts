import type { PostgresSsl, PostgresTarget, SslMode } from "../driver/postgres-target.ts";
import { Secret } from "../util/secret.ts";
import type { UrlParameters, UrlReader } from "./url-reader.ts";

const sslModes: readonly SslMode[] = [
  "disable",
  "allow",
  "prefer",
  "require",
  "verify-ca",
  "verify-full",
];

/** Settings of the server's session that may stand in the URL as they are. */
const passedOn = [
  "statement_timeout",
  "lock_timeout",
  "idle_in_transaction_session_timeout",
  "options",
] as const;

/** Reads what follows "postgres:", with libpq's meaning of every part. */
export function readPostgresUrl(read: UrlReader): PostgresTarget {
  if (!read.path.startsWith("//")) {
    throw read.error('it lacks the "//" behind the scheme');
  }
  const address = readAddress(read);
  const parameters = read.parameters();
  const searchPath = read.takeSearchPath(parameters);
  const password = parameters.take("password") ?? address.password;
  const connectTimeout = parameters.takeNumber("connect_timeout");
  const settings = readSettings(parameters);
  refuseUnsupported(read, parameters);
  const target: PostgresTarget = {
    host: parameters.take("host") ?? address.host,
    port: readPort(read, parameters.take("port") ?? address.port),
    user: parameters.take("user") ?? address.user,
    password: password === undefined ? undefined : new Secret(password),
    database: parameters.take("dbname") ?? address.database,
    ssl: readSsl(parameters),
    searchPath,
    applicationName:
      parameters.take("application_name") ?? parameters.take("fallback_application_name"),
    connectTimeoutMs: connectTimeout === undefined ? undefined : connectTimeout * 1000,
    settings,
    keepAliveSeconds: readKeepAlive(parameters),
    channelBinding: parameters.takeOneOf("channel_binding", ["disable", "prefer", "require"]),
  };
  parameters.take("fallback_application_name"); // second in line
  parameters.refuseRest("PostgreSQL URLs take libpq's parameters and ferro_search_path");
  if (target.host?.includes(",") === true) {
    throw read.error(
      "it names several hosts",
      "name one; a proxy or DNS name can stand for several",
    );
  }
  return target;
}

interface Address {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly database?: string | undefined;
}

/** `user:password@host:port/database`. The last @ ends the password, so a raw @ or : in it is no problem. */
function readAddress(read: UrlReader): Address {
  const [, authority = "", path] = /^\/\/([^/]*)(?:\/(.*))?$/su.exec(read.path) ?? [];
  const at = authority.lastIndexOf("@");
  const [, host = "", port] =
    /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/su.exec(authority.slice(at + 1)) ?? [];
  refuseRawCharacter(read, at, port);
  const login = at === -1 ? undefined : authority.slice(0, at);
  const colon = login?.indexOf(":") ?? -1;
  return {
    ...(login === undefined ? {} : readLogin(read, login, colon)),
    host: host === "" ? undefined : read.decode(host.replace(/^\[(.*)\]$/su, "$1"), "the host"),
    port: port === "" ? undefined : port,
    database: readDatabase(read, path),
  };
}

function readDatabase(read: UrlReader, path: string | undefined): string | undefined {
  if (path?.includes("#") === true) {
    throw read.error("a fragment means nothing in a database URL", "write # as %23");
  }
  return path === undefined || path === "" ? undefined : read.decode(path, "the database's name");
}

function readLogin(read: UrlReader, login: string, colon: number): Address {
  const user = colon === -1 ? login : login.slice(0, colon);
  return {
    user: user === "" ? undefined : read.decode(user, "the user's name"),
    password: colon === -1 ? undefined : read.decode(login.slice(colon + 1), "the password"),
  };
}

/** A raw / or ? in a password cuts the address short: what looks like host and port is not one. */
function refuseRawCharacter(read: UrlReader, at: number, port: string | undefined): void {
  const authorityAt = read.url.indexOf("//") + 2;
  const cut = /[/?]/u.exec(read.url.slice(authorityAt));
  const rest = cut === null ? "" : read.url.slice(authorityAt + cut.index);
  const path = /^[^?]*/u.exec(rest)?.[0] ?? "";
  const oddPort = port !== undefined && !/^\d*$/u.test(port);
  if (cut !== null && (path.includes("@") || oddPort)) {
    throw read.error(
      `the "${cut[0]}" at position ${authorityAt + cut.index + 1} cuts the address short`,
      `percent-encode the password: write / as %2F, ? as %3F, # as %23, @ as %40 (encodeURIComponent does), or give it as the password option`,
    );
  }
  if (oddPort) {
    throw read.error(
      at === -1
        ? "what stands after the host is no port number; was a user:password@host meant?"
        : "the port is not a number",
      "percent-encode the password, and write postgresql://user:password@host:5432/database",
    );
  }
}

function readPort(read: UrlReader, port: string | undefined): number | undefined {
  if (port === undefined) {
    return undefined;
  }
  const number = Number(port);
  if (!/^\d+$/u.test(port) || number < 1 || number > 65_535) {
    throw read.error("the port must be a number from 1 to 65535");
  }
  return number;
}

function readSsl(parameters: UrlParameters): PostgresSsl {
  const old = parameters.takeOneOf("ssl", ["true", "false"]); // as JDBC writes it; libpq reads it too
  const mode = parameters.takeOneOf("sslmode", sslModes) ?? (old === "true" ? "require" : "prefer");
  const keyPassword = parameters.take("sslpassword");
  return {
    mode,
    rootCertificate: parameters.take("sslrootcert"),
    certificate: parameters.take("sslcert"),
    key: parameters.take("sslkey"),
    keyPassword: keyPassword === undefined ? undefined : new Secret(keyPassword),
    direct: parameters.takeOneOf("sslnegotiation", ["postgres", "direct"]) === "direct",
  };
}

function readSettings(parameters: UrlParameters): Readonly<Record<string, string>> {
  const settings: Record<string, string> = {};
  for (const name of passedOn) {
    const value = parameters.take(name);
    if (value !== undefined) {
      settings[name] = value;
    }
  }
  return settings;
}

function readKeepAlive(parameters: UrlParameters): number | undefined {
  const off = parameters.takeOneOf("keepalives", ["0", "1"]) === "0";
  const seconds = parameters.takeNumber("keepalives_idle");
  return off ? 0 : seconds;
}

/** libpq's parameters whose only supported value is the one that changes nothing. */
function refuseUnsupported(read: UrlReader, parameters: UrlParameters): void {
  parameters.takeOneOf("target_session_attrs", ["any"]);
  parameters.takeOneOf("gssencmode", ["disable", "prefer"]);
  parameters.takeOneOf("uselibpqcompat", ["true"]); // node-postgres' own: asks for what is done here anyway
  const encoding = parameters.take("client_encoding");
  if (encoding !== undefined && !/^(?:utf-?8|auto)$/iu.test(encoding)) {
    throw read.error("client_encoding must be UTF8");
  }
}
