/** FM2xx: what breaks the program that still runs, or loses data. */
import type { Operation } from "../../ir/migration.ts";
import { dotted, type LintContext, type Rule, usedTable } from "./rule.ts";
import { narrows, typeOf } from "./types.ts";

type Find = NonNullable<Rule["find"]>;

const used =
  <Kind extends Operation["op"]>(
    kind: Kind,
    about: (operation: Extract<Operation, { op: Kind }>, context: LintContext) => string | null,
  ): Find =>
  (operation, context) => {
    if (operation.op !== kind) return null;
    const { table } = operation as { readonly table?: unknown };
    if (typeof table === "string" && usedTable(table, context) === undefined) return null;
    return about(operation as Extract<Operation, { op: Kind }>, context);
  };

const either =
  (...finds: readonly Find[]): Find =>
  (operation, context) =>
    finds.map((find) => find(operation, context)).find((each) => each !== null) ?? null;

function columnOf(table: string, column: string, context: LintContext) {
  return usedTable(table, context)?.columns.find(({ name }) => name === column);
}

/** The rules. */
export const compatibilityRules: readonly Rule[] = [
  {
    id: "FM201",
    severity: "error",
    database: "both",
    when: "a column is dropped and no reason is given",
    why: "programs that still run read it, and its values are gone",
    rewrite: 'first a release without it in the models; then the drop, with `{ destructive: "…" }`',
    find: used("dropColumn", ({ table, column, destructive }) =>
      destructive === undefined ? dotted(table, column) : null,
    ),
    findSql: ({ text }) => /^ALTER TABLE\b.*\bDROP COLUMN\b/.test(text),
  },
  {
    id: "FM202",
    severity: "error",
    database: "both",
    when: "a table is dropped and no reason is given",
    why: "programs that still run read it, and its rows are gone",
    rewrite: 'first a release without it in the models; then the drop, with `{ destructive: "…" }`',
    find: used("dropTable", ({ table, destructive }) =>
      destructive === undefined ? dotted(table) : null,
    ),
    findSql: ({ text }) => /^DROP TABLE\b/.test(text),
  },
  {
    id: "FM203",
    severity: "error",
    database: "both",
    when: "a column is renamed",
    why: "programs that still run ask for the old name",
    rewrite:
      'keep the name in the database, with `field(…, { column: "old" })`; or add a column, keep both filled, then drop the old one',
    find: used("renameColumn", ({ table, column }) => dotted(table, column)),
    findSql: ({ text }) =>
      /^ALTER TABLE\b.*\bRENAME (?:COLUMN )?\S+ TO\b/.test(text) &&
      !/\bRENAME (?:TO|CONSTRAINT)\b/.test(text),
  },
  {
    id: "FM204",
    severity: "error",
    database: "both",
    when: "a table is renamed",
    why: "programs that still run ask for the old name",
    rewrite:
      "keep the name in the database, with the model option `table`; or leave a view under the old name",
    find: used("renameTable", ({ table }) => dotted(table)),
    findSql: ({ text }) => /^ALTER TABLE \S+ RENAME TO\b/.test(text),
  },
  {
    id: "FM205",
    severity: "error",
    database: "both",
    when: "an enum or one of its values is renamed",
    why: "programs that still run write the old one",
    rewrite: "add the new value, move the rows, remove the old one later",
    find: (operation) =>
      operation.op === "renameEnumValue"
        ? dotted(operation.enum, operation.value)
        : operation.op === "renameEnum"
          ? dotted(operation.name)
          : null,
    findSql: ({ text }) => /^ALTER TYPE\b.*\bRENAME (?:VALUE|TO)\b/.test(text),
  },
  {
    id: "FM206",
    severity: "error",
    database: "both",
    when: "values of an enum are removed or reordered",
    why: "the type is made anew, and so is every column of it",
    rewrite:
      "leave the values; or say what their rows get, with `mapping`, when nobody writes them any more",
    find: (operation) => (operation.op === "swapEnum" ? dotted(operation.enum) : null),
  },
  {
    id: "FM207",
    severity: "warning",
    database: "both",
    when: "a column begins to take NULL",
    why: "programs that still run may not expect it",
    rewrite: "after the release that expects it",
    find: used("setNullable", ({ table, column, nullable }) =>
      nullable ? dotted(table, column) : null,
    ),
    findSql: ({ text }) => /\bDROP NOT NULL\b/.test(text),
  },
  {
    id: "FM208",
    severity: "warning",
    database: "both",
    when: "a default is dropped from a column that takes no NULL",
    why: "programs that still run insert rows without it",
    rewrite: "drop it after the release that writes the column itself",
    find: used("setDefault", (operation, context) =>
      operation.default === null &&
      columnOf(operation.table, operation.column, context)?.nullable === false
        ? dotted(operation.table, operation.column)
        : null,
    ),
    findSql: ({ text }) => /\bDROP DEFAULT\b/.test(text),
  },
  {
    id: "FM209",
    severity: "error",
    database: "both",
    when: "a column's type becomes narrower",
    why: "values may not fit, and programs that still run write such",
    rewrite: "a new column that is filled with what fits",
    find: used("setType", (operation, context) => {
      const column = columnOf(operation.table, operation.column, context);
      return column !== undefined && narrows(typeOf(column), typeOf(operation))
        ? dotted(operation.table, operation.column)
        : null;
    }),
  },
  {
    id: "FM210",
    severity: "error",
    database: "both",
    when: "a new column takes no NULL and has no default in the database",
    why: "programs that still run insert rows without it",
    rewrite: "nullable or with a default first; tightened after the release that writes it",
    find: used("addColumn", ({ table, column }) =>
      !column.nullable &&
      column.default === null &&
      column.generated === null &&
      !column.autoincrement
        ? dotted(table, column.name)
        : null,
    ),
  },
  {
    id: "FM211",
    severity: "warning",
    database: "both",
    when: "a check, unique or foreign key is added to a table that is in use",
    why: "programs that still run may write rows that break it",
    rewrite: "after the release that respects it",
    find: either(
      used("addCheck", ({ table, check }) => dotted(table, check.name)),
      used("addUnique", ({ table, unique }) => dotted(table, unique.name)),
      used("addForeignKey", ({ table, foreignKey }) => dotted(table, foreignKey.name)),
    ),
  },
  {
    id: "FM212",
    severity: "error",
    database: "both",
    when: "TRUNCATE, DROP DATABASE or DROP SCHEMA",
    why: "everything in it is gone; with CASCADE also what points to it",
    rewrite: "not in a migration",
    findSql: ({ text }) => /^(?:TRUNCATE|DROP (?:DATABASE|SCHEMA))\b/.test(text),
  },
  {
    id: "FM213",
    severity: "error",
    database: "both",
    when: "DROP … CASCADE",
    why: "it drops what depends on it, named nowhere",
    rewrite: "name the dependents, each in an operation",
    findSql: ({ text }) => /\bDROP\b.*\bCASCADE$/.test(text),
  },
  {
    id: "FM214",
    severity: "warning",
    database: "both",
    when: "a check, unique or foreign key is dropped",
    why: "rows that break it may come in from now on",
    rewrite: "nothing, if that is meant: say so with `allow`",
    find: either(
      used("dropCheck", ({ table, name }) => dotted(table, name)),
      used("dropUnique", ({ table, name }) => dotted(table, name)),
      used("dropForeignKey", ({ table, name }) => dotted(table, name)),
      used("dropExclude", ({ table, name }) => dotted(table, name)),
    ),
    findSql: ({ text }) => /^ALTER TABLE\b.*\bDROP CONSTRAINT\b/.test(text),
  },
  {
    id: "FM215",
    severity: "error",
    database: "both",
    when: "the type of a primary key changes",
    why: "every key that points to it must change with it, while both tables are locked",
    rewrite: "a new column on both sides, filled and kept equal, then the swap",
    find: used("setType", ({ table, column }, context) =>
      usedTable(table, context)?.primaryKey.includes(column) === true
        ? dotted(table, column)
        : null,
    ),
  },
];
