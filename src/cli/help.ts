/** Help, from the same data that commands are parsed by. */
import { type Command, commonOptions, type OptionSpecs } from "./command.ts";
import { exitCodes } from "./exit.ts";
import { optionLabel } from "./parse.ts";

/** What `ferro` prints without a command. */
export function overview(commands: readonly Command[], version: string): string {
  return [
    `ferro ${version}: versioned migrations for ferro-orm`,
    "",
    "Usage: ferro <command> [options]",
    "",
    table(commands.map(({ name, summary }) => [name, summary])),
    "",
    "`ferro <command> --help` says more.",
  ].join("\n");
}

/** What `ferro <command> --help` prints. */
export function commandHelp(command: Command): string {
  const { name, summary, about, words, options, examples = [] } = command;
  const rows = (specs: OptionSpecs) =>
    Object.entries(specs).map(([key, spec]) => [optionLabel(key, spec), spec.about] as const);
  return [
    `ferro ${name}${words === undefined ? "" : ` ${words}`}: ${summary}`,
    ...(about === undefined ? [] : ["", about]),
    ...(Object.keys(options).length === 0 ? [] : ["", "Options:", table(rows(options))]),
    "",
    "Options of every command:",
    table(rows(commonOptions)),
    ...(examples.length === 0 ? [] : ["", "Examples:", ...examples.map((each) => `  ${each}`)]),
    "",
    "Exit codes:",
    table(Object.entries(exitCodes)),
  ].join("\n");
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
