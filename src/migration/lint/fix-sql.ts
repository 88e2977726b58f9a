/** SQL by hand in the forms that don't block. */
import { constraintName } from "../../dialect/constraint-name.ts";
import { applyOperation } from "../../ir/apply.ts";
import type { Operation, OperationOf } from "../../ir/migration.ts";
import type { SchemaPayload } from "../../ir/schema.ts";
import { quoteIdentifier as quote } from "../../util/identifier.ts";
import { type FixContext, fixAlter, type Piece, requireValue } from "./fix-alter.ts";
import {
  cutStatements,
  heldAs,
  heldWhole,
  itemsOf,
  joinItems,
  qualified,
  readAlter,
  single,
  splitTop,
  tableHeldAs,
} from "./sql-text.ts";

/** A step of a rewrite: a statement, or what Ferro does in its place. */
export type FixedStep = Piece | { readonly operation: Operation };

/** Rules that ask for each statement to be a transaction of its own. */
const splitting = ["FM111", "FM127", "FM128", "FM137"] as const;

/** What a rewrite of SQL knows. */
interface SqlContext extends FixContext {
  /** The schema with what the SQL is said to come to. */
  readonly after: SchemaPayload;
}

/** Rules whose rewrite fills rows in batches. */
const batching: ReadonlySet<string> = new Set(["FM113", "FM138"]);

/** An `op.sql` as operations without what was found in it; the same, where no rewrite is known. */
export function fixSql(operation: OperationOf<"sql">, given: FixContext): readonly Operation[] {
  const { postgres, sqlite, transaction } = operation;
  // What SQLite has of its own would come on top of a backfill, which both run.
  const isOwn = sqlite !== undefined;
  const context: SqlContext = {
    ...given,
    has: (rule) => given.has(rule) && !(isOwn && batching.has(rule)),
    after: applyOperation(given.before, operation),
  };
  const statements = postgres === undefined ? [] : cutStatements(postgres);
  const lite = sqlite === undefined ? undefined : fixLite(sqlite, context);
  const written = combine(
    statements.filter((sql) => !isLeftOut(sql, operation, context)),
    context,
  );
  const groups: FixedStep[][] = [];
  let open: FixedStep[] | null = null;
  for (const sql of written) {
    const steps = fixStatement(sql, context);
    const isSplit = splitting.some((rule) => context.has(rule));
    const isSame =
      steps.length === 1 && "sql" in (steps[0] as FixedStep) && (steps[0] as Piece).sql === sql;
    if (isSame && !isSplit) {
      if (open === null) {
        open = [];
        groups.push(open);
      }
      open.push(...steps);
    } else {
      open = null;
      groups.push(...steps.map((step) => [step]));
    }
  }
  const parts: Operation[] = groups.map((group): Operation => {
    const [first] = group as [FixedStep];
    if ("operation" in first) return first.operation;
    const texts = (group as readonly Piece[]).map(({ sql }) => sql);
    const alone = first.isAlone === true || transaction === false;
    const text = texts.length === 1 ? (texts[0] as string) : texts;
    return { op: "sql", postgres: text, ...(alone && { transaction: false }) };
  });
  return together(parts, operation, lite);
}

/** What the whole operation said goes to its parts: what it comes to is true after the last statement of SQL. */
function together(
  parts: readonly Operation[],
  { state, down, allow, destructive, elidable }: OperationOf<"sql">,
  sqlite: string | readonly string[] | undefined,
): readonly Operation[] {
  const passing = elidable !== undefined && { elidable };
  const notes = {
    ...passing,
    ...(allow && { allow }),
    ...(destructive !== undefined && { destructive }),
  };
  const whole = {
    ...(sqlite !== undefined && sqlite.length > 0 && { sqlite }),
    ...(state && { state }),
    ...(down && { down }),
  };
  // Operations of ours stand on what SQL made: they come after it.
  const ours = parts.findIndex(({ op }) => op !== "sql");
  const last = ours > 0 ? ours - 1 : parts.findLastIndex(({ op }) => op === "sql");
  const all = parts.map((part, at): Operation => {
    if (part.op === "backfill") return { ...part, ...passing };
    if (part.op !== "sql") return part;
    return { ...part, ...(at === last ? whole : down && { down: {} }), ...notes };
  });
  const isKept = last !== -1 || Object.keys(whole).length === 0;
  return isKept ? all : [...all, { op: "sql", ...whole, ...notes }];
}

/** What the runner does by itself, or does nothing here. */
function isLeftOut(sql: string, { transaction }: OperationOf<"sql">, { has }: FixContext): boolean {
  if (!has("FM130") || transaction === false) return false;
  return /^(?:BEGIN|COMMIT|END|START TRANSACTION)\b|^SET (?:SESSION |LOCAL )?(?:lock_timeout|statement_timeout)\b/i.test(
    sql,
  );
}

