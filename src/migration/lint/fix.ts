/** Findings, written in the safe form: what `ferro lint --fix` puts into files. */
import { isAtLeast } from "../../ddl/version.ts";
import { applyOperation } from "../../ir/apply.ts";
import type { Operation } from "../../ir/migration.ts";
import { sameData } from "../../ir/same.ts";
import type { ColumnIr, DefaultIr, SchemaPayload } from "../../ir/schema.ts";
import type { FiledRevision } from "../folder.ts";
import { readGraph } from "../graph.ts";
import { States } from "../states.ts";
import { writeByHand } from "./by-hand.ts";
import type { FixContext } from "./fix-alter.ts";
import { fixSql } from "./fix-sql.ts";
import { type Finding, type LintOptions, lintRevisions } from "./lint.ts";

/** A revision in its safe form. */
export interface FixedRevision {
  readonly revision: FiledRevision;
  /** Its operations as they should be, and whether it then plans the forms that don't block. */
  readonly up: readonly Operation[];
  readonly online: boolean;
  /** For each operation of before, those in its place. */
  readonly replaced: readonly (readonly Operation[])[];
  /** The rules that find nothing there any more. */
  readonly rules: readonly string[];
}

/** A finding that a program can't rewrite. */
export interface LeftFinding {
  readonly finding: Finding;
  /** What to write. */
  readonly write: string;
}

/** Rules whose safe form the planner writes by itself, once it is let. */
const planned: ReadonlySet<string> = new Set([
  ...["FM101", "FM102", "FM106", "FM107", "FM108", "FM109", "FM110", "FM113", "FM125"],
  ...["FM127", "FM128"],
]);

/**
 * Rewrites what was found to the forms that the rules name, where a program can: the result is linted
 * again, and what is still found is told with what to write.
 *
 * @param revisions - All of them: each is rewritten on the schema that those before it make.
 * @param options - As for `lintRevisions`.
 * @returns The revisions that change, and the findings that stay.
 *
 * @example
 * ```ts
 * import { fixRevisions, migration, op } from "ferro-orm/migrate";
 *
 * const first = migration({
 *   id: "9f3c2ab1d04e",
 *   parents: [],
 *   message: "",
 *   up: [op.sql({ postgres: "create index i on post (title)" })],
 * });
 * const [fixed] = fixRevisions([first]).fixed;
 * fixed?.up; // => [{ op: "sql", postgres: "create INDEX CONCURRENTLY i on post (title)", transaction: false }]
 * ```
 */
export function fixRevisions(
  revisions: readonly FiledRevision[],
  options: LintOptions = {},
): { readonly fixed: readonly FixedRevision[]; readonly left: readonly LeftFinding[] } {
  const states = new States(readGraph(revisions));
  const findings = lintRevisions(revisions, options);
  const fixed = revisions.flatMap((revision): readonly FixedRevision[] => {
    const own = findings.filter((finding) => finding.revision === revision.id);
    if (own.length === 0) return [];
    const made = fixRevision(revision, states.before(revision), own, options);
    return made === null ? [] : [made];
  });
  const byId = new Map(fixed.map((each) => [each.revision.id, each]));
  const after = revisions.map((revision): FiledRevision => {
    const made = byId.get(revision.id);
    if (made === undefined) return revision;
    const { online: _, ...rest } = revision;
    return { ...rest, up: made.up, ...(!made.online && { online: false }) };
  });
  const left = lintRevisions(after, options)
    .filter(({ severity }) => severity !== "info")
    .map((finding) => ({ finding, write: writeByHand(finding) }));
  const still = new Set(left.map(({ finding: { rule, revision } }) => `${rule} ${revision}`));
  return {
    fixed: fixed.map((each) => ({
      ...each,
      rules: each.rules.filter((rule) => !still.has(`${rule} ${each.revision.id}`)),
    })),
    left,
  };
}

