/** From what a database has to operations: drift that is to stay, and models beside a database instead of a history. */
import { SchemaDriftError } from "../errors/migration.ts";
import { applyOperations } from "../ir/apply.ts";
import { canonicalSchema } from "../ir/canonical.ts";
import type { Answers, Decision, Operation } from "../ir/migration.ts";
import type { ForeignKeyIr, SchemaPayload, TableIr, UniqueIr } from "../ir/schema.ts";
import { alignSchema } from "./align.ts";
import { diffSchemas } from "./diff.ts";
import { type DriftItem, describeDrift, findDrift, readBack } from "./drift.ts";
import type { FiledRevision } from "./folder.ts";
import { readGraph, singleHead } from "./graph.ts";
import { replay } from "./state.ts";
import { readStatus } from "./status.ts";
import type { MigrationTarget } from "./target.ts";

/** Operations, and the questions that they leave. */
export interface FoundOperations {
  readonly operations: readonly Operation[];
  readonly decisions: readonly Decision[];
}

/**
 * What leads from the head of the revisions to what the database has: for a revision that takes a change
 * made by hand into the history. What no revision made, and changes nothing that one made, is left alone.
 *
 * @throws {SchemaDriftError} The database isn't at the head.
 */
export async function compareDrift(
  target: MigrationTarget,
  revisions: readonly FiledRevision[],
): Promise<FoundOperations> {
  const { pending, partial } = await readStatus(target, revisions);
  if (pending.length > 0 || partial !== null) {
    throw new SchemaDriftError("the database is not at the head of the revisions", {
      hint: "run `ferro upgrade` first: what differs can only be told apart there",
    });
  }
  const state = headState(revisions);
  const { live, drifted } = await stateOf(target, state);
  const operations = keeping(state, live, drifted);
  return { operations, decisions: [] };
}

function keeping(
  state: SchemaPayload,
  live: SchemaPayload,
  drifted: readonly DriftItem[],
): readonly Operation[] {
  const told = `the database has what no operation says:\n  ${drifted.map(describeDrift).join("\n  ")}`;
  const hint =
    "write the revision by hand (`ferro revision --empty`), a renamed table as op.renameTable, and `ferro stamp head`; or bring it back with the statements of `ferro drift`";
  let operations: readonly Operation[];
  try {
    ({ operations } = diffSchemas(state, live));
  } catch (cause) {
    throw new SchemaDriftError(told, { cause, hint });
  }
  if (drifted.length > 0 && operations.length === 0) throw new SchemaDriftError(told, { hint });
  return operations;
}

/**
 * What leads from a database to the models, instead of from the revisions.
 *
 * @returns A comparison, for answers as they come: the database is read once.
 * @throws {SchemaDriftError} By the comparison: the database is not where the revisions end, so what leads on
 * from it would not fit after them.
 */
export async function compareAgainst(
  target: MigrationTarget,
  revisions: readonly FiledRevision[],
  models: SchemaPayload,
): Promise<(answers: Answers) => FoundOperations> {
  const state = headState(revisions);
  const { live } = await stateOf(target, models, state);
  return (answers) => {
    const found = diffSchemas(live, models, { answers });
    if (found.decisions.length > 0) return found;
    try {
      applyOperations(state, found.operations);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new SchemaDriftError(
        `what leads from ${target.label} to the models doesn't fit after the revisions: ${reason}`,
        {
          cause,
          hint:
            revisions.length === 0
              ? "there are no revisions yet: write the first without --against and take the database over with `ferro stamp head`, or `ferro pull` its models"
              : "bring the database to the head, or compare without --against",
        },
      );
    }
    return found;
  };
}

function headState(revisions: readonly FiledRevision[]): SchemaPayload {
  const graph = readGraph(revisions);
  const head = singleHead(graph);
  return replay(graph, graph.lineage(head === undefined ? [] : [head.id]));
}

/** A state with the database's parts where the two differ, in the state's words where they don't. */
async function stateOf(
  target: MigrationTarget,
  state: SchemaPayload,
  owned: SchemaPayload = state,
): Promise<{ readonly live: SchemaPayload; readonly drifted: readonly DriftItem[] }> {
  const { items } = await findDrift(target, state);
  const raw = await target.dialect.introspect(target.connection);
  const live = alignSchema(canonicalSchema(raw), await readBack(target, state), target.dialect);
  const drifted = items.filter(({ kind }) => kind !== "unmanaged");
  const present = new Map(live.tables.map((table) => [table.name, table]));
  const ours = new Set(owned.tables.map(({ name }) => name));
  const more = live.tables.filter(
    ({ name }) => ours.has(name) && state.tables.every((table) => table.name !== name),
  );
  const tables = state.tables.flatMap((table) => {
    const found = present.get(table.name);
    const named = raw.tables.find(({ name }) => name === table.name) ?? found;
    return found && named ? [mixTable(table, found, named, drifted)] : [];
  });
  const enums = mixParts(
    state.enums,
    live.enums,
    (name) => drifted.some(({ table, what }) => table === null && what === `enum "${name}"`),
    nameOf,
  );
  return { live: { ...state, tables: [...tables, ...more], enums }, drifted };
}

function mixTable(
  state: TableIr,
  live: TableIr,
  raw: TableIr,
  items: readonly DriftItem[],
): TableIr {
  const differs = new Set(
    items.filter(({ table }) => table === state.name).map(({ what }) => what),
  );
  const mix = <Part extends Named>(
    what: string,
    ours: readonly Part[] = [],
    theirs: readonly Part[] = [],
    labelOf: (part: Part) => string = nameOf,
  ): readonly Part[] =>
    mixParts(ours, theirs, (label) => differs.has(`${what} "${label}"`), labelOf);
  const excludes = mix("exclusion", state.excludes, live.excludes);
  return {
    ...state,
    columns: mix("column", state.columns, live.columns),
    // By the names that the database gave them, which the comparison leaves out.
    foreignKeys: mix("foreign key", state.foreignKeys, raw.foreignKeys, keyLabel),
    uniques: mix("unique", state.uniques, raw.uniques, uniqueLabel),
    checks: mix("check", state.checks, live.checks),
    indexes: mix("index", state.indexes, live.indexes),
    ...(excludes.length > 0 && { excludes }),
    ...(differs.has("the primary key") && { primaryKey: live.primaryKey }),
    ...(differs.has("the comment") && { comment: live.comment }),
  };
}

function keyLabel({ name, named, columns }: ForeignKeyIr): string {
  return named === true ? name : `(${columns.join(", ")})`;
}

function uniqueLabel({ name, inline, constraint, columns }: UniqueIr): string {
  return inline && constraint !== true ? `(${columns.join(", ")})` : name;
}

function nameOf({ name }: Named): string {
  return name;
}

interface Named {
  readonly name: string;
}

/** Ours; where they differ, theirs. */
function mixParts<Part extends Named>(
  ours: readonly Part[],
  theirs: readonly Part[],
  differs: (name: string) => boolean,
  labelOf: (part: Part) => string,
): readonly Part[] {
  const labels = new Set(ours.map(labelOf));
  const kept = ours.flatMap((part) => {
    const label = labelOf(part);
    return differs(label) ? theirs.filter((other) => labelOf(other) === label) : [part];
  });
  const isNew = (label: string): boolean => differs(label) && !labels.has(label);
  return [...kept, ...theirs.filter((part) => isNew(labelOf(part)))];
}
