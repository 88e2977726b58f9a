/** Reading inside JSON, and arrays, which are JSON here. */
import type { OperationNode } from "kysely";
import type { SqlDialect } from "../../sql/dialect.ts";
import { placeholder, text } from "../../sql/nodes.ts";

type JsonSql = Pick<SqlDialect, "jsonPath" | "hasItems" | "hasKey" | "listLength">;

/** How SQLite says it. Operands are JSON text. */
export const sqliteJson: JsonSql = {
  jsonPath(operand, slot, as) {
    const path = placeholder(slot);
    switch (as) {
      case "text":
        return text`case json_type(${operand}, ${path}) when 'text' then ${operand} ->> ${path} end`;
      case "number":
        return text`case when json_type(${operand}, ${path}) in ('integer', 'real') then cast(${operand} ->> ${path} as real) end`;
      case "boolean":
        return text`case json_type(${operand}, ${path}) when 'true' then 1 when 'false' then 0 end`;
      case "json":
        return text`nullif(${operand} -> ${path}, 'null')`;
    }
  },
  hasItems(test, operand, _of, items) {
    const held = text`select 1 from json_each(${operand}) as "e" where "e"."value" = "w"."value" and ${sameKind}`;
    const wanted =
      test === "every"
        ? text`not exists (select 1 from json_each(${items}) as "w" where not exists (${held}))`
        : text`exists (select 1 from json_each(${items}) as "w" where exists (${held}))`;
    return text`(json_type(${operand}) = 'array' and ${wanted})`;
  },
  hasKey: (operand, key) =>
    text`(json_type(${operand}) = 'object' and exists (select 1 from json_each(${operand}) as "e" where "e"."key" = ${key}))`,
  listLength: (operand) =>
    text`case json_type(${operand}) when 'array' then json_array_length(${operand}) end`,
};

/** JSON's true is 1 to SQLite, and a list is its text. */
const sameKind: OperationNode = text`("e"."type" = "w"."type" or ("e"."type" in ('integer', 'real') and "w"."type" in ('integer', 'real')))`;

/** Keys and indexes as a JSON path; a label in quotes is read as JSON text is. */
export function sqliteJsonPath(keys: readonly (string | number)[]): string {
  const steps = keys.map((key) =>
    typeof key === "number" ? `[${key}]` : `.${JSON.stringify(key)}`,
  );
  return `$${steps.join("")}`;
}
