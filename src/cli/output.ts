/** What is printed, and where: results to stdout, everything said meanwhile to stderr. */
import { styleText } from "node:util";

/** How a text looks on a terminal. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Where a command writes. */
export interface Output {
  readonly json: boolean;
  /** A line of the result: what was asked for. */
  print(line?: string): void;
  /** A line for whoever watches; not with `--quiet`. */
  say(line: string): void;
  warn(line: string): void;
  /** A text in a style, where the terminal has colours. */
  style(style: Style, text: string): string;
}

/** Streams as `process` has them. */
export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** With `--json`, lines of the result are left out: the object that is printed at the end has them. */
export function makeOutput(
  { stdout, stderr }: Streams,
  { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
): Output {
  return {
    json,
    print: (line = "") => {
      if (!json) stdout.write(`${line}\n`);
    },
    say: (line) => {
      if (!quiet) stderr.write(`${line}\n`);
    },
    warn: (line) => {
      stderr.write(`${line}\n`);
    },
    style: (style, text) => styleText(style, text, { stream: json ? stderr : stdout }),
  };
}
