import { describe, expect, test } from "vitest";
import { catalogueFaults, errorClassesOf } from "./errors.ts";
import { barrels, dialectNames, forbiddenImports, importsOf, impureDoor } from "./imports.ts";
import { lineBudget } from "./layers.ts";
import type { Source } from "./source.ts";
import { machineTraces, overlongFile, unfinishedMarks, unmarkedAny } from "./text.ts";

/** A file that was never written: each rule is shown to fail on one, and to pass on its twin. */
const file = (path: string, text: string): Source => ({ path, text });

describe("importsOf", () => {
  test("finds every way to name a module", () => {
    const text = `
      import a from "./a.ts";
      import type { B } from "./b.ts";
      export { c } from "./c.ts";
      const d = await import("./d.ts");
      type E = import("./e.ts").E;
      const notAnImport = 'import x from "./f.ts"';
    `;

    expect(importsOf(file("src/util/x.ts", text))).toEqual([
      "./a.ts",
      "./b.ts",
      "./c.ts",
      "./d.ts",
      "./e.ts",
    ]);
  });
});

describe("forbiddenImports", () => {
  test.for([
    ["an upward import", "src/sql/x.ts", 'import { a } from "../query/a.ts";'],
    ["an upward import of a type", "src/ir/x.ts", 'import type { A } from "../sql/a.ts";'],
    ["an upward import from deeper", "src/dialect/sqlite/x.ts", 'import "../../plan/a.ts";'],
    ["a sideways import that is not listed", "src/hydrate/x.ts", 'import "../sql/a.ts";'],
    ["a door", "src/query/x.ts", 'import { a } from "../index.ts";'],
    ["a driver's package above drivers", "src/session/x.ts", 'import pg from "pg";'],
    ["a folder that is not in the table", "src/helpers/x.ts", ""],
  ] as const)("refuses %s", ([, path, text]) => {
    expect(forbiddenImports(file(path, text))).toHaveLength(1);
  });

  test.for([
    ["a listed folder", "src/sql/x.ts", 'import type { A } from "../ir/a.ts";'],
    ["the same folder", "src/dialect/sqlite/x.ts", 'import { a } from "../dialect.ts";'],
    ["a driver's package in a driver", "src/driver/x.ts", 'import pg from "pg";'],
    ["a door from the command line", "src/cli/x.ts", 'import { a } from "../index.ts";'],
    ["any folder from a door", "src/index.ts", 'export { a } from "./session/a.ts";'],
  ] as const)("allows %s", ([, path, text]) => {
    expect(forbiddenImports(file(path, text))).toEqual([]);
  });
});

describe("impureDoor", () => {
  test.for([
    'export * from "./a/b.ts";',
    'export * as b from "./a/b.ts";',
    "export const a = 1;",
    'import "./a/b.ts";',
    "console.log(1);",
  ])("refuses %s", (text) => {
    expect(impureDoor(file("src/index.ts", text))).toHaveLength(1);
  });

  test("allows lists of values and types", () => {
    const text = 'export { a, type B } from "./a/b.ts";\nexport type { C } from "./a/c.ts";';

    expect(impureDoor(file("src/index.ts", text))).toEqual([]);
  });
});

describe("barrels", () => {
  test.for([
    ["src/sql/x.ts", 'export * from "./y.ts";'],
    ["src/sql/x.ts", 'export { y } from "./y.ts";'],
    ["src/sql/index.ts", "export const x = 1;"],
    ["src/dialect/sqlite/index.ts", ""],
  ] as const)("refuses %s: %s", ([path, text]) => {
    expect(barrels(file(path, text))).toHaveLength(1);
  });

  test("allows a file that exports its own", () => {
    expect(barrels(file("src/sql/x.ts", "const x = 1;\nexport { x };"))).toEqual([]);
  });
});

