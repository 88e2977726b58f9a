/** Flags that answer the questions of a comparison. */
import { DecisionNeededError, FerroError, UsageError } from "../index.ts";
import {
  type Answer,
  type Answers,
  type Decision,
  describeDecision,
  type Operation,
} from "../migrate.ts";

/** The flags, as they were written. */
export interface AnswerFlags {
  readonly rename?: readonly string[];
  readonly removed?: readonly string[];
  readonly fill?: readonly string[];
  readonly map?: readonly string[];
}

/** What a comparison gives. */
export interface Comparison {
  readonly operations: readonly Operation[];
  readonly decisions: readonly Decision[];
}

interface Flag {
  readonly option: keyof AnswerFlags;
  readonly text: string;
  /** What it is about: `table`, `table.column`, `enum.value`. */
  readonly name: string;
  readonly to: string;
}

/** Flags on their way to being used; one that answers nothing is a mistake. */
export class Flags {
  readonly #flags: readonly Flag[];
  readonly #used = new Set<Flag>();

  constructor(given: AnswerFlags) {
    const read = (option: keyof AnswerFlags): readonly Flag[] =>
      (given[option] ?? []).map((text) => readFlag(option, text));
    this.#flags = [...read("rename"), ...read("removed"), ...read("fill"), ...read("map")];
  }

  /** Answers to those of the decisions that flags are about. */
  answer(decisions: readonly Decision[]): Answers {
    const answers = decisions.flatMap((decision) => {
      const answer = this.#answerTo(decision);
      return answer === undefined ? [] : [[decision.id, answer] as const];
    });
    return Object.fromEntries(answers);
  }

  /** Renames that nobody asked about, because the two are not alike: taken where they are possible. */
  force(answers: Answers, compare: (answers: Answers) => Comparison): Answers {
    let all = answers;
    for (const flag of this.#unused().filter(({ option }) => option === "rename")) {
      const more = { ...all, ...forced(flag) };
      if (!renames(compare, more, flag)) continue;
      this.#used.add(flag);
      all = more;
    }
    return all;
  }

  /** @throws {UsageError} A flag answered nothing. */
  refuseUnused(compare: (answers: Answers) => Comparison): void {
    const [flag] = this.#unused();
    if (flag === undefined) return;
    const { operations, decisions } = compare({});
    throw new UsageError(`--${flag.option} ${flag.text} answers no question`, {
      hint: whatWasMeant(flag, operations, decisions),
    });
  }

  #unused(): readonly Flag[] {
    return this.#flags.filter((flag) => !this.#used.has(flag));
  }

  #answerTo(decision: Decision): Answer | undefined {
    switch (decision.kind) {
      case "rename":
        return this.#renameOf(decision);
      case "fill": {
        const flag = this.#find(["fill"], this.#namesOf(decision.table, decision.column));
        return flag && this.#use(flag, { fill: { kind: "sql", sql: flag.to } });
      }
      case "enumMapping":
        return this.#mappingOf(decision);
    }
  }

  #renameOf({ table, from, candidates }: Extract<Decision, { kind: "rename" }>) {
    const flag = this.#find(["rename", "removed"], this.#namesOf(table, from));
    if (flag === undefined) return undefined;
    if (flag.option === "removed") return this.#use(flag, { rename: null });
    const to = candidates.find((each) => meansNew(flag, each));
    return to === undefined ? undefined : this.#use(flag, { rename: to });
  }

  #mappingOf({ enum: name, removed }: Extract<Decision, { kind: "enumMapping" }>) {
    const mapping: Record<string, string | null> = {};
    const found: Flag[] = [];
    for (const value of removed) {
      const flag = this.#find(["map", "removed"], [`${name}.${value}`]);
      if (flag === undefined) return undefined;
      found.push(flag);
      if (flag.option === "map") mapping[value] = flag.to === "" ? null : flag.to;
    }
    for (const flag of found) this.#used.add(flag);
    return { mapping };
  }

  #find(options: readonly Flag["option"][], names: readonly string[]): Flag | undefined {
    return this.#flags.find(({ option, name }) => options.includes(option) && names.includes(name));
  }

  #use(flag: Flag, answer: Answer): Answer {
    this.#used.add(flag);
    return answer;
  }

  /** A column of a table that is renamed in the same breath may be called by either name of the table. */
  #namesOf(table: string | undefined, name: string): readonly string[] {
    if (table === undefined) return [name];
    const before = this.#flags.find(({ option, to }) => option === "rename" && to === table)?.name;
    return [`${table}.${name}`, ...(before === undefined ? [] : [`${before}.${name}`])];
  }
}

