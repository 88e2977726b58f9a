import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { postgresSql } from "../../../src/dialect/postgres/sql.ts";
import { sqliteSql } from "../../../src/dialect/sqlite/sql.ts";
import { printQuery } from "../../../src/ir/print.ts";
import type { Query } from "../../../src/ir/query.ts";
import { compileQuery } from "../../../src/sql/compile.ts";
import type { BoundSlot, SqlDialect } from "../../../src/sql/dialect.ts";
import { cases, unnestCases } from "./cases.ts";

interface Vector {
  readonly name: string;
  readonly print: string;
  readonly postgres: Compiled;
  readonly sqlite: Compiled | null;
  readonly ir: Query;
}

interface Compiled {
  readonly sql: string;
  readonly slots: string;
}

const file = new URL("../../vectors/sql.json", import.meta.url);

function compiled(query: Query, dialect: SqlDialect): Compiled {
  const { sql, slots } = compileQuery(query, dialect);
  return { sql, slots: slots.map(describeSlot).join(", ") };
}

/** "1 value of title, nullable": which value, in which form, for what. */
function describeSlot({ index, form, label, nullable }: BoundSlot): string {
  return `${index} ${form}${label === null ? "" : ` of ${label}`}${nullable ? " or null" : ""}`;
}

function vector(name: string, ir: Query, sqlite: boolean): Vector {
  return {
    name,
    print: printQuery(ir),
    postgres: compiled(ir, postgresSql),
    sqlite: sqlite ? compiled(ir, sqliteSql) : null,
    ir,
  };
}

/** JSON that is read line by line: the IR on one line, the SQL on its own. */
function format(vectors: readonly Vector[]): string {
  const line = (value: unknown) => JSON.stringify(value);
  const side = (value: Compiled | null) =>
    value === null
      ? "null"
      : `{\n      "sql": ${line(value.sql)},\n      "slots": ${line(value.slots)}\n    }`;
  const texts = vectors.map(
    ({ name, print, postgres, sqlite, ir }) =>
      `  {\n    "name": ${line(name)},\n    "print": ${line(print)},\n    "postgres": ${side(postgres)},\n    "sqlite": ${side(sqlite)},\n    "ir": ${line(ir)}\n  }`,
  );
  return `[\n${texts.join(",\n")}\n]\n`;
}

test("QueryIR compiles to the SQL of test/vectors/sql.json", async () => {
  const vectors = [
    ...Object.entries(cases).map(([name, query]) => vector(name, query, true)),
    ...Object.entries(unnestCases).map(([name, query]) => vector(name, query, false)),
  ];

  await expect(format(vectors)).toMatchFileSnapshot(file.pathname);
});

describe("the vectors as data", () => {
  const vectors: readonly Vector[] = JSON.parse(readFileSync(file, "utf8"));

  test.for(vectors.map((item) => [item.name, item] as const))("%s", ([, item]) => {
    expect(compiled(item.ir, postgresSql)).toEqual(item.postgres);
    if (item.sqlite !== null) expect(compiled(item.ir, sqliteSql)).toEqual(item.sqlite);
    expect(printQuery(item.ir)).toBe(item.print);
  });
});