function fixRevision(
  revision: FiledRevision,
  start: SchemaPayload,
  findings: readonly Finding[],
  { targets = {} }: LintOptions,
): FixedRevision | null {
  const inOperations = findings.some(
    ({ rule, operation }) => planned.has(rule) && operation.op !== "sql",
  );
  const online = revision.online !== false || inOperations;
  const oldest = targets.postgres;
  let before = start;
  const replaced = revision.up.map((operation, at): readonly Operation[] => {
    const rules = new Set(
      findings.filter((each) => each.operation === operation).map(({ rule }) => rule),
    );
    const later = revision.up.slice(at + 1);
    const context = { before, oldest, later, has: (rule: string) => rules.has(rule) };
    before = applyOperation(before, operation);
    return rules.size === 0 ? [operation] : fixOperation(operation, context);
  });
  const isReplaced = (operation: Operation): boolean =>
    findings.some((each) => each.rule === "FM104" && each.operation === operation);
  const up = replaceIndexes(replaced, isReplaced);
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
  const isSame = sameData(up.flat(), revision.up) && online === (revision.online !== false);
  return isSame ? null : { revision, up: up.flat(), online, replaced: up, rules };
}

interface OperationContext extends FixContext {
  readonly later: readonly Operation[];
}

function fixOperation(operation: Operation, context: OperationContext): readonly Operation[] {
  const { has, before, oldest } = context;
  if (operation.op === "sql") return fixSql(operation, context);
  if (
    operation.op === "addColumn" &&
    has("FM115") &&
    oldest !== undefined &&
    isAtLeast(oldest, "18")
  ) {
    const { column } = operation;
    const generated = column.generated === null ? null : { ...column.generated, stored: false };
    return [{ ...operation, column: { ...column, generated } }];
  }
  if (operation.op === "dropTable" && has("FM126")) {
    const { table, allow } = operation;
    const keys = before.tables.find(({ name }) => name === table)?.foreignKeys ?? [];
    const elsewhere = keys.filter(({ referencedTable }) => referencedTable !== table);
    const notes = allow === undefined ? {} : { allow };
    return [
      ...elsewhere.map(({ name }): Operation => ({ op: "dropForeignKey", table, name, ...notes })),
      operation,
    ];
  }
  return has("FM308") ? [thaw(operation, before)] : [operation];
}

/** A moment that was worked out once becomes SQL that is worked out for each row. */
function thaw(operation: Operation, before: SchemaPayload): Operation {
  const fix = (column: ColumnIr): ColumnIr => ({
    ...column,
    default: thawed(column.default, column),
  });
  switch (operation.op) {
    case "createTable": {
      const { table } = operation;
      return { ...operation, table: { ...table, columns: table.columns.map(fix) } };
    }
    case "addColumn":
      return { ...operation, column: fix(operation.column) };
    case "setDefault": {
      const table = before.tables.find(({ name }) => name === operation.table);
      const column = table?.columns.find(({ name }) => name === operation.column);
      return column === undefined
        ? operation
        : { ...operation, default: thawed(operation.default, column) };
    }
    default:
      return operation;
  }
}

function thawed(value: DefaultIr | null, { type }: ColumnIr): DefaultIr | null {
  const text = value === null ? "" : value.kind === "sql" ? value.sql : `'${value.value}'`;
  const word = /^'(now|today|tomorrow|yesterday)'/i.exec(text)?.[1]?.toLowerCase();
  if (word === undefined) return value;
  const day = { now: "", today: "", tomorrow: " + 1", yesterday: " - 1" }[word] ?? "";
  if (type.kind === "date") return { kind: "sql", sql: `CURRENT_DATE${day}` };
  if (word !== "now") return { kind: "sql", sql: `(CURRENT_DATE${day})` };
  const now = { time: "LOCALTIME", timestamp: "LOCALTIMESTAMP" } as Readonly<
    Record<string, string>
  >;
  return { kind: "sql", sql: now[type.kind] ?? "now()" };
}

/** FM104: an index that another replaces goes after that was made; of one name, it steps aside first. */
function replaceIndexes(
  replaced: readonly (readonly Operation[])[],
  isReplaced: (operation: Operation) => boolean,
): readonly (readonly Operation[])[] {
  const out = replaced.map((each) => [...each]);
  for (const [at, [drop]] of replaced.entries()) {
    if (drop?.op !== "dropIndex" || !isReplaced(drop)) continue;
    const found = out.findIndex(
      ([each], index) => index > at && each?.op === "createIndex" && each.table === drop.table,
    );
    const [create] = out[found] ?? [];
    if (create?.op !== "createIndex") continue;
    const aside = `${drop.name}_old`;
    const isSame = create.index.name === drop.name;
    out[at] = isSame ? [{ op: "renameIndex", table: drop.table, name: drop.name, to: aside }] : [];
    out[found]?.push(isSame ? { ...drop, name: aside } : drop);
  }
  return out;
}
