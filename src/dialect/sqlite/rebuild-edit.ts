/**
 * Changes a table's own CREATE TABLE statement where two forms of the table differ.
 *
 * What nobody asked to change stays as it was written: conflict clauses, comments, the order of columns,
 * whatever no schema knows of.
 */
import {
  emitCheck,
  emitColumn,
  emitDefault,
  emitForeignKey,
  emitGenerated,
  emitType,
  emitUnique,
} from "../../ddl/column.ts";
import { omit } from "../../ir/edit.ts";
import { sameData } from "../../ir/same.ts";
import type { CheckIr, ColumnIr, ForeignKeyIr, TableIr, UniqueIr } from "../../ir/schema.ts";
import { sameList } from "../../util/lists.ts";
import { sqliteDdl } from "./ddl.ts";
import { DdlTextError } from "./ddl-cursor.ts";
import type { ColumnText, ConstraintText } from "./ddl-parts.ts";
import { readTableText } from "./ddl-text.ts";
import { quote } from "./quote.ts";
import { sameSqliteSql } from "./same-sql.ts";
import { TableEdit } from "./table-edit.ts";

/** Says that a change reaches further than a part of the statement. */
class NotLocal extends Error {}

/** The statement under another name with the changes; null where they can't be made in its text. */
export function editTableText(
  sql: string,
  from: TableIr,
  to: TableIr,
  name: string,
): string | null {
  try {
    const edit = new TableEdit(readTableText(sql));
    edit.replace({ from: edit.text.nameAt, to: edit.text.nameAt + 1 }, quote(name));
    if (!sameKey(from, to)) throw new NotLocal();
    editOptions(edit, from, to);
    editColumns(edit, from, to);
    editUniques(edit, from, to);
    editForeignKeys(edit, from, to);
    editChecks(edit, from, to);
    return edit.print();
  } catch (error) {
    if (error instanceof NotLocal || error instanceof DdlTextError) return null;
    throw error;
  }
}

function sameKey(a: TableIr, b: TableIr): boolean {
  const numbered = ({ columns }: TableIr) =>
    columns
      .filter(({ autoincrement }) => autoincrement)
      .map(({ name, numbering }) => [name, numbering ?? null]);
  return (
    sameList(a.primaryKey, b.primaryKey) &&
    a.primaryKeyName === b.primaryKeyName &&
    sameData(numbered(a), numbered(b))
  );
}

function editOptions(edit: TableEdit, from: TableIr, to: TableIr): void {
  if (from.strict === to.strict && from.withoutRowid === to.withoutRowid) return;
  edit.replace(edit.tail, sqliteDdl.tableWords(to).after);
}

function editColumns(edit: TableEdit, from: TableIr, to: TableIr): void {
  for (const column of from.columns) {
    const text = columnText(edit, column.name);
    const wanted = to.columns.find(({ name }) => name === column.name);
    if (wanted === undefined) edit.removePart(text);
    else if (!sameData(column, wanted)) editColumn(edit, text, column, wanted);
  }
  for (const column of to.columns) {
    if (!from.columns.some(({ name }) => name === column.name)) {
      edit.addColumn(emitColumn(to, column, sqliteDdl));
    }
  }
}

function editColumn(edit: TableEdit, text: ColumnText, from: ColumnIr, to: ColumnIr): void {
  const declared = (of: ColumnIr): string => emitType(omit(of, "collation"), sqliteDdl);
  if (declared(from) !== declared(to)) edit.replace(text.typeAt, spaced(text, declared(to)));
  const set = (kind: ConstraintText["kind"], clause: string | null): void => {
    const present = text.constraints.filter((each) => each.kind === kind);
    for (const each of present) edit.remove(each);
    if (clause !== null) edit.insert(text.to, ` ${clause}`);
  };
  if (from.collation !== to.collation) {
    set("collate", to.collation === undefined ? null : `COLLATE ${quote(to.collation)}`);
  }
  if (from.nullable !== to.nullable) {
    set("null", null);
    set("notNull", to.nullable ? null : "NOT NULL");
  }
  if (!sameData(from.default, to.default)) {
    set(
      "default",
      to.default === null ? null : `DEFAULT ${emitDefault(to, to.default, sqliteDdl)}`,
    );
  }
  if (!sameData(from.generated, to.generated)) {
    set("generated", to.generated === null ? null : emitGenerated(to.generated));
  }
}

/** A column may have no type: then the name is all there is before. */
function spaced({ typeAt: { from, to } }: ColumnText, type: string): string {
  return from === to ? ` ${type} ` : type;
}

