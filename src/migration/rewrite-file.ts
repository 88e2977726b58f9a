/** Puts other operations into a migration file, and leaves the rest of it as it was written. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { canonicalJson } from "../ir/fingerprint.ts";
import type { Operation } from "../ir/migration.ts";
import { itemSpans } from "../util/tokens.ts";
import { writeOperation } from "./source.ts";

/** Where the operations of `up` stand in a file's text; none where they aren't written there. */
export function operationSpans(text: string): readonly (readonly [start: number, end: number])[] {
  const list = /^\s*up:\s*\[/m.exec(text);
  return list === null ? [] : (itemSpans(text, list.index + list[0].length) ?? []);
}

/** What a file is to hold. */
export interface Rewrite {
  readonly file: string;
  /** For each operation that is there, those in its place. */
  readonly replaced: readonly (readonly Operation[])[];
  /** Those that are there. */
  readonly before: readonly Operation[];
  /** Whether `online: false` goes. */
  readonly online: boolean;
}

/**
 * Rewrites a migration file. The text is loaded first: it is put in place only if it exports exactly these
 * operations.
 *
 * @returns False where the file isn't written in a way that can be changed; it is then as it was.
 */
export async function rewriteFile(rewrite: Rewrite): Promise<boolean> {
  const { file, replaced } = rewrite;
  const text = await readFile(file, "utf8");
  const changed = rewriteText(text, rewrite);
  if (changed === null) return false;
  // Beside it: what it imports is found from there.
  const trial = join(dirname(file), `.ferro-fix-${process.pid}-${Date.now()}${extname(file)}`);
  try {
    await writeFile(trial, changed);
    const module: unknown = await import(pathToFileURL(trial).href);
    const { up } = Object(Reflect.get(Object(module), "default")) as { up?: unknown };
    if (canonicalJson(up) !== canonicalJson(replaced.flat())) return false;
  } catch {
    // It names what it doesn't import, say.
    return false;
  } finally {
    await rm(trial, { force: true });
  }
  await writeFile(file, changed);
  return true;
}

function rewriteText(text: string, { replaced, before, online }: Rewrite): string | null {
  const spans = operationSpans(text);
  if (spans.length !== before.length) return null;
  let out = text;
  for (const [at, operations] of [...replaced.entries()].toReversed()) {
    const [start, end] = spans[at] as readonly [number, number];
    if (operations.length === 1 && operations[0] === before[at]) continue;
    const written = operations.map((each) => writeOperation(each, 4)).join(",\n    ");
    // Of one that goes the comma goes as well; a comment behind it may be about the next one.
    const comma = operations.length > 0 ? "" : (/^\s*,\s*/.exec(out.slice(end))?.[0] ?? "");
    out = out.slice(0, start) + written + out.slice(end + comma.length);
  }
  if (online) out = out.replace(/^[ \t]*online: false,\r?\n/m, "");
  return withImports(out);
}

/** Names what the operations are written with. */
function withImports(text: string): string {
  const used = ["op", "sql"].filter((name) => (name === "op" ? /\bop\./ : /\bsql`/).test(text));
  return text.replace(
    /import \{([^}]*)\} from (["']ferro-orm\/migrate["'])/,
    (_, list: string, from: string) => {
      const names = list
        .split(",")
        .map((name) => name.trim())
        .filter(Boolean);
      const all = [...names, ...used.filter((name) => !names.includes(name))];
      return `import { ${all.join(", ")} } from ${from}`;
    },
  );
}
