/** SQL written through the `sql` tag as a part of a query: its values and columns stay apart from its text. */
import { readColumnType } from "../definition/column-type.ts";
import { UsageError } from "../errors/errors.ts";
import type { StorageType } from "../ir/type.ts";
import {
  flattenFragment,
  makeExpressionsOfFragmentsWith,
  type RawOperand,
  type SqlFragment,
} from "../sql/raw.ts";
import { Expression } from "./expression.ts";
import type { RawNode } from "./nodes.ts";
import { makeConditionsOfFragmentsWith, Predicate } from "./predicate.ts";
import { findQuery } from "./subquery.ts";
import { findParts } from "./value.ts";

makeExpressionsOfFragmentsWith((fragment, schema) => {
  // Anything that a column can hold, an expression can give, and by the same codec.
  const { type, nullable, nullAs, transform } = readColumnType("sql", {
    schema: schema as Parameters<typeof readColumnType>[1]["schema"],
    options: {},
  });
  const node = rawNode(fragment, type);
  const facts = { type, nullable, nullAs, ...(transform && { transform }) };
  return new Expression(node, facts, "sql`…`");
});

makeConditionsOfFragmentsWith((fragment) => rawNode(fragment, { kind: "boolean" }));

function rawNode(fragment: SqlFragment, type: StorageType): RawNode {
  const { pieces, operands } = flattenFragment(fragment);
  return { kind: "raw", pieces, operands: operands.map(readOperand), type };
}

function readOperand(operand: RawOperand): RawNode["operands"][number] {
  if (operand.kind === "identifier") return operand;
  const { value } = operand;
  const parts = findParts(value);
  if (parts !== undefined) return parts.node;
  if (Predicate.is(value)) return { kind: "truth", predicate: Predicate.take(value) };
  const query = findQuery(value);
  if (query === undefined) return { kind: "argument", value };
  const { rows, picked } = query;
  const [field, second] = picked?.fields ?? [];
  if (picked === null || field === undefined || second !== undefined) {
    throw new UsageError("a query inside the sql tag must select one column", {
      hint: "write ${Post.where(…).select((p) => p.id)}",
    });
  }
  return { kind: "scalar", rows, picked, type: field.facts.type };
}
