/** The option `log` of `connect()`: statements as lines for people. */
import { UsageError } from "../errors/errors.ts";
import type { QueryEndEvent, StatementLog } from "./events.ts";

/** What is written of statements, and where. */
export interface LogOptions {
  /** Only statements that took at least so many milliseconds. Default 0: every one. */
  readonly slowerThanMs?: number | undefined;
  /** Write parameters as well; they may hold what nobody should read. Default false. */
  readonly parameters?: boolean | undefined;
  /** Takes each line, and the facts that it says. Default: to stderr. */
  readonly write?: ((line: string, event: QueryEndEvent) => void) | undefined;
}

const known: readonly string[] = ["slowerThanMs", "parameters", "write"];

/**
 * Reads the option.
 *
 * @throws {UsageError} It is neither a boolean nor an object of options.
 */
export function readLog(log: boolean | LogOptions | undefined): StatementLog | undefined {
  if (log === undefined || log === false) return undefined;
  const options = log === true ? {} : log;
  if (typeof options !== "object" || options === null) {
    throw new UsageError("log must be true, false or an object", {
      hint: "for example log: { slowerThanMs: 200 }",
    });
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw new UsageError(`log has no option "${key}"`, {
      hint: `its options are ${known.join(", ")}`,
    });
  }
  const { slowerThanMs = 0, parameters = false, write = toStderr } = options;
  if (typeof slowerThanMs !== "number" || !(slowerThanMs >= 0)) {
    throw new UsageError("log.slowerThanMs must be a number of milliseconds, 0 or more");
  }
  if (typeof write !== "function") throw new UsageError("log.write must be a function");
  return (event, values) => {
    if (event.durationMs < slowerThanMs) return;
    write(parameters ? `${lineOf(event)} -- ${listOf(values)}` : lineOf(event), event);
  };
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}

function lineOf({ connection, sql, durationMs, rows, error }: QueryEndEvent): string {
  const outcome = error === undefined ? `${rows} ${rows === 1 ? "row" : "rows"}` : "failed";
  return `[${connection}] ${durationMs.toFixed(1)} ms, ${outcome}: ${sql.replaceAll(/\s+/gu, " ").trim()}`;
}

function listOf(values: readonly unknown[]): string {
  return JSON.stringify(values, (_, value: unknown) => {
    if (typeof value === "bigint")
      return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`;
    return value instanceof Uint8Array ? `<${value.length} bytes>` : value;
  });
}
