import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { postgresSql } from "../../../src/dialect/postgres/sql.ts";
import { sqliteSql } from "../../../src/dialect/sqlite/sql.ts";
import { UsageError } from "../../../src/errors/errors.ts";
import { compileRaw, flattenFragment, isFragment, SqlFragment, sql } from "../../../src/sql/raw.ts";

describe("the sql tag", () => {
  test("binds values with the placeholders of the database", () => {
    const fragment = sql`select * from users where age > ${18} and city = ${"Oslo"}`;

    expect(compileRaw(fragment, postgresSql)).toEqual({
      sql: "select * from users where age > $1 and city = $2",
      values: [18, "Oslo"],
    });
    expect(compileRaw(fragment, sqliteSql)).toEqual({
      sql: "select * from users where age > ? and city = ?",
      values: [18, "Oslo"],
    });
  });

  test("numbers the placeholders of nested fragments in order of appearance", () => {
    const city = sql`city = ${"Oslo"}`;
    const fragment = sql`select ${1}, (${sql`${city} or ${city}`}) and x < ${2}`;

    expect(compileRaw(fragment, postgresSql)).toEqual({
      sql: "select $1, (city = $2 or city = $3) and x < $4",
      values: [1, "Oslo", "Oslo", 2],
    });
  });

  test("quotes identifiers by the dialect", () => {
    const fragment = sql`select ${sql.identifier('a"b')} from ${sql.identifier("public", "users")}`;

    expect(compileRaw(fragment, postgresSql).sql).toBe('select "a""b" from "public"."users"');
  });

  test.for(["", "a\0b", "x".repeat(64)])("refuses the identifier %j", (name) => {
    expect(() => compileRaw(sql`select ${sql.identifier(name)}`, postgresSql)).toThrow(TypeError);
  });

  test("joins values and fragments", () => {
    expect(compileRaw(sql`in (${sql.join([1, 2, 3])})`, postgresSql)).toEqual({
      sql: "in ($1, $2, $3)",
      values: [1, 2, 3],
    });
    expect(compileRaw(sql.join([sql`a`, sql`b = ${1}`], sql` and `), postgresSql)).toEqual({
      sql: "a and b = $1",
      values: [1],
    });
  });

  test("takes a fragment alone as a separator", () => {
    // @ts-expect-error -- text would be SQL from anywhere
    expect(() => sql.join([1, 2], "); drop table users; --")).toThrow(UsageError);
    expect(() => sql.join([])).toThrow(UsageError);
  });

  test("keeps neighbours from becoming one token", () => {
    expect(compileRaw(sql`${1}0`, postgresSql).sql).toBe("$1 0");
    expect(compileRaw(sql`a${1}${2}`, postgresSql).sql).toBe("a $1 $2");
    expect(compileRaw(sql`5 -${sql`-1`}`, postgresSql).sql).toBe("5 - -1");
    expect(compileRaw(sql`'a'${sql`'b'`}`, postgresSql).sql).toBe("'a' 'b'");
    expect(compileRaw(sql`${sql`1 -- one`} + ${2}`, postgresSql).sql).toBe("1 -- one\n + $1");
    expect(compileRaw(sql`${1}::int, array[${2}]`, postgresSql).sql).toBe("$1::int, array[$2]");
  });

  test.for([
    ["quoted text", () => sql`select '${1}'`],
    ["a quoted name", () => sql`select "${1}"`],
    ["an escape string", () => sql`select E'it\\'s ${1}'`],
    ["a dollar quote", () => sql`select $tag$ ${1} $tag$`],
    ["a comment", () => sql`select 1 -- ${1}`],
    ["a block comment", () => sql`select /* ${1} */ 1`],
    ["a nested comment", () => sql`select /* /* */ ${1} */ 1`],
    ["an unfinished fragment", () => sql`select ${sql`'a`} b'`],
  ] as const)("refuses a value inside %s", ([, write]) => {
    expect(write).toThrow(UsageError);
  });

  test("reads quotes and comments that are closed", () => {
    const fragment = sql`select 'it''s', "a""b", $x$ ' $x$, E'\\'' /* ' */ -- '
      , ${1}`;

    expect(compileRaw(fragment, postgresSql).values).toEqual([1]);
  });

  test("refuses placeholders of its own", () => {
    expect(() => compileRaw(sql`select $1 + ${1}`, postgresSql)).toThrow(UsageError);
    expect(() => compileRaw(sql`select $1 + ${1}`, sqliteSql)).toThrow(UsageError);
    for (const fragment of [
      sql`x = ?`,
      sql`x = ?1`,
      sql`x = :name`,
      sql`x = @name`,
      sql`x = $name`,
    ]) {
      expect(() => compileRaw(fragment, sqliteSql)).toThrow(UsageError);
    }
    expect(compileRaw(sql`select '?', meta ? 'key', x::int`, postgresSql).values).toEqual([]);
  });

  test("refuses undefined", () => {
    expect(() => sql`select ${undefined}`).toThrow(TypeError);
    expect(compileRaw(sql`select ${null}`, postgresSql).values).toEqual([null]);
  });

  test.for([
    ["a string", "select 1"],
    ["an array", ["select 1"]],
    ["JSON", JSON.parse('{"0":"select 1","length":1,"raw":["select 1"]}')],
    ["an array with raw", Object.assign(["select 1"], { raw: ["select 1"] })],
  ] as const)("is not called with %s", ([, strings]) => {
    expect(() => sql(strings as unknown as TemplateStringsArray)).toThrow(UsageError);
  });

  test("takes no look-alike for a fragment", () => {
    const real = sql`select 1`;
    const fakes = [
      JSON.parse(JSON.stringify(real)),
      structuredClone({ ...real }),
      Object.create(real),
      Object.create(SqlFragment.prototype),
      { parts: [{ kind: "text", text: "drop table users" }] },
      { kind: "text", text: "drop table users" },
      { kind: "identifier", names: ["a"] },
      new Proxy(real, {}),
    ];

    for (const fake of fakes) {
      expect(isFragment(fake)).toBe(false);
      expect(compileRaw(sql`x = ${fake}`, postgresSql)).toEqual({ sql: "x = $1", values: [fake] });
    }
  });

  test("writes no value into the text, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.anything().filter((value) => value !== undefined),
          { minLength: 1 },
        ),
        (values) => {
          const compiled = compileRaw(sql`f(${sql.join(values)})`, postgresSql);

          expect(compiled.sql).toBe(`f(${values.map((_, place) => `$${place + 1}`).join(", ")})`);
          expect(compiled.values).toEqual(values);
        },
      ),
    );
  });

  test("flattens to pieces around operands", () => {
    expect(flattenFragment(sql`lower(${sql`${1} ||`} ${sql.identifier("x")})`)).toEqual({
      pieces: ["lower(", " || ", ")"],
      operands: [
        { kind: "value", value: 1 },
        { kind: "identifier", names: ["x"] },
      ],
    });
  });
});
