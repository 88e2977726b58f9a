/** Questions on a terminal; without one, nobody is asked. */
import { createInterface } from "node:readline/promises";

/** Asks whoever sits at the terminal. */
export interface Prompt {
  /** Whether there is someone to ask. */
  readonly interactive: boolean;
  /** Whether to go on; `--yes` answers it. False where nobody is there. */
  confirm(question: string): Promise<boolean>;
  /** One of several, by number; the place of the one that was chosen. */
  choose(question: string, choices: readonly string[]): Promise<number>;
  ask(question: string): Promise<string>;
}

/** A prompt on these streams. */
export function makePrompt(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  options: { readonly yes: boolean; readonly noInput: boolean },
): Prompt {
  const interactive = !options.noInput && input.isTTY === true && output.isTTY === true;
  const ask = async (question: string): Promise<string> => {
    const terminal = createInterface({ input, output });
    try {
      return (await terminal.question(`${question} `)).trim();
    } finally {
      terminal.close();
    }
  };
  return {
    interactive,
    ask,
    async confirm(question) {
      if (options.yes) return true;
      return interactive && /^y(?:es)?$/i.test(await ask(`${question} [y/N]`));
    },
    async choose(question, choices) {
      const lines = choices.map((choice, at) => `  ${at + 1}) ${choice}`);
      output.write(`${question}\n${lines.join("\n")}\n`);
      for (;;) {
        const at = Number(await ask(`1-${choices.length}?`)) - 1;
        if (choices[at] !== undefined) return at;
      }
    },
  };
}
