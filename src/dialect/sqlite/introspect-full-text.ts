/** Full-text indexes, known by what makes them: a table of words, and the triggers that keep it. */

import { fullTextFault } from "../../ir/full-text.ts";
import type { TextIndex } from "../../ir/query.ts";
import type { IndexIr, TableIr } from "../../ir/schema.ts";
import { isTelling, isWord, nameOf, type Token, tokenize } from "./ddl-tokens.ts";
import { keepingTriggers, languageOf, shadowTables, wordsTable } from "./full-text.ts";
import { sameSqliteSql } from "./same-sql.ts";

/** What SQLite's catalog says of anything. */
export interface StoredObject {
  readonly type: string;
  readonly kind: string;
  readonly name: string;
  readonly table: string;
  readonly sql: string | null;
}

/** A full-text index of a table, and the names of all that it is made of. */
export interface FoundTextIndex {
  readonly table: string;
  readonly index: IndexIr;
  readonly parts: readonly string[];
}

/** Finds the full-text indexes of tables; tables of words that are made in another way aren't any. */
export function findTextIndexes(
  tables: readonly TableIr[],
  objects: readonly StoredObject[],
): readonly FoundTextIndex[] {
  return objects.flatMap(({ name, kind, sql }): readonly FoundTextIndex[] => {
    const text = kind === "virtual" ? readWordsTable(name, sql ?? "") : undefined;
    const table = tables.find((each) => each.name === text?.table);
    if (text === undefined || table === undefined || table.primaryKey[0] !== text.key) return [];
    const index = { name, columns: text.columns, fullText: text.language };
    if (fullTextFault(table, index) !== undefined) return [];
    if (!sameSqliteSql(sql ?? "", wordsTable(text)) || !isKept(text, objects)) return [];
    const triggers = keepingTriggers(text).map((trigger) => trigger.name);
    return [{ table: table.name, index, parts: [name, ...triggers, ...shadowTables(name)] }];
  });
}

/** Whether the triggers are those that keep it; the one of earlier releases ran for every update. */
function isKept(text: TextIndex, objects: readonly StoredObject[]): boolean {
  const earlier = keepingTriggers(text, "", []);
  return keepingTriggers(text).every(({ name, sql }, at) => {
    const found = objects.find((each) => each.type === "trigger" && each.name === name)?.sql ?? "";
    return sameSqliteSql(found, sql) || sameSqliteSql(found, earlier[at]?.sql ?? "");
  });
}

/** The columns and options of FTS5's table. */
function readWordsTable(name: string, sql: string): TextIndex | undefined {
  const tokens = tokenize(sql).filter(isTelling);
  const using = tokens.findIndex((each) => isWord(each, "USING"));
  if (!isWord(tokens[using + 1], "FTS5")) return undefined;
  const columns: string[] = [];
  const options = new Map<string, string>();
  let part: Token[] = [];
  for (const each of tokens.slice(using + 3)) {
    if (each.text !== "," && each.text !== ")") {
      part.push(each);
      continue;
    }
    const [first, equals, value] = part;
    if (first !== undefined && equals === undefined) columns.push(nameOf(first));
    if (first !== undefined && value !== undefined) options.set(first.text, nameOf(value));
    part = [];
  }
  return {
    name,
    table: options.get("content") ?? "",
    key: options.get("content_rowid") ?? "",
    columns,
    language: languageOf(options.get("tokenize") ?? ""),
  };
}
