import { readFileSync } from "node:fs";
import * as tls from "node:tls";
import type { PostgresTarget } from "./postgres-target.ts";

/** How one attempt to connect is made: in the open, or with these TLS options. */
export type TlsAttempt = false | tls.ConnectionOptions;

/** The attempts that `sslmode` allows, in libpq's order. */
export function tlsAttempts({ host, ssl }: PostgresTarget): readonly TlsAttempt[] {
  if (host?.startsWith("/")) {
    return [false]; // a Unix socket: libpq never uses TLS there
  }
  switch (ssl.mode) {
    case "disable":
      return [false];
    case "allow":
      return [false, tlsOptions(ssl)];
    case "prefer":
      return [tlsOptions(ssl), false];
    default:
      return [tlsOptions(ssl)];
  }
}

function tlsOptions(ssl: PostgresTarget["ssl"]): tls.ConnectionOptions {
  const system = ssl.rootCertificate === "system";
  const full = ssl.mode === "verify-full" || system;
  // As libpq: a root certificate given with `require` makes it `verify-ca`.
  const verify =
    full ||
    ssl.mode === "verify-ca" ||
    (ssl.mode === "require" && ssl.rootCertificate !== undefined);
  return {
    rejectUnauthorized: verify,
    ...(full ? {} : { checkServerIdentity: () => undefined }),
    ...(system ? systemAuthorities() : {}),
    ...(verify && !system && ssl.rootCertificate !== undefined
      ? { ca: readFileSync(ssl.rootCertificate) }
      : {}),
    ...(ssl.certificate === undefined ? {} : { cert: readFileSync(ssl.certificate) }),
    ...(ssl.key === undefined ? {} : { key: readFileSync(ssl.key) }),
    ...(ssl.keyPassword === undefined ? {} : { passphrase: ssl.keyPassword.reveal() }),
  };
}

function systemAuthorities(): tls.SecureContextOptions {
  // Node 22.15 and newer; before, its own list stands for the system's.
  return typeof tls.getCACertificates === "function" ? { ca: tls.getCACertificates("system") } : {};
}

/** Whether the other way of connecting may be tried after this failure, as libpq does for `allow` and `prefer`. */
export function mayFallBack(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  // 28000: no pg_hba.conf line for this kind of connection.
  return (
    code === "28000" || code === "EPROTO" || /^ERR_(?:SSL|TLS)/u.test(code) || refusesTls(error)
  );
}

/** Whether the server said that it has no TLS at all. */
export function refusesTls(error: unknown): boolean {
  return (
    error instanceof Error &&
    /does not support SSL|establishing an SSL connection/u.test(error.message)
  );
}
