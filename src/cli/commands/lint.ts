import { readFile, writeFile } from "node:fs/promises";
import { UsageError, version } from "../../index.ts";
import {
  type Finding,
  findSmallTables,
  lintRevisions,
  type MigrationTarget,
  toGithub,
  toSarif,
  traceRevisions,
} from "../../migrate.ts";
import { type Command, command, targetOption } from "../command.ts";
import { anchorUrl, type Config } from "../config.ts";
import { printFinding } from "../findings.ts";
import { lintScope, lintSettings, scopeOptions } from "../lint-scope.ts";
import type { Output } from "../output.ts";
import { revisionsOf, withDatabase } from "../revisions.ts";
import { isRefusedTrace, printTrace } from "../trace-text.ts";

const formats = ["text", "sarif", "github"];

/** `ferro lint` */
export const lintCommand: Command = command({
  name: "lint",
  summary: "look for operations that block, break running programs or lose data",
  about:
    'Ends with 5 where an error was found. Revisions that the configured database has run are passed over, if it answers:\nwhat was done is done. --all looks at them too, --since says where to begin. A finding is accepted on its operation, with a reason:\n{ allow: ["FM210: written by nobody yet"] }. Severities are set in ferro.config.ts.',
  words: "[revision]",
  options: {
    ...scopeOptions,
    ...targetOption,
    format: { type: "string", value: "<text|sarif|github>", about: "how findings are printed" },
    stats: {
      type: "string",
      value: "<url>",
      about:
        "weigh locks by the rows of this database: on tables with less than 10,000 they are information",
    },
    trace: {
      type: "string",
      value: "<url>",
      about:
        "run what is pending there in a transaction that is taken back, and measure its locks; PostgreSQL, best a copy",
    },
    fix: {
      type: "boolean",
      about: "put `online: false` out of files whose operations have forms that don't block",
    },
  },
  examples: [
    "ferro lint",
    "ferro lint head",
    "ferro lint --since origin/main",
    "ferro lint --trace postgres://localhost/copy_of_shop",
    "ferro lint --format sarif > lint.sarif",
  ],
  async run({ words, options, config, output }) {
    const { format = "text", fix = false } = options;
    if (!formats.includes(format)) {
      throw new UsageError(`there is no format "${format}"`, {
        hint: `formats are ${formats.join(", ")}`,
      });
    }
    const revisions = await revisionsOf(config);
    const scope = await lintScope(config, revisions, { ...options, revision: words[0] });
    if (scope.note !== null) output.say(scope.note);
    const findings = lintRevisions(revisions, {
      ...lintSettings(config),
      revisions: scope.revisions,
      unapplied: scope.unapplied,
      small: await withOther(config, options.stats, findSmallTables),
    });
    const fixed = fix && options["dry-run"] !== true ? await fixAll(findings, config, output) : [];
    const shown = findings.map((finding) => ({
      ...finding,
      file: finding.file === null ? null : config.show(finding.file),
    }));
    if (format === "sarif") output.print(JSON.stringify(toSarif(shown, version), undefined, 2));
    else if (format === "github") for (const line of toGithub(shown)) output.print(line);
    else printAll(findings, config, output);
    const trace = await withOther(config, options.trace, (target) =>
      traceRevisions(target, revisions, { to: words[0] }),
    );
    printTrace(trace ?? [], output);
    const errors = findings.filter(({ severity }) => severity === "error").length;
    const isRefused = (errors > 0 && fixed.length === 0) || (trace ?? []).some(isRefusedTrace);
    return {
      result: { findings: shown, fixed, ...(trace !== undefined && { trace }) },
      exitCode: isRefused ? 5 : 0,
    };
  },
});

/** Work on a database that a flag names; undefined where none does. */
async function withOther<Result>(
  config: Config,
  url: string | undefined,
  work: (target: MigrationTarget) => Promise<Result>,
): Promise<Result | undefined> {
  if (url === undefined) return undefined;
  return withDatabase({ ...config, url: anchorUrl(url, process.cwd()) }, work);
}

function printAll(findings: readonly Finding[], config: Config, output: Output): void {
  for (const finding of findings) printFinding(finding, config, output);
  if (findings.length === 0) output.print("nothing found");
}

/** Rules whose safe form the planner writes by itself, once it is let. */
const planned = new Set([
  "FM101",
  "FM102",
  "FM106",
  "FM107",
  "FM108",
  "FM109",
  "FM110",
  "FM113",
  "FM125",
]);

async function fixAll(
  findings: readonly Finding[],
  config: Config,
  output: Output,
): Promise<readonly string[]> {
  const files = new Set(
    findings.flatMap(({ rule, file, operation }) =>
      file !== null && planned.has(rule) && operation.op !== "sql" ? [file] : [],
    ),
  );
  const fixed: string[] = [];
  for (const file of files) {
    const text = await readFile(file, "utf8");
    const mended = text.replace(/^[ \t]*online: false,\r?\n/m, "");
    if (mended === text) continue;
    await writeFile(file, mended);
    fixed.push(config.show(file));
    output.print(`fixed ${config.show(file)}; now run \`ferro replan\``);
  }
  return fixed;
}
