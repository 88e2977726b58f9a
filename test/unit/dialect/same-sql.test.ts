import { describe, expect, test } from "vitest";
import { sameSqliteSql } from "../../../src/dialect/sqlite/same-sql.ts";

describe("two spellings on SQLite", () => {
  test.for([
    ["count * 2", '"count"*2'],
    ["(a > 0)", "[a] > 0 -- positive"],
    ["LOWER(b)", "lower( `b` )"],
    ["a IN ('x','y')", "a in ('x', 'y')"],
    ['"Order item" is null', "[order item] IS NULL"],
  ] as const)("%s and %s are one", ([left, right]) => {
    expect(sameSqliteSql(left, right)).toBe(true);
  });

  test.for([
    ["a = 'x'", "a = 'X'"],
    ["a > 1", "a >= 1"],
    ["a || b", "a | | b"],
    ['"a b" > 0', "a b > 0"],
    ["(a) + (b)", "a) + (b"],
  ] as const)("%s and %s are two", ([left, right]) => {
    expect(sameSqliteSql(left, right)).toBe(false);
  });
});
