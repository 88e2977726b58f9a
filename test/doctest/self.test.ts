import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { claimAfter, instrument } from "./assertions.ts";
import { readBlocks, readExamples, readPage, type Snippets } from "./block.ts";
import { errorFaults, readDiagnostics, statedErrors, typeCheck } from "./check.ts";
import { execute, namesServer } from "./execute.ts";
import { joinBlocks } from "./program.ts";
import { expectThrown, expectValue } from "./runtime.ts";
import { root, writeWorkspace } from "./workspace.ts";

/** Markdown with real fences, written with ~~~ so that this file stays readable. */
const markdown = (text: string) => text.replaceAll("~~~", "```");
const page = (text: string): Snippets => readPage("docs/planted.md", markdown(text));
const workspace = (name: string) => join(root, ".tmp", `doctest-${name}`);

describe("readBlocks", () => {
  test("reads ts fences with their marks and lines, indented ones too", () => {
    const text =
      "# A\n~~~ts\na;\n~~~\n~~~sql\nselect\n~~~\n- x\n  ~~~ts run\n  b;\n    c;\n  ~~~\n";

    expect(readBlocks("a.md", markdown(text))).toEqual([
      { path: "a.md", line: 3, code: "a;", mode: "check", alone: false, file: undefined },
      { path: "a.md", line: 10, code: "b;\n  c;", mode: "run", alone: false, file: undefined },
    ]);
  });

  test("runs every block of a page that says so", () => {
    const text = "<!-- doctest: run -->\n# A\n~~~ts\na;\n~~~\n~~~ts error\nb;\n~~~\n";

    expect(readBlocks("a.md", markdown(text)).map(({ mode }) => mode)).toEqual(["run", "error"]);
  });

  test.for([
    ["an unknown mark", "~~~ts runs\na;\n~~~", 'a.md:1: unknown mark "runs" after ts'],
    ["an open fence", "\n~~~ts\na;", "a.md:2: a fence is never closed"],
    ["a skip without a reason", "~~~ts skip\na;\n~~~", "a.md:1: say why with"],
  ] as const)("refuses %s", ([, text, message]) => {
    expect(() => readBlocks("a.md", markdown(text))).toThrow(message);
  });
});

test("readExamples gives each @example its own scope and true line numbers", () => {
  const source = [
    "const before = 1;",
    "/**",
    " * Does.",
    " *",
    " * @example",
    " * ~~~ts",
    " * one();",
    " * ~~~",
    " * @example",
    " * ~~~ts",
    " * two();",
    " * ~~~",
    " */",
  ].join("\n");
  const examples = readExamples("src/a.ts", markdown(source));

  expect(examples.map(({ blocks }) => blocks.map(({ line, code }) => [line, code]))).toEqual([
    [[7, "one();"]],
    [[11, "two();"]],
  ]);
});

test("joinBlocks nests blocks, gathers imports once and remembers lines", () => {
  const { blocks } = page(`~~~ts
import { a } from "m";
export const x = a;
~~~
~~~ts
import { a, type B } from "m";
const x: B = a;
~~~`);

  const { text, origins } = joinBlocks(blocks);

  expect(text.split("\n").map((line) => line.trimEnd())).toEqual([
    'import { a } from "m";',
    'import { type B } from "m";',
    "{",
    "",
    "       const x = a;",
    "{",
    "",
    "const x: B = a;",
    "}",
    "}",
    "export {};",
    "",
  ]);
  expect(origins.map((origin) => origin?.line)).toEqual([
    2,
    6,
    undefined,
    2,
    3,
    undefined,
    6,
    7,
    undefined,
    undefined,
    undefined,
  ]);
});

test("joinBlocks imports what may be left implicit, where it is used and not defined", () => {
  const { blocks } = page(
    "~~~ts\nconst own = { id: id(), own: a.other };\nclass B { other() {} }\n~~~",
  );
  const implicit = new Map(
    ["id", "own", "other", "B"].map((name) => [name, { module: "m", isType: false }] as const),
  );

  const { text } = joinBlocks(blocks, { implicit });

  expect(text.split("\n").filter((line) => line.startsWith("import"))).toEqual([
    'import { id } from "m";',
  ]);
});

