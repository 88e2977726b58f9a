/** What PostgreSQL prints for defaults and checks, as SchemaIR says it. */
import type { CheckIr, ColumnIr, DefaultIr } from "../../ir/schema.ts";
import type { StorageType } from "../../ir/type.ts";
import { withoutOuterParentheses } from "../../sql/parentheses.ts";
import { isStoredLiteral } from "../literal-default.ts";
import { literalText } from "./introspect-types.ts";

/**
 * Reads a column's default.
 *
 * A literal of the column's own type is one; all else stays SQL. `CURRENT_TIMESTAMP` is put in
 * parentheses: without them it means the present moment in the spelling of each database.
 */
export function readDefault(sql: string, type: StorageType, nativeType?: string): DefaultIr {
  const literal = isCastAway(sql, type, nativeType) ? undefined : readLiteral(sql, type);
  if (literal !== undefined && isStoredLiteral(type, literal)) {
    return { kind: "literal", value: literal };
  }
  return { kind: "sql", sql: /^current_timestamp$/i.test(sql) ? `(${sql})` : sql };
}

/** Whether text was written with a cast to another type than its column's: made anew, it would have that one. */
function isCastAway(sql: string, type: StorageType, nativeType: string | undefined): boolean {
  const cast = /^E?'(?:[^']|'')*'::(text|character varying|bpchar)$/.exec(sql)?.[1];
  if (cast === undefined || type.kind !== "text") return false;
  const declared = nativeType ?? type.dbType ?? "text";
  if (declared === "text") return cast !== "text";
  if (/^(?:varchar|character varying)\b/.test(declared)) return cast !== "character varying";
  return /^character\b/.test(declared) && cast !== "bpchar";
}

function readLiteral(sql: string, type: StorageType): string | number | boolean | undefined {
  switch (type.kind) {
    case "boolean":
      return sql === "true" ? true : sql === "false" ? false : undefined;
    case "integer":
    case "bigint":
      return wholeNumber(sql);
    case "float":
      return decimalNumber(sql);
    case "decimal":
      // A whole number without quotes is an integer to the server.
      return /^'(-?\d+(?:\.\d+)?)'::numeric$|^(\d+\.\d+)$/.exec(sql)?.slice(1).join("");
    case "enum":
      return type.values.every((value) => typeof value === "number")
        ? wholeNumber(sql)
        : member(literalText(sql), type.values);
    case "text":
      return literalText(sql);
    case "uuid":
    case "date":
    case "time":
      return literalText(sql);
    default:
      return undefined;
  }
}

function member(
  text: string | undefined,
  values: readonly (string | number)[],
): string | undefined {
  return text !== undefined && values.includes(text) ? text : undefined;
}

/** `5` and `'-5'::integer`: what the server prints for a plain number. */
function wholeNumber(sql: string): number | undefined {
  const [, plain, negative] = /^(\d+)$|^'(-\d+)'::integer$/.exec(sql) ?? [];
  const digits = plain ?? negative;
  return digits === undefined ? undefined : Number(digits);
}

function decimalNumber(sql: string): number | undefined {
  const [, plain, negative] =
    /^(\d+(?:\.\d+)?)$|^'(-\d+(?:\.\d+)?)'::(?:integer|numeric)$/.exec(sql) ?? [];
  const digits = plain ?? negative;
  const number = Number(digits);
  return digits !== undefined && String(number) === digits ? number : undefined;
}

/**
 * Reads a check, as a list of values where it is one in the very form that `IN (…)` gets.
 *
 * @param columns - The columns of the table by name.
 */
export function readCheck(
  name: string,
  expression: string,
  columns: ReadonlyMap<string, ColumnIr>,
  flags: { readonly noInherit?: true; readonly notValid?: true },
): CheckIr {
  const sql = withoutOuterParentheses(expression);
  const plain = flags.noInherit === undefined && flags.notValid === undefined;
  const list = plain ? readValues(sql, columns) : undefined;
  return list === undefined
    ? { kind: "sql", name, sql, ...flags }
    : { kind: "values", name, ...list };
}

const identifier = `("(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)`;
const forms: readonly { readonly pattern: RegExp; readonly element: RegExp }[] = [
  // text and character(n)
  {
    pattern: new RegExp(`^${identifier} = ANY \\(ARRAY\\[(.+)\\]\\)$`, "s"),
    element: /^'((?:[^'\\]|'')*)'::(?:text|bpchar)$/,
  },
  // character varying(n)
  {
    pattern: new RegExp(
      `^\\(${identifier}\\)::text = ANY \\(\\(ARRAY\\[(.+)\\]\\)::text\\[\\]\\)$`,
      "s",
    ),
    element: /^'((?:[^'\\]|'')*)'::character varying$/,
  },
];
const integers = {
  pattern: new RegExp(`^${identifier} = ANY \\(ARRAY\\[(.+)\\]\\)$`),
  element: /^(\d+)$|^'(-\d+)'::integer$|^\('?(-?\d+)'?(?:::integer)?\)::bigint$/,
};

function readValues(
  sql: string,
  columns: ReadonlyMap<string, ColumnIr>,
): { readonly column: string; readonly values: readonly (string | number)[] } | undefined {
  for (const { pattern, element } of forms) {
    const [, name, list] = pattern.exec(sql) ?? [];
    if (name === undefined || list === undefined) continue;
    const column = unquoted(name);
    if (columns.get(column)?.type.kind !== "text") continue;
    const values = splitList(list).map((item) => element.exec(item)?.[1]?.replaceAll("''", "'"));
    if (values.every((value) => value !== undefined)) return { column, values };
  }
  const [, name, list] = integers.pattern.exec(sql) ?? [];
  if (name === undefined || list === undefined) return undefined;
  const column = unquoted(name);
  if (columns.get(column)?.type.kind !== "integer") return undefined;
  const values = splitList(list).map((item) => {
    const [, plain, negative, wide] = integers.element.exec(item) ?? [];
    return Number(plain ?? negative ?? wide);
  });
  return values.every(Number.isSafeInteger) ? { column, values } : undefined;
}

/** The items of an ARRAY; commas inside texts don't count. */
function splitList(list: string): readonly string[] {
  return (list.match(/(?:'(?:[^']|'')*'|[^,'])+/gs) ?? []).map((item) => item.trim());
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
