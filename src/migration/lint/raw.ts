/** Raw SQL as words: enough to tell what kind of statement it is, no more. */
import type { OperationOf } from "../../ir/migration.ts";
import type { RawStatement } from "./rule.ts";

const token =
  /--[^\n]*|\/\*[\s\S]*?\*\/|(?<text>[eE]?'(?:[^']|'')*'|(?<![\w$])\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$)|(?<name>"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\])|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|;|\s+|[\s\S]/gu;

/** Texts that a date is worked out from when they are read. */
const moment = /^'(?:now|today|tomorrow|yesterday)'$/i;

/** The statements of an `op.sql` for one database. */
export function readStatements(
  operation: OperationOf<"sql">,
  database: "sqlite" | "postgres",
): readonly RawStatement[] {
  const given = operation[database] ?? [];
  const texts = (typeof given === "string" ? [given] : given).flatMap(splitStatements);
  return texts.map((text, index) => ({
    text,
    table: tableOf(text),
    hasState: operation.state !== undefined,
    inTransaction: operation.transaction !== false,
    preceding: texts.slice(0, index),
    beside: texts.filter((_, other) => other !== index),
  }));
}

/** Each statement in one line: words in upper case, names as they are written, texts as `''` but for `'NOW'` and its like. */
export function splitStatements(sql: string): readonly string[] {
  const statements: string[] = [];
  let words: string[] = [];
  const close = (): void => {
    if (words.length > 0) statements.push(lineOf(words));
    words = [];
  };
  for (const match of sql.matchAll(token)) {
    const word = wordOf(match);
    if (word === ";" && !isBodyOpen(words)) close();
    else if (word !== null) words.push(word);
  }
  close();
  return statements;
}

function lineOf(words: readonly string[]): string {
  return words
    .join(" ")
    .replaceAll(/ ([(),.])/g, "$1")
    .replaceAll(/([(.]) /g, "$1");
}

/** Null for what says nothing. */
function wordOf(match: RegExpExecArray): string | null {
  const { text, name, word } = match.groups ?? {};
  if (text !== undefined) return moment.test(text) ? text.toUpperCase() : "''";
  if (name !== undefined) return `"${name.slice(1, -1)}"`;
  if (word !== undefined) return word.toUpperCase();
  return /^(?:\s|--|\/\*)/.test(match[0]) ? null : match[0];
}

/** Whether statements go on that are the body of one: a trigger's in SQLite, a function's after BEGIN ATOMIC. */
export function isBodyOpen(words: readonly string[]): boolean {
  if (words[0] !== "CREATE") return false;
  const begin = words.indexOf("BEGIN");
  const opens = words[begin + 1] === "ATOMIC" || words.slice(1, 3).includes("TRIGGER");
  return begin !== -1 && opens && !(words.at(-1) === "END" && words.at(-2) === ";");
}

const about =
  /\b(?:TABLE(?: IF (?:NOT )?EXISTS)?(?: ONLY)?|ON(?: ONLY)?|INTO|^UPDATE|^DELETE FROM) (?:\S+\.)?(?:"([^"]+)"|([\p{L}_][\p{L}\p{N}_$]*))/u;

/** The table that a statement is about. */
export function tableOf(text: string): string | null {
  const [, quoted, plain] = about.exec(text) ?? [];
  return quoted ?? plain?.toLowerCase() ?? null;
}

const name = /(?:"[^"]*"|[^\s".,()]+)/.source;
const head = new RegExp(
  `^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?${name}(?:\\.${name})*(?: \\*)? (.*)$`,
  "u",
);

/** What an ALTER TABLE does, one by one; nothing for other statements. */
export function alterActions(text: string): readonly string[] {
  const [, actions] = head.exec(text) ?? [];
  return actions === undefined ? [] : splitList(actions);
}

/** The items of a list, at the commas that stand in no parentheses and no name. */
export function splitList(text: string): readonly string[] {
  const items: string[] = [""];
  let depth = 0;
  for (const [part] of text.matchAll(/"[^"]*"|[\s\S]/gu)) {
    if (part === "(") depth += 1;
    if (part === ")") depth -= 1;
    if (part === "," && depth === 0) items.push("");
    else items[items.length - 1] += part;
  }
  return items.map((item) => item.trim());
}

const adds = new RegExp(
  `^ADD (?:COLUMN (?:IF NOT EXISTS )?)?(?!(?:CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE|TABLE)\\b)(${name}) (.*)$`,
  "u",
);

/** The columns that an ALTER TABLE adds: their names, and what is said of them from the type on. */
export function addedColumns(
  text: string,
): readonly { readonly name: string; readonly definition: string }[] {
  return alterActions(text).flatMap((action) => {
    const [, column, definition] = adds.exec(action) ?? [];
    return column === undefined || definition === undefined
      ? []
      : [{ name: readName(column), definition }];
  });
}

const retypes = new RegExp(
  `^ALTER (?:COLUMN )?(${name}) (?:SET DATA )?TYPE (.*?)(?: COLLATE \\S+)?( USING .*)?$`,
  "u",
);

/** The columns whose type an ALTER TABLE changes. */
export function retypedColumns(
  text: string,
): readonly { readonly column: string; readonly type: string; readonly using: boolean }[] {
  return alterActions(text).flatMap((action) => {
    const [, column, type, using] = retypes.exec(action) ?? [];
    return column === undefined || type === undefined
      ? []
      : [{ column: readName(column), type, using: using !== undefined }];
  });
}

/** A name as the database holds it. */
export function readName(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1) : written.toLowerCase();
}