describe("claims", () => {
  const block = {
    path: "a.md",
    line: 10,
    code: "",
    mode: "run",
    alone: false,
    file: undefined,
  } as const;

  test.for([
    ["f(); // => 3", '__expect(f(), "3", "a.md:10"); // => 3'],
    ["console.log(f()); // => 3", 'console.log(__expect(f(), "3", "a.md:10")); // => 3'],
    ["const a = f(); // => 3", 'const a = f(); __expect(a, "3", "a.md:10"); // => 3'],
    [
      "await f(); // throws E: x",
      'await __throws(async () => { await f(); }, "E: x", "a.md:10"); // throws E: x',
    ],
    ["f(); // other", "f(); // other"],
  ] as const)("%s", ([body, expected]) => {
    expect(instrument(body, block)).toBe(expected);
  });

  test("may stand on the next line and go on", () => {
    const text = "f();\n// => [1,\n//     2]\n// more";

    expect(claimAfter(text, "f();".length)).toEqual({ kind: "value", text: "[1, 2]" });
  });

  test.for([
    ["text", "text"],
    ["text", "'text'"],
    ["text", '"te…"'],
    [{ a: [1, "x"] }, "{ a: [1, 'x'] }"],
    [{ a: [1, "x"] }, "{ a: …}"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [{ toJSON: () => ({ id: 1 }) }, "{ id: 1 }"],
    [3n, "3n"],
  ] as const)("%o is %s", ([value, text]) => {
    expect(expectValue(value, text, "here")).toBe(value);
  });

  test.for([
    [3, "4"],
    ["text", "tex"],
    [{ a: 1 }, "{ a: 2 }"],
    [null, "undefined"],
  ] as const)("%o is not %s", ([value, text]) => {
    expect(() => expectValue(value, text, "a.md:3")).toThrow("a.md:3: the page says");
  });

  test("check that something is thrown, and what", async () => {
    const fail = async () => {
      throw new TypeError("no such thing");
    };

    await expectThrown(fail, "TypeError", "here");
    await expectThrown(fail, "TypeError: no such", "here");
    await expect(expectThrown(fail, "RangeError", "here")).rejects.toThrow("it threw\n  TypeError");
    await expect(expectThrown(async () => 1, "TypeError", "here")).rejects.toThrow("nothing");
  });
});

describe("errors of the compiler", () => {
  test("are read with their further lines", () => {
    expect(readDiagnostics("a/b.ts(3,5): error TS1: x\n  more\nc.ts(1,1): error TS2: y\n")).toEqual(
      [
        { file: "a/b.ts", line: 2, message: "TS1: x\n  more" },
        { file: "c.ts", line: 0, message: "TS2: y" },
      ],
    );
  });

  test("must be stated, all of them, and given, all of them", () => {
    const stated = statedErrors("a;\n// error: Type 'x' is …\n//   assignable\n");

    expect(stated).toEqual(["Type 'x' is … assignable"]);
    expect(errorFaults(stated, ["TS1: Type 'x' is not\n  assignable to"])).toEqual([]);
    expect(errorFaults(stated, [])).toHaveLength(1);
    expect(errorFaults(stated, ["TS1: Type 'x' is not assignable", "TS2: other"])).toHaveLength(1);
    expect(errorFaults([], ["TS1: x"])).toHaveLength(1);
  });
});

test("a wrong page does not compile, at the line that is wrong", async () => {
  const folder = workspace("types");
  const [written] = writeWorkspace(folder, [
    page(`# Planted
~~~ts
const one: number = 1;
~~~
~~~ts
const two: string = one;
~~~
~~~ts error
const three: string = one;
// error: Type 'number' is not assignable to type 'string'.
~~~`),
  ]);
  const given = await typeCheck(folder);
  const [shared, refused] = written?.checks ?? [];

  const wrong = given.filter(({ file }) => file === shared?.path);
  expect(wrong.map(({ line }) => shared?.program.origins[line]?.line)).toEqual([6]);
  expect(refused?.mustFail?.line).toBe(9);
  const own = given.filter(
    ({ file, line }) => file === refused?.path && refused.program.origins[line]?.line === 9,
  );
  expect(own).toHaveLength(1);
});

test("a page that states a wrong result fails when it runs, and a right one passes", async () => {
  const folder = workspace("run");
  const text = (value: string) => `<!-- doctest: run -->
~~~ts
const list: number[] = [1];
~~~
~~~ts
list.push(2);
console.log(list); // => ${value}
~~~`;
  const [right, wrong] = [page(text("[1, 2]")), { ...page(text("[1, 3]")), line: 2 }];
  mkdirSync(folder, { recursive: true });
  const written = writeWorkspace(folder, [right, wrong]);
  const [first, second] = await Promise.all(
    written.map(({ runFiles: [file = ""] }) => execute(join(folder, file), undefined)),
  );

  expect(first).toEqual({ code: 0, output: "[ 1, 2 ]\n" });
  expect(second?.code).toBe(1);
  expect(second?.output).toContain(
    "docs/planted.md:7: the page says\n  [1, 3]\nbut it is\n  [ 1, 2 ]",
  );
});

test("a block that is alone runs by itself", () => {
  const [written] = writeWorkspace(workspace("alone"), [
    page("~~~ts run\nconst a = 1;\n~~~\n~~~ts alone run\nconst b = 2;\n~~~"),
  ]);

  expect(written?.runFiles.map((file) => file.split("/")[1])).toEqual(["run.ts", "run-5.ts"]);
});

test("a PostgreSQL URL in a page becomes the test server's", async () => {
  const folder = workspace("url");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "url.mjs");
  const text = 'console.log("postgresql://u:p@host/db?ferro_search_path=a");\n';
  writeFileSync(file, text);

  expect(namesServer(text)).toBe(true);
  expect(namesServer("sqlite:app.db")).toBe(false);
  const { output } = await execute(file, "postgresql://test/x");
  expect(output).toBe("postgresql://test/x?ferro_search_path=a\n");
});
