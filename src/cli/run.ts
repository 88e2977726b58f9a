/** Runs the command that was called, and says how it ended. */
import { FerroError, version } from "../index.ts";
import type { Command, Outcome } from "./command.ts";
import { findCommand, loadCommands } from "./commands.ts";
import { loadConfig } from "./config.ts";
import { exitCodeOf } from "./exit.ts";
import { commandHelp, overview } from "./help.ts";
import { makeOutput } from "./output.ts";
import { type Parsed, parseWords } from "./parse.ts";
import { makePrompt } from "./prompt.ts";

/** What was called, as words; gives the exit code. */
export async function runWords([name, ...words]: readonly string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(`${overview(await loadCommands(), version)}\n`);
    return 0;
  }
  if (name === "--version" || name === "-v") {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  return run(name, words);
}

async function run(commandName: string, given: readonly string[]): Promise<number> {
  const json = given.includes("--json");
  try {
    const command = await findCommand(commandName);
    const parsed = parseWords(command, given);
    if (parsed.options.help === true) {
      process.stdout.write(`${commandHelp(command)}\n`);
      return 0;
    }
    const { result, exitCode = 0 } = await invoke(command, parsed);
    if (json)
      process.stdout.write(`${JSON.stringify({ ok: exitCode === 0, exitCode, ...result })}\n`);
    return exitCode;
  } catch (error) {
    return report(error, json);
  }
}

async function invoke(command: Command, { words: plain, options }: Parsed): Promise<Outcome> {
  const { json = false, quiet = false, yes = false, "no-input": noInput = false } = options;
  return command.run({
    words: plain,
    options,
    config: await loadConfig(options, process.cwd()),
    output: makeOutput(process, { json, quiet }),
    prompt: makePrompt(process.stdin, process.stderr, { yes, noInput: noInput || json }),
  });
}

/** A failure in words on stderr; with `--json`, also as the one object on stdout. */
function report(error: unknown, json: boolean): number {
  const exitCode = exitCodeOf(error);
  const expected = error instanceof FerroError;
  const message = error instanceof Error ? error.message : String(error);
  const text = expected || !(error instanceof Error) ? message : (error.stack ?? message);
  process.stderr.write(`ferro: ${text}\n`);
  if (json) {
    const { code, decisions, heads, fork } = Object(error) as Record<string, unknown>;
    const facts = { code: expected ? code : "INTERNAL", message, decisions, heads, fork };
    process.stdout.write(`${JSON.stringify({ ok: false, exitCode, error: facts })}\n`);
  }
  return exitCode;
}
