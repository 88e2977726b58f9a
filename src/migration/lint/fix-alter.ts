/** ALTER TABLE by hand in the forms that don't block (PostgreSQL). */
import { isAtLeast } from "../../ddl/version.ts";
import { constraintName } from "../../dialect/constraint-name.ts";
import type { SchemaPayload, TableIr } from "../../ir/schema.ts";
import { quoteIdentifier as quote, utf8Prefix } from "../../util/identifier.ts";
import { type AlterText, heldAs, heldList, itemsOf, single, tableHeldAs } from "./sql-text.ts";

/** What a rewrite knows. */
export interface FixContext {
  readonly before: SchemaPayload;
  /** The oldest PostgreSQL that is served. */
  readonly oldest: string | undefined;
  /** Whether a rule found something here. */
  has(rule: string): boolean;
}

/** A statement of a rewrite: a transaction of its own. */
export interface Piece {
  readonly sql: string;
  /** It can stand in no transaction. */
  readonly isAlone?: true;
}

interface AlterContext extends FixContext {
  readonly alter: AlterText;
  readonly table: TableIr | undefined;
}

/** The actions of an ALTER TABLE that block, as statements that don't; those that stay are one statement, the first. */
export function fixAlter(alter: AlterText, context: FixContext): readonly Piece[] {
  const table = tableHeldAs(context.before, alter.table);
  const whole = { ...context, alter, table };
  const kept: string[] = [];
  const made: Piece[] = [];
  for (const action of alter.actions) {
    const fixed = fixAction(action, whole);
    if (fixed === null) kept.push(action);
    else {
      if (fixed.keep !== undefined) kept.push(fixed.keep);
      made.push(...fixed.pieces);
    }
  }
  return kept.length === 0 ? made : [{ sql: `${alter.head} ${kept.join(", ")}` }, ...made];
}

interface FixedAction {
  /** What stays of it in the statement. */
  readonly keep?: string;
  readonly pieces: readonly Piece[];
}

function fixAction(action: string, context: AlterContext): FixedAction | null {
  const { has } = context;
  const notNull = new RegExp(`^ALTER (?:COLUMN )?(?<column>${single}) SET NOT NULL$`, "iu").exec(
    action,
  )?.groups?.["column"];
  if (notNull !== undefined) {
    return has("FM110") ? { pieces: requireValue(notNull, context) } : null;
  }
  const added = new RegExp(
    `^ADD (?:CONSTRAINT (?<name>${single}) )?(?<body>(?:UNIQUE|PRIMARY KEY|FOREIGN KEY|CHECK)\\b.*)$`,
    "isu",
  ).exec(action)?.groups;
  if (added?.["body"] !== undefined) return fixConstraint(added["name"], added["body"], context);
  const column = new RegExp(
    `^(?<add>ADD (?:COLUMN )?(?:IF NOT EXISTS )?)(?!CONSTRAINT\\b|EXCLUDE\\b|NOT\\b)(?<column>${single}) (?<definition>.*)$`,
    "isu",
  ).exec(action)?.groups;
  const { add, column: name, definition } = column ?? {};
  return add === undefined || name === undefined || definition === undefined
    ? null
    : fixColumn({ add, name, definition }, context);
}

function fixConstraint(
  name: string | undefined,
  body: string,
  context: AlterContext,
): FixedAction | null {
  if (/\bNOT VALID\b|\bUSING INDEX\b|\bNOT ENFORCED\b/i.test(body)) return null;
  const { has } = context;
  const columns = heldList(/\([^()]*\)/.exec(body)?.[0] ?? "");
  switch (body.slice(0, 5).toUpperCase()) {
    case "CHECK": {
      const held = name ?? named([], "check", context);
      return has("FM109") ? { pieces: unproved(held, body, context) } : null;
    }
    case "FOREI": {
      const held = name ?? named(columns, "fkey", context);
      return has("FM108") ? { pieces: unproved(held, body, context) } : null;
    }
    case "PRIMA":
      return has("FM107") ? fixPrimaryKey(name, body, columns, context) : null;
    default:
      return has("FM106") ? fixUnique(name, body, context) : null;
  }
}

function fixUnique(
  name: string | undefined,
  body: string,
  context: AlterContext,
): FixedAction | null {
  // The server names it after the columns that it only carries, too.
  const columns = [...body.matchAll(/\([^()]*\)/g)].flatMap(([list]) => heldList(list));
  const pieces = byIndex(name ?? named(columns, "key", context), body, context);
  return pieces === null ? null : { pieces };
}

function fixPrimaryKey(
  name: string | undefined,
  body: string,
  columns: readonly string[],
  context: AlterContext,
): FixedAction | null {
  const pieces = byIndex(name ?? named([], "pkey", context), body, context);
  if (pieces === null) return null;
  const nullable = columns.filter(
    (column) => context.table?.columns.find((each) => each.name === column)?.nullable !== false,
  );
  return {
    pieces: [...nullable.flatMap((column) => requireValue(quote(column), context)), ...pieces],
  };
}

/** A constraint that is proved after it was added. */
function unproved(name: string, body: string, { alter: { head } }: AlterContext): readonly Piece[] {
  return [
    { sql: `${head} ADD CONSTRAINT ${name} ${body} NOT VALID` },
    { sql: `${head} VALIDATE CONSTRAINT ${name}` },
  ];
}

