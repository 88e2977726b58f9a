/** How a database says it would run, or ran, a statement: one form for every database. */

/** One step of a plan, and the steps that feed it. */
export interface PlanStep {
  /** What is done, in the database's words: "Index Scan", "SEARCH". */
  readonly operation: string;
  /** The table that is read, where one is. */
  readonly table: string | undefined;
  /** The index that is used, where one is; the database's name for the primary key otherwise. */
  readonly index: string | undefined;
  /** Whether the table is read from end to end, without an index. */
  readonly readsWholeTable: boolean;
  /** How many rows the planner expects; undefined on SQLite, which does not say. */
  readonly estimatedRows: number | undefined;
  /** How many rows there were, over all repetitions; undefined unless it ran. */
  readonly actualRows: number | undefined;
  /** The planner's cost up to the last row, in units of its own; undefined on SQLite. */
  readonly cost: number | undefined;
  /** How long it took, in milliseconds, what feeds it included; undefined unless it ran. */
  readonly milliseconds: number | undefined;
  /** The step in the database's words: conditions, sort keys. */
  readonly detail: string;
  readonly steps: readonly PlanStep[];
}

/** What `explain()` gives. */
export interface Explanation {
  /** The statement that is explained. */
  readonly sql: string;
  /** The plan; SQLite may give several steps side by side, PostgreSQL always one. */
  readonly steps: readonly PlanStep[];
  /** The names of the indexes that are used. */
  readonly indexes: readonly string[];
  /** The tables that are read from end to end, without an index. */
  readonly fullScans: readonly string[];
  /** How long it took in all, in milliseconds; undefined unless it ran. */
  readonly milliseconds: number | undefined;
  /** What the database answered, as it came. */
  readonly raw: string;
}

/** Everything but the statement, out of the steps. */
export function summarize(
  steps: readonly PlanStep[],
): Pick<Explanation, "steps" | "indexes" | "fullScans"> {
  const all = steps.flatMap(withInner);
  const indexes = all.flatMap(({ index }) => index ?? []);
  const fullScans = all.flatMap(({ table, readsWholeTable }) =>
    readsWholeTable && table !== undefined ? table : [],
  );
  return { steps, indexes: [...new Set(indexes)], fullScans: [...new Set(fullScans)] };
}

function withInner(step: PlanStep): PlanStep[] {
  return [step, ...step.steps.flatMap(withInner)];
}
