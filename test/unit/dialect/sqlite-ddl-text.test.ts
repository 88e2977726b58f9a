import { describe, expect, test } from "vitest";
import { readIndexText, readTableText } from "../../../src/dialect/sqlite/ddl-text.ts";
import { printTokens, tokenize } from "../../../src/dialect/sqlite/ddl-tokens.ts";

const nasty = `CREATE TABLE "my ""table""" ( -- the head
  [id] INTEGER CONSTRAINT pk PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT,
  \`na me\` varchar ( 20 , 3 ) NOT  NULL COLLATE NOCASE DEFAULT 'it''s, (ok)' CHECK (length("na me") > 0),
  'price' "long type"(10) DEFAULT -1.5e3, /* , ) */
  total AS (price * 2) STORED, half GENERATED ALWAYS AS ([price]/2) VIRTUAL,
  parent REFERENCES "my ""table""" ON DELETE SET NULL ON UPDATE CASCADE NOT DEFERRABLE,
  other int NULL REFERENCES t(a) DEFERRABLE INITIALLY DEFERRED NOT NULL UNIQUE ON CONFLICT IGNORE,
  plain,
  CONSTRAINT u UNIQUE ("na me" COLLATE NOCASE, price DESC) CHECK (price IN (1, 2))
  FOREIGN KEY (other, plain) REFERENCES t (a, b) MATCH FULL ON DELETE NO ACTION
) STRICT, WITHOUT ROWID`;

describe("tokenize", () => {
  test.for([
    nasty,
    "",
    "x'0fF' X'00' 1.5 .5 5. 1e-3 0xFF 1_000 a->>'b' a||b <> != ==",
    "[unclosed",
    "'unclosed",
    "/* unclosed",
    "-- no line end",
    "naïve 名前 \u{1F600} \u00A0 $a ?1 :b @c",
    "\uD800 half",
  ])("leaves nothing out of %j", (sql) => {
    expect(printTokens(tokenize(sql))).toBe(sql);
  });
});

describe("readTableText", () => {
  const table = readTableText(nasty);
  const column = (name: string) => table.columns.find((each) => each.name === name);
  const kinds = (name: string) => column(name)?.constraints.map(({ kind }) => kind);
  const rule = (name: string, kind: string) =>
    column(name)?.constraints.find((each) => each.kind === kind);

  test("reads names in every kind of quotes", () => {
    expect(table.name).toBe('my "table"');
    expect(table.columns.map(({ name }) => name)).toEqual([
      "id",
      "na me",
      "price",
      "total",
      "half",
      "parent",
      "other",
      "plain",
    ]);
  });

  test("reads declared types", () => {
    expect(table.columns.map(({ type }) => type)).toEqual([
      "INTEGER",
      "varchar ( 20 , 3 )",
      '"long type"(10)',
      "",
      "",
      "",
      "int",
      "",
    ]);
  });

  test("reads keys, conflict clauses and AUTOINCREMENT", () => {
    expect(rule("id", "primaryKey")).toMatchObject({
      name: "pk",
      conflict: "REPLACE",
      autoincrement: true,
    });
    expect(rule("other", "unique")?.conflict).toBe("IGNORE");
  });

  test("reads defaults, checks, collations and generated columns", () => {
    expect(rule("na me", "default")?.sql).toBe("'it''s, (ok)'");
    expect(rule("na me", "check")?.sql).toBe('length("na me") > 0');
    expect(rule("na me", "collate")?.sql).toBe("NOCASE");
    expect(rule("price", "default")?.sql).toBe("-1.5e3");
    expect(rule("total", "generated")).toMatchObject({ sql: "price * 2", stored: true });
    expect(rule("half", "generated")).toMatchObject({ sql: "[price]/2", stored: false });
  });

  test("tells NOT DEFERRABLE from NOT NULL", () => {
    expect(kinds("parent")).toEqual(["foreignKey"]);
    expect(rule("parent", "foreignKey")?.references).toMatchObject({
      table: 'my "table"',
      columns: [],
      onDelete: "SET NULL",
      onUpdate: "CASCADE",
      deferrable: null,
    });
    expect(kinds("other")).toEqual(["null", "foreignKey", "notNull", "unique"]);
    expect(rule("other", "foreignKey")?.references?.deferrable).toBe("deferred");
  });

  test("reads constraints of the table, with a comma between them or without", () => {
    expect(table.constraints.map(({ kind, name }) => [kind, name])).toEqual([
      ["unique", "u"],
      ["check", null],
      ["foreignKey", null],
    ]);
    expect(table.constraints[0]?.columns).toMatchObject([
      { column: "na me", collation: "NOCASE", descending: false },
      { column: "price", collation: null, descending: true },
    ]);
    expect([table.strict, table.withoutRowid]).toEqual([true, true]);
  });

  test("knows where every part stands", () => {
    const text = ({ from, to }: { from: number; to: number }) =>
      printTokens(table.tokens.slice(from, to));
    expect(text(column("plain") ?? { from: 0, to: 0 })).toBe("plain");
    expect(text(column("total") ?? { from: 0, to: 0 })).toBe("total AS (price * 2) STORED");
    expect(text(table.constraints[1] ?? { from: 0, to: 0 })).toBe("CHECK (price IN (1, 2))");
    expect(table.tokens[table.nameAt]?.text).toBe('"my ""table"""');
  });

  test.for(["CREATE TABLE t (", "CREATE TABLE t AS SELECT 1", "DROP TABLE t"])(
    "refuses %j",
    (sql) => {
      expect(() => readTableText(sql)).toThrow(/expected|ends too early/);
    },
  );
});

describe("readIndexText", () => {
  test("reads keys, expressions and the condition", () => {
    const index = readIndexText(
      `CREATE UNIQUE INDEX main.[i x] ON "t"(a COLLATE NOCASE DESC, lower(b) ASC, "c") WHERE a IS NOT NULL -- end`,
    );

    expect(index).toMatchObject({ name: "i x", table: "t", unique: true, where: "a IS NOT NULL" });
    expect(index.keys).toMatchObject([
      { column: "a", collation: "NOCASE", descending: true },
      { column: null, sql: "lower(b)", descending: false },
      { column: "c", sql: '"c"' },
    ]);
  });
});
