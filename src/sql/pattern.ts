/**
 * Text rewritten when it is bound: matches as patterns, and moments as the ends of
 * a range. Escaping happens on the value, so pattern characters in a user's text
 * never act as wildcards.
 */
import { UsageError } from "../errors/errors.ts";
import { ftsSearch, webSearch } from "./search.ts";

/** How text is rewritten before it is bound. */
export type TextForm = keyof typeof textForms;

/** How an encoded moment is rewritten before it is bound. */
export type MomentForm = keyof typeof momentForms;

/** Escapes LIKE's wildcards with `!`, to go with `escape '!'`. */
function escapeLike(text: string): string {
  return text.replace(/[!%_]/g, "!$&");
}

/** Escapes GLOB's wildcards by making each a class of one. */
function escapeGlob(text: string): string {
  return text.replace(/[*?[]/g, "[$&]");
}

/** Refuses a pattern that ends inside an escape: databases disagree about it. */
function checkLike(pattern: string): string {
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(pattern)) {
    throw new UsageError("a like() pattern must not end with an escaping backslash", {
      hint: "write \\\\ to match a backslash, or use endsWith()",
    });
  }
  return pattern;
}

/** A LIKE pattern as a GLOB pattern, which minds case. */
function likeToGlob(pattern: string): string {
  return checkLike(pattern).replace(/\\(.)|[%_*?[]/gsu, (token, escaped: string | undefined) => {
    if (escaped !== undefined) return escapeGlob(escaped);
    if (token === "%") return "*";
    return token === "_" ? "?" : `[${token}]`;
  });
}

/**
 * The least text that sorts after every text with the prefix, in code point order.
 * An empty blob, which sorts after all text on SQLite, when there is none.
 */
function afterPrefix(prefix: string): string | Uint8Array {
  let rest = prefix;
  while (rest !== "") {
    const last = Array.from(rest.slice(-2)).at(-1) ?? "";
    rest = rest.slice(0, rest.length - last.length);
    const point = last.codePointAt(0) ?? 0;
    if (point === 0x10ffff) continue;
    // Surrogates are not characters.
    return rest + String.fromCodePoint(point === 0xd7ff ? 0xe000 : point + 1);
  }
  return new Uint8Array(0);
}

/** Matches; the names say what is bound. */
export const textForms: {
  readonly plain: (text: string) => string;
  readonly likePattern: (text: string) => string;
  readonly likePrefix: (text: string) => string;
  readonly likeSuffix: (text: string) => string;
  readonly likeInfix: (text: string) => string;
  readonly globPattern: (text: string) => string;
  readonly globSuffix: (text: string) => string;
  readonly afterPrefix: (text: string) => string | Uint8Array;
  readonly ftsSearch: (text: string) => string;
  readonly webSearch: (text: string) => string;
} = {
  plain: (text) => text,
  likePattern: checkLike,
  likePrefix: (text) => `${escapeLike(text)}%`,
  likeSuffix: (text) => `%${escapeLike(text)}`,
  likeInfix: (text) => `%${escapeLike(text)}%`,
  globPattern: likeToGlob,
  globSuffix: (text) => `*${escapeGlob(text)}`,
  afterPrefix,
  ftsSearch,
  webSearch,
};

/**
 * The ends of a millisecond in ISO text, "2026-01-31T09:30:00.123Z": every text of it
 * begins with its first 23 characters, however many digits follow, and sorts before
 * them and a "~".
 */
export const momentForms: {
  readonly momentStart: (text: string) => string;
  readonly momentEnd: (text: string) => string;
} = {
  momentStart: (text) => text.slice(0, 23),
  momentEnd: (text) => `${text.slice(0, 23)}~`,
};