function fixLite(
  sqlite: string | readonly string[],
  { has }: FixContext,
): string | readonly string[] {
  if (!has("FM401") && !has("FM130")) return sqlite;
  const left = cutStatements(sqlite).filter((sql) => {
    if (has("FM401") && /^PRAGMA (?:\w+\.)?foreign_keys\b/i.test(sql)) return false;
    return !(has("FM130") && /^(?:BEGIN|COMMIT|END)\b/i.test(sql));
  });
  return left.length === 1 ? (left[0] as string) : left;
}

/** Changes of one table that follow each other, as one statement. */
function combine(statements: readonly string[], { has }: FixContext): readonly string[] {
  if (!has("FM129")) return statements;
  const out: string[] = [];
  for (const sql of statements) {
    const last = readAlter(out.at(-1) ?? "");
    const next = readAlter(sql);
    const single = /^(?:RENAME|SET SCHEMA|ATTACH|DETACH|VALIDATE)\b/i;
    const fits =
      last !== null &&
      next !== null &&
      heldWhole(last.table) === heldWhole(next.table) &&
      ![...last.actions, ...next.actions].some((action) => single.test(action));
    if (fits) out[out.length - 1] = `${out.at(-1)}, ${next.actions.join(", ")}`;
    else out.push(sql);
  }
  return out;
}

/** Statements that have a form of their own beside readers and writers, which stands in no transaction. */
const alone: readonly (readonly [rule: string, test: RegExp, change: (sql: string) => string])[] = [
  [
    "FM101",
    /^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)/i,
    (sql) => sql.replace(/INDEX/i, "INDEX CONCURRENTLY"),
  ],
  [
    "FM105",
    /^REINDEX\b(?!.*\bCONCURRENTLY\b)/is,
    (sql) => sql.replace(/\b(INDEX|TABLE|SCHEMA|DATABASE)\b/i, "$1 CONCURRENTLY"),
  ],
  [
    "FM133",
    /^REFRESH MATERIALIZED VIEW (?!CONCURRENTLY)/i,
    (sql) => sql.replace(/VIEW/i, "VIEW CONCURRENTLY"),
  ],
  [
    "FM134",
    /\bDETACH PARTITION\b(?!.*\b(?:CONCURRENTLY|FINALIZE)\b)/is,
    (sql) => `${sql} CONCURRENTLY`,
  ],
  ["FM103", /\bCONCURRENTLY\b/i, (sql) => sql],
];

function fixStatement(sql: string, context: SqlContext): readonly FixedStep[] {
  const { has } = context;
  const found = alone.find(([rule, test]) => has(rule) && test.test(sql));
  if (found !== undefined) return [{ sql: found[2](sql), isAlone: true }];
  const alter = readAlter(sql);
  if (alter !== null) {
    return (has("FM113") ? fillLater(alter, context) : null) ?? fixAlter(alter, context);
  }
  if (has("FM102") && /^DROP INDEX (?!CONCURRENTLY)/i.test(sql)) return dropIndexes(sql);
  if (has("FM136")) return fixDomain(sql) ?? [{ sql }];
  if (has("FM126")) return [...keysOfDropped(sql, context), { sql }];
  const batches = has("FM138") ? readUpdate(sql, context) : null;
  return batches === null ? [{ sql }] : [{ operation: batches }];
}

/** One by one; what stands on them can't go with them. */
function dropIndexes(sql: string): readonly FixedStep[] {
  if (/ CASCADE$/i.test(sql)) return [{ sql }];
  const [head, names] = splitHead(sql, /^DROP INDEX (?:IF EXISTS )?/i);
  return splitTop(names, ",").map((name) => ({
    sql: `${head.replace(/INDEX/i, "INDEX CONCURRENTLY")}${name}`,
    isAlone: true,
  }));
}

function splitHead(sql: string, head: RegExp): readonly [string, string] {
  const found = head.exec(sql)?.[0] ?? "";
  return [found, sql.slice(found.length)];
}

function fixDomain(sql: string): readonly Piece[] | null {
  const form = new RegExp(
    `^(?<head>ALTER DOMAIN (?<domain>${qualified})) ADD (?:CONSTRAINT (?<name>${single}) )?(?<body>CHECK ?\\(.*\\))$`,
    "isu",
  ).exec(sql)?.groups;
  if (form === undefined) return null;
  const { head, domain = "", body } = form;
  const name = form["name"] ?? quote(constraintName(heldAs(domain), [], "check"));
  return [
    { sql: `${head} ADD CONSTRAINT ${name} ${body} NOT VALID` },
    { sql: `${head} VALIDATE CONSTRAINT ${name}` },
  ];
}

