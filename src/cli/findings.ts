/** What lint found, as lines. */
import { describeLock, type Finding } from "../migrate.ts";
import type { Config } from "./config.ts";
import type { Output } from "./output.ts";

/** A finding in lines. */
export function printFinding(finding: Finding, config: Config, output: Output): void {
  const { rule, severity, message, why, rewrite, file, line, revision } = finding;
  const place = file === null ? revision : `${config.show(file)}${line === null ? "" : `:${line}`}`;
  const colour = severity === "error" ? "red" : severity === "warning" ? "yellow" : "cyan";
  output.print(`${place} ${output.style(colour, `${severity} ${rule}`)} ${message}`);
  output.print(output.style("dim", `  ${why}`));
  const { lock } = finding;
  if (lock !== null) output.print(output.style("dim", `  measured: ${describeLock(lock)}`));
  output.print(`  instead: ${rewrite}`);
}
