/** Questions that a comparison leaves: answered by flags, by a file, or at the terminal. */
import { readFile } from "node:fs/promises";
import { UsageError } from "../index.ts";
import { type Answers, type Decision, describeDecision, readAnswers } from "../migrate.ts";
import { type AnswerFlags, type Comparison, decisionNeeded, Flags } from "./answers.ts";
import type { Prompt } from "./prompt.ts";

/** Options of commands that compare. */
export const decisionOptions = {
  rename: {
    type: "string",
    multiple: true,
    value: "<old=new>",
    about:
      "a rename, in the database's names: table=table, table.column=column, enum.value=value; more than once",
  },
  removed: {
    type: "string",
    multiple: true,
    value: "<name>",
    about: "what is gone was not renamed: table, table.column or enum.value; more than once",
  },
  fill: {
    type: "string",
    multiple: true,
    value: "<table.column=SQL>",
    about:
      "what existing rows get in a column that takes no NULL, as SQL: 0, 'none', now(); more than once",
  },
  map: {
    type: "string",
    multiple: true,
    value: "<enum.old=new>",
    about:
      "what becomes of a value that an enum loses; nothing after the sign is NULL; more than once",
  },
  hints: { type: "string", value: "<file>", about: "answers as JSON, from each decision's id" },
} as const;

/**
 * The answers given by flags and file, and then by whoever sits at the terminal.
 *
 * @throws {UsageError} A flag answers nothing.
 * @throws {DecisionNeededError} A question is open and nobody can be asked.
 */
export async function decide(
  compare: (answers: Answers) => Comparison,
  given: AnswerFlags & { readonly hints?: string },
  prompt: Prompt,
): Promise<Answers> {
  const flags = new Flags(given);
  let answers = await readHints(given.hints);
  for (;;) {
    const { decisions } = compare(answers);
    const flagged = flags.answer(decisions);
    if (Object.keys(flagged).length > 0) {
      answers = { ...answers, ...flagged };
      continue;
    }
    const [open] = decisions;
    if (open !== undefined && prompt.interactive) {
      answers = { ...answers, [open.id]: await askAbout(open, prompt) };
      continue;
    }
    answers = flags.force(answers, compare);
    const left = compare(answers).decisions;
    // A forced rename may settle a question, or open one.
    if (left.some((each) => !decisions.some(({ id }) => id === each.id))) continue;
    flags.refuseUnused(compare);
    if (left.length > 0) throw decisionNeeded(left);
    return answers;
  }
}

async function readHints(file: string | undefined): Promise<Answers> {
  if (file === undefined) return {};
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new UsageError(`--hints: there is no file ${file}`, { cause });
  });
  try {
    return readAnswers(JSON.parse(text));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new UsageError(`--hints: ${file} is no JSON: ${cause.message}`, { cause });
  }
}

async function askAbout(decision: Decision, prompt: Prompt): Promise<Answers[string]> {
  const question = describeDecision(decision);
  switch (decision.kind) {
    case "rename": {
      const { candidates } = decision;
      const choices = [...candidates.map((each) => `renamed to "${each}"`), "removed"];
      return { rename: candidates[await prompt.choose(question, choices)] ?? null };
    }
    case "fill": {
      const text = await prompt.ask(`${question}\nan SQL expression, such as 0, 'none' or now():`);
      return { fill: { kind: "sql", sql: text } };
    }
    case "enumMapping": {
      const mapping: Record<string, string | null> = {};
      for (const value of decision.removed) {
        const to = await prompt.ask(`what becomes of "${value}"? (nothing: NULL)`);
        mapping[value] = to === "" ? null : to;
      }
      return { mapping };
    }
  }
}
