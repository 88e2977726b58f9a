/** Failures to connect, as users see them. */
import { DriverError } from "../driver/driver.ts";
import { ConnectionError, ConnectionLostError } from "../errors/errors.ts";
import { translateError } from "../session/errors.ts";
import { redactError, redactText, redactUrl } from "./redact.ts";

/** A failure to connect as users see it: without the URL's secrets. */
export function redacted(error: unknown, url: string): unknown {
  const translated = translateError(error, { action: "connect" });
  if (!(translated instanceof ConnectionError || translated instanceof ConnectionLostError)) {
    return translated;
  }
  const reason = redactText(translated.message, url);
  redactError(translated.cause, url);
  const { cause } = translated;
  return new ConnectionError(`can't connect to ${redactUrl(url)}: ${reason}`, {
    cause,
    ...(isMissingFile(cause, url) && {
      hint: "end the URL with ?mode=rwc to have the file made; its folder must be there",
    }),
  });
}

function isMissingFile(cause: unknown, url: string): boolean {
  return (
    cause instanceof DriverError && cause.code === "SQLITE_CANTOPEN" && !/mode=(?:rwc|ro)/.test(url)
  );
}
