/** The one place where credentials are taken out of text. */

const hidden = "<redacted>";

const sensitiveKey = /password|passwd|pwd|secret|token|apikey|api_key|service_role/iu;

/**
 * Gives a connection URL without its secrets: the password, and query values whose
 * key speaks of one. Text that is no proper URL errs on the side of hiding.
 *
 * @example
 * ```ts
 * redactUrl("postgres://app:s3cret@db:5432/shop?api_key=k") // => "postgres://app:<redacted>@db:5432/shop?api_key=<redacted>"
 * ```
 */
export function redactUrl(url: string): string {
  const { before, password, after } = splitPassword(url);
  return redactPairs((password === undefined ? before : before + hidden) + redactQuery(after));
}

/** Takes a URL's secrets out of any text: the URL itself, its password and tokens, encoded or not. */
export function redactText(text: string, url: string): string {
  let redacted = text.replaceAll(url, () => redactUrl(url));
  for (const secret of secretsOf(url)) {
    redacted = redacted.replace(occurrencesOf(secret), hidden);
  }
  return redacted;
}

/**
 * Takes a URL's secrets out of an error and everything under it, in place: what a server says may repeat what it was sent.
 * Names of tables, columns and constraints are left alone, as facts are read from them.
 */
export function redactError(error: unknown, url: string): void {
  for (const each of errorsUnder(error, new Set())) {
    const { message, stack } = each;
    for (const key of telling) redactProperty(each, key, url);
    if (each.message !== message && stack !== undefined) {
      each.stack = stack.replace(message, () => each.message);
    }
  }
}

/** The properties of an error that are prose. */
const telling = ["message", "detail", "hint", "where", "internalQuery"];

function redactProperty(error: Error, key: string, url: string): void {
  const descriptor = Object.getOwnPropertyDescriptor(error, key);
  if (typeof descriptor?.value !== "string") return;
  const value = redactText(descriptor.value, url);
  if (value !== descriptor.value) Object.defineProperty(error, key, { ...descriptor, value });
}

function errorsUnder(error: unknown, found: Set<Error>): Set<Error> {
  if (!(error instanceof Error) || found.has(error)) return found;
  found.add(error);
  errorsUnder(error.cause, found);
  if (error instanceof AggregateError) for (const each of error.errors) errorsUnder(each, found);
  return found;
}

/** Every spelling of every secret in `url`, the longest first so that none leaves its rest behind. */
export function secretsOf(url: string): readonly string[] {
  const { password, after } = splitPassword(url);
  const values = password === undefined ? [] : [password];
  for (const [, , value = ""] of url.matchAll(pair)) values.push(value.replaceAll("'", ""));
  for (const { key, value } of parametersOf(after)) {
    if (isSensitive(key) && value !== undefined) {
      values.push(value);
    }
  }
  const spellings = values.flatMap((raw) => {
    const plain = decode(raw);
    return [raw, plain, encode(plain)];
  });
  return [...new Set(spellings)]
    .filter((secret) => secret !== "")
    .sort((a, b) => b.length - a.length);
}

interface Parts {
  readonly before: string;
  readonly password: string | undefined;
  readonly after: string;
}

/** `password=…` as libpq's other form of an address has it; what stands in a query is read before. */
const pair =
  /(?<![?&\w%])(\w*(?:password|passwd|pwd|secret|token|apikey|api_key|service_role)\w*\s*=\s*)('[^']*'?|[^\s'&?#]+)/giu;

function redactPairs(text: string): string {
  return text.replaceAll(pair, (_, key: string) => `${key}${hidden}`);
}

/** A scheme that is followed by a path, or by "//". Anything else may be a user's name, and what follows it a password. */
const properScheme = /^(?:[a-z][a-z\d+.-]*:\/\/|(?:sqlite|pglite|file):)/iu;

/** Where a scheme was forgotten: "user:secret@host", "user/secret@host", "user:secret". */
function splitWithoutScheme(text: string): Parts {
  const at = text.lastIndexOf("@");
  const colon = text.indexOf(":");
  const end = at === -1 ? text.length : at;
  if (at === -1 && (colon === -1 || /^postgres(?:ql)?:/iu.test(text))) {
    return { before: "", password: undefined, after: text };
  }
  const start = colon === -1 || colon > end ? 0 : colon + 1;
  return {
    before: text.slice(0, start),
    password: text.slice(start, end),
    after: text.slice(end),
  };
}

/**
 * A password may hold a raw `@`, `:`, `/`, `?` or `#`. Where more than one `@` makes
 * it unclear which one ends it, the last one does: too much hidden beats too little.
 */
function splitPassword(url: string): Parts {
  const start = properScheme.exec(url)?.[0].length;
  if (start === undefined) return splitWithoutScheme(url);
  const queryAt = url.indexOf("?", start);
  const authority = /^[^/?#]*/u.exec(url.slice(start))?.[0] ?? "";
  const clear =
    authority.split("@").length === 2 && !url.slice(start + authority.length).includes("@");
  const at = clear ? start + authority.indexOf("@") : url.lastIndexOf("@");
  const colon = url.indexOf(":", start);
  if (at >= start && colon !== -1 && colon < at) {
    return {
      before: url.slice(0, colon + 1),
      password: url.slice(colon + 1, at),
      after: url.slice(at),
    };
  }
  // "postgres://user:secret/db": a host was forgotten, and what stands at the port is no port.
  const port = /^[^:[\]]*:([^/?#]+)/u.exec(authority)?.[1];
  if (url.startsWith("//", start - 2) && port !== undefined && !/^\d*$/u.test(port)) {
    const portAt = start + authority.indexOf(":") + 1;
    const end = queryAt === -1 ? url.length : queryAt;
    return {
      before: url.slice(0, portAt),
      password: url.slice(portAt, end),
      after: url.slice(end),
    };
  }
  return { before: "", password: undefined, after: url };
}

function redactQuery(text: string): string {
  const question = text.indexOf("?");
  if (question === -1) {
    return text;
  }
  const hash = text.indexOf("#", question);
  const end = hash === -1 ? text.length : hash;
  let afterSecret = false;
  const parameters = text
    .slice(question + 1, end)
    .split("&")
    .map((parameter) => {
      const equals = parameter.indexOf("=");
      if (equals === -1) {
        // What follows a secret without a name of its own may be the rest of it.
        return afterSecret && parameter !== "" ? hidden : parameter;
      }
      afterSecret = isSensitive(parameter.slice(0, equals));
      return afterSecret ? `${parameter.slice(0, equals)}=${hidden}` : parameter;
    });
  return `${text.slice(0, question + 1)}${parameters.join("&")}${text.slice(end)}`;
}

function parametersOf(
  text: string,
): readonly { readonly key: string; readonly value: string | undefined }[] {
  const query = /\?([^#]*)/u.exec(text)?.[1] ?? "";
  return query.split("&").map((parameter) => {
    const [key = "", ...rest] = parameter.split("=");
    return { key, value: rest.length === 0 ? undefined : rest.join("=") };
  });
}

function isSensitive(key: string): boolean {
  return sensitiveKey.test(decode(key));
}

/** A secret of one to three characters is replaced only where it stands alone, or the text would be lost with it. */
function occurrencesOf(secret: string): RegExp {
  const literal = secret.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
  return secret.length > 3
    ? new RegExp(literal, "gu")
    : new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, "gu");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}
