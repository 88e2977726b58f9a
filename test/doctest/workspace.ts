import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Block, readExamples, readPage, type Snippets } from "./block.ts";
import { addNames } from "./names.ts";
import { type ImplicitName, joinBlocks, type Program } from "./program.ts";

export const root = join(import.meta.dirname, "../..");

/** A program to check, and the blocks that it answers for. */
export interface CheckFile {
  /** Relative to the workspace. */
  readonly path: string;
  readonly program: Program;
  /** The block that must not compile; undefined for a program that must. */
  readonly mustFail: Block | undefined;
}

/** A page or example, written out. */
export interface WrittenSnippets {
  readonly snippets: Snippets;
  readonly checks: readonly CheckFile[];
  /** The programs to execute, relative to the workspace. */
  readonly runFiles: readonly string[];
}

/** Reads the README, the guides, and the doc comments of the sources. */
export function readAll(): Snippets[] {
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const posix = (path: string) => path.replaceAll("\\", "/");
  const pages = [...globSync("*.md", { cwd: root }), ...globSync("docs/**/*.md", { cwd: root })];
  const sources = globSync("src/**/*.ts", { cwd: root });
  return [
    ...pages
      .map(posix)
      .sort()
      .map((path) => readPage(path, read(path))),
    ...sources
      .map(posix)
      .sort()
      .flatMap((path) => readExamples(path, read(path))),
  ].filter(({ blocks }) => blocks.some(({ mode }) => mode !== "skip"));
}

/** Empties a folder and writes every snippet into it, with a tsconfig.json for all. */
export function writeWorkspace(folder: string, all: readonly Snippets[]): WrittenSnippets[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const config = {
    extends: relative(folder, join(root, "tsconfig.json")),
    include: ["**/check*.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  return all.map((snippets) => writeSnippets(folder, snippets));
}

function writeSnippets(folder: string, snippets: Snippets): WrittenSnippets {
  const name = `${snippets.path.replace(/[^\w]+/g, "-")}-${snippets.line}`;
  const write = (file: string, text: string) => {
    const path = join(folder, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const implicit = snippets.implicitImports
    ? namesFor(snippets.path, join(folder, name))
    : undefined;
  const live = snippets.blocks.filter(({ mode }) => mode !== "skip");

  for (const block of live) {
    if (block.file !== undefined) write(block.file, `${block.code}\nexport {};\n`);
  }
  const body = live.filter(({ file }) => file === undefined);
  const shared = body.filter(({ mode, alone }) => mode !== "error" && !alone);
  const groups = [
    { file: "check.ts", blocks: shared, mustFail: undefined },
    ...body
      .filter((block) => block.mode === "error" || block.alone)
      .map((block) => ({
        file: `check-${block.line}.ts`,
        blocks: block.alone ? [block] : [...shared.filter(({ line }) => line < block.line), block],
        mustFail: block.mode === "error" ? block : undefined,
      })),
  ];
  const checks = groups
    .filter(({ blocks }) => blocks.length > 0)
    .map(({ file, blocks, mustFail }): CheckFile => {
      const program = joinBlocks(blocks, implicit ? { implicit } : {});
      write(file, program.text);
      return { path: `${name}/${file}`, program, mustFail };
    });

  const assertions = { module: join(import.meta.dirname, "runtime.ts") };
  const runFiles = [
    { file: "run.ts", blocks: shared.filter(({ mode }) => mode === "run") },
    ...body
      .filter(({ mode, alone }) => mode === "run" && alone)
      .map((block) => ({ file: `run-${block.line}.ts`, blocks: [block] })),
  ]
    .filter(({ blocks }) => blocks.length > 0)
    .map(({ file, blocks }) => {
      const program = joinBlocks(blocks, implicit ? { implicit, assertions } : { assertions });
      write(file, program.text);
      return `${name}/${file}`;
    });
  return { snippets, checks, runFiles };
}

/** What an `@example` may name without import: its own file's exports, the main door's, the sample models. */
function namesFor(path: string, folder: string): Map<string, ImplicitName> {
  const names = new Map<string, ImplicitName>();
  const add = (file: string, module: string) => {
    addNames(names, module, readFileSync(join(root, file), "utf8"));
  };
  add("src/index.ts", "ferro-orm");
  const local = (file: string) => `./${relative(folder, join(root, file))}`.replaceAll("\\", "/");
  if (!/^src\/[^/]+$/.test(path)) add(path, local(path));
  add("test/doctest/models.ts", local("test/doctest/models.ts"));
  names.set("z", { module: "zod", isType: false });
  return names;
}
