/** The lines that import what a module of models uses. */
import { compareText } from "../../util/lists.ts";
import { literal } from "./code.ts";
import type { Imports } from "./fields.ts";
import { withoutText } from "./source-text.ts";

/** Names that a module may import, `z` among them. */
export const ferroNames: readonly string[] = [
  "array",
  "backRef",
  "bigintId",
  "bytes",
  "decimal",
  "field",
  "foreignKey",
  "id",
  "json",
  "manyToMany",
  "Model",
  "namedEnum",
  "raw",
  "z",
];

/** The line that imports Zod. */
export const zodLine = 'import { z } from "zod";\n';

/** What is imported from the package, as an import sorter has it. */
export function importLines(ferro: ReadonlySet<string>, from: string): string {
  const names = [...ferro].sort((a, b) => compareText(sortKey(a), sortKey(b)));
  const line = `import { ${names.join(", ")} } from ${literal(from)};\n`;
  const broken = `import {\n${names.map((name) => `  ${name},\n`).join("")}} from ${literal(from)};\n`;
  return names.length === 0 ? "" : line.length <= 101 ? line : broken;
}

/** What generated code uses of it: every name stands before a bracket or a dot. */
export function importNames(code: string): Imports {
  const used = new Set(
    [...withoutText(code).matchAll(/(?<![\w$.])([a-zA-Z]+)(?=[(.])/g)].map(([, name]) =>
      String(name),
    ),
  );
  return {
    ferro: new Set(ferroNames.filter((name) => name !== "z" && used.has(name))),
    zod: used.has("z"),
  };
}

/** As import sorters have it: letter by letter, a capital before its small letter. */
function sortKey(name: string): string {
  return name.replace(
    /./g,
    (letter) => letter.toLowerCase() + (letter === letter.toLowerCase() ? "1" : "0"),
  );
}
