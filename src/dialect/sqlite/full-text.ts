/** Full-text search as FTS5 does it: a table of its own beside the table, kept by triggers. */
import { IdentifierNode, type OperationNode } from "kysely";
import type { FunctionCall, TextIndex } from "../../ir/query.ts";
import type { BoundSlot, Operand } from "../../sql/dialect.ts";
import { placeholder, text } from "../../sql/nodes.ts";
import { quoteIdentifier } from "../../util/identifier.ts";

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
  return text`coalesce((select -rank from ${found} and rowid = ${key.node}), 0.0)`;
}

/** The table of the texts' words, and what keeps it. */
export function sqliteTextIndex({
  name,
  table,
  key,
  columns,
  language,
}: TextIndex): readonly string[] {
  const quoted = (identifier: string) => quoteIdentifier(identifier);
  const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const names = columns.map(quoted).join(", ");
  const values = (row: string) => columns.map((column) => `${row}.${quoted(column)}`).join(", ");
  const words = language === "english" ? "porter unicode61" : "unicode61";
  const add = `insert into ${quoted(name)}(rowid, ${names}) values (new.${quoted(key)}, ${values("new")});`;
  const remove = `insert into ${quoted(name)}(${quoted(name)}, rowid, ${names}) values ('delete', old.${quoted(key)}, ${values("old")});`;
  const trigger = (event: "insert" | "update" | "delete", work: string) =>
    `create trigger ${quoted(`${name}_${event}`)} after ${event} on ${quoted(table)} begin ${work} end`;
  return [
    `create virtual table ${quoted(name)} using fts5(${names}, content=${literal(table)}, content_rowid=${literal(key)}, tokenize=${literal(words)})`,
    trigger("insert", add),
    trigger("update", `${remove} ${add}`),
    trigger("delete", remove),
    `insert into ${quoted(name)}(${quoted(name)}) values ('rebuild')`,
  ];
}
