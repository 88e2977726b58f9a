/** A project of its own on disk, and the command `ferro` run in it as a process. */
import { type ChildProcess, spawn } from "node:child_process";
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
  /** The same, for tests that meet it while it runs. */
  start(...words: readonly string[]): Running;
  node(...words: readonly string[]): Promise<Ran>;
}

/** A run of `ferro` that goes on. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  /** Until it has said this on stderr; fails where it ends without. */
  says(text: RegExp): Promise<void>;
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
  const start = (words: readonly string[]): Running => {
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
    });
    const ended = new Promise<Ran>((resolve) => {
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
    const says = (text: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (text.test(stderr)) resolve();
        };
        child.stderr.on("data", look);
        look();
        void ended.then(() => reject(new Error(`it ended without saying ${text}: ${stderr}`)));
      });
    return { child, ended, says };
  };
  const run = (words: readonly string[], when?: RegExp, afterMs = 0): Promise<Ran> => {
    const { child, ended, says } = start(words);
    if (when !== undefined) {
      const kill = () => {
        if (afterMs === 0) child.kill("SIGKILL");
        else setTimeout(() => child.kill("SIGKILL"), afterMs);
      };
      says(when).then(kill, () => undefined);
    }
    return ended;
  };
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
    start: (...words) => start([main, ...words]),
    node: (...words) => run(words),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
