import type { Secret } from "../util/secret.ts";

/** How strictly TLS is wanted, as libpq documents it. */
export type SslMode = "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";

/** Where a PostgreSQL server is and how to speak to it; `connect/url.ts` makes it from a URL. */
export interface PostgresTarget {
  /** Host name, address, or the folder of a Unix socket. Absent: PGHOST, else localhost. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  readonly database?: string | undefined;
  readonly ssl: PostgresSsl;
  /** Schema that every physical connection looks in. */
  readonly searchPath?: string | undefined;
  readonly applicationName?: string | undefined;
  /** Milliseconds; 0 waits for ever. */
  readonly connectTimeoutMs?: number | undefined;
  /** Further settings sent with the start-up packet ("statement_timeout", "options", ...). */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Seconds of silence before TCP asks whether the peer lives; 0 never asks. */
  readonly keepAliveSeconds?: number | undefined;
  /** Whether the password exchange must be bound to the TLS channel. */
  readonly channelBinding?: "disable" | "prefer" | "require" | undefined;
}

/** TLS as the URL asks for it; files are read when the first connection opens. */
export interface PostgresSsl {
  readonly mode: SslMode;
  /** File of the certificate authorities to trust, or "system"; Node's own list when absent. */
  readonly rootCertificate?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly keyPassword?: Secret | undefined;
  /** TLS from the first byte, without asking (PostgreSQL 17 and newer). */
  readonly direct?: boolean | undefined;
}
