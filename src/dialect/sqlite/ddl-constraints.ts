/** Reads the constraints and keys inside CREATE TABLE and CREATE INDEX. */
import type { Cursor } from "./ddl-cursor.ts";
import type { ConstraintText, KeyText, ReferencesText } from "./ddl-parts.ts";
import { nameOf } from "./ddl-tokens.ts";

const nothing = {
  name: null,
  conflict: null,
  columns: [],
  sql: "",
  sqlAt: { from: 0, to: 0 },
  descending: false,
  autoincrement: false,
  stored: false,
  references: null,
} as const;

/** Reads a constraint of a column, its name first. */
export function readColumnConstraint(cursor: Cursor): ConstraintText {
  const from = cursor.at;
  const name = cursor.accept("CONSTRAINT") ? cursor.name() : null;
  const body = readColumnRule(cursor);
  return { ...nothing, ...body, name, from, to: cursor.end };
}

type Rule = Pick<ConstraintText, "kind"> & Partial<ConstraintText>;

function readColumnRule(cursor: Cursor): Rule {
  if (cursor.accept("PRIMARY")) {
    cursor.expect("KEY");
    const descending = cursor.accept("DESC");
    cursor.accept("ASC");
    const conflict = readConflict(cursor);
    return {
      kind: "primaryKey",
      descending,
      conflict,
      autoincrement: cursor.accept("AUTOINCREMENT"),
    };
  }
  if (cursor.accept("NOT")) {
    cursor.expect("NULL");
    return { kind: "notNull", conflict: readConflict(cursor) };
  }
  if (cursor.accept("NULL")) return { kind: "null", conflict: readConflict(cursor) };
  if (cursor.accept("UNIQUE")) return { kind: "unique", conflict: readConflict(cursor) };
  if (cursor.is("CHECK")) return readCheckRule(cursor);
  if (cursor.accept("DEFAULT")) return readDefaultRule(cursor);
  if (cursor.accept("COLLATE")) return { kind: "collate", sql: cursor.name() };
  if (cursor.is("REFERENCES")) return { kind: "foreignKey", references: readReferences(cursor) };
  if (cursor.accept("GENERATED")) cursor.expect("ALWAYS");
  cursor.expect("AS");
  const sqlAt = cursor.parenthesised();
  const stored = cursor.accept("STORED");
  cursor.accept("VIRTUAL");
  return { kind: "generated", sql: cursor.text(sqlAt), sqlAt, stored };
}

function readCheckRule(cursor: Cursor): Rule {
  cursor.expect("CHECK");
  const sqlAt = cursor.parenthesised();
  return { kind: "check", sql: cursor.text(sqlAt), sqlAt, conflict: readConflict(cursor) };
}

function readDefaultRule(cursor: Cursor): Rule {
  if (cursor.isSymbol("(")) {
    const sqlAt = cursor.parenthesised();
    return { kind: "default", sql: cursor.text(sqlAt), sqlAt };
  }
  const from = cursor.at;
  if (cursor.isSymbol("+") || cursor.isSymbol("-")) cursor.take();
  cursor.take();
  const sqlAt = { from, to: cursor.end };
  return { kind: "default", sql: cursor.text(sqlAt), sqlAt };
}

function readConflict(cursor: Cursor): string | null {
  if (!cursor.accept("ON")) return null;
  cursor.expect("CONFLICT");
  return cursor.name().toUpperCase();
}

function readReferences(cursor: Cursor): ReferencesText {
  cursor.expect("REFERENCES");
  const tableAt = cursor.at;
  const table = cursor.name();
  const columns = cursor.isSymbol("(")
    ? readKeys(cursor).map(({ sql, column }) => column ?? sql)
    : [];
  let onDelete = "NO ACTION";
  let onUpdate = "NO ACTION";
  let match: string | null = null;
  for (;;) {
    if (cursor.accept("MATCH")) match = cursor.name().toUpperCase();
    else if (cursor.accept("ON")) {
      const update = cursor.take().text.toUpperCase() === "UPDATE";
      const action = readAction(cursor);
      if (update) onUpdate = action;
      else onDelete = action;
    } else break;
  }
  return { table, tableAt, columns, onDelete, onUpdate, match, deferrable: readDeferrable(cursor) };
}

