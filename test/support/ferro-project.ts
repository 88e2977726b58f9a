/** A project of its own on disk, and the command `ferro` run in it as a process. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RevisionSpec } from "../../src/migration/revision.ts";
import { writeRevision } from "../../src/migration/source.ts";

const root = join(import.meta.dirname, "../..");
const hooks = join(root, "scripts/from-source.mjs");

/** What a run of `ferro` gave. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with a configuration, and what can be done in it. */
export interface Project extends Disposable {
  readonly folder: string;
  write(path: string, text: string): void;
  /** Puts a revision into the migrations folder, as `ferro revision` would. */
  revision(spec: RevisionSpec, order: number): void;
  ferro(...words: readonly string[]): Promise<Ran>;
  /** The same, ended with SIGKILL as soon as `when` finds its text on stderr. */
  ferroKilled(when: RegExp, ...words: readonly string[]): Promise<Ran>;
  /** The same, ended a while after that: somewhere inside what was announced. */
  ferroKilledLater(when: RegExp, afterMs: number, ...words: readonly string[]): Promise<Ran>;
  node(...words: readonly string[]): Promise<Ran>;
}

export function makeProject(url: string): Project {
  const folder = mkdtempSync(join(tmpdir(), "ferro-project-"));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("package.json", '{ "type": "module" }');
  write(
    "ferro.config.ts",
    `import { defineConfig } from "ferro-orm/migrate";\nexport default defineConfig({ url: ${JSON.stringify(url)}, models: "./models.ts" });\n`,
  );
  const run = (words: readonly string[], when?: RegExp, afterMs = 0) =>
    new Promise<Ran>((resolve) => {
      const child = spawn(process.execPath, ["--import", hooks, ...words], {
        cwd: folder,
        env: {
          ...process.env,
          NODE_OPTIONS: "",
          FORCE_COLOR: "0",
          NO_COLOR: "1",
          // The sources' types are stripped once, not by each process.
          NODE_COMPILE_CACHE: join(tmpdir(), "ferro-test-compiled"),
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (text) => {
        stdout += text;
      });
      child.stderr.on("data", (text) => {
        stderr += text;
        if (when?.test(stderr) !== true) return;
        if (afterMs === 0) child.kill("SIGKILL");
        else setTimeout(() => child.kill("SIGKILL"), afterMs);
      });
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
  const main = join(root, "src/cli/main.ts");
  return {
    folder,
    write,
    revision(spec, order) {
      const stamp = `20260101T0000${String(order).padStart(2, "0")}`;
      write(`migrations/${stamp}-${spec.id}/migration.ts`, writeRevision(spec));
    },
    ferro: (...words) => run([main, ...words]),
    ferroKilled: (when, ...words) => run([main, ...words], when),
    ferroKilledLater: (when, afterMs, ...words) => run([main, ...words], when, afterMs),
    node: (...words) => run(words),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
