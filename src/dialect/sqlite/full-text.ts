/** Full-text search as FTS5 does it: a table of its own beside the table, kept by triggers. */
import { IdentifierNode, type OperationNode, RawNode } from "kysely";
import type { CreateOptions } from "../../ddl/dialect.ts";
import type { FunctionCall, TextIndex } from "../../ir/query.ts";
import type { BoundSlot, Operand } from "../../sql/dialect.ts";
import { placeholder, text } from "../../sql/nodes.ts";
import { quote, quoteText } from "./quote.ts";

/** Whether a row's texts match a search, or how well. */
export function sqliteSearch(
  { name, index }: FunctionCall,
  operands: readonly Operand[],
): OperationNode {
  const key = operands[0] as Operand;
  const slot = operands.at(-1)?.slot as BoundSlot;
  const table = IdentifierNode.create((index as TextIndex).name);
  const found = text`${table} where ${table} match ${placeholder({ ...slot, form: "ftsSearch" })}`;
  if (name === "textMatch") return text`${key.node} in (select rowid from ${found})`;
  const { weights = [] } = index as TextIndex;
  const numbers = RawNode.createWithSql(weights.map((weight) => `, ${weight}`).join(""));
  const rank = weights.length === 0 ? text`rank` : text`bm25(${table}${numbers})`;
  return text`coalesce((select -${rank} from ${found} and rowid = ${key.node}), 0.0)`;
}

/** The table of the texts' words, what keeps it, and the words of the rows that are there. */
export function sqliteTextIndex(
  index: TextIndex,
  { ifMissing = true }: CreateOptions = {},
): readonly string[] {
  const once = ifMissing ? "IF NOT EXISTS " : "";
  return [
    wordsTable(index, once),
    ...keepingTriggers(index, once).map(({ sql }) => sql),
    readAgain(index.name),
  ];
}

/** Reads the words of all rows anew. */
export function readAgain(name: string): string {
  return `INSERT INTO ${quote(name)}(${quote(name)}) VALUES ('rebuild')`;
}

/** Drops the table of words, and what keeps it. */
export function dropTextIndex(name: string, ifMissing = ""): readonly string[] {
  return [
    ...events.map((event) => `DROP TRIGGER ${ifMissing}${quote(triggerName(name, event))}`),
    `DROP TABLE ${ifMissing}${quote(name)}`,
  ];
}

const events = ["insert", "update", "delete"] as const;

function triggerName(name: string, event: string): string {
  return `${name}_${event}`;
}

/** It keeps no texts of its own, and finds a row by its key. */
export function wordsTable({ name, table, key, columns, language }: TextIndex, once = ""): string {
  const tokenizer = quoteText(tokenizers[keptLanguage(language)]);
  return `CREATE VIRTUAL TABLE ${once}${quote(name)} USING fts5(${columns.map(quote).join(", ")}, content=${quoteText(table)}, content_rowid=${quoteText(key)}, tokenize=${tokenizer})`;
}

/** The tables that FTS5 makes for itself. */
export function shadowTables(name: string): readonly string[] {
  return ["data", "idx", "docsize", "config"].map((part) => `${name}_${part}`);
}

const tokenizers = { english: "porter unicode61", simple: "unicode61" } as const;

/** The language that FTS5 makes of another. */
export function keptLanguage(language: string): keyof typeof tokenizers {
  return language === "english" ? "english" : "simple";
}

/** The language of a tokenizer. */
export function languageOf(tokenizer: string): string {
  return tokenizer === tokenizers.english ? "english" : "simple";
}

/** A trigger and its statement. */
export interface TextTrigger {
  readonly name: string;
  readonly sql: string;
}

/**
 * What brings each change of a row to its words.
 *
 * @param watched - The columns whose changes count; of none, those of all do.
 */
export function keepingTriggers(
  { name, table, key, columns }: TextIndex,
  once = "",
  watched: readonly string[] = [key, ...columns],
): readonly TextTrigger[] {
  const names = columns.map(quote).join(", ");
  const values = (row: string): string =>
    [key, ...columns].map((column) => `${row}.${quote(column)}`).join(", ");
  const add = `INSERT INTO ${quote(name)}(rowid, ${names}) VALUES (${values("new")});`;
  const remove = `INSERT INTO ${quote(name)}(${quote(name)}, rowid, ${names}) VALUES ('delete', ${values("old")});`;
  const work = { insert: add, update: `${remove} ${add}`, delete: remove };
  const update = watched.length === 0 ? "" : ` OF ${watched.map(quote).join(", ")}`;
  const of = { insert: "", update, delete: "" };
  return events.map((event) => {
    const trigger = triggerName(name, event);
    const when = `AFTER ${event.toUpperCase()}${of[event]} ON ${quote(table)}`;
    return {
      name: trigger,
      sql: `CREATE TRIGGER ${once}${quote(trigger)} ${when} BEGIN ${work[event]} END`,
    };
  });
}