/** A key whose index is built beside readers and writers. */
function byIndex(
  name: string,
  body: string,
  { alter: { head, table } }: AlterContext,
): readonly Piece[] | null {
  const form =
    /^(?<kind>UNIQUE|PRIMARY KEY)(?<distinct> NULLS(?: NOT)? DISTINCT)? ?(?<columns>\([^()]*\))(?<include> ?INCLUDE ?\([^()]*\))?(?<rest>(?: (?:NOT DEFERRABLE|DEFERRABLE|INITIALLY (?:DEFERRED|IMMEDIATE)))*)$/i.exec(
      body,
    )?.groups;
  if (form === undefined) return null;
  const { kind = "", distinct = "", columns = "", include = "", rest = "" } = form;
  const index = `CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${table} ${columns}${include}${distinct}`;
  return [
    { sql: index, isAlone: true },
    { sql: `${head} ADD CONSTRAINT ${name} ${kind} USING INDEX ${name}${rest}` },
  ];
}

/** A column takes no NULL from now on. */
export function requireValue(
  column: string,
  { alter: { head, table }, oldest }: Pick<AlterContext, "alter" | "oldest">,
): readonly Piece[] {
  if (oldest !== undefined && isAtLeast(oldest, "18")) {
    const name = quote(constraintName(heldAs(table), [heldAs(column)], "not_null"));
    return [
      { sql: `${head} ADD CONSTRAINT ${name} NOT NULL ${column} NOT VALID` },
      { sql: `${head} VALIDATE CONSTRAINT ${name}` },
    ];
  }
  const name = quote(utf8Prefix(`ferro_nn_${heldAs(column)}`, 63));
  return [
    { sql: `${head} ADD CONSTRAINT ${name} CHECK (${column} IS NOT NULL) NOT VALID` },
    { sql: `${head} VALIDATE CONSTRAINT ${name}` },
    { sql: `${head} ALTER COLUMN ${column} SET NOT NULL` },
    { sql: `${head} DROP CONSTRAINT ${name}` },
  ];
}

interface ColumnText {
  readonly add: string;
  readonly name: string;
  readonly definition: string;
}

/** A new column, and then what was said of it at once. */
function fixColumn(
  { add, name, definition }: ColumnText,
  context: AlterContext,
): FixedAction | null {
  const { has, oldest } = context;
  if (
    has("FM115") &&
    oldest !== undefined &&
    isAtLeast(oldest, "18") &&
    /\)\s*STORED\b/i.test(definition)
  ) {
    return {
      keep: `${add}${name} ${definition.replace(/\)\s*STORED\b/i, ") VIRTUAL")}`,
      pieces: [],
    };
  }
  if (!["FM117", "FM118", "FM119"].some(has)) return null;
  const { base, constraints } = readColumnText(definition);
  if (constraints.length === 0) return null;
  const pieces = constraints.flatMap(({ kind, given, body }): readonly Piece[] => {
    const held = given ?? named([heldAs(name)], kind, context);
    if (kind === "check") return unproved(held, body, context);
    if (kind === "fkey") return unproved(held, `FOREIGN KEY (${name}) ${body}`, context);
    return (
      byIndex(
        held,
        body.replace(/^UNIQUE(.*)$/i, (_, rest: string) => `UNIQUE${rest} (${name})`),
        context,
      ) ?? []
    );
  });
  return { keep: `${add}${name} ${base}`, pieces };
}

interface InlineConstraint {
  readonly kind: "check" | "key" | "fkey";
  readonly given: string | undefined;
  readonly body: string;
}

/** The constraints in a column's definition, and what is left without them. */
function readColumnText(definition: string): {
  readonly base: string;
  readonly constraints: readonly InlineConstraint[];
} {
  const items = itemsOf(definition);
  const base: string[] = [];
  const constraints: InlineConstraint[] = [];
  for (let at = 0; at < items.length; ) {
    const isNamed = items[at]?.toUpperCase() === "CONSTRAINT";
    const from = isNamed ? at + 2 : at;
    const found = readConstraint(items.slice(from));
    const to = found === null ? at + 1 : from + found.count;
    const body = items.slice(from, to).join(" ");
    if (found === null) base.push(items[at] as string);
    else
      constraints.push({
        kind: found.kind,
        given: isNamed ? items[at + 1] : undefined,
        body,
      });
    at = to;
  }
  return { base: base.join(" "), constraints };
}

/** What items begin with, and how many of them it is. */
function readConstraint(
  items: readonly string[],
): { readonly kind: InlineConstraint["kind"]; readonly count: number } | null {
  const upper = items.map((item) => item.toUpperCase());
  switch (upper[0]) {
    case "CHECK":
      return { kind: "check", count: 2 };
    case "UNIQUE":
      return { kind: "key", count: upper[1] !== "NULLS" ? 1 : upper[2] === "NOT" ? 4 : 3 };
    case "REFERENCES": {
      let count = 2;
      for (let next = more(upper.slice(count)); next > 0; next = more(upper.slice(count))) {
        count += next;
      }
      return { kind: "fkey", count };
    }
    default:
      return null;
  }
}

/** How many items go on with a REFERENCES. */
function more([first = "", second, third]: readonly string[]): number {
  if (first.startsWith("(")) return 1;
  if (first === "MATCH" || first === "INITIALLY") return 2;
  if (first === "DEFERRABLE") return 1;
  if (first === "NOT" && second === "DEFERRABLE") return 2;
  if (first !== "ON") return 0;
  return third === "SET" || third === "NO" ? 4 : 3;
}

/** The name that the server would give. */
function named(
  columns: readonly string[],
  suffix: "key" | "fkey" | "pkey" | "check",
  { alter }: AlterContext,
): string {
  return quote(constraintName(heldAs(alter.table), columns, suffix));
}
