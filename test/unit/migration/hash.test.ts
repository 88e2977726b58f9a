import { describe, expect, test } from "vitest";
import { fileHash, opsHash } from "../../../src/migration/hash.ts";
import { op } from "../../../src/migration/op.ts";
import { normaliseCode } from "../../../src/util/tokens.ts";

const up = [op.addColumn("posts", { name: "slug", type: "text", default: "a" })];

describe("opsHash", () => {
  test("changes with what a revision does", () => {
    const other = [op.addColumn("posts", { name: "slug", type: "text", default: "b" })];

    expect(opsHash({ up, down: "auto" })).toBe(opsHash({ up: structuredClone(up), down: "auto" }));
    expect(opsHash({ up: other, down: "auto" })).not.toBe(opsHash({ up, down: "auto" }));
    expect(opsHash({ up, down: [] })).not.toBe(opsHash({ up, down: "auto" }));
  });

  test("doesn't change with reasons", () => {
    const drop = op.dropColumn("posts", "slug");
    const why = op.dropColumn("posts", "slug", { destructive: "copied", allow: ["FM201: x"] });

    expect(opsHash({ up: [why], down: "auto" })).toBe(opsHash({ up: [drop], down: "auto" }));
  });

  test("changes with the code of a data step, not with its layout", () => {
    const hash = (code: string) => {
      const step = new Function(`return ${code}`)();
      return opsHash({ up: [op.data("fill", step)], down: "auto" });
    };
    const code = "async ({ db }) => { await db.execute('update t set a = 1'); }";

    expect(hash('async ({db}) => {\r\n  // now\n  await db.execute("update t set a = 1")\n}')).toBe(
      hash(code),
    );
    expect(hash(code.replace("a = 1", "a = 2"))).not.toBe(hash(code));
  });
});

describe("normaliseCode", () => {
  test.for([
    ["a( b ,\n)", "a(b)"],
    ["x = 'it\\'s'", 'x = "it\'s"'],
    ["`a${ b + `c ${d}` }e`", "`a${b+`c ${d}`}e`"],
    ["/* one */ f() // two", "f()"],
    ["`x\r\ny`", "`x\ny`"],
  ])("%j is %j", ([left, right]) => {
    expect(normaliseCode(left ?? "")).toBe(normaliseCode(right ?? ""));
  });

  test.for([
    ["`a  b`", "`a b`"],
    ["'a  b'", "'a b'"],
    ["return/a b/g", "return/a  b/g"],
    ["x = /[/'\"]/ + 'a  b'", "x = /[/'\"]/ + 'a b'"],
    ["a / b / 'c  d'", "a / b / 'c d'"],
    ["ab", "a b"],
  ])("%j is not %j", ([left, right]) => {
    expect(normaliseCode(left ?? "")).not.toBe(normaliseCode(right ?? ""));
  });
});

test("line ends are no part of a file's hash", () => {
  expect(fileHash("a\r\nb")).toBe(fileHash("a\nb"));
  expect(fileHash("a\nc")).not.toBe(fileHash("a\nb"));
});
