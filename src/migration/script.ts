/** Revisions as one SQL script, for those who may not run a program against the database. */

import type { Segment } from "../ddl/plan.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { MigrationDialect } from "../dialect/migration.ts";
import type { Statement } from "../driver/driver.ts";
import { MigrationError } from "../errors/errors.ts";
import type { FiledRevision } from "./folder.ts";
import { type Graph, readGraph, resolveRevision } from "./graph.ts";
import { type Direction, History, historyDdl } from "./history.ts";
import { assertServed } from "./pin.ts";
import { revisionRow } from "./revision-row.ts";
import { stepsOf } from "./run-plan.ts";
import { describeSegment, segmentHash, statementsOf } from "./segment-text.ts";
import { stateHash } from "./state.ts";
import { type PlannedRevision, planRevisions } from "./upgrade.ts";
import { chooseVariant } from "./variants.ts";

/** What a script is made for. */
export interface ScriptTarget {
  /** @internal */
  readonly dialect: Dialect;
  /** @internal */
  readonly answers: MigrationDialect;
  /** The oldest version that it is for; left out, the oldest that Ferro supports. */
  readonly oldest?: string | undefined;
}

/** Options of {@link writeScript}. */
export interface ScriptOptions {
  /** `from:to`, or where to alone; by default `base:head`. */
  readonly range?: string | undefined;
  /**
   * For a program that sends the script as one text: without the shell's own commands, and with no statement
   * that has to be sent by itself. On PostgreSQL indexes are then built while writers wait.
   */
  readonly plain?: boolean | undefined;
}

/**
 * Writes the script that brings a database from one revision to another: transactions, timeouts,
 * history rows, and at its head a guard that ends it where the database is not at the first one.
 *
 * @throws {MigrationError} A data step lies between them: only a program can run it.
 */
export function writeScript(
  target: ScriptTarget,
  revisions: readonly FiledRevision[],
  { range = "base:head", plain = false }: ScriptOptions = {},
): string {
  const graph = graphFrom(revisions, range);
  const { from, to, direction, there, steps } = readRange(graph, range);
  const online = plain ? { online: false } : {};
  const { oldest } = target;
  const planned = planRevisions(target, graph, there, steps, direction, {
    ...online,
    oldest,
  }).map((each) => {
    const { id, plans } = each.revision;
    const { name: database } = target.dialect;
    const pinned = direction === "up" ? plans?.[database] : undefined;
    if (oldest !== undefined) assertServed(pinned ?? "", { revision: id, database }, oldest);
    return { ...each, plan: chooseVariant(each.variants, oldest ?? null) };
  });
  const { head, guard } = target.answers.script;
  const lines = [
    `-- ferro-orm: from ${from ?? "base"} to ${to ?? "base"}`,
    ...(plain ? [] : [head]),
    // Together: where the guard ends the script, not even the tables are left.
    ...transaction(target, [
      ...historyDdl.map((sql) => `${sql};`),
      guard([...heads(graph.ordered, there)].sort()),
    ]),
    ...planned.flatMap((each) => scriptRevision(target, each, plain)),
  ];
  return `${lines.join("\n")}\n`;
}

/** From an original of a squash on, a database goes on with the originals. */
function graphFrom(revisions: readonly FiledRevision[], range: string): Graph<FiledRevision> {
  const graph = readGraph(revisions);
  const [first = ""] = range.includes(":") ? range.split(":") : [];
  const means = ({ id }: { readonly id: string }): boolean =>
    first.length >= 2 && id.startsWith(first);
  const hidden = [...graph.hidden].map(([id, { by }]) => ({ id, by }));
  const at = graph.ordered.some(means) ? undefined : hidden.find(means);
  if (at === undefined) return graph;
  const had = hidden.filter(({ by }) => by === at.by).map(({ id }) => id);
  return readGraph(revisions, new Set(had));
}

function readRange(graph: Graph<FiledRevision>, range: string) {
  const [first = "", last = ""] = range.includes(":") ? range.split(":") : ["", range];
  const from = resolveRevision(graph, first || "base");
  const to = resolveRevision(graph, last || "head");
  const there = graph.lineage(from === null ? [] : [from]);
  const wanted = graph.lineage(to === null ? [] : [to]);
  const down = graph.ordered.filter(({ id }) => there.has(id) && !wanted.has(id)).toReversed();
  const up = graph.ordered.filter(({ id }) => wanted.has(id) && !there.has(id));
  if (down.length > 0 && up.length > 0) {
    throw new MigrationError(`${to ?? "base"} lies on another branch than ${from ?? "base"}`, {
      hint: "write one script back to where they part, and one from there",
    });
  }
  const direction: Direction = down.length > 0 ? "down" : "up";
  return { from, to, there, direction, steps: down.length > 0 ? down : up };
}

