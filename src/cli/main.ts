#!/usr/bin/env node
/** The command `ferro`: what has to be settled before the rest is loaded. */
import { spawn } from "node:child_process";
import module from "node:module";

const flag = "--experimental-strip-types";
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `ferro: Node ${process.versions.node} is too old\n  hint: use Node 22.13 or newer; 22.18 runs TypeScript files by itself\n`,
  );
  process.exitCode = 1;
} else if (mustBeTold()) {
  process.exitCode = await runAgain();
} else {
  // What was compiled once is read from disk the next time; older Nodes have no such thing.
  module.enableCompileCache?.();
  const { runWords } = await import("./run.ts");
  process.exitCode = await runWords(process.argv.slice(2));
}

/** Before 22.18, Node runs TypeScript files, as configurations and revisions are, only when it is told to. */
function mustBeTold(): boolean {
  const { typescript } = process.features as { typescript?: string | false };
  return (
    (typescript === undefined || typescript === false) &&
    major === 22 &&
    !process.execArgv.includes(flag) &&
    !(process.env["NODE_OPTIONS"] ?? "").includes("strip-types")
  );
}

/** Signals go on to the process that does the work: this one only waits for it. */
function runAgain(): Promise<number> {
  const flags = [flag, "--disable-warning=ExperimentalWarning", ...process.execArgv];
  const child = spawn(process.execPath, [...flags, ...process.argv.slice(1)], { stdio: "inherit" });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
