/** FM1xx: what holds up the readers and writers of a table that is in use (PostgreSQL). */
import type { Operation } from "../../ir/migration.ts";
import { alterActions, readName, splitStatements } from "./raw.ts";
import { dotted, type LintContext, type RawStatement, type Rule, usedTable } from "./rule.ts";

/** Fires for one kind of operation on a used table, where the planner was told not to use safe forms. */
const offline =
  (kind: Operation["op"], about: (operation: Operation) => string | null = onTable) =>
  (operation: Operation, context: LintContext): string | null =>
    operation.op === kind && !context.online && isUsed(operation, context)
      ? about(operation)
      : null;

/** Whether an operation is about a table that is in use. */
export function isUsed(operation: Operation, context: LintContext): boolean {
  return (
    "table" in operation &&
    typeof operation.table === "string" &&
    usedTable(operation.table, context) !== undefined
  );
}

function onTable(operation: Operation): string | null {
  return "table" in operation && typeof operation.table === "string"
    ? dotted(operation.table)
    : null;
}

function addsKey(text: string, kind: string): boolean {
  const added = new RegExp(
    `^ADD (?:CONSTRAINT (?:"[^"]*"|\\S+) )?${kind}\\b(?!.*\\bUSING INDEX\\b)`,
  );
  return alterActions(text).some((action) => added.test(action));
}

/** Whether a check that was validated before says that a column takes no NULL: nothing is scanned then. */
function isProved(column: string, { preceding }: RawStatement, { earlier }: LintContext): boolean {
  const before = earlier.flatMap((operation) =>
    operation.op === "sql" ? [operation.postgres ?? []].flat().flatMap(splitStatements) : [],
  );
  const all = [...before, ...preceding].flatMap(alterActions);
  return all.some((action) => {
    const [, name, of] =
      /^ADD CONSTRAINT ("[^"]+"|\S+) CHECK ?\(("[^"]+"|\S+) IS NOT NULL\)/.exec(action) ?? [];
    return (
      of !== undefined && readName(of) === column && all.includes(`VALIDATE CONSTRAINT ${name}`)
    );
  });
}

