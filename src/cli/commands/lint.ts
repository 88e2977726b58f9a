import { UsageError, version } from "../../index.ts";
import {
  type FiledRevision,
  type Finding,
  findSmallTables,
  fixRevisions,
  type LeftFinding,
  type LintOptions,
  lintRevisions,
  type MigrationTarget,
  rewriteFile,
  toGithub,
  toSarif,
  traceRevisions,
  writeOperation,
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
      about:
        "write operations and SQL in the forms that don't block, where a program can; where it can't, print what to write",
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
    const settings = {
      ...lintSettings(config),
      revisions: scope.revisions,
      unapplied: scope.unapplied,
      small: await withOther(config, options.stats, findSmallTables),
    };
    const findings = lintRevisions(revisions, settings);
    const shown = findings.map((finding) => ({
      ...finding,
      file: finding.file === null ? null : config.show(finding.file),
    }));
    if (format === "text") printAll(findings, config, output);
    else printFor(format, shown, output);
    const trace = await withOther(config, options.trace, (target) =>
      traceRevisions(target, revisions, { to: words[0] }),
    );
    printTrace(trace ?? [], output);
    const isWriting = fix && options["dry-run"] !== true;
    const { fixed, left } = isWriting
      ? await fixAll(revisions, settings, config, output)
      : { fixed: [], left: findings.map((finding) => ({ finding, write: finding.rewrite })) };
    const errors = left.filter(({ finding }) => finding.severity === "error").length;
    const isRefused = errors > 0 || (trace ?? []).some(isRefusedTrace);
    return {
      result: {
        findings: shown,
        fixed,
        left: left.map(({ finding: { rule, revision, line }, write }) => {
          return { rule, revision, line, write };
        }),
        ...(trace !== undefined && { trace }),
      },
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

function printFor(format: string, shown: readonly Finding[], output: Output): void {
  if (format === "sarif") output.print(JSON.stringify(toSarif(shown, version), undefined, 2));
  else for (const line of toGithub(shown)) output.print(line);
}

function printAll(findings: readonly Finding[], config: Config, output: Output): void {
  for (const finding of findings) printFinding(finding, config, output);
  if (findings.length === 0) output.print("nothing found");
}

/** What was put into files, and what is left to people. */
interface FixResult {
  readonly fixed: readonly string[];
  readonly left: readonly LeftFinding[];
}

async function fixAll(
  revisions: readonly FiledRevision[],
  options: LintOptions,
  config: Config,
  output: Output,
): Promise<FixResult> {
  const { fixed, left } = fixRevisions(revisions, options);
  const files: string[] = [];
  const others: LeftFinding[] = [];
  // As they are in a file that stays.
  const lintOf = (id: string, write: string): readonly LeftFinding[] =>
    lintRevisions(revisions, { ...options, revisions: new Set([id]) }).map((finding) => ({
      finding,
      write,
    }));
  for (const { revision, replaced, online, rules } of fixed) {
    const { file, id, up: before } = revision;
    if (file === undefined) continue;
    if (options.unapplied?.has(id) === false) {
      output.print(`${config.show(file)} was run by the configured database, so it stays`);
      others.push(...lintOf(id, "a new revision: what was run can't be written anew"));
      continue;
    }
    if (await rewriteFile({ file, replaced, before, online })) {
      files.push(config.show(file));
      output.print(
        `fixed ${config.show(file)}: ${rules.join(", ")}; now run \`ferro replan ${id}\``,
      );
      continue;
    }
    output.print(
      `${config.show(file)} isn't written in a way that can be changed; put this into \`up\`:`,
    );
    for (const operation of replaced.flat()) output.print(`    ${writeOperation(operation, 4)},`);
    others.push(...lintOf(id, "what is printed above"));
  }
  for (const each of left) printLeft(each, config, output);
  return { fixed: files, left: [...left, ...others] };
}

function printLeft({ finding, write }: LeftFinding, config: Config, output: Output): void {
  const { severity, file, rule, revision, message } = finding;
  if (severity !== "error") return;
  output.print(`left ${file === null ? revision : config.show(file)} ${rule} ${message}; write:`);
  for (const line of write.split("\n")) output.print(`    ${line}`);
}
