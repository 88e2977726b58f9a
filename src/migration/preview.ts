/** What pending revisions will lock, read and write anew, before anything is done: for whoever is asked whether to go on. */
import type { Segment, Step } from "../ddl/plan.ts";
import type { StatementEffect } from "../dialect/migration.ts";
import type { Operation } from "../ir/migration.ts";
import type { SchemaPayload } from "../ir/schema.ts";
import { splitStatements, tableOf } from "./lint/raw.ts";
import { keepsRows, typeOf } from "./lint/types.ts";
import { statementsOf } from "./segment-text.ts";
import type { MigrationTarget } from "./target.ts";
import type { PlannedRevision } from "./upgrade.ts";

/** What one statement does to a table that is there already. */
export interface PreviewedEffect extends StatementEffect {
  /** As it is called now. */
  readonly table: string;
  /** About how many rows it has. */
  readonly rows: number;
  /** Which statement of the segment, from 0; null for all of it. */
  readonly statement: number | null;
}

/** One segment, and what it does. */
export interface PreviewedSegment {
  readonly segment: Segment;
  readonly statements: readonly string[];
  readonly effects: readonly PreviewedEffect[];
}

/** One revision that would be run. */
export interface PreviewedRevision {
  readonly planned: PlannedRevision;
  readonly segments: readonly PreviewedSegment[];
}

/**
 * Says of each statement which lock it takes on which table, whether it reads or writes all of it, and how
 * large that table is. By the statements' text, so nothing is locked; `ferro lint --trace` measures instead.
 */
export async function previewRevisions(
  target: MigrationTarget,
  planned: readonly PlannedRevision[],
): Promise<readonly PreviewedRevision[]> {
  const sizes = new Sizes(target);
  const previewed: PreviewedRevision[] = [];
  for (const each of planned) {
    const before = tellable(each);
    const segments: PreviewedSegment[] = [];
    for (const segment of each.plan.segments) {
      const effects: PreviewedEffect[] = [];
      for (const { name, effect, statement } of effectsOf(target, segment, before)) {
        const known = await sizes.of(name);
        if (known !== null) effects.push({ ...known, ...effect, statement });
      }
      segments.push({ segment, statements: statementsOf(segment), effects });
    }
    for (const operation of each.operations) sizes.follow(operation);
    previewed.push({ planned: each, segments });
  }
  return previewed;
}

/** What is known of a revision while its statements are looked at. */
interface Known {
  readonly schema: SchemaPayload;
  /** Operations whose rows were checked by a statement before, without a lock. */
  readonly validated: ReadonlySet<Operation>;
}

function tellable({ plan, before }: PlannedRevision): Known {
  const validated = new Set<Operation>();
  for (const segment of plan.segments) {
    if (segment.kind !== "transaction") continue;
    for (const { sql, operations } of segment.steps) {
      if (/\bVALIDATE CONSTRAINT\b/.test(sql)) for (const each of operations) validated.add(each);
    }
  }
  return { schema: before, validated };
}

interface Found {
  readonly name: string;
  readonly effect: StatementEffect;
  readonly statement: number | null;
}

function effectsOf(target: MigrationTarget, segment: Segment, known: Known): readonly Found[] {
  const { answers } = target;
  switch (segment.kind) {
    case "transaction":
      return segment.steps.flatMap((step, at) => stepEffects(answers, step, at, known));
    case "autocommit":
      return stepEffects(answers, segment.step, 0, known);
    case "rebuild":
      return answers.rebuildEffect === null
        ? []
        : segment.tables.map(({ name }) => ({
            name,
            effect: answers.rebuildEffect as StatementEffect,
            statement: null,
          }));
    case "backfill": {
      const effect = answers.effectOf(splitStatements(segment.sql)[0] ?? "");
      if (effect === null) return [];
      // Who waits for a batch waits for no more than that.
      const reads = effect.reads && effect.waiting === "nobody";
      return [{ name: segment.table, effect: { ...effect, reads }, statement: 0 }];
    }
    case "data":
      return [];
  }
}

function stepEffects(
  answers: MigrationTarget["answers"],
  { sql, operations }: Step,
  statement: number,
  known: Known,
): readonly Found[] {
  const [operation] = operations;
  const owner =
    operation !== undefined && "table" in operation && typeof operation.table === "string"
      ? operation.table
      : null;
  return splitStatements(sql).flatMap((text): readonly Found[] => {
    const effect = answers.effectOf(text);
    if (effect === null) return [];
    const named = namedBy(text);
    // The operation knows the schema; its statement may be about another table, as that of a key's other side.
    const isOwn = owner !== null && (named === null || owner.endsWith(named));
    const name = isOwn ? owner : named;
    if (name === null) return [];
    const own = { name, effect: exactly(effect, operation, known), statement };
    const [, other] = /\bFOREIGN KEY\b.*\bREFERENCES (?:\S+\.)?"([^"]+)"/.exec(text) ?? [];
    return other === undefined || other === named
      ? [own]
      : [own, { name: other, effect: { ...effect, reads: false }, statement }];
  });
}

/** The table that a statement names. */
function namedBy(text: string): string | null {
  const [, quoted, plain] = /^TRUNCATE(?: TABLE)? (?:"([^"]+)"|(\w+))/.exec(text) ?? [];
  if (quoted !== undefined || plain !== undefined) return quoted ?? plain?.toLowerCase() ?? null;
  const [, table, word] = /^COMMENT ON (?:TABLE|COLUMN) (?:"([^"]+)"|(\w+))/.exec(text) ?? [];
  return table ?? word?.toLowerCase() ?? tableOf(text);
}

/** Where the operation knows more than its text: types that keep their rows, and checks that were made before. */
function exactly(
  effect: StatementEffect,
  operation: Operation | undefined,
  { schema, validated }: Known,
): StatementEffect {
  if (
    operation?.op === "setNullable" &&
    validated.has(operation) &&
    effect.waiting === "everyone"
  ) {
    return { ...effect, reads: false };
  }
  if (operation?.op === "setType" && operation.using === undefined && effect.rewrites) {
    const { columns = [] } = schema.tables.find(({ name }) => name === operation.table) ?? {};
    const was = columns.find(({ name }) => name === operation.column);
    if (was !== undefined && keepsRows(typeOf(was), typeOf(operation))) {
      return { ...effect, reads: false, rewrites: false };
    }
  }
  return effect;
}

/** Tables of the database, by what revisions call them meanwhile. */
class Sizes {
  readonly #target: MigrationTarget;
  readonly #rows = new Map<string, number | null>();
  readonly #names = new Map<string, string>();

  constructor(target: MigrationTarget) {
    this.#target = target;
  }

  /** Null for a table that isn't there yet: nobody uses it. */
  async of(name: string): Promise<{ readonly table: string; readonly rows: number } | null> {
    const { connection, answers } = this.#target;
    const table = this.#names.get(name) ?? name;
    if (!this.#rows.has(table)) {
      this.#rows.set(table, await answers.estimateRows(connection, table));
    }
    const rows = this.#rows.get(table) ?? null;
    return rows === null ? null : { table, rows };
  }

  /** A table is called otherwise from now on. */
  follow(operation: Operation): void {
    if (operation.op !== "renameTable") return;
    this.#names.set(operation.to, this.#names.get(operation.table) ?? operation.table);
  }
}
