/** SQL in pieces that keep their spelling: for rewriting, where `raw.ts` only recognises. */

import type { SchemaPayload, TableIr } from "../../ir/schema.ts";
import { isBodyOpen } from "./raw.ts";

const token =
  /--[^\n]*|\/\*[\s\S]*?\*\/|(?:[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|(?<![\w$])\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$)|"(?:[^"]|"")*"|[\p{L}\p{N}_$]+|\s+|[\s\S]/gu;

/** The tokens of a text, comments left out, each stretch of white space as one blank. */
function tokensOf(sql: string): readonly string[] {
  return [...sql.matchAll(token)].map(([text]) => (/^(?:--|\/\*|\s)/.test(text) ? " " : text));
}

/** The statements of a text as they are written, without comments and ends. */
export function cutStatements(sql: string | readonly string[]): readonly string[] {
  const texts = typeof sql === "string" ? [sql] : sql;
  return texts.flatMap((text) => joinBodies(splitTop(text, ";"))).filter((each) => each !== "");
}

/** A body of statements is one statement, up to its END: a trigger's in SQLite, a function's after BEGIN ATOMIC. */
function joinBodies(parts: readonly string[]): readonly string[] {
  const joined: string[] = [];
  let isOpen = false;
  for (const part of parts) {
    if (isOpen) joined[joined.length - 1] += `; ${part}`;
    else joined.push(part);
    const words = tokensOf(joined.at(-1) ?? "").filter((each) => each !== " ");
    isOpen = isBodyOpen(words.map((each) => each.toUpperCase()));
  }
  return joined;
}

/** The parts of a text between marks that stand in no parentheses, texts or names. */
export function splitTop(sql: string, mark: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  for (const text of tokensOf(sql)) {
    if (text === "(") depth += 1;
    if (text === ")") depth -= 1;
    if (text === mark && depth === 0) parts.push("");
    // What stands in a text or a name is left as it is.
    else if (text !== " " || parts.at(-1)?.endsWith(" ") !== true) {
      parts[parts.length - 1] += text;
    }
  }
  return parts.map((part) => part.trim());
}

/** Words, names, texts and whole parentheses, in order. */
export function itemsOf(sql: string): readonly string[] {
  const items: string[] = [];
  let depth = 0;
  let joined = false;
  for (const text of tokensOf(sql)) {
    if (depth > 0) items[items.length - 1] += text;
    else if (text === " ") joined = false;
    else if (joined && text !== "(") items[items.length - 1] += text;
    else items.push(text);
    if (text === "(") depth += 1;
    if (text === ")") depth -= 1;
    if (text !== " " && depth === 0) joined = text !== ")";
  }
  return items;
}

const name = /(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)/u.source;

/** A name as it is written, with its schema or without. */
export const qualified: string = `${name}(?: ?\\. ?${name})*`;

/** One name as it is written. */
export const single: string = name;

/** An ALTER TABLE: up to its table, the table, and what is done, one by one. */
export interface AlterText {
  readonly head: string;
  /** As it is written. */
  readonly table: string;
  readonly actions: readonly string[];
}

/** Reads an ALTER TABLE; null for any other statement. */
export function readAlter(statement: string): AlterText | null {
  const pattern = new RegExp(
    `^(?<head>ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(?<table>${qualified}))(?: ?\\*)? (?<rest>.*)$`,
    "isu",
  );
  const { head, table, rest } = pattern.exec(statement)?.groups ?? {};
  return head === undefined || table === undefined || rest === undefined
    ? null
    : { head, table, actions: splitTop(rest, ",") };
}

/** A name as the database holds it; the last part of one with a schema. */
export function heldAs(written: string): string {
  const last = new RegExp(`${name}$`, "u").exec(written.trim())?.[0] ?? written;
  return last.startsWith('"') ? last.slice(1, -1).replaceAll('""', '"') : last.toLowerCase();
}

/** The table that a name means, among those of a schema. */
export function tableHeldAs(
  { tables }: SchemaPayload,
  written: string | undefined,
): TableIr | undefined {
  const held = heldWhole(written ?? "");
  return tables.find((table) => table.name === held);
}

/** A name with its schema, as SchemaIR has it. */
export function heldWhole(written: string): string {
  const parts = [...written.matchAll(new RegExp(name, "gu"))].map(([part]) => heldAs(part));
  return (parts.length > 1 && parts[0] === "public" ? parts.slice(1) : parts).join(".");
}

/** Items as one expression: apart, as words have to be. */
export function joinItems(items: readonly string[]): string {
  return items
    .reduce((sql, item) => (/^(?:[(:.[]|$)/.test(item) ? sql + item : `${sql} ${item}`), "")
    .trim();
}

/** The names of a list in parentheses, as the database holds them. */
export function heldList(list: string): readonly string[] {
  return splitTop(list.trim().replace(/^\(|\)$/g, ""), ",").map(heldAs);
}
