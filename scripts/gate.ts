/**
 * The whole gate, or the named parts of it: `node scripts/gate.ts [types lint unit ...]`.
 *
 * Every step runs even after a failure. The last line counts what passed and failed: each test of
 * vitest, and each other check (a compiler run, the linter, the build) as one.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../test/support/embedded-postgres.ts";

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** A command that passes or fails as a whole; its output shows only when it fails. */
interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

const root = join(import.meta.dirname, "..");
const bin = (name: string) => join(root, "node_modules", ".bin", name);
const compiler = (name: string, ...args: string[]) => [
  process.execPath,
  join(root, "node_modules", name, "bin", "tsc"),
  ...args,
];

const types: readonly Check[] = [
  { name: "types, TypeScript 7.0", command: compiler("typescript", "-p", "tsconfig.json") },
  {
    name: "types, sources with isolated declarations",
    command: compiler("typescript", "-p", "tsconfig.src.json"),
  },
  {
    name: "types, useDefineForClassFields off",
    command: compiler(
      "typescript",
      "-p",
      "tsconfig.types.json",
      "--useDefineForClassFields",
      "false",
    ),
  },
  {
    name: "types, TypeScript 5.9",
    command: compiler("typescript-5.9", "-p", "tsconfig.types.json"),
  },
];

const lint: readonly Check[] = [
  {
    name: "format and lint",
    command: [bin("biome"), "check", "--error-on-warnings", "--colors=off", "."],
  },
];

const build: readonly Check[] = [{ name: "build", command: [process.execPath, bin("tsdown")] }];

const packed: readonly Check[] = [
  { name: "publint", command: [process.execPath, bin("publint"), "--strict"] },
  {
    name: "are the types wrong",
    command: [process.execPath, bin("attw"), "--pack", ".", "--profile", "esm-only", "--no-color"],
  },
];

/** The parts in the order they run; a part's name is also the end of its npm script's. */
const parts: Record<string, () => Promise<void>> = {
  types: () => runChecks(types),
  lint: () => runChecks(lint),
  tests: () => runVitest(["unit", "types", "db", "demo", "architecture", "docs", "examples"]),
  unit: () => runVitest(["unit"]),
  random: () => runVitest(["unit", "db"], { FERRO_SEED: "random" }),
  db: () => runVitest(["db"]),
  architecture: () => runVitest(["architecture"]),
  docs: () => runVitest(["docs"]),
  examples: () => runVitest(["examples"]),
  package: async () => {
    await runChecks(build);
    await runChecks(packed);
    await runVitest(["package"]);
  },
};

const total: Counts = { passed: 0, failed: 0, skipped: 0 };

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  console.error(
    `unknown part ${unknown.join(", ")}; the parts are ${Object.keys(parts).join(", ")}`,
  );
  process.exit(2);
}

for (const name of asked.length > 0 ? asked : ["types", "lint", "tests", "package"]) {
  try {
    await parts[name]?.();
  } catch (error) {
    total.failed += 1;
    console.error(`✗ ${name} could not run:`, error);
  }
}

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);

async function runChecks(checks: readonly Check[]): Promise<void> {
  const waiting = [...checks];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      await runCheck(check);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker));
}

async function runCheck({ name, command }: Check): Promise<void> {
  const start = performance.now();
  const { code, output } = await run(command, "pipe");
  const seconds = ((performance.now() - start) / 1000).toFixed(1);

  if (code === 0) {
    total.passed += 1;
    console.log(`✓ ${name} (${seconds} s)`);
  } else {
    total.failed += 1;
    console.log(`✗ ${name} (${seconds} s)\n${output}`);
  }
}

async function runVitest(
  projects: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<void> {
  const report = join(root, ".tmp", `vitest-${projects[0]}.json`);
  mkdirSync(join(root, ".tmp"), { recursive: true });
  rmSync(report, { force: true });

  await using server = await databaseFor(projects);
  const { code } = await run(
    [
      process.execPath,
      join(root, "node_modules", "vitest", "vitest.mjs"),
      "run",
      ...projects.flatMap((project) => ["--project", project]),
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ],
    "inherit",
    { ...environment, ...server?.environment },
  );

  const counts = existsSync(report) ? readCounts(report) : { passed: 0, failed: 0, skipped: 0 };
  total.passed += counts.passed;
  total.skipped += counts.skipped;
  // Vitest also fails for what is in no test: an error outside of one, or a file that did not load.
  total.failed += code === 0 ? counts.failed : Math.max(counts.failed, 1);
}

/** One PostgreSQL for all projects of a run that use one, where no server was given. */
async function databaseFor(
  projects: readonly string[],
): Promise<(AsyncDisposable & { readonly environment: NodeJS.ProcessEnv }) | undefined> {
  const uses = projects.filter((name) => ["db", "demo", "docs", "examples"].includes(name));
  if (uses.length < 2 || process.env["FERRO_POSTGRES_URL"]) return undefined;
  const server = await startPostgres();
  return {
    environment: { FERRO_POSTGRES_URL: server.url },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** The part of vitest's JSON report that is counted. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

function readCounts(path: string): Counts {
  const report = JSON.parse(readFileSync(path, "utf8")) as Report;
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function run(
  command: readonly string[],
  stdio: "pipe" | "inherit",
  environment: NodeJS.ProcessEnv = {},
): Promise<{ code: number; output: string }> {
  const [file = "", ...args] = command;
  const child = spawn(file, args, {
    cwd: root,
    stdio: ["ignore", stdio, stdio],
    env: {
      ...process.env,
      ...(process.stdout.isTTY ? {} : { NO_COLOR: "1" }),
      ...environment,
    },
    shell: process.platform === "win32" && file !== process.execPath,
  });
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
