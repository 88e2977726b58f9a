import { describe, expect, test } from "vitest";
import { constraintName } from "../../../src/dialect/constraint-name.ts";
import { translatePostgresError } from "../../../src/dialect/postgres/errors.ts";
import { translateSqliteError } from "../../../src/dialect/sqlite/errors.ts";

const post = { table: "post", constraint: "post_author_id_fkey", severity: "ERROR" };

const refusal = (code: string, detail: string) =>
  translatePostgresError(Object.assign(new Error("refused"), { ...post, code, detail }));

describe("PostgreSQL's foreign keys", () => {
  test("have the columns of their table only where a row points to none", () => {
    const missing = refusal("23503", 'Key (author_id)=(404) is not present in table "author".');
    const pointed = refusal("23503", 'Key (id)=(1) is still referenced from table "post".');
    const restricted = refusal("23001", 'Key (id)=(1) is referenced from table "post".');

    expect(missing).toMatchObject({ kind: "foreignKey", columns: ["author_id"] });
    expect(pointed).toMatchObject({ kind: "foreignKey", columns: [] });
    expect(restricted).toMatchObject({ kind: "foreignKey", columns: [] });
  });

  test("have none in a language that isn't read", () => {
    const told = refusal("23503", "Schlüssel (id)=(1) wird noch aus Tabelle »post« verwiesen.");

    expect(told).toMatchObject({ kind: "foreignKey", columns: undefined, table: "post" });
  });
});

describe("SQLite's code of triggers", () => {
  const aborted = (message: string) =>
    translateSqliteError(Object.assign(new Error(message), { errcode: 1811 })).kind;

  test("is a foreign key's only with that text", () => {
    expect(aborted("FOREIGN KEY constraint failed")).toBe("foreignKey");
    expect(aborted("no more than three")).toBe("other");
  });
});

describe("constraintName", () => {
  test.for([
    ["post", ["author_id"], "fkey", "post_author_id_fkey"],
    ["post", [], "pkey", "post_pkey"],
    // The longer part is cut, then both: test/db/issues/constraint-names.test.ts asks PostgreSQL itself.
    ["t".repeat(63), ["id"], "key", `${"t".repeat(56)}_id_key`],
    ["t", ["c".repeat(63)], "fkey", `t_${"c".repeat(56)}_fkey`],
    ["t".repeat(40), ["c".repeat(40)], "key", `${"t".repeat(29)}_${"c".repeat(29)}_key`],
    ["t".repeat(40), ["c".repeat(40)], "fkey", `${"t".repeat(29)}_${"c".repeat(28)}_fkey`],
    ["é".repeat(31), ["id"], "pkey", `${"é".repeat(27)}_id_pkey`],
  ] as const)("of %s %s is %s", ([table, columns, suffix, name]) => {
    expect(constraintName(table, columns, suffix)).toBe(name);
  });
});
