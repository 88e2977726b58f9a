/**
 * Writes the reference pages that are made from the program: cli.md, functions.md and lint.md of docs/reference.
 *
 * Usage: node scripts/run.mjs node --import ./scripts/from-source.mjs scripts/reference.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commonOptions, type OptionSpecs } from "../src/cli/command.ts";
import { loadCommands } from "../src/cli/commands.ts";
import { exitCodes } from "../src/cli/exit.ts";
import { optionLabel } from "../src/cli/parse.ts";
import { describeLock, lintRules } from "../src/migrate.ts";
import { functionsPage } from "./functions-page.ts";

/** The pages, by their path. */
export async function referencePages(): Promise<Readonly<Record<string, string>>> {
  return {
    "docs/reference/cli.md": await cliPage(),
    "docs/reference/functions.md": functionsPage(),
    "docs/reference/lint.md": lintPage(),
  };
}

async function cliPage(): Promise<string> {
  const commands = await loadCommands();
  const sections = commands.map(({ name, words, summary, about, options, examples = [] }) =>
    [
      `## ferro ${name}`,
      "",
      `\`ferro ${name}${words === undefined ? "" : ` ${words}`}\`: ${summary}.`,
      ...(about === undefined ? [] : ["", about.replaceAll("\n", " ")]),
      ...(Object.keys(options).length === 0 ? [] : ["", ...optionTable(options)]),
      ...(examples.length === 0 ? [] : ["", "```sh", ...examples, "```"]),
    ].join("\n"),
  );
  return `# The command ferro

This page is made from the commands themselves (\`scripts/reference.ts\`). [Schema migrations](../guide/migrations.md) tells how they go
together.

Every command reads \`ferro.config.ts\` from the folder it is called in, or from one above it. Results go to stdout, and what is said
meanwhile to stderr. Nothing is asked where there is no terminal.

## Options of every command

${optionTable(commonOptions).join("\n")}

## Exit codes

| code | meaning |
| --- | --- |
${Object.entries(exitCodes)
  .map(([code, meaning]) => `| ${code} | ${meaning} |`)
  .join("\n")}

${sections.join("\n\n")}
`;
}

function optionTable(options: OptionSpecs): readonly string[] {
  return [
    "| option | meaning |",
    "| --- | --- |",
    ...Object.entries(options).map(
      ([name, spec]) => `| \`${optionLabel(name, spec).replaceAll("|", "\\|")}\` | ${spec.about} |`,
    ),
  ];
}

function lintPage(): string {
  const rules = [...lintRules].sort((a, b) => (a.id < b.id ? -1 : 1));
  const sections = rules.map(
    ({ id, when, why, rewrite, newer, lock, severity, database, off }) =>
      `### ${id}\n\n${sentence(when)}. *${off === true ? "off" : severity}${database === "both" ? "" : `, ${database}`}*\n\n- Why: ${why}.${lock === undefined ? "" : `\n- Measured: ${describeLock(lock)}.`}\n- Instead: ${rewrite}.${newer === undefined ? "" : `\n- From version ${newer.since} on: ${newer.rewrite}.`}`,
  );
  return `# Lint rules

This page is made from the rules themselves (\`scripts/reference.ts\`). \`ferro lint\` looks for them in operations and, by its words, in SQL of
\`op.sql\`. Tables that the same revision makes, or one that was not run
yet, are passed over: nobody uses them. \`target\` in \`ferro.config.ts\` says which versions are served.

A finding is accepted where it is, with a reason: \`op.renameColumn("post", "title", "headline", { allow: ["FM203: read by nobody yet"] })\`.
Severities are set in \`ferro.config.ts\`: \`lint: { FM203: "warning", FM515: "error", FM507: "off" }\`.

The locks are those of PostgreSQL, measured on versions 14, 15, 16, 17 and 18 (\`npm run test:versions\`), and the same on all. Where the planner has a form that doesn't block, it writes that form by
itself, and the rule speaks only where a revision says \`online: false\` or where SQL was written by hand.

${sections.join("\n\n")}

## Checks of rows

Before the first change of a run, \`ferro upgrade\` also asks the rows that are there. What is found ends the run with nothing changed.

| id | rows that stand in the way |
| --- | --- |
| FM301 | values that occur more than once, for a unique |
| FM302 | NULL, where a column is to take none |
| FM303 | keys that point to no row, for a foreign key |
| FM304 | rows that break a new check |
| FM305 | values that have no form in a column's new type, or that it would cut |
| FM306 | removed values of an enum that nothing takes the place of |
`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

if (import.meta.main === true) {
  for (const [path, text] of Object.entries(await referencePages())) {
    const file = join(import.meta.dirname, "..", path);
    writeFileSync(file, text);
    process.stdout.write(`wrote ${path}, ${readFileSync(file).length} bytes\n`);
  }
}
