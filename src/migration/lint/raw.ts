/** Raw SQL as words: enough to tell what kind of statement it is, no more. */
import type { OperationOf } from "../../ir/migration.ts";
import type { RawStatement } from "./rule.ts";

const token =
  /--[^\n]*|\/\*[\s\S]*?\*\/|(?<text>[eE]?'(?:[^']|'')*'|(?<![\w$])\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$)|(?<name>"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\])|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<end>;)|\s+|[\s\S]/gu;

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
    beside: texts.filter((_, other) => other !== index),
  }));
}

/** Each statement in one line: words in upper case, names as they are written, texts as `''`. */
export function splitStatements(sql: string): readonly string[] {
  const statements: string[] = [];
  let words: string[] = [];
  const close = (): void => {
    if (words.length > 0)
      statements.push(
        words
          .join(" ")
          .replaceAll(/ ([(),.])/g, "$1")
          .replaceAll(/([(.]) /g, "$1"),
      );
    words = [];
  };
  for (const match of sql.matchAll(token)) {
    const { text, name, word, end } = match.groups ?? {};
    if (end !== undefined) close();
    else if (text !== undefined) words.push("''");
    else if (name !== undefined) words.push(`"${name.slice(1, -1)}"`);
    else if (word !== undefined) words.push(word.toUpperCase());
    else if (!/^(?:\s|--|\/\*)/.test(match[0])) words.push(match[0]);
  }
  close();
  return statements;
}

const about =
  /\b(?:TABLE(?: IF (?:NOT )?EXISTS)?(?: ONLY)?|ON(?: ONLY)?|INTO|^UPDATE|^DELETE FROM) (?:\S+\.)?(?:"([^"]+)"|([\p{L}_][\p{L}\p{N}_$]*))/u;

function tableOf(text: string): string | null {
  const [, quoted, plain] = about.exec(text) ?? [];
  return quoted ?? plain?.toLowerCase() ?? null;
}