function scriptRevision(
  target: ScriptTarget,
  { revision, plan, after, direction }: PlannedRevision,
  plain: boolean,
): readonly string[] {
  const { id, message } = revision;
  const history = History.offline(target);
  const row = (status: "applied" | "partial") =>
    history.saveRevision({
      ...revisionRow(revision, stateHash(after)),
      status,
      phase: direction,
      durationMs: 0,
      appVersion: null,
    });
  const write = (statements: readonly Statement[]): readonly string[] =>
    statements.map((statement) => `${inline(statement, target)};`);
  const { segments } = plan;
  const finish = write([
    direction === "up" ? row("applied") : history.removeRevision(id),
    ...(segments.length > 1 ? [history.removeSegments(id)] : []),
    history.note(direction === "up" ? "upgrade" : "downgrade", id, { script: true }),
  ]);
  // As a runner writes it down: it can go on where a script was stopped.
  const ends = (segment: Segment, no: number): readonly string[] => {
    if (no === segments.length) return finish;
    const place = { no, hash: segmentHash(segment), kind: segment.kind };
    const begun = no === 1 ? [row("partial")] : [];
    return write([...begun, history.saveSegment(id, place, "done")]);
  };
  const body = segments.flatMap((segment, index) => [
    `-- ${describeSegment(segment)}`,
    ...scriptSegment(target, segment, ends(segment, index + 1), plain),
  ]);
  return [
    "",
    `-- revision ${id}: ${message.replaceAll(/\s+/g, " ")}`,
    ...(segments.length === 0 ? transaction(target, finish) : body),
  ];
}

function heads(ordered: readonly FiledRevision[], there: ReadonlySet<string>): readonly string[] {
  const present = ordered.filter(({ id }) => there.has(id));
  const followed = new Set(present.flatMap(({ parents }) => parents));
  return present.filter(({ id }) => !followed.has(id)).map(({ id }) => id);
}

function scriptSegment(
  target: ScriptTarget,
  segment: Segment,
  ends: readonly string[],
  plain: boolean,
): readonly string[] {
  const statements = statementsOf(segment).map((sql) => `${sql.trimEnd()};`);
  switch (segment.kind) {
    case "transaction": {
      const all = stepsOf(segment, target.dialect).map((sql) => `${sql.trimEnd()};`);
      return transaction(target, [...all, ...ends]);
    }
    case "rebuild": {
      const { before, first, last, after } = target.answers.script.rebuild(segment.tables);
      const inside = transaction(target, [...first, ...statements, ...last, ...ends]);
      return [...before, ...inside, ...after];
    }
    case "autocommit":
      if (plain) throw standsAlone(segment.step.sql);
      return [...statements, ...transaction(target, ends)];
    case "backfill":
      // A script can't count batches: all rows at once.
      return transaction(target, [...statements.map((sql) => `${withoutBatches(sql)};`), ...ends]);
    case "data":
      throw new MigrationError(`a script can't run the data step "${segment.name}"`, {
        hint: "run that revision with `ferro upgrade`, and write scripts up to it and from it on",
      });
  }
}

/** The statement of a backfill for all rows at once. */
export function withoutBatches(sql: string): string {
  return sql.replace(/(?: AND|WHERE)? \([^()]*\) > \(:after\) AND .*$/s, "");
}

function standsAlone(sql: string): MigrationError {
  return new MigrationError(`a plain script can't hold a statement that stands alone: ${sql}`, {
    hint: "leave out --plain and run the script with the database's own shell, or run `ferro upgrade`",
  });
}

function transaction({ answers }: ScriptTarget, lines: readonly string[]): readonly string[] {
  const settings = answers.transactionTimeouts({ lockMs: 3_000, statementMs: 0 });
  return [`${answers.begin};`, ...(settings === null ? [] : [`${settings};`]), ...lines, "COMMIT;"];
}

/** Values as literals: a script binds nothing. */
function inline({ sql, parameters }: Statement, { dialect }: ScriptTarget): string {
  let text = "";
  let rest = sql;
  for (const [index, value] of parameters.entries()) {
    const mark = dialect.sql.placeholder(index + 1);
    const at = rest.indexOf(mark);
    const literal = typeof value === "string" ? dialect.ddl.text(value) : String(value ?? "NULL");
    text += rest.slice(0, at) + literal;
    rest = rest.slice(at + mark.length);
  }
  return text + rest;
}
