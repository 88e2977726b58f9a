import { withoutOuterParentheses } from "../../sql/parentheses.ts";

/**
 * Whether two expressions as the server prints them are one, although it prints them in two ways: a number
 * that was written as a text, the present moment, a list of texts that was read again from its own print.
 *
 * @example
 * ```ts
 * samePostgresSql("'0'::bigint", "0") // => true
 * ```
 */
export function samePostgresSql(left: string, right: string): boolean {
  return left === right || spelled(left) === spelled(right);
}

const forms: readonly (readonly [pattern: RegExp, form: string])[] = [
  [/^'(-?\d+(?:\.\d+)?)'::(?:smallint|integer|bigint|numeric|real|double precision)$/, "$1"],
  [/^(E?'(?:[^']|'')*')::(?:text|character varying|bpchar)$/, "$1"],
  [/^(?:current_timestamp|transaction_timestamp\(\))$/i, "now()"],
  // What IN becomes for character varying, and what that becomes when it is read again.
  [/\(ARRAY\[([^[\]]*)\]\)::text\[\]/g, "ARRAY[$1]"],
  [/\(('(?:[^']|'')*'::character varying)\)::text/g, "$1"],
];

function spelled(sql: string): string {
  return forms.reduce(
    (text, [pattern, form]) => text.replace(pattern, form),
    withoutOuterParentheses(sql),
  );
}
