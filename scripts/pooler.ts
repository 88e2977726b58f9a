/**
 * Runs the database tests through PgBouncer in transaction mode: `npm run test:pooler`.
 *
 * Needs the program `pgbouncer` (Debian: `apt-get install pgbouncer`); without it nothing is run and the
 * exit code is 0. A PgBouncer that can track prepared statements is used with that and without.
 * Arguments are files or filters for vitest; by default all of test/db that is about PostgreSQL.
 * Tests that need the server itself say why (`unpooled`, `db.direct`) and are counted apart.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../test/support/embedded-postgres.ts";

const root = join(import.meta.dirname, "..");

/** Tests that start databases of their own: no pooler is before those. */
const apart = ["test/db/faults/sqlite.test.ts", "test/db/faults/restart.test.ts"];

const version = readVersion();
if (version === undefined) {
  console.log(
    "test:pooler was skipped: pgbouncer is not installed (Debian: apt-get install pgbouncer)",
  );
  process.exit(0);
}

const [major = 0, minor = 0] = version.split(".").map(Number);
const tracksStatements = major > 1 || (major === 1 && minor >= 21);
const settings = tracksStatements
  ? ["max_prepared_statements = 0", "max_prepared_statements = 200"]
  : [""];
if (!tracksStatements) {
  console.log(
    `PgBouncer ${version} knows no max_prepared_statements (1.21 does): one run, without`,
  );
}

const server = await startPostgres(["max_connections=400"]);
try {
  for (const setting of settings) {
    console.log(`\nPgBouncer ${version}, pool_mode = transaction${setting && `, ${setting}`}`);
    const pooler = await startPooler(new URL(server.url), setting);
    try {
      const start = performance.now();
      const { code, passed, skipped, failed } = await runTests(pooler.port);
      if (code !== 0) process.exitCode = code;
      const seconds = Math.round((performance.now() - start) / 1000);
      console.log(
        `test:pooler, PgBouncer ${version}${setting && `, ${setting}`}: ${passed} passed, ${failed} failed, ${skipped} skipped (about SQLite, or in need of the server itself), in ${seconds} s`,
      );
    } finally {
      await pooler.stop();
    }
  }
} finally {
  await server.stop();
}

function readVersion(): string | undefined {
  try {
    const output = execFileSync("pgbouncer", ["--version"], { encoding: "utf8" });
    return /PgBouncer ([\d.]+)/u.exec(output)?.[1];
  } catch {
    return undefined;
  }
}

/** Starts a pooler before `target`, for every database there. */
async function startPooler(
  target: URL,
  setting: string,
): Promise<{ port: number; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "ferro-pooler-"));
  const port = await freePort();
  const users = join(folder, "users.txt");
  const file = join(folder, "pgbouncer.ini");
  writeFileSync(users, `"${target.username}" "${target.password}"\n`);
  writeFileSync(
    file,
    `[databases]
* = host=${target.hostname} port=${target.port}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
auth_user = ${target.username}
auth_query = select usename, passwd from pg_shadow where usename = $1
pool_mode = transaction
default_pool_size = 4
max_client_conn = 1000
server_idle_timeout = 5
log_connections = 0
log_disconnections = 0
${setting}
`,
  );
  // It refuses to run as root.
  const identity = process.getuid?.() === 0 ? unprivileged() : {};
  chmodSync(folder, 0o755);
  if (identity.uid !== undefined && identity.gid !== undefined) {
    for (const path of [folder, users, file]) chownSync(path, identity.uid, identity.gid);
  }
  const child = spawn("pgbouncer", ["-q", file], { ...identity, stdio: "inherit" });
  const ended = once(child, "exit");
  try {
    await Promise.race([
      answers(port),
      ended.then(([code]) => Promise.reject(new Error(`PgBouncer ended with code ${code}`))),
    ]);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  return {
    port,
    stop: async () => {
      child.kill("SIGQUIT");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

function unprivileged(): { uid?: number; gid?: number } {
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** Tries until somebody listens. */
async function answers(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const open = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  listener.close();
  await once(listener, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

interface Count {
  readonly code: number;
  readonly passed: number;
  readonly skipped: number;
  readonly failed: number;
}

async function runTests(port: number): Promise<Count> {
  const given = process.argv.slice(2);
  const folder = mkdtempSync(join(tmpdir(), "ferro-pooler-report-"));
  const report = join(folder, "report.json");
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(
    process.execPath,
    [
      vitest,
      "run",
      "--project=db",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...apart.map((file) => `--exclude=${file}`),
      ...given,
    ],
    {
      cwd: root,
      stdio: "inherit",
      env: {
        ...process.env,
        FERRO_POSTGRES_URL: server.url,
        FERRO_POOLER_PORT: String(port),
        FERRO_TEST_DATABASES: "postgres",
      },
    },
  );
  const [code] = (await once(child, "exit")) as [number | null];
  try {
    const counted = JSON.parse(readFileSync(report, "utf8")) as Record<string, number>;
    return {
      code: code ?? 1,
      passed: counted["numPassedTests"] ?? 0,
      skipped: counted["numPendingTests"] ?? 0,
      failed: counted["numFailedTests"] ?? 0,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
