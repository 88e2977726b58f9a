/**
 * Reads the CREATE TABLE and CREATE INDEX statements that SQLite keeps.
 *
 * PRAGMAs leave out checks, collations, names of constraints, conflict clauses, DEFERRABLE,
 * AUTOINCREMENT and expressions; the text has them. Every part knows its tokens, so that a
 * change of one part leaves the rest of the text, comments included, as it is.
 */
import { readColumnConstraint, readKeys, readTableConstraint } from "./ddl-constraints.ts";
import { Cursor, type Span } from "./ddl-cursor.ts";
import type { ColumnText, ConstraintText, IndexText, TableText } from "./ddl-parts.ts";
import { tokenize } from "./ddl-tokens.ts";

/**
 * Reads a CREATE TABLE statement.
 *
 * @throws {DdlTextError} It isn't one that SQLite would keep.
 */
export function readTableText(sql: string): TableText {
  const tokens = tokenize(sql);
  const cursor = new Cursor(tokens);
  cursor.expect("CREATE");
  cursor.accept("TEMP", "TEMPORARY");
  cursor.expect("TABLE");
  const { name, nameAt } = readName(cursor);

  cursor.expectSymbol("(");
  const from = cursor.at;
  const columns: ColumnText[] = [];
  const constraints: ConstraintText[] = [];
  while (!cursor.isSymbol(")")) {
    if (isTableConstraint(cursor)) constraints.push(readTableConstraint(cursor));
    else columns.push(readColumnText(cursor));
    // Between constraints of a table, the comma may be missing.
    cursor.acceptSymbol(",");
  }
  const body = { from, to: cursor.end };
  cursor.expectSymbol(")");

  let strict = false;
  let withoutRowid = false;
  while (cursor.token !== undefined) {
    if (cursor.accept("STRICT")) strict = true;
    else if (cursor.accept("WITHOUT")) withoutRowid = true;
    else cursor.take();
  }
  return { tokens, name, nameAt, body, columns, constraints, strict, withoutRowid };
}

/** Reads a CREATE INDEX statement. */
export function readIndexText(sql: string): IndexText {
  const tokens = tokenize(sql);
  const cursor = new Cursor(tokens);
  cursor.expect("CREATE");
  const unique = cursor.accept("UNIQUE");
  cursor.expect("INDEX");
  const { name, nameAt } = readName(cursor);
  cursor.expect("ON");
  const tableAt = cursor.at;
  const table = cursor.name();
  const keys = readKeys(cursor);
  let whereAt: Span | null = null;
  if (cursor.accept("WHERE")) {
    const from = cursor.at;
    while (cursor.token !== undefined && !cursor.isSymbol(";")) cursor.take();
    whereAt = { from, to: cursor.end };
  }
  const where = whereAt === null ? null : cursor.text(whereAt);
  return { tokens, name, nameAt, unique, table, tableAt, keys, where, whereAt };
}

function readName(cursor: Cursor): { readonly name: string; readonly nameAt: number } {
  if (cursor.accept("IF")) {
    cursor.expect("NOT");
    cursor.expect("EXISTS");
  }
  let nameAt = cursor.at;
  let name = cursor.name();
  if (cursor.acceptSymbol(".")) {
    nameAt = cursor.at;
    name = cursor.name();
  }
  return { name, nameAt };
}

function isTableConstraint(cursor: Cursor): boolean {
  return cursor.is("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN");
}

const endOfType = [
  "CONSTRAINT",
  "PRIMARY",
  "NOT",
  "NULL",
  "UNIQUE",
  "CHECK",
  "DEFAULT",
  "COLLATE",
  "REFERENCES",
  "GENERATED",
  "AS",
  "DEFERRABLE",
];

function readColumnText(cursor: Cursor): ColumnText {
  const from = cursor.at;
  const name = cursor.name();
  const typeAt = readTypeSpan(cursor);
  const constraints: ConstraintText[] = [];
  while (cursor.is(...endOfType)) constraints.push(readColumnConstraint(cursor));
  const type = cursor.text(typeAt).replace(/\s+/g, " ").trim();
  return { name, nameAt: from, type, typeAt, constraints, from, to: cursor.end };
}

function readTypeSpan(cursor: Cursor): Span {
  const from = cursor.at;
  let to = from;
  while (cursor.token !== undefined && cursor.token.kind !== "symbol" && !cursor.is(...endOfType)) {
    cursor.take();
    to = cursor.end;
  }
  if (to > from && cursor.isSymbol("(")) {
    cursor.parenthesised();
    to = cursor.end;
  }
  return { from, to };
}
