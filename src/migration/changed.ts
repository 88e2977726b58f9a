/** How a revision that was applied has been changed since, as lines. */
import { HistoryChangedError } from "../errors/migration.ts";
import type { Operation } from "../ir/migration.ts";
import { normaliseCode } from "../util/tokens.ts";
import { readStanding, type Standing } from "./check-history.ts";
import { stepOf } from "./data-step.ts";
import type { FiledRevision } from "./folder.ts";
import { type Graph, readGraph } from "./graph.ts";
import { sha256 } from "./hash.ts";
import type { AppliedRevision, History, LogRow } from "./history.ts";
import type { Revision } from "./revision.ts";
import { writeOperation } from "./source.ts";

/** A database's rows, the revisions that are in use there, and where the rows say that it stands. */
export interface ReadHistory {
  readonly graph: Graph<FiledRevision>;
  readonly rows: readonly AppliedRevision[];
  readonly standing: Standing;
}

/**
 * Reads where a database stands.
 *
 * @throws {HistoryChangedError} History and files disagree; of a changed revision it says what is different.
 */
export async function readHistory(
  revisions: readonly FiledRevision[],
  history: History,
): Promise<ReadHistory> {
  const rows = await history.applied();
  const graph = graphFor(revisions, rows);
  try {
    return { graph, rows, standing: readStanding(graph, rows) };
  } catch (error) {
    if (!(error instanceof HistoryChangedError) || error.fault !== "CHANGED") throw error;
    throw await explained(error, graph.get(error.revision), history);
  }
}

/** The revisions as a database with these rows goes through them. */
export function graphFor(
  revisions: readonly FiledRevision[],
  rows: readonly Pick<AppliedRevision, "id">[],
): Graph<FiledRevision> {
  return readGraph(revisions, new Set(rows.map(({ id }) => id)));
}

/** What is kept of a revision, so that a later run can say what became different. */
export function linesOf({ up, down }: Pick<Revision, "up" | "down">): readonly string[] {
  return [
    ...linesOfAll(up),
    ...(down === "auto" ? [] : ["down:", ...linesOfAll(down).map((line) => `  ${line}`)]),
  ];
}

function linesOfAll(operations: readonly Operation[]): readonly string[] {
  return operations.flatMap((operation) => {
    const { destructive: _, allow: __, elidable: ___, ...rest } = { elidable: false, ...operation };
    const step = stepOf(operation);
    if (operation.op !== "data" || step === undefined) {
      return writeOperation(rest as Operation).split("\n");
    }
    return [`op.data(${JSON.stringify(operation.name)}) ${sha256(normaliseCode(String(step)))}`];
  });
}

async function explained(
  error: HistoryChangedError,
  revision: FiledRevision,
  history: History,
): Promise<HistoryChangedError> {
  const log = await history.log();
  const was = log.map((row) => keptLines(row, revision.id)).findLast(Array.isArray);
  if (was === undefined) return error;
  const changes = differences(was.map(String), linesOf(revision));
  if (changes.length === 0) return error;
  const shown = changes.slice(0, mostLines).map((line) => `\n  ${line}`);
  const more = changes.length > mostLines ? `\n  and ${changes.length - mostLines} lines more` : "";
  const message = error.message.replace(`\n  hint: ${error.hint}`, "");
  return new HistoryChangedError(`${message}:${shown.join("")}${more}`, {
    fault: error.fault,
    revision: error.revision,
    hint: error.hint,
  });
}

/** The lines that were kept when it was applied, or stamped with others. */
function keptLines({ revision, detail }: LogRow, id: string): unknown {
  const { lines, stamped } = Object(detail) as { lines?: unknown; stamped?: object };
  return (revision === id ? lines : undefined) ?? Reflect.get(Object(stamped), id);
}

const mostLines = 12;

/** Lines that are gone, with a minus, and lines that came, with a plus, where they stand. */
function differences(was: readonly string[], is: readonly string[]): readonly string[] {
  const common = longestCommon(was, is);
  const lines: string[] = [];
  let [left, right] = [0, 0];
  for (const [a, b] of [...common, [was.length, is.length] as const]) {
    for (; left < a; left += 1) lines.push(`- ${was[left]}`);
    for (; right < b; right += 1) lines.push(`+ ${is[right]}`);
    left = a + 1;
    right = b + 1;
  }
  return lines;
}

/** The places of the longest list of lines that both have in this order. */
function longestCommon(
  was: readonly string[],
  is: readonly string[],
): readonly (readonly [number, number])[] {
  const lengths = was.map(() => new Array<number>(is.length + 1).fill(0));
  lengths.push(new Array<number>(is.length + 1).fill(0));
  const at = (a: number, b: number): number => lengths[a]?.[b] ?? 0;
  for (let a = was.length - 1; a >= 0; a -= 1) {
    for (let b = is.length - 1; b >= 0; b -= 1) {
      const row = lengths[a] as number[];
      row[b] = was[a] === is[b] ? at(a + 1, b + 1) + 1 : Math.max(at(a + 1, b), at(a, b + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let [a, b] = [0, 0]; a < was.length && b < is.length; ) {
    if (was[a] === is[b]) {
      pairs.push([a, b]);
      a += 1;
      b += 1;
    } else if (at(a + 1, b) >= at(a, b + 1)) a += 1;
    else b += 1;
  }
  return pairs;
}