describe("dialectNames", () => {
  test.for([
    'if (name === "postgres") a();',
    'const b = "sqlite" !== name;',
    "if (connection.backend === other) a();",
    "if (this.dialect.name === other) a();",
    'switch (name) { case "sqlite": a(); }',
    "switch (connection.backend) { default: a(); }",
    "const c = table[connection.backend];",
  ])("refuses %s", (text) => {
    expect(dialectNames(file("src/session/x.ts", text))).toHaveLength(1);
  });

  test.for([
    ["src/session/x.ts", 'type Backend = "sqlite" | "postgres";'],
    ["src/session/x.ts", "const a = dialect.sql.quote(name);"],
    ["src/connect/x.ts", 'if (scheme === "postgres") a();'],
    ["src/dialect/sqlite/x.ts", 'const name = other === "sqlite";'],
    ["src/sqlite.ts", 'export { a } from "./driver/a.ts";'],
  ] as const)("allows %s: %s", ([path, text]) => {
    expect(dialectNames(file(path, text))).toEqual([]);
  });
});

describe("unmarkedAny", () => {
  const marker = "// biome-ignore lint/suspicious/noExplicitAny:";

  test.for(["let a: any;", "const a = b as any;", `${marker}\nlet a: any;`])(
    "refuses %s",
    (text) => {
      expect(unmarkedAny(file("src/sql/x.ts", text))).toHaveLength(1);
    },
  );

  test.for([`${marker} a shape must not be forced\nlet a: any;`, 'const any = "any"; // any'])(
    "allows %s",
    (text) => {
      expect(unmarkedAny(file("src/sql/x.ts", text))).toEqual([]);
    },
  );
});

describe("text", () => {
  test("finds a file over the budget, and none at it", () => {
    const lines = (count: number) => file("src/sql/x.ts", "x;\n".repeat(count));

    expect(overlongFile(lines(lineBudget + 1))).toHaveLength(1);
    expect(overlongFile(lines(lineBudget))).toEqual([]);
  });

  test("finds unfinished marks, and not words that hold one", () => {
    const mark = `TO${"DO"}`;

    expect(unfinishedMarks(file("docs/a.md", `fine\n// ${mark}: later`))).toEqual([
      "docs/a.md:2: an unfinished mark",
    ]);
    expect(unfinishedMarks(file("docs/a.md", `${mark}S and mas${mark}n`))).toEqual([]);
  });

  test("finds traces of one machine, and not of relative paths", () => {
    for (const trace of ["/ro" + "ot/.npmrc", "/ho" + "me/ann/x", "registry.npm" + "js.org/x"]) {
      expect(machineTraces(file("a.md", `see ${trace}`))).toHaveLength(1);
    }
    expect(machineTraces(file("a.md", "../work/x ./root/x https://a.dev/home/x"))).toEqual([]);
  });
});

describe("errors", () => {
  const text = `
    export abstract class Base extends Error { abstract readonly code: string; }
    export class OneError extends Base { readonly code = "ONE"; }
    export class TwoError extends Base { override readonly code: string = "TWO"; }
  `;
  const classes = errorClassesOf(file("src/errors/x.ts", text));
  const reference = "# Errors\n\n## ONE\n\n## `TwoError`, TWO\n";
  const tests = [file("test/a.test.ts", "toThrow(OneError); toThrow(TwoError);")];

  test("reads concrete classes and their codes", () => {
    expect(classes).toEqual([
      { name: "OneError", code: "ONE" },
      { name: "TwoError", code: "TWO" },
    ]);
    expect(catalogueFaults(classes, reference, tests)).toEqual([]);
  });

  test("reports a code that is missing or taken, a missing section and a missing test", () => {
    expect(catalogueFaults([{ name: "NoneError", code: "" }], reference, tests)).toEqual([
      "NoneError has no code",
      "NoneError has no section in docs/reference/errors.md",
      "NoneError is expected by no test",
    ]);
    const same = [...classes, { name: "TooError", code: "TWO" }];
    expect(catalogueFaults(same, reference, tests)).toEqual([
      "TwoError shares the code TWO",
      "TooError shares the code TWO",
      "TooError is expected by no test",
    ]);
    expect(catalogueFaults(classes, "# Errors\n\n## ONE", tests)).toEqual([
      "TwoError has no section in docs/reference/errors.md",
    ]);
    expect(catalogueFaults(classes, reference, [])).toHaveLength(2);
  });
});
