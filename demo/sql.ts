/** Lays out the one line of SQL that a query gives. */

/** A subquery shorter than this stays on its line. */
const inlineLength = 60;

/** Quoted names and texts, words that belong together, words, and single characters. */
const tokens = /"[^"]*"|'[^']*'|(?:inner|left) join|order by|\w+|./g;
const clauses = new Set([
  "from",
  "where",
  "order by",
  "limit",
  "offset",
  "inner join",
  "left join",
]);

/** An open parenthesis: around a subquery on lines of its own, or on a line with what is around it. */
interface Open {
  readonly subquery: boolean;
  readonly indent: number;
}

/**
 * Breaks a statement into lines: a clause each, a condition each, subqueries indented.
 *
 * Only the first of a long list of columns is shown.
 */
export function layOutSql(statement: string): string {
  const sql = shortenColumns(statement);
  const open: Open[] = [];
  let text = "";
  let indent = 0;
  let between = false;

  const startLine = (columns: number) => {
    indent = columns;
    text = `${text.trimEnd()}\n${" ".repeat(columns)}`;
  };

  for (const { 0: token, index } of sql.matchAll(tokens)) {
    const around = open.at(-1) ?? { subquery: true, indent: 0 };
    if (token === "(") {
      open.push({ subquery: isLongSubquery(sql, index), indent: indent + 2 });
      text += token;
      if (open.at(-1)?.subquery) startLine(indent + 2);
      continue;
    }
    if (token === ")") {
      open.pop();
      if (around.subquery) startLine(around.indent - 2);
    } else if (around.subquery && clauses.has(token)) {
      startLine(around.indent);
    } else if (token === "or" || (token === "and" && around.subquery && !between)) {
      startLine(around.indent + (around.subquery ? 2 : 0));
    }
    if (token === "between" || token === "and") between = token === "between";
    text += token;
  }
  return text;
}

function isLongSubquery(sql: string, start: number): boolean {
  if (!sql.startsWith("(select ", start)) return false;
  let depth = 0;
  for (let end = start; end < sql.length; end += 1) {
    if (sql[end] === "(") depth += 1;
    if (sql[end] === ")") depth -= 1;
    if (depth === 0) return end - start > inlineLength;
  }
  return true;
}

function shortenColumns(sql: string): string {
  return sql.replace(/^select (.+?) from /, (whole, list: string) => {
    const columns = list.split(", ");
    return columns.length < 3 ? whole : `select ${columns[0]}, … ${columns.length - 1} more from `;
  });
}
