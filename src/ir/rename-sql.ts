/**
 * Renames a column in SQL that a programmer wrote.
 *
 * Both databases do this themselves when they rename a column; the schema that is
 * replayed without one must follow. Text, comments and function names stay.
 *
 * @example
 * ```ts
 * renameInSql("lower(title) <> 'title'", "title", "headline") // => "lower(headline) <> 'title'"
 * ```
 */
export function renameInSql(sql: string, from: string, to: string): string {
  const plain = /^[a-z_][a-z0-9_]*$/;
  const bare = plain.test(to) ? to : `"${to.replaceAll('"', '""')}"`;
  return sql.replaceAll(token, (text: string, ...rest: unknown[]) => {
    const { quoted, word, call } = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    if (quoted !== undefined) {
      return quoted.replaceAll('""', '"') === from ? `"${to.replaceAll('"', '""')}"` : text;
    }
    // A bare word is folded by the database: only one that is written in lower case names this column.
    if (word === undefined || call !== undefined) return text;
    return word.toLowerCase() === from ? bare : text;
  });
}

/** Whether SQL that a programmer wrote names a column. */
export function mentions(sql: string, column: string): boolean {
  return renameInSql(sql, column, `${column}_`) !== sql;
}

/** Literals, comments, quoted names, and words with whether a call follows. */
const token =
  /'(?:[^']|'')*'|\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$|--[^\n]*|\/\*[\s\S]*?\*\/|"(?<quoted>(?:[^"]|"")*)"|(?<word>[\p{L}_][\p{L}\p{N}_$]*)(?<call>\s*\()?/gu;
