/** From words on the command line to a command and its options. */
import { parseArgs } from "node:util";
import { UsageError } from "../index.ts";
import {
  type Command,
  commonOptions,
  type OptionSpec,
  type OptionSpecs,
  type OptionValues,
} from "./command.ts";

/** What was written on the command line. */
export interface Parsed {
  readonly words: readonly string[];
  readonly options: OptionValues<OptionSpecs> & OptionValues<typeof commonOptions>;
}

/**
 * Reads the words after the command's name.
 *
 * @throws {UsageError} An option isn't known, or lacks its value.
 */
export function parseWords(command: Command, words: readonly string[]): Parsed {
  const specs: OptionSpecs = { ...commonOptions, ...command.options };
  try {
    const { values, positionals } = parseArgs({
      args: attachSigned(words),
      options: Object.fromEntries(
        Object.entries(specs).map(([name, { type, short, multiple }]) => [
          name,
          { type, ...(short && { short }), ...(multiple && { multiple }) },
        ]),
      ),
      allowPositionals: true,
    });
    const most = (command.words ?? "").split(" ").filter(Boolean);
    if (positionals.length > most.length && !command.words?.includes("…")) {
      throw new UsageError(`ferro ${command.name} doesn't take "${positionals[most.length]}"`);
    }
    return { words: positionals.map(detachSigned), options: values as Parsed["options"] };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const message = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new UsageError(`ferro ${command.name}: ${message}`, {
      hint: `\`ferro ${command.name} --help\` lists its options`,
    });
  }
}

/** `-1` and `+1` are words, not options; parseArgs would take the first for one. */
function attachSigned(words: readonly string[]): string[] {
  return words.map((word) => (/^-\d+$/.test(word) ? `\u0000${word}` : word));
}

function detachSigned(word: string): string {
  return word.replace("\u0000", "");
}

/** An option as help and the reference write it: `-m, --message <text>`. */
export function optionLabel(name: string, { short, value, type }: OptionSpec): string {
  const long = `--${name}${type === "string" ? ` ${value ?? "<text>"}` : ""}`;
  return short === undefined ? long : `-${short}, ${long}`;
}
