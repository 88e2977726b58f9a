import { withoutOuterParentheses } from "../../sql/parentheses.ts";
import { isTelling, nameOf, type Token, tokenize } from "./ddl-tokens.ts";

/**
 * Whether two texts are one expression to SQLite: space, comments, the case of words and quotes around plain
 * names say nothing. SQLite keeps what was written, and writes quotes itself where it renames a column.
 *
 * @example
 * ```ts
 * sameSqliteSql('"count"*2', "(Count * 2)") // => true
 * ```
 */
export function sameSqliteSql(left: string, right: string): boolean {
  return left === right || spellSqliteSql(left) === spellSqliteSql(right);
}

/** An expression in the one spelling that all of its spellings have. */
export function spellSqliteSql(sql: string): string {
  const tokens = tokenize(withoutOuterParentheses(sql));
  const words = tokens.filter(isTelling).map(word);
  return (words[0] === "+" ? words.slice(1) : words).join(" ");
}

/** Numbers, to SQLite. */
const truths: Readonly<Record<string, string>> = { true: "1", false: "0" };

const plain = /^[a-z_][\w$]*$/i;

function word(token: Token): string {
  if (token.kind === "quoted") {
    const name = nameOf(token);
    return plain.test(name) ? name.toLowerCase() : `"${name.toLowerCase()}"`;
  }
  if (token.kind === "string") return token.text;
  const text = token.text.toLowerCase();
  return truths[text] ?? text;
}
