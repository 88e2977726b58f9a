import { DriverError } from "./driver.ts";

/**
 * Says what to install when an optional package can't be loaded, or which
 * versions don't fit when it is there and its native part fails.
 */
export function missingPeer(packageName: string, purpose: string, error: unknown): DriverError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const absent = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
  const message = absent
    ? `the package "${packageName}" is not installed\n  hint: npm install ${packageName} (${purpose})`
    : `the package "${packageName}" can't be loaded by Node ${process.versions.node} (module ABI ${process.versions.modules}): ${reason(error)}\n  hint: reinstall it with the Node that runs it: npm rebuild ${packageName}`;
  return new DriverError(message, { kind: "connect" }, error);
}

function reason(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n", 1)[0] ?? error.name) : String(error);
}