const volatile =
  /\b(?:gen_random_uuid|uuid_generate_v\w+|random|clock_timestamp|nextval|timeofday)\s*\(/i;

/** The rules. */
export const blockingRules: readonly Rule[] = [
  {
    id: "FM101",
    severity: "error",
    database: "postgres",
    when: "CREATE INDEX without CONCURRENTLY on a table that is in use",
    why: "SHARE lock on the table while it is scanned: no writer gets through",
    rewrite:
      "`op.createIndex` in a revision without `online: false`: it is built concurrently, in a step of its own",
    find: offline("createIndex"),
    findSql: ({ text }) => /^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)/.test(text),
  },
  {
    id: "FM102",
    severity: "warning",
    database: "postgres",
    when: "DROP INDEX without CONCURRENTLY on a table that is in use",
    why: "ACCESS EXCLUSIVE lock on the table and the index",
    rewrite: "`op.dropIndex`: it is dropped concurrently",
    find: offline("dropIndex"),
    findSql: ({ text }) => /^DROP INDEX (?!CONCURRENTLY)/.test(text),
  },
  {
    id: "FM103",
    severity: "error",
    database: "postgres",
    when: "CONCURRENTLY inside a transaction",
    why: "the server refuses it (25001)",
    rewrite: "`op.sql(…, { transaction: false })`, one statement each; or `op.createIndex`",
    findSql: ({ text, inTransaction }) => inTransaction && /\bCONCURRENTLY\b/.test(text),
  },
  {
    id: "FM104",
    severity: "warning",
    database: "postgres",
    when: "an index is dropped before the one that replaces it is made",
    why: "queries that need it scan the table in between",
    rewrite: "create the new index first, under another name, then drop the old one",
    find: (operation, { before, later }) => {
      if (operation.op !== "dropIndex") return null;
      const old = before.tables
        .find(({ name }) => name === operation.table)
        ?.indexes.find(({ name }) => name === operation.name);
      const replaced = later.some(
        (each) =>
          each.op === "createIndex" &&
          each.table === operation.table &&
          (each.index.fullText === undefined) === (old?.fullText === undefined) &&
          each.index.columns[0] === old?.columns[0],
      );
      return replaced ? dotted(operation.name) : null;
    },
  },
  {
    id: "FM105",
    severity: "error",
    database: "postgres",
    when: "REINDEX without CONCURRENTLY",
    why: "SHARE lock on the table, ACCESS EXCLUSIVE on the index, which is written anew",
    rewrite: "`REINDEX … CONCURRENTLY` with `transaction: false`",
    findSql: ({ text }) => /^REINDEX\b(?!.*\bCONCURRENTLY\b)/.test(text),
  },
  {
    id: "FM106",
    severity: "error",
    database: "postgres",
    when: "a UNIQUE constraint is added to a table that is in use",
    why: "ACCESS EXCLUSIVE lock during a scan",
    rewrite: "`op.addUnique`: the index is built concurrently, then the constraint takes it over",
    find: offline("addUnique"),
    findSql: ({ text }) => addsKey(text, "UNIQUE"),
  },
  {
    id: "FM107",
    severity: "error",
    database: "postgres",
    when: "a PRIMARY KEY is added to a table that is in use",
    why: "ACCESS EXCLUSIVE lock during a scan",
    rewrite: "`op.addPrimaryKey`: a unique index first, concurrently, then PRIMARY KEY USING INDEX",
    find: offline("addPrimaryKey"),
    findSql: ({ text }) => addsKey(text, "PRIMARY KEY"),
  },
  {
    id: "FM108",
    severity: "error",
    database: "postgres",
    when: "a FOREIGN KEY is added and checked at once",
    why: "SHARE ROW EXCLUSIVE lock on both tables during a scan",
    rewrite: "`op.addForeignKey`: NOT VALID, then VALIDATE in a later transaction",
    find: offline("addForeignKey"),
    findSql: ({ text }) =>
      /^ALTER TABLE\b.*\bADD\b.*\bFOREIGN KEY\b/.test(text) && !/\bNOT VALID\b/.test(text),
  },
  {
    id: "FM109",
    severity: "error",
    database: "postgres",
    when: "a CHECK is added and checked at once",
    why: "ACCESS EXCLUSIVE lock during a scan",
    rewrite: "`op.addCheck`: NOT VALID, then VALIDATE in a later transaction",
    find: offline("addCheck"),
    findSql: ({ text }) =>
      /^ALTER TABLE\b.*\bADD (?:CONSTRAINT \S+ )?CHECK\b/.test(text) && !/\bNOT VALID\b/.test(text),
  },
  {
    id: "FM110",
    severity: "error",
    database: "postgres",
    when: "SET NOT NULL on a table that is in use",
    why: "ACCESS EXCLUSIVE lock during a scan",
    rewrite:
      "`op.setNotNull`: a check NOT VALID, VALIDATE, then SET NOT NULL, which finds the check and scans nothing",
    newer: {
      since: "18",
      rewrite:
        "`op.setNotNull`: the constraint itself NOT VALID, then VALIDATE in a later transaction",
    },
    find: (operation, context) =>
      operation.op === "setNullable" &&
      !operation.nullable &&
      !context.online &&
      isUsed(operation, context)
        ? dotted(operation.table, operation.column)
        : null,
    findSql: (statement, context) =>
      alterActions(statement.text).some((action) => {
        const [, column] = /^ALTER (?:COLUMN )?("[^"]+"|\S+) SET NOT NULL$/.exec(action) ?? [];
        return column !== undefined && !isProved(readName(column), statement, context);
      }),
  },
  {
    id: "FM111",
    severity: "error",
    database: "postgres",
    when: "NOT VALID and VALIDATE in one transaction",
    why: "the lock of the first is kept during the scan of the second",
    rewrite: "two operations, which become two transactions",
    findSql: ({ text, inTransaction, beside }) =>
      inTransaction &&
      /\bVALIDATE CONSTRAINT\b/.test(text) &&
      [text, ...beside].some((each) => /\bNOT VALID\b/.test(each)),
  },
  {
    id: "FM112",
    severity: "error",
    database: "postgres",
    when: "an exclusion constraint is added to a table that is in use",
    why: "ACCESS EXCLUSIVE lock during a scan, and no form without it",
    rewrite: "a new table, or a time when nobody writes",
    find: (operation, context) =>
      operation.op === "addExclude" && isUsed(operation, context) ? dotted(operation.table) : null,
    findSql: ({ text }) => /^ALTER TABLE\b.*\bADD (?:CONSTRAINT \S+ )?EXCLUDE\b/.test(text),
  },
  {
    id: "FM113",
    severity: "error",
    database: "postgres",
    when: "a column is added with a volatile default to a table that is in use",
    why: "ACCESS EXCLUSIVE lock while the table and all its indexes are written anew",
    rewrite: "add it without a default, set the default, then `op.backfill`",
    find: (operation, context) =>
      operation.op === "addColumn" &&
      !context.online &&
      operation.column.default?.kind === "sql" &&
      volatile.test(operation.column.default.sql) &&
      isUsed(operation, context)
        ? dotted(operation.table, operation.column.name)
        : null,
    findSql: ({ text }) => /^ALTER TABLE\b.*\bADD\b.*\bDEFAULT\b/.test(text) && volatile.test(text),
  },
  {
    id: "FM114",
    severity: "error",
    database: "postgres",
    when: "a serial or identity column is added to a table that is in use",
    why: "ACCESS EXCLUSIVE lock while the table is written anew",
    rewrite: "a nullable column, a sequence as its default, a backfill, then the identity",
    find: (operation, context) =>
      operation.op === "addColumn" && operation.column.autoincrement && isUsed(operation, context)
        ? dotted(operation.table, operation.column.name)
        : null,
    findSql: ({ text }) =>
      /^ALTER TABLE\b.*\bADD\b.*(?:\b(?:BIG|SMALL)?SERIAL\b|\bAS IDENTITY\b)/.test(text),
  },
  {
    id: "FM115",
    severity: "error",
    database: "postgres",
    when: "a stored generated column is added to a table that is in use",
    why: "ACCESS EXCLUSIVE lock while the table is written anew",
    rewrite: "a plain column, a trigger and a backfill",
    newer: {
      since: "18",
      rewrite:
        "`stored: false` (VIRTUAL), which writes nothing; or a plain column, a trigger and a backfill",
    },
    find: (operation, context) =>
      operation.op === "addColumn" &&
      operation.column.generated?.stored === true &&
      isUsed(operation, context)
        ? dotted(operation.table, operation.column.name)
        : null,
    findSql: ({ text }) => /^ALTER TABLE\b.*\bADD\b.*\bGENERATED\b.*\bSTORED\b/.test(text),
  },
  {
    id: "FM124",
    severity: "warning",
    database: "postgres",
    when: "a foreign key is dropped",
    why: "ACCESS EXCLUSIVE lock on both tables",
    rewrite: "a revision of its own, so that the lock is short",
    find: (operation, context) =>
      operation.op === "dropForeignKey" && isUsed(operation, context)
        ? dotted(operation.name)
        : null,
  },
  {
    id: "FM125",
    severity: "warning",
    database: "postgres",
    when: "a new table points to one that is in use",
    why: "SHARE ROW EXCLUSIVE lock on the parent: no writer gets through until the transaction ends",
    rewrite: "create the table without the key and add it last: `op.addForeignKey`",
    find: (operation, context) => {
      if (operation.op !== "createTable" || context.online) return null;
      const parent = operation.table.foreignKeys.find(
        ({ referencedTable }) => usedTable(referencedTable, context) !== undefined,
      );
      return parent === undefined ? null : dotted(parent.referencedTable);
    },
  },
  {
    id: "FM130",
    severity: "error",
    database: "both",
    when: "BEGIN, COMMIT, ROLLBACK or SET in `op.sql`",
    why: "the runner's own transaction and its lock timeout end there, and what was done is not written down",
    rewrite: "several operations: each is a transaction; or `transaction: false`",
    findSql: ({ text }) =>
      /^(?:BEGIN|COMMIT|ROLLBACK|START TRANSACTION|END)\b|^SET (?!CONSTRAINTS)\w/.test(text),
  },
  {
    id: "FM131",
    severity: "info",
    database: "postgres",
    when: "CREATE TRIGGER",
    why: "SHARE ROW EXCLUSIVE lock, briefly",
    rewrite: "nothing: the runner's lock timeout keeps it short",
    findSql: ({ text }) => /^CREATE (?:OR REPLACE )?(?:CONSTRAINT )?TRIGGER\b/.test(text),
  },
  {
    id: "FM132",
    severity: "error",
    database: "postgres",
    when: "VACUUM FULL, CLUSTER, SET LOGGED, SET UNLOGGED or SET TABLESPACE",
    why: "ACCESS EXCLUSIVE lock while the table is written anew",
    rewrite: "pg_repack, or a time when nobody needs the table",
    find: (operation, context) =>
      operation.op === "setTableOptions" &&
      operation.unlogged !== undefined &&
      isUsed(operation, context)
        ? dotted(operation.table)
        : null,
    findSql: ({ text }) =>
      /^VACUUM\b.*\bFULL\b|^CLUSTER\b|\bSET (?:LOGGED|UNLOGGED|TABLESPACE)\b/.test(text),
  },
  {
    id: "FM133",
    severity: "warning",
    database: "postgres",
    when: "REFRESH MATERIALIZED VIEW without CONCURRENTLY",
    why: "ACCESS EXCLUSIVE lock on the view: no reader gets through",
    rewrite: "a unique index on it, and CONCURRENTLY with `transaction: false`",
    findSql: ({ text }) => /^REFRESH MATERIALIZED VIEW (?!CONCURRENTLY)/.test(text),
  },
  {
    id: "FM134",
    severity: "error",
    database: "postgres",
    when: "DETACH PARTITION without CONCURRENTLY",
    why: "ACCESS EXCLUSIVE lock on both tables",
    rewrite: "DETACH PARTITION … CONCURRENTLY with `transaction: false`",
    findSql: ({ text }) => /\bDETACH PARTITION\b(?!.*\bCONCURRENTLY\b)/.test(text),
  },
  {
    id: "FM135",
    severity: "warning",
    database: "postgres",
    when: "ATTACH PARTITION",
    why: "the partition is scanned unless a valid check says the same",
    rewrite: "add the check NOT VALID and validate it first",
    findSql: ({ text }) => /\bATTACH PARTITION\b/.test(text),
  },
  {
    id: "FM136",
    severity: "error",
    database: "postgres",
    when: "ALTER DOMAIN ADD CONSTRAINT without NOT VALID",
    why: "every table that uses the domain is scanned",
    rewrite: "NOT VALID, then VALIDATE CONSTRAINT in a later transaction",
    findSql: ({ text }) => /^ALTER DOMAIN\b.*\bADD\b/.test(text) && !/\bNOT VALID\b/.test(text),
  },
  {
    id: "FM137",
    severity: "error",
    database: "postgres",
    when: "ALTER TYPE ADD VALUE together with other statements",
    why: "a new value can't be used in the transaction that adds it (55P04)",
    rewrite: "`op.addEnumValue`: a step of its own",
    findSql: ({ text, inTransaction, beside }) =>
      inTransaction && beside.length > 0 && /^ALTER TYPE\b.*\bADD VALUE\b/.test(text),
  },
  {
    id: "FM138",
    severity: "error",
    database: "both",
    when: "UPDATE or DELETE without WHERE",
    why: "every row is locked until the transaction ends",
    rewrite: "`op.backfill`, in batches",
    findSql: ({ text }) => /^(?:UPDATE|DELETE)\b/.test(text) && !/\bWHERE\b/.test(text),
  },
];