/** The keys of a table that is dropped, one by one before it. */
function keysOfDropped(sql: string, { before }: FixContext): readonly FixedStep[] {
  const [, names] = splitHead(sql, /^DROP TABLE (?:IF EXISTS )?/i);
  return splitTop(names.replace(/ (?:CASCADE|RESTRICT)$/i, ""), ",").flatMap((written) => {
    const table = tableHeldAs(before, written);
    const keys = table?.foreignKeys.filter(({ referencedTable }) => referencedTable !== table.name);
    return (keys ?? []).map(({ name }) => ({
      operation: { op: "dropForeignKey", table: table?.name ?? "", name },
    }));
  });
}

/** `UPDATE t SET a = 1, b = …` of every row, as batches. */
function readUpdate(sql: string, { before, after }: SqlContext): Operation | null {
  const form = new RegExp(`^UPDATE (?:ONLY )?(?<table>${qualified}) SET (?<set>.*)$`, "isu").exec(
    sql,
  )?.groups;
  if (form?.["table"] === undefined || form["set"] === undefined) return null;
  const table = tableHeldAs(before, form["table"]);
  const words = itemsOf(form["set"]).map((item) => item.toUpperCase());
  const isPlain = !words.some((word) => ["FROM", "WHERE", "RETURNING"].includes(word));
  if (table === undefined || table.primaryKey.length === 0 || !isPlain) return null;
  const set: Record<string, string> = {};
  for (const part of splitTop(form["set"], ",")) {
    const { column, value } =
      new RegExp(`^(?<column>${single}) ?= ?(?<value>.*)$`, "isu").exec(part)?.groups ?? {};
    if (column === undefined || value === undefined) return null;
    const held = heldAs(column);
    // Rows that move along the key would come again.
    if (table.primaryKey.includes(held) || !hasColumn(after, table.name, held)) return null;
    set[held] = value;
  }
  return { op: "backfill", table: table.name, set };
}

/** Whether the schema is said to have a column: operations of ours go by that. */
function hasColumn({ tables }: SchemaPayload, table: string, column: string): boolean {
  return tables.some(
    (each) => each.name === table && each.columns.some(({ name }) => name === column),
  );
}

/** A column with a changing default: the column, its default, and then values for the rows, in batches. */
function fillLater(
  alter: NonNullable<ReturnType<typeof readAlter>>,
  { before, after, oldest }: SqlContext,
): readonly FixedStep[] | null {
  const table = tableHeldAs(before, alter.table);
  const [action, ...others] = alter.actions;
  const form = new RegExp(
    `^(?<add>ADD (?:COLUMN )?(?:IF NOT EXISTS )?)(?<column>${single}) (?<definition>.*)$`,
    "isu",
  ).exec(action ?? "")?.groups;
  if (table === undefined || table.primaryKey.length === 0 || others.length > 0) return null;
  const { add, column, definition } = form ?? {};
  if (add === undefined || column === undefined || definition === undefined) return null;
  const read = readDefault(definition);
  if (read === null || !hasColumn(after, table.name, heldAs(column))) return null;
  const fill: Operation = {
    op: "backfill",
    table: table.name,
    set: { [heldAs(column)]: read.value },
    where: `${column} IS NULL`,
  };
  return [
    { sql: `${alter.head} ${add}${column} ${read.base}` },
    { sql: `${alter.head} ALTER COLUMN ${column} SET DEFAULT ${read.value}` },
    { operation: fill },
    ...(read.isRequired ? requireValue(column, { alter, oldest }) : []),
  ];
}

/** What a column's definition says without its default and NOT NULL, and those. */
function readDefault(
  definition: string,
): { readonly base: string; readonly value: string; readonly isRequired: boolean } | null {
  const items = itemsOf(definition);
  const upper = items.map((item) => item.toUpperCase());
  const from = upper.indexOf("DEFAULT");
  const ends = ["NOT", "NULL", "CHECK", "UNIQUE", "REFERENCES", "CONSTRAINT", "PRIMARY", "COLLATE"];
  const length = upper.slice(from + 1).findIndex((word) => ends.includes(word));
  const to = length === -1 ? items.length : from + 1 + length;
  const rest = [...items.slice(0, from), ...items.slice(to)];
  const words = rest.join(" ");
  const base = words.replace(/ ?\bNOT NULL\b/i, "");
  const value = joinItems(items.slice(from + 1, to));
  // Other constraints go their own ways.
  const isPlain =
    from > 0 && value !== "" && !/\b(?:CHECK|UNIQUE|REFERENCES|PRIMARY)\b/i.test(base);
  return isPlain ? { base, value, isRequired: base !== words } : null;
}
