import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./workspace.ts";

export interface Execution {
  readonly code: number;
  /** Standard output, then standard error. */
  readonly output: string;
}

/**
 * Executes a file of the workspace or of examples/ against the sources, in an empty folder of its own.
 *
 * `postgresUrl` takes the place of every PostgreSQL URL in the text; its query string is kept.
 */
export async function execute(
  file: string,
  postgresUrl: string | undefined,
  environment: Readonly<Record<string, string>> = {},
): Promise<Execution> {
  const folder = mkdtempSync(join(tmpdir(), "ferro-doc-"));
  try {
    if (postgresUrl !== undefined) useServer(file, postgresUrl);
    return await runNode(file, folder, environment);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const placeholder = /\bpostgres(?:ql)?:\/\/[^\s"'`?]*(\?[^\s"'`]*)?/g;

export function namesServer(text: string): boolean {
  return text.search(placeholder) >= 0;
}

function useServer(file: string, url: string): void {
  const text = readFileSync(file, "utf8");
  const replaced = text.replace(placeholder, (_, query: string | undefined) => url + (query ?? ""));
  if (replaced !== text) writeFileSync(file, replaced);
}

function runNode(
  file: string,
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<Execution> {
  const hooks = pathToFileURL(join(root, "scripts", "from-source.mjs")).href;
  const options = {
    cwd,
    timeout: 60_000,
    maxBuffer: 2 ** 26,
    env: { ...process.env, NO_COLOR: "1", NODE_OPTIONS: "", VITEST: undefined, ...environment },
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", hooks, file], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, output: stdout + stderr });
    });
  });
}