function editUniques(edit: TableEdit, from: TableIr, to: TableIr): void {
  const inText = ({ uniques }: TableIr): readonly UniqueIr[] =>
    uniques.filter(({ inline, constraint }) => inline || constraint === true);
  const bare = (unique: UniqueIr): UniqueIr =>
    unique.constraint === true ? unique : { ...unique, name: "" };
  const isIn = (list: readonly UniqueIr[], one: UniqueIr): boolean =>
    list.some((each) => sameData(bare(each), bare(one)));
  for (const unique of inText(from).filter((each) => !isIn(inText(to), each))) {
    if (isGone(to, unique.columns)) continue;
    const { columns } = unique;
    removeConstraint(edit, "unique", columns, (text) =>
      sameNames(
        text.columns.map(({ column }) => column ?? ""),
        columns,
      ),
    );
  }
  for (const unique of inText(to).filter((each) => !isIn(inText(from), each))) {
    const [column = ""] = unique.columns;
    if (unique.constraint === true) edit.addConstraint(emitUnique(unique, sqliteDdl));
    // A new column has it in its clause.
    else if (from.columns.some(({ name }) => name === column)) {
      edit.insert(columnText(edit, column).to, " UNIQUE");
    }
  }
}

function editForeignKeys(edit: TableEdit, from: TableIr, to: TableIr): void {
  const bare = (key: ForeignKeyIr): ForeignKeyIr =>
    key.named === true ? key : { ...key, name: "" };
  const isIn = (list: readonly ForeignKeyIr[], one: ForeignKeyIr): boolean =>
    list.some((each) => sameData(bare(each), bare(one)));
  for (const key of from.foreignKeys.filter((each) => !isIn(to.foreignKeys, each))) {
    if (isGone(to, key.columns) && key.columns.length === 1 && inColumn(edit, key)) continue;
    removeConstraint(
      edit,
      "foreignKey",
      key.columns,
      ({ columns, references }) =>
        (columns.length === 0 ||
          sameNames(
            columns.map(({ column }) => column ?? ""),
            key.columns,
          )) &&
        references !== null &&
        sameName(references.table, key.referencedTable),
    );
  }
  for (const key of to.foreignKeys.filter((each) => !isIn(from.foreignKeys, each))) {
    edit.addConstraint(emitForeignKey(key, sqliteDdl));
  }
}

function editChecks(edit: TableEdit, from: TableIr, to: TableIr): void {
  const isIn = (list: readonly CheckIr[], one: CheckIr): boolean =>
    list.some((each) => sameData(each, one));
  for (const check of from.checks.filter((each) => !isIn(to.checks, each))) {
    const found = allConstraints(edit).filter(
      ({ kind, name, sql }) =>
        kind === "check" &&
        (check.unnamed === true
          ? name === null && (check.kind === "values" || sameSqliteSql(sql, check.sql))
          : name !== null && sameName(name, check.name)),
    );
    const [only] = found;
    if (only === undefined || found.length > 1) throw new NotLocal();
    edit.removeConstraint(only);
  }
  for (const check of to.checks.filter((each) => !isIn(from.checks, each))) {
    edit.addConstraint(emitCheck(check, sqliteDdl));
  }
}

/** Takes a constraint away: the table's, or that of its one column. */
function removeConstraint(
  edit: TableEdit,
  kind: ConstraintText["kind"],
  columns: readonly string[],
  fits: (text: ConstraintText) => boolean,
): void {
  const [column = ""] = columns;
  const own = columns.length === 1 ? columnText(edit, column).constraints : [];
  const found = [
    ...own.filter((text) => text.kind === kind && (kind === "unique" || fits(text))),
    ...edit.text.constraints.filter((text) => text.kind === kind && fits(text)),
  ];
  const [only] = found;
  if (only === undefined || found.length > 1) throw new NotLocal();
  edit.removeConstraint(only);
}

function allConstraints(edit: TableEdit): readonly ConstraintText[] {
  return [...edit.text.columns.flatMap(({ constraints }) => constraints), ...edit.text.constraints];
}

/** Whether a constraint of one column goes with that column. */
function isGone(to: TableIr, columns: readonly string[]): boolean {
  return columns.length === 1 && !to.columns.some(({ name }) => name === columns[0]);
}

function inColumn(edit: TableEdit, { columns: [column = ""] }: ForeignKeyIr): boolean {
  return columnText(edit, column).constraints.some(({ kind }) => kind === "foreignKey");
}

function columnText(edit: TableEdit, column: string): ColumnText {
  const found = edit.text.columns.find(({ name }) => sameName(name, column));
  if (found === undefined) throw new NotLocal();
  return found;
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return sameList(
    a.map((name) => name.toLowerCase()),
    b.map((name) => name.toLowerCase()),
  );
}
