import { execFile } from "node:child_process";
import { join } from "node:path";
import { matches } from "./runtime.ts";
import { root } from "./workspace.ts";

/** One error of the compiler. */
export interface Diagnostic {
  /** The generated file, relative to the folder that was checked. */
  readonly file: string;
  /** From 0. */
  readonly line: number;
  readonly message: string;
}

/** Type-checks a folder that has a tsconfig.json. */
export async function typeCheck(folder: string): Promise<Diagnostic[]> {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [tsc, "-p", ".", "--pretty", "false"],
      { cwd: folder, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        if (error !== null && stdout === "") reject(new Error(stderr || error.message));
        else resolve(stdout);
      },
    );
  });
  return readDiagnostics(output);
}

export function readDiagnostics(output: string): Diagnostic[] {
  const found: { file: string; line: number; message: string }[] = [];
  for (const text of output.split("\n")) {
    const start = /^(\S.*?)\((\d+),\d+\): error (TS\d+: .*)$/.exec(text);
    if (start !== null) {
      const [, file = "", line = "0", message = ""] = start;
      found.push({ file, line: Number(line) - 1, message });
    } else if (/^error TS/.test(text)) {
      found.push({ file: "", line: 0, message: text });
    } else if (/^\s+\S/.test(text)) {
      const last = found.at(-1);
      if (last) last.message += `\n${text}`;
    }
  }
  return found;
}

/** The messages that an error block says the compiler gives: its `// error: …` comments. */
export function statedErrors(code: string): string[] {
  return [...code.matchAll(/\/\/ error: (.*(?:\n\s*\/\/ {3,}.*)*)/g)].map(([, text = ""]) =>
    text.replace(/\n\s*\/\/\s*/g, " ").trim(),
  );
}

/** What differs between the errors that a block states and those that the compiler gave. */
export function errorFaults(stated: readonly string[], given: readonly string[]): string[] {
  const says = (message: string, text: string) => matches(message, `…${text}…`);
  const missing = stated.filter((text) => !given.some((message) => says(message, text)));
  const surplus = given.filter((message) => !stated.some((text) => says(message, text)));
  if (stated.length === 0) return ["an error block states its messages: // error: …"];
  return [
    ...missing.map((text) => `the compiler does not say: ${text}`),
    ...surplus.map((text) => `the page does not state: ${text}`),
  ];
}
