/** Where a safe form depends on what only people know: the text to write instead. */

import type { Operation } from "../../ir/migration.ts";
import { op } from "../op.ts";
import { writeOperation } from "../source.ts";
import type { Finding } from "./lint.ts";

type Texts = Readonly<Record<string, (finding: Finding) => readonly string[]>>;

const write = (operation: Operation): string => `${writeOperation(operation)},`;

/** What a column is called while two of it are kept. */
const beside = (column: string): string => `${column}_new`;

const retype = ({ operation, rewrite }: Finding): readonly string[] => {
  if (operation.op !== "setType") return [rewrite];
  const { table, column, using = `"${column}"`, type, nativeType } = operation;
  const fresh = beside(column);
  const added = {
    name: fresh,
    type,
    nullable: true,
    ...(nativeType !== undefined && { nativeType }),
  };
  return [
    "// this revision; from now on the program writes both",
    write(op.addColumn(table, added)),
    write(op.backfill(table, { set: { [fresh]: using }, where: `"${fresh}" IS NULL` })),
    `// a later one, once every program reads it: field(…, { column: "${fresh}" })`,
    write(op.dropColumn(table, column, { destructive: `replaced by ${fresh}` })),
  ];
};

const texts: Texts = {
  FM121: retype,
  FM123: retype,
  FM215: retype,
  FM120: ({ operation, rewrite }) =>
    operation.op === "addColumn"
      ? [
          "// with what rows that are there get",
          write({ ...operation, fill: { kind: "literal", value: "…" } }),
        ]
      : [rewrite],
  FM203: ({ operation, rewrite }) =>
    operation.op === "renameColumn"
      ? [
          "// no operation: the column keeps its name, and the field of the model gets the new one",
          `${operation.to}: field(…, { column: "${operation.column}" }),`,
        ]
      : [rewrite],
  FM210: ({ operation, rewrite }) =>
    operation.op === "addColumn"
      ? [
          "// this revision",
          write({ ...operation, column: { ...operation.column, nullable: true } }),
          "// a later one, once every program writes it",
          write(op.setNotNull(operation.table, operation.column.name)),
        ]
      : [rewrite],
};

/** What to write for a finding that a program can't rewrite. */
export function writeByHand(finding: Finding): string {
  return (texts[finding.rule]?.(finding) ?? [finding.rewrite]).join("\n");
}
