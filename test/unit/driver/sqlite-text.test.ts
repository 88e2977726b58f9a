import { describe, expect, test } from "vitest";
import { isBlank, readSqliteText } from "../../../src/driver/sqlite-text.ts";

describe("readSqliteText", () => {
  test.each([
    ["select ?, ?", 2, []],
    ["select '?', \"?\", `?`, [?], 'it''s ?' -- ?\n, ? /* ? */", 1, []],
    ["select ?2, ?1, ?2", 2, [2, 1]],
    ["select ?5, ?", 6, [5]],
    ["select a$b, x from t where y = ?", 1, []],
    ["select 'unclosed ?", 0, []],
    ["select 1 /* unclosed ?", 0, []],
  ])("%s has %i parameters", (sql, parameterCount, numbered) => {
    expect(readSqliteText(sql)).toMatchObject({ parameterCount, numbered, named: undefined });
  });

  test.each([":name", "@name", "$name", "$a::b"])("%s is a named parameter", (named) => {
    expect(readSqliteText(`select ${named}`).named).toBe(named);
  });

  test.each([
    ["  SELECT 1", "select"],
    ["-- note\n/* more */ Insert into t values (1)", "insert"],
    ["with a as (select 1), b (x) as (select 2) select * from a", "select"],
    ["with recursive a as materialized (delete from x) update t set y = (select 1)", "update"],
    ["with a as (select ')') replace into t select * from a", "replace"],
    ["begin immediate", "begin"],
    ["", ""],
  ])("%s is a %s", (sql, verb) => {
    expect(readSqliteText(sql).verb).toBe(verb);
  });
});

test.each([
  ["", true],
  [" ;\n; -- select 1\n /* x */", true],
  ["; select 1", false],
  ["\0select 1", false],
])("isBlank(%j) is %s", (text, blank) => {
  expect(isBlank(text)).toBe(blank);
});
