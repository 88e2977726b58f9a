/** Full-text indexes: what they may be of. */
import type { TextIndex } from "./query.ts";
import type { IndexIr, TableIr } from "./schema.ts";

/** A language as PostgreSQL names its own: written into SQL as it is. */
export const languagePattern: RegExp = /^[a-z_]+$/;

/** Names that FTS5 has for itself. */
const taken: ReadonlySet<string> = new Set(["rank", "rowid"]);

/** Why a full-text index can't be made; undefined where it can, and for other indexes. */
export function fullTextFault(table: TableIr, index: IndexIr): string | undefined {
  const { name, columns, fullText } = index;
  if (fullText === undefined) return undefined;
  const at = `the full-text index "${name}" of table "${table.name}"`;
  if (!languagePattern.test(fullText)) return `${at} has a language that is no name`;
  const others = Object.keys(index).filter((key) => !["name", "columns", "fullText"].includes(key));
  if (others.length > 0) return `${at} has an option of other indexes: ${others.join(", ")}`;
  const find = (column: string | undefined) => table.columns.find((each) => each.name === column);
  const wrong = columns.find((column) => find(column)?.type.kind !== "text");
  if (columns.length === 0 || wrong !== undefined) {
    return `${at} has ${wrong === undefined ? "no column" : `the column "${wrong}", which is no text`}`;
  }
  const used = columns.find((column) => isTaken(column, name));
  if (used !== undefined) return `${at} has a column "${used}", a name that SQLite has for itself`;
  const [key, second] = table.primaryKey;
  const kind = second === undefined ? find(key)?.type.kind : undefined;
  if (kind === "integer" || kind === "bigint") return undefined;
  return `${at} needs a primary key that is one whole number`;
}

/** FTS5's table has a column of its own name. */
function isTaken(column: string, name: string): boolean {
  const folded = column.toLowerCase();
  return taken.has(folded) || folded === name.toLowerCase();
}

/** What a full-text index is made with. */
export function textIndexOf(table: TableIr, { name, columns, fullText = "" }: IndexIr): TextIndex {
  const [key = ""] = table.primaryKey;
  return { name, table: table.name, key, columns, language: fullText };
}
