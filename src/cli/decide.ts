/** Questions that a comparison leaves: answered by flags, by a file, or at the terminal. */
import { readFile } from "node:fs/promises";
import { UsageError } from "../index.ts";
import {
  type Answers,
  compareModels,
  type Decision,
  describeDecision,
  type FiledRevision,
  modelSchema,
  readAnswers,
} from "../migrate.ts";
import type { Prompt } from "./prompt.ts";

/** Options of commands that compare. */
export const decisionOptions = {
  rename: {
    type: "string",
    multiple: true,
    value: "<old=new>",
    about: "a rename: table=table, table.column=column; more than once",
  },
  hints: { type: "string", value: "<file>", about: "answers as JSON, from each decision's id" },
} as const;

/** The answers given by flags and file, and then by whoever sits at the terminal. */
export async function decide(
  revisions: readonly FiledRevision[],
  given: { readonly rename?: readonly string[]; readonly hints?: string },
  prompt: Prompt,
): Promise<Answers> {
  let answers: Answers =
    given.hints === undefined ? {} : readAnswers(JSON.parse(await readFile(given.hints, "utf8")));
  for (;;) {
    const { decisions } = compareModels(revisions, modelSchema(), answers);
    const flagged = fromFlags(decisions, given.rename ?? []);
    if (Object.keys(flagged).length > 0) {
      answers = { ...answers, ...flagged };
      continue;
    }
    const [open] = decisions;
    if (open === undefined || !prompt.interactive) return answers;
    answers = { ...answers, [open.id]: await askAbout(open, prompt) };
  }
}

function fromFlags(decisions: readonly Decision[], renames: readonly string[]): Answers {
  const pairs = renames.map((text) => {
    const [, old, to] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (old !== undefined && to !== undefined) return [old, to] as const;
    throw new UsageError(`--rename takes old=new, and was given "${text}"`);
  });
  const answers = decisions.flatMap((decision) => {
    const rename = decision.kind === "rename" ? renameOf(decision, pairs) : undefined;
    return rename === undefined ? [] : [[decision.id, { rename }] as const];
  });
  return Object.fromEntries(answers);
}

/** The new name that a flag gives, if one of the candidates. */
function renameOf(
  { table, from, candidates }: Extract<Decision, { kind: "rename" }>,
  pairs: readonly (readonly [string, string])[],
): string | undefined {
  const name = table === undefined ? from : `${table}.${from}`;
  const to = pairs.find(([old]) => old === name)?.[1];
  // `posts.title=headline` and `posts.title=posts.headline` mean the same.
  return [to, to?.split(".").at(-1)].find(
    (each) => each !== undefined && candidates.includes(each),
  );
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