function readAction(cursor: Cursor): string {
  const first = cursor.name().toUpperCase();
  return first === "SET" || first === "NO" ? `${first} ${cursor.name().toUpperCase()}` : first;
}

function readDeferrable(cursor: Cursor): "immediate" | "deferred" | null {
  const { at } = cursor;
  const not = cursor.accept("NOT");
  if (!cursor.accept("DEFERRABLE")) {
    // It was the NOT of NOT NULL.
    cursor.at = at;
    return null;
  }
  const initially = cursor.accept("INITIALLY") && cursor.name().toUpperCase() === "DEFERRED";
  if (not) return null;
  return initially ? "deferred" : "immediate";
}

/** Reads a constraint of a table, its name first. */
export function readTableConstraint(cursor: Cursor): ConstraintText {
  const from = cursor.at;
  const name = cursor.accept("CONSTRAINT") ? cursor.name() : null;
  const body = readTableRule(cursor);
  return { ...nothing, ...body, name, from, to: cursor.end };
}

function readTableRule(cursor: Cursor): Rule {
  if (cursor.accept("PRIMARY")) {
    cursor.expect("KEY");
    const autoincrement = { value: false };
    const columns = readKeys(cursor, autoincrement);
    const conflict = readConflict(cursor);
    return { kind: "primaryKey", columns, conflict, autoincrement: autoincrement.value };
  }
  if (cursor.accept("UNIQUE")) {
    const columns = readKeys(cursor);
    return { kind: "unique", columns, conflict: readConflict(cursor) };
  }
  if (cursor.accept("FOREIGN")) {
    cursor.expect("KEY");
    const columns = readKeys(cursor);
    return { kind: "foreignKey", columns, references: readReferences(cursor) };
  }
  return readCheckRule(cursor);
}

/** Reads `(a, b COLLATE NOCASE DESC, lower(c))`. */
export function readKeys(cursor: Cursor, autoincrement?: { value: boolean }): readonly KeyText[] {
  cursor.expectSymbol("(");
  const keys: KeyText[] = [];
  do keys.push(readKey(cursor, autoincrement));
  while (cursor.acceptSymbol(","));
  cursor.expectSymbol(")");
  return keys;
}

function readKey(cursor: Cursor, autoincrement: { value: boolean } | undefined): KeyText {
  const from = cursor.at;
  const { token } = cursor;
  const { to, telling } = readKeyExpression(cursor);
  const collation = cursor.accept("COLLATE") ? cursor.name() : null;
  const descending = cursor.accept("DESC");
  cursor.accept("ASC");
  if (autoincrement !== undefined && cursor.accept("AUTOINCREMENT")) autoincrement.value = true;
  const named = token?.kind === "word" || token?.kind === "quoted" || token?.kind === "string";
  const column = telling === 1 && named ? nameOf(token) : null;
  return { column, sql: cursor.text({ from, to }), collation, descending, from, to: cursor.end };
}

function readKeyExpression(cursor: Cursor): { readonly to: number; readonly telling: number } {
  let { at: to } = cursor;
  let telling = 0;
  const isEnd = () =>
    cursor.isSymbol(",") ||
    cursor.isSymbol(")") ||
    (telling > 0 && cursor.is("COLLATE", "ASC", "DESC", "AUTOINCREMENT"));
  while (!isEnd()) {
    if (cursor.isSymbol("(")) cursor.parenthesised();
    else cursor.take();
    telling += 1;
    to = cursor.end;
  }
  return { to, telling };
}
