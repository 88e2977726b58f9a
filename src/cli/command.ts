/** What a command is: its words as data, from which parsing, help and the reference page are made. */
import type { Config } from "./config.ts";
import type { Output } from "./output.ts";
import type { Prompt } from "./prompt.ts";

/** One option of a command. */
export interface OptionSpec {
  readonly type: "boolean" | "string";
  readonly short?: string;
  /** Given more than once. */
  readonly multiple?: true;
  /** What stands for the value in help: `<url>`. */
  readonly value?: string;
  readonly about: string;
}

/** Options by name, without dashes. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The values that were given. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]?: Specs[Name]["type"] extends "boolean"
    ? boolean
    : Specs[Name] extends { readonly multiple: true }
      ? readonly string[]
      : string;
};

/** What a command is called with. */
export interface Invocation<Specs extends OptionSpecs = OptionSpecs> {
  /** Words that are no options, in order. */
  readonly words: readonly string[];
  readonly options: OptionValues<Specs> & OptionValues<typeof commonOptions>;
  readonly config: Config;
  readonly output: Output;
  readonly prompt: Prompt;
}

/** What a command came to: for `--json`, and the exit code where it isn't 0. */
export interface Outcome {
  readonly result: object;
  readonly exitCode?: number;
}

/** One command of `ferro`. */
export interface Command<Specs extends OptionSpecs = OptionSpecs> {
  readonly name: string;
  readonly summary: string;
  /** More than the summary, for its help. */
  readonly about?: string;
  /** The words it takes: `[revision]`. */
  readonly words?: string;
  readonly options: Specs;
  readonly examples?: readonly string[];
  run(invocation: Invocation<Specs>): Promise<Outcome>;
}

/** Gives a command the types of its options. */
export function command<const Specs extends OptionSpecs>(spec: Command<Specs>): Command {
  // Only the parser makes invocations, and it reads them by these very specs.
  return spec as unknown as Command;
}

/** The option of commands that plan or lint. */
export const targetOption = {
  target: {
    type: "string",
    multiple: true,
    value: "<database@version>",
    about:
      "the oldest version that is served, instead of the configuration's: postgres@14, sqlite@3.40",
  },
} as const;

/** Options of every command. */
export const commonOptions = {
  config: {
    type: "string",
    short: "c",
    value: "<file>",
    about: "the configuration; ferro.config.ts when left out",
  },
  url: { type: "string", value: "<url>", about: "the database, instead of the configuration's" },
  migrations: {
    type: "string",
    value: "<folder>",
    about: "the migrations folder, instead of the configuration's",
  },
  json: { type: "boolean", about: "print one JSON object; what is said meanwhile goes to stderr" },
  yes: {
    type: "boolean",
    short: "y",
    about: "answer yes where a question is whether to go on; losing data is never meant",
  },
  "no-input": {
    type: "boolean",
    about: "ask nothing; so it is by itself where there is no terminal",
  },
  "dry-run": { type: "boolean", about: "say what would be done, and do nothing" },
  quiet: { type: "boolean", short: "q", about: "say only what was asked for" },
  help: { type: "boolean", short: "h", about: "show help" },
} as const;
