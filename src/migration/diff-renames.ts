/** Renames: told by the model or an answer, else asked about; never guessed. */
import { MigrationError } from "../errors/errors.ts";
import type { ColumnIr, TableIr } from "../ir/schema.ts";
import { compareText } from "../util/lists.ts";
import type { DiffState } from "./diff-state.ts";
import { columnLikeness, tableLikeness } from "./likeness.ts";

/** Least likeness that is worth a question. */
const worthAsking = 0.3;

/** Renames tables that were answered, and asks about those that may have been. */
export function renameTables(diff: DiffState): void {
  const gone = diff.state.tables.filter(({ name }) => diff.wanted(name) === undefined);
  const fresh = diff.to.tables.filter(({ name }) => diff.table(name) === undefined);
  const pairs = decide<TableIr>(diff, {
    gone,
    all: diff.state.tables,
    fresh,
    likeness: tableLikeness,
    id: (name) => `rename:table:${name}`,
    ask: (from, candidates) => ({
      kind: "rename",
      id: `rename:table:${from}`,
      what: "table",
      from,
      candidates,
    }),
    target: (name) => diff.wanted(name) !== undefined,
  });
  renameInTurn(
    pairs,
    (name) => diff.table(name) !== undefined,
    (table, to) => diff.emit({ op: "renameTable", table, to }),
  );
}

/** The same for the columns of every table that stays. */
export function renameColumns(diff: DiffState): void {
  for (const [now, then] of diff.common()) {
    const table = now.name;
    const has = (list: readonly ColumnIr[], name: string | null): boolean =>
      list.some((column) => column.name === name);
    const gone = now.columns.filter(({ name }) => !has(then.columns, name));
    const fresh = then.columns.filter(({ name }) => !has(now.columns, name));
    const pairs = decide<ColumnIr>(diff, {
      gone,
      all: now.columns,
      fresh,
      likeness: (a, b) => columnLikeness(now, a, then, b),
      id: (name) => `rename:column:${table}.${name}`,
      ask: (from, candidates) => ({
        kind: "rename",
        id: `rename:column:${table}.${from}`,
        what: "column",
        table,
        from,
        candidates,
      }),
      target: (name) => has(then.columns, name),
      told: ({ name }) => fresh.find(({ renamedFrom }) => renamedFrom === name)?.name,
    });
    renameInTurn(
      pairs,
      (name) => diff.column(table, name) !== undefined,
      (column, to) => diff.emit({ op: "renameColumn", table, column, to }),
    );
  }
}

interface Choice<T> {
  /** What has no counterpart of its name, and everything there is: an answer may swap two names. */
  readonly gone: readonly T[];
  readonly all: readonly T[];
  readonly fresh: readonly T[];
  likeness(from: T, to: T): number;
  id(name: string): string;
  ask(from: string, candidates: readonly string[]): DiffState["decisions"][number];
  /** Whether something of this name is wanted. */
  target(name: string): boolean;
  /** The new name that the model tells. */
  told?(from: T): string | undefined;
}

type Pair = readonly [from: string, to: string];

function decide<T extends { readonly name: string }>(
  diff: DiffState,
  choice: Choice<T>,
): readonly Pair[] {
  const { gone, all, fresh, likeness, id, ask, told } = choice;
  const pairs: Pair[] = [];
  const undecided: T[] = [];
  for (const item of all) {
    const isGone = gone.includes(item);
    const answer = diff.rename(id(item.name));
    const to = answer === undefined && isGone ? told?.(item) : answer;
    if (to === undefined && isGone) undecided.push(item);
    if (to === undefined || to === null || to === item.name) continue;
    assertTarget(choice, pairs, [item.name, to]);
    pairs.push([item.name, to]);
  }
  const free = fresh.filter(({ name }) => !pairs.some((pair) => pair[1] === name));
  for (const item of undecided) {
    const candidates = free
      .map((other) => ({ name: other.name, likeness: likeness(item, other) }))
      .filter((candidate) => candidate.likeness >= worthAsking)
      .sort((a, b) => b.likeness - a.likeness || compareText(a.name, b.name))
      .map(({ name }) => name);
    if (candidates.length > 0) diff.decisions.push(ask(item.name, candidates));
  }
  return pairs;
}

function assertTarget<T>(choice: Choice<T>, pairs: readonly Pair[], [from, to]: Pair): void {
  const wanted = choice.target(to);
  if (wanted && !pairs.some((pair) => pair[1] === to)) return;
  throw new MigrationError(`"${from}" can't be renamed to "${to}"`, {
    hint: wanted ? "another is renamed to that already" : "the models have nothing of that name",
  });
}

/** Renames one by one; in a circle, one waits under a name of its own. */
function renameInTurn(
  pairs: readonly Pair[],
  isTaken: (name: string) => boolean,
  rename: (from: string, to: string) => void,
): void {
  const left = new Map(pairs);
  const parked: Pair[] = [];
  while (left.size > 0) {
    const free = [...left].find(([, to]) => !isTaken(to));
    if (free !== undefined) {
      rename(...free);
      left.delete(free[0]);
      continue;
    }
    const [first] = left;
    if (first === undefined) break;
    const [from, to] = first;
    // Taken by something that stays: the rename itself says so.
    if (!left.has(to)) {
      rename(from, to);
      break;
    }
    const aside = `ferro_aside_${from}`.slice(0, 60);
    rename(from, aside);
    parked.push([aside, to]);
    left.delete(from);
  }
  for (const [aside, to] of parked) rename(aside, to);
}