function readFlag(option: keyof AnswerFlags, text: string): Flag {
  if (option === "removed") return { option, text, name: text, to: "" };
  const [, name, to] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  const isEmpty = to === undefined || (to.trim() === "" && option !== "map");
  if (name !== undefined && !isEmpty && (option === "rename" || name.includes("."))) {
    return { option, text, name, to };
  }
  throw new UsageError(`--${option} takes ${forms[option]}, and was given "${text}"`);
}

const forms = {
  removed: "a name",
  rename: "old=new, such as post.title=headline",
  fill: "table.column=SQL, such as \"post.slug=''\"",
  map: "enum.old=new, such as role.guest=member",
} as const;

/** `post.title=headline` and `post.title=post.headline` mean the same. */
function meansNew({ to }: Flag, name: string): boolean {
  return to === name || to.split(".").at(-1) === name;
}

function forced({ name, to }: Flag): Answers {
  const last = to.split(".").at(-1) ?? to;
  return name.includes(".")
    ? { [`rename:column:${name}`]: { rename: last } }
    : { [`rename:table:${name}`]: { rename: to } };
}

/** Whether a comparison with these answers renames what the flag says; it may not be possible. */
function renames(compare: (answers: Answers) => Comparison, answers: Answers, flag: Flag): boolean {
  try {
    return compare(answers).operations.some((operation) => carriesOut(operation, flag));
  } catch (error) {
    if (error instanceof FerroError) return false;
    throw error;
  }
}

function carriesOut(operation: Operation, { name, to }: Flag): boolean {
  const last = to.split(".").at(-1);
  if (operation.op === "renameTable") return operation.table === name && operation.to === to;
  if (operation.op !== "renameColumn") return false;
  return `${operation.table}.${operation.column}` === name && operation.to === last;
}

/** What could have been meant. */
function whatWasMeant(
  { option }: Flag,
  operations: readonly Operation[],
  decisions: readonly Decision[],
): string {
  const asked = decisions.flatMap((decision) =>
    answers(option, decision) ? flagsFor(decision) : [],
  );
  const fitting = asked.filter((text) => text.startsWith(`--${option} `));
  if (fitting.length > 0) return `what is asked: ${fitting.join(", ")}`;
  const gone = operations.flatMap(goneWith);
  const added = operations.flatMap(comingWith);
  if (option === "fill" || option === "map") return "nothing of that kind is asked";
  if (gone.length === 0) return "nothing is gone from the models, so nothing can have been renamed";
  return `gone: ${gone.join(", ")}; new: ${added.join(", ") || "nothing"}`;
}

function answers(option: Flag["option"], { kind }: Decision): boolean {
  const options = {
    rename: ["rename", "removed"],
    fill: ["fill"],
    enumMapping: ["map", "removed"],
  };
  return options[kind].includes(option);
}

function goneWith(operation: Operation): readonly string[] {
  if (operation.op === "dropTable") return [operation.table];
  return operation.op === "dropColumn" ? [`${operation.table}.${operation.column}`] : [];
}

function comingWith(operation: Operation): readonly string[] {
  if (operation.op === "createTable") return [operation.table.name];
  return operation.op === "addColumn" ? [`${operation.table}.${operation.column.name}`] : [];
}

/** The flags that answer a decision, as they are typed. */
export function flagsFor(decision: Decision): readonly string[] {
  switch (decision.kind) {
    case "rename": {
      const { table, from, candidates: possible } = decision;
      const name = table === undefined ? from : `${table}.${from}`;
      const renames = possible.map((to) => `--rename ${shellWord(`${name}=${to}`)}`);
      return [...renames, `--removed ${shellWord(name)}`];
    }
    case "fill":
      return [`--fill "${decision.table}.${decision.column}=…"`];
    case "enumMapping":
      return decision.removed.map((value) => `--map "${decision.enum}.${value}=…"`);
  }
}

/** The questions in words, each with the flags that answer it. */
export function decisionNeeded(decisions: readonly Decision[]): DecisionNeededError {
  const lines = decisions.flatMap((decision) => [
    `  ${describeDecision(decision)}`,
    ...flagsFor(decision).map((text) => `    ${text}`),
  ]);
  const isOpen = decisions.some(({ kind }) => kind !== "rename");
  const dots = isOpen
    ? " (put SQL such as 0 or 'none' for the dots of --fill, a value for those of --map)"
    : "";
  return new DecisionNeededError(`the models don't say enough:\n${lines.join("\n")}`, {
    decisions: decisions.map((decision) => ({ ...decision, flags: flagsFor(decision) })),
    hint: `run the command again with one flag for each question${dots}, in a terminal, or with --hints`,
  });
}

function shellWord(text: string): string {
  return /^[\w.=@%+,:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
