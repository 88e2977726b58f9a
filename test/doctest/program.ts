import ts from "typescript-5.9";
import { instrument } from "./assertions.ts";
import type { Block } from "./block.ts";

/** Where a line of generated text came from; undefined for lines that no one wrote. */
export interface Origin {
  readonly path: string;
  readonly line: number;
  readonly block: Block;
}

export interface Program {
  readonly text: string;
  /** By line, from 0. */
  readonly origins: readonly (Origin | undefined)[];
}

/** A name that a snippet may use without importing it. */
export interface ImplicitName {
  readonly module: string;
  readonly isType: boolean;
}

interface ProgramOptions {
  readonly implicit?: ReadonlyMap<string, ImplicitName>;
  /** Turns comments like `// => 3` into checks, for a program that runs. */
  readonly assertions?: { readonly module: string };
}

/**
 * Joins blocks into one module, as a reader joins them.
 *
 * Each block is nested in the scope of the one before it: it sees what came earlier, and may use a
 * name again. Imports go to the top; `export` is taken off.
 */
export function joinBlocks(blocks: readonly Block[], options: ProgramOptions = {}): Program {
  const lines: string[] = [];
  const origins: (Origin | undefined)[] = [];
  const add = (line: string, origin?: Origin) => {
    lines.push(line);
    origins.push(origin);
  };

  const parts = blocks.map((block) => splitImports(block));
  const seen = new Set<string>();
  for (const { block, imports } of parts) {
    for (const { text, line } of imports) {
      if (seen.has(text)) continue;
      seen.add(text);
      add(text, { path: block.path, line: block.line + line, block });
    }
  }
  for (const text of implicitImports(blocks, options.implicit)) add(text);
  if (options.assertions) {
    const module = JSON.stringify(options.assertions.module);
    add(`import { expectThrown as __throws, expectValue as __expect } from ${module};`);
  }

  for (const { block, body } of parts) {
    add("{");
    const text = options.assertions ? instrument(body, block) : body;
    for (const [line, code] of text.split("\n").entries()) {
      add(code, { path: block.path, line: block.line + line, block });
    }
  }
  for (const _ of parts) add("}");
  add("export {};");
  return { text: `${lines.join("\n")}\n`, origins };
}

interface SplitBlock {
  readonly block: Block;
  readonly imports: readonly { readonly text: string; readonly line: number }[];
  readonly body: string;
}

/** Takes imports and `export` keywords out of a block, leaving every line where it was. */
function splitImports(block: Block): SplitBlock {
  const file = parse(block.code);
  const imports: { text: string; line: number }[] = [];
  let body = block.code;
  const blank = (start: number, end: number) => {
    body = body.slice(0, start) + body.slice(start, end).replace(/[^\n]/g, " ") + body.slice(end);
  };

  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      const line = file.getLineAndCharacterOfPosition(statement.getStart(file)).line;
      for (const text of importTexts(statement, file)) imports.push({ text, line });
      blank(statement.getStart(file), statement.end);
    } else if (ts.canHaveModifiers(statement)) {
      for (const modifier of ts.getModifiers(statement) ?? []) {
        const isExport = modifier.kind === ts.SyntaxKind.ExportKeyword;
        if (isExport || modifier.kind === ts.SyntaxKind.DefaultKeyword) {
          blank(modifier.getStart(file), modifier.end);
        }
      }
    }
  }
  return { block, imports, body };
}

/** One import statement for each imported name, so that the same name from two blocks is one import. */
function importTexts(statement: ts.ImportDeclaration, file: ts.SourceFile): string[] {
  const from = statement.moduleSpecifier.getText(file);
  const clause = statement.importClause;
  if (clause === undefined) return [`import ${from};`];
  const type = clause.isTypeOnly ? "type " : "";
  const texts: string[] = [];
  if (clause.name) texts.push(`import ${type}${clause.name.text} from ${from};`);
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) {
    texts.push(`import ${type}${bindings.getText(file)} from ${from};`);
  } else if (bindings) {
    for (const element of bindings.elements) {
      texts.push(`import ${type}{ ${element.getText(file)} } from ${from};`);
    }
  }
  return texts;
}

function implicitImports(
  blocks: readonly Block[],
  names: ReadonlyMap<string, ImplicitName> | undefined,
): string[] {
  if (names === undefined) return [];
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isPropertyName(node)) {
      (isDeclaration(node) ? declared : used).add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  for (const { code } of blocks) visit(parse(code));

  return [...used]
    .filter((name) => names.has(name) && !declared.has(name))
    .map((name) => {
      const { module, isType } = names.get(name) as ImplicitName;
      return `import ${isType ? "type " : ""}{ ${name} } from ${JSON.stringify(module)};`;
    });
}

/** Whether an identifier gives a name to something in scope. */
function isDeclaration(node: ts.Identifier): boolean {
  return (node.parent as ts.Node & { readonly name?: ts.Node }).name === node;
}

/** Whether an identifier names a member: `a.name`, `{ name: a }`, `get name()`. */
function isPropertyName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  const isMember =
    ts.isPropertyAssignment(parent) || ts.isClassElement(parent) || ts.isTypeElement(parent);
  return isMember && parent.name === node;
}

function parse(code: string): ts.SourceFile {
  return ts.createSourceFile("block.ts", code, ts.ScriptTarget.ESNext, true);
}
