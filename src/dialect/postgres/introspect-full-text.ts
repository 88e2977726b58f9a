import { fullTextFault } from "../../ir/full-text.ts";
import type { IndexIr, TableIr } from "../../ir/schema.ts";

/**
 * An index as a full-text index, where it is over the very expression that one has.
 *
 * @param table - The table with its columns and its key.
 */
export function asFullText(table: TableIr, index: IndexIr): IndexIr {
  const { name, keys = [], columns: _, method, ...others } = index;
  const [key, second] = keys;
  if (method !== "gin" || key === undefined || second !== undefined) return index;
  if (!("expression" in key) || Object.keys({ ...key, ...others }).length > 1) return index;
  const [, fullText, texts = ""] =
    /^to_tsvector\('([a-z_]+)'::regconfig, (.+)\)$/s.exec(key.expression) ?? [];
  const columns = joinedColumns(texts);
  if (fullText === undefined || columns === undefined) return index;
  const found = { name, columns, fullText };
  return fullTextFault(table, found) === undefined ? found : index;
}

const token =
  /"(?:[^"]|"")*"|'(?:[^']|'')*'|::(?:"(?:[^"]|"")+"|[a-z_][\w.]*(?: varying)?)(?:\(\d+\))?|[a-z_][\w$]*|\|\||\S/gi;

/** The columns of `COALESCE(a, '') || ' ' || COALESCE(b, '')`, whatever casts and parentheses the server prints. */
function joinedColumns(sql: string): readonly string[] | undefined {
  const words = (sql.match(token) ?? []).filter((word) => !/^(?:::.*|[()])$/s.test(word));
  const columns: string[] = [];
  for (let at = 0; at < words.length; at += 7) {
    const [call, column = "", comma, nothing, ...between] = words.slice(at, at + 7);
    if (call !== "COALESCE" || comma !== "," || nothing !== "''") return undefined;
    if (![`|| ' ' ||`, ""].includes(between.join(" "))) return undefined;
    columns.push(column.startsWith('"') ? column.slice(1, -1).replaceAll('""', '"') : column);
  }
  return columns;
}
