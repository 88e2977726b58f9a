/** Reading inside JSON, and arrays. */
import type { OperationNode } from "kysely";
import type { SqlDialect } from "../../sql/dialect.ts";
import { castTo, parens, placeholder, text } from "../../sql/nodes.ts";

type JsonSql = Pick<SqlDialect, "jsonPath" | "hasItems" | "hasKey" | "listLength">;

/** How PostgreSQL says it. A column may be `json`, which knows less than `jsonb`. */
export const postgresJson: JsonSql = {
  jsonPath(operand, slot, as) {
    const there = text`(${jsonb(operand)} #> ${castTo(placeholder(slot), "text[]")})`;
    switch (as) {
      case "text":
        return text`(case jsonb_typeof(${there}) when 'string' then ${there} #>> '{}' end)`;
      case "number":
        return text`(case jsonb_typeof(${there}) when 'number' then (${there} #>> '{}')::double precision end)`;
      case "boolean":
        return text`(case jsonb_typeof(${there}) when 'boolean' then (${there} #>> '{}')::boolean end)`;
      case "json":
        return text`nullif(${there}, 'null'::jsonb)`;
    }
  },
  hasItems(test, operand, of, items) {
    if (of === "array") {
      return test === "every" ? text`(${operand} @> ${items})` : text`(${operand} && ${items})`;
    }
    const list = text`(case jsonb_typeof(${jsonb(operand)}) when 'array' then ${jsonb(operand)} end)`;
    return test === "every"
      ? text`(${list} @> ${items})`
      : text`exists (select 1 from jsonb_array_elements(${list}) as "e"("item") where "e"."item" in (select jsonb_array_elements(${items})))`;
  },
  hasKey: (operand, key) =>
    text`(case jsonb_typeof(${jsonb(operand)}) when 'object' then jsonb_exists(${jsonb(operand)}, ${key}) end)`,
  listLength: (operand, of) =>
    of === "array"
      ? text`cardinality(${operand})`
      : text`(case jsonb_typeof(${jsonb(operand)}) when 'array' then jsonb_array_length(${jsonb(operand)}) end)`,
};

function jsonb(operand: OperationNode): OperationNode {
  return castTo(parens(operand), "jsonb");
}
