/** The compilers that users have. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

export interface Compiler {
  readonly name: string;
  readonly command: string;
}

const modules = join(import.meta.dirname, "../../node_modules");

/** TypeScript 7, and 5.9 where the alias `typescript-5.9` is installed. */
export const compilers: readonly Compiler[] = [
  { name: "TypeScript 7.0", command: join(modules, "typescript/bin/tsc") },
  { name: "TypeScript 5.9", command: join(modules, "typescript-5.9/bin/tsc") },
].filter(({ command }) => existsSync(command));

/** Runs a compiler; `output` is what it printed. */
export function check(compiler: Compiler, options: readonly string[]): { output: string } {
  const { stdout, stderr } = spawnSync(process.execPath, [compiler.command, ...options], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return { output: `${stdout}${stderr}` };
}
