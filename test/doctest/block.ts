/** One piece of code from a page or a doc comment. */
export interface Block {
  /** The file it was found in, relative to the root, and the line of its first line of code. */
  readonly path: string;
  readonly line: number;
  readonly code: string;
  readonly mode: "check" | "run" | "error" | "skip";
  /** Checked by itself, without the blocks before it. */
  readonly alone: boolean;
  /** Written as a module of this name, for the other blocks to import. */
  readonly file: string | undefined;
}

/** The blocks that share one scope: a page, or one `@example`. */
export interface Snippets {
  readonly path: string;
  readonly line: number;
  readonly blocks: readonly Block[];
  /** Names that need no import: only doc comments have them. */
  readonly implicitImports: boolean;
}

const words = new Set(["run", "error", "skip", "alone"]);

/** Reads the fences of a Markdown text. `firstLine` is where the text starts in its file. */
export function readBlocks(path: string, text: string, firstLine = 1): Block[] {
  const runsWhole = /^(?:---\n(?:.*\n)*?doctest: run\n|<!-- doctest: run -->)/m.test(text);
  const lines = text.split("\n");
  const blocks: Block[] = [];

  for (let index = 0; index < lines.length; index += 1) {
    const open = /^(\s*)(`{3,})(.*)$/.exec(lines[index] ?? "");
    if (open === null) continue;
    const [, indent = "", fence = "", info = ""] = open;
    const start = index + 1;
    const end = lines.findIndex((line, at) => at >= start && line.trim() === fence);
    if (end < 0) throw new Error(`${path}:${firstLine + index}: a fence is never closed`);
    index = end;

    const [language, ...marks] = info.trim().split(/\s+/);
    if (language !== "ts") continue;
    const code = lines.slice(start, end).map((line) => line.replace(indent, ""));
    const at = firstLine + start;
    blocks.push(readMarks({ path, line: at, code: code.join("\n") }, marks, runsWhole));
  }
  return blocks;
}

function readMarks(
  place: Pick<Block, "path" | "line" | "code">,
  marks: readonly string[],
  runsWhole: boolean,
): Block {
  const file = marks.find((mark) => mark.startsWith("file="))?.slice("file=".length);
  const unknown = marks.find((mark) => !words.has(mark) && !mark.startsWith("file="));
  if (unknown !== undefined) {
    throw new Error(`${place.path}:${place.line - 1}: unknown mark "${unknown}" after ts`);
  }
  const stated = (["run", "error", "skip"] as const).find((mode) => marks.includes(mode));
  const mode = stated ?? (runsWhole ? "run" : "check");
  if (mode === "skip" && !/^\/\/ skipped: \S/.test(place.code)) {
    throw new Error(
      `${place.path}:${place.line - 1}: say why with "// skipped: …" in its first line`,
    );
  }
  return { ...place, mode, alone: marks.includes("alone"), file };
}

/** Reads the `@example` fences of every doc comment in a source file; each tag is a scope of its own. */
export function readExamples(path: string, text: string): Snippets[] {
  const found: Snippets[] = [];
  for (const comment of text.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const firstLine = text.slice(0, comment.index).split("\n").length;
    const lines = comment[0]
      .split("\n")
      .map((line) => line.replace(/^\s*(?:\/\*\*|\*\/|\*) ?/, ""));
    let tag = lines.findIndex((line) => line.startsWith("@example"));
    while (tag >= 0) {
      const next = lines.findIndex((line, at) => at > tag && /^@\w/.test(line));
      const part = lines.slice(tag, next < 0 ? lines.length : next);
      const blocks = readBlocks(path, part.join("\n"), firstLine + tag);
      if (blocks.length > 0) {
        found.push({ path, line: firstLine + tag, blocks, implicitImports: true });
      }
      tag = lines.findIndex((line, at) => at > tag && line.startsWith("@example"));
    }
  }
  return found;
}

export function readPage(path: string, text: string): Snippets {
  return { path, line: 1, blocks: readBlocks(path, text), implicitImports: false };
}
