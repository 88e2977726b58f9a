/** What SQLite's tables say for defaults and checks, as SchemaIR says it. */
import type { DefaultIr } from "../../ir/schema.ts";
import type { StorageType } from "../../ir/type.ts";
import { withoutOuterParentheses } from "../../sql/parentheses.ts";
import { isStoredLiteral } from "../literal-default.ts";
import { sqliteDdl } from "./ddl.ts";
import { isTelling, nameOf, type Token, tokenize } from "./ddl-tokens.ts";

/**
 * Reads a column's default.
 *
 * A literal is one where it would be written the same again; all else stays SQL. What Ferro
 * writes for the present moment is `now()` again, and `CURRENT_TIMESTAMP` is put in parentheses,
 * for without them it means the present moment in Ferro's form.
 */
export function readDefault(written: string, type: StorageType): DefaultIr {
  const sql = plainText(written);
  const literal = readLiteral(sql.trim(), type);
  if (literal !== undefined && isStoredLiteral(type, literal)) {
    return { kind: "literal", value: literal };
  }
  const timed = ["timestamptz", "timestamp", "date", "time"].includes(type.kind);
  if (timed && withoutOuterParentheses(sqliteDdl.now(type)) === sql) {
    return { kind: "sql", sql: "now()" };
  }
  return { kind: "sql", sql: /^current_timestamp$/i.test(sql) ? `(${sql})` : sql };
}

/** A name as a default is text to SQLite, whether in double quotes or bare. */
function plainText(sql: string): string {
  const [token, other] = tokenize(sql);
  if (token === undefined || other !== undefined) return sql;
  const name = token.kind === "quoted" || (token.kind === "word" && !constants.test(token.text));
  return name ? sqliteDdl.text(nameOf(token)) : sql;
}

const constants = /^(?:true|false|null|current_(?:date|time|timestamp))$/i;

function readLiteral(sql: string, type: StorageType): string | number | boolean | undefined {
  switch (type.kind) {
    case "boolean":
      return sql === "1" ? true : sql === "0" ? false : undefined;
    case "integer":
    case "float": {
      const number = Number(sql);
      return sql !== "" && String(number) === sql ? number : undefined;
    }
    case "bigint": {
      if (!/^-?\d+$/.test(sql)) return undefined;
      return Number.isSafeInteger(Number(sql)) ? Number(sql) : undefined;
    }
    case "text":
    case "uuid":
    case "date":
    case "time":
    case "enum":
    case "decimal":
      return /^'(?:[^']|'')*'$/.test(sql) ? sql.slice(1, -1).replaceAll("''", "'") : undefined;
    default:
      return undefined;
  }
}

/** The column and the values of `column IN ('a', 'b')` or of integers; undefined for any other expression. */
export function readValues(
  sql: string,
): { readonly column: string; readonly values: readonly (string | number)[] } | undefined {
  const tokens = tokenize(withoutOuterParentheses(sql));
  // A comment may say what the values mean: the check stays as it is.
  if (tokens.some(({ kind }) => kind === "comment")) return undefined;
  const [column, word, open, ...list] = tokens.filter(isTelling);
  const close = list.pop();
  if (column === undefined || !["word", "quoted"].includes(column.kind)) return undefined;
  if (word?.text.toUpperCase() !== "IN" || open?.text !== "(" || close?.text !== ")") {
    return undefined;
  }
  const values = readList(list);
  return values === undefined ? undefined : { column: nameOf(column), values };
}

function readList(tokens: readonly Token[]): readonly (string | number)[] | undefined {
  const values: (string | number)[] = [];
  let sign = "";
  for (const { kind, text } of tokens) {
    if (text === "-") sign = "-";
    else if (kind === "string" && text.startsWith("'")) {
      values.push(text.slice(1, -1).replaceAll("''", "'"));
    } else if (kind === "number" && /^\d+$/.test(text)) {
      values.push(Number(sign + text));
      sign = "";
    } else if (text !== ",") return undefined;
  }
  const [first] = values;
  const commas = tokens.filter(({ text }) => text === ",").length;
  const alike = values.every((value) => typeof value === typeof first);
  return alike && values.length > 0 && commas === values.length - 1 ? values : undefined;
}
