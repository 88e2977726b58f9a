/** Parentheses around SQL expressions. */

/**
 * Takes off parentheses that stand around the whole expression.
 *
 * @example
 * ```ts
 * withoutOuterParentheses("((a > 0))") // => "a > 0"
 * withoutOuterParentheses("(a) + (b)") // => "(a) + (b)"
 * ```
 */
export function withoutOuterParentheses(sql: string): string {
  let text = sql.trim();
  while (enclosed(text)) text = text.slice(1, -1).trim();
  return text;
}

function enclosed(sql: string): boolean {
  if (!sql.startsWith("(") || !sql.endsWith(")")) return false;
  let depth = 0;
  for (const { 0: token, index } of sql.matchAll(/'[^']*'|"[^"]*"|--|\/\*|['"()]/g)) {
    if (token === "(") depth += 1;
    else if (token === ")") depth -= 1;
    // A comment, or a quote without an end: better left as it is.
    else if (token.length === 1 || token === "--" || token === "/*") return false;
    if (depth === 0 && index < sql.length - 1) return false;
  }
  return depth === 0;
}
