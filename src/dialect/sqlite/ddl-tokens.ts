/** SQLite's SQL as tokens that keep their places: put together again, they are the text. */

/** What a token is. Space and comments are tokens, too. */
export type TokenKind = "space" | "comment" | "word" | "quoted" | "string" | "number" | "symbol";

/** A piece of the text. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Where it begins in the text. */
  readonly start: number;
}

const patterns: readonly (readonly [kind: TokenKind, pattern: RegExp])[] = [
  ["space", /[\s\uFEFF]+/y],
  ["comment", /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ["string", /[xX]?'(?:[^']|'')*'/y],
  ["quoted", /"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]/y],
  ["number", /0[xX][0-9a-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y],
  ["word", /[A-Za-z_\u0080-\u{10FFFF}][\w$\u0080-\u{10FFFF}]*/uy],
  ["symbol", /->>|->|\|\||<<|>>|<=|>=|<>|==|!=|[\s\S]/uy],
];

/**
 * Cuts SQL into tokens, none left out.
 *
 * @example
 * ```ts
 * tokenize("a -- why\n b").map(({ text }) => text).join("") // => the same text
 * ```
 */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let start = 0; start < sql.length; ) {
    const token = tokenAt(sql, start);
    tokens.push(token);
    start += token.text.length;
  }
  return tokens;
}

function tokenAt(sql: string, start: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = start;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined) return { kind, text, start };
  }
  return { kind: "symbol", text: sql.slice(start, start + 1), start };
}

/** The text of tokens. */
export function printTokens(tokens: readonly Token[]): string {
  return tokens.map(({ text }) => text).join("");
}

/** Whether a token says something: it is no space and no comment. */
export function isTelling({ kind }: Token): boolean {
  return kind !== "space" && kind !== "comment";
}

/** The name that a token stands for: `"a""b"`, `[a]`, `'a'` and `a` without their quotes. */
export function nameOf({ kind, text }: Token): string {
  if (kind === "word") return text;
  const [open = ""] = text;
  const inner = text.slice(1, -1);
  return open === "[" ? inner : inner.replaceAll(open + open, open);
}

/** Whether a token is one of these words, in any case. */
export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === "word" && words.includes(token.text.toUpperCase());
}
