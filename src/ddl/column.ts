/** Column and constraint clauses, shared by CREATE TABLE and ALTER TABLE. */
import { SchemaError } from "../errors/errors.ts";
import type {
  CheckIr,
  ColumnIr,
  DefaultIr,
  Deferrable,
  ForeignKeyIr,
  TableIr,
  UniqueIr,
} from "../ir/schema.ts";
import { withoutOuterParentheses } from "../sql/parentheses.ts";
import type { DdlDialect } from "./dialect.ts";

/** `"name" type NOT NULL …` as it stands in CREATE TABLE. */
export function emitColumn(table: TableIr, column: ColumnIr, dialect: DdlDialect): string {
  const { name, nullable, autoincrement, numbering } = column;
  return [
    dialect.quote(name),
    emitType(column, dialect),
    ...dialect.constraints({
      nullable,
      autoincrement: hasInlineKey(table) && autoincrement && numbering?.kind !== "rowid",
      primaryKey: hasInlineKey(table) && table.primaryKey[0] === name,
      unique: table.uniques.some(
        ({ inline, columns, constraint }) =>
          inline && constraint !== true && columns.length === 1 && columns[0] === name,
      ),
    }),
    ...(column.default === null ? [] : [`DEFAULT ${emitDefault(column, column.default, dialect)}`]),
    ...(column.generated === null ? [] : [emitGenerated(column.generated)]),
  ].join(" ");
}

/** The declared type of a column, with what numbers it and its collation. */
export function emitType(column: ColumnIr, dialect: DdlDialect): string {
  const { type, nativeType, collation, autoincrement, numbering } = column;
  const declared = autoincrement
    ? dialect.autoincrementType(type, numbering)
    : (nativeType ?? dialect.columnType(type));
  return collation === undefined
    ? declared
    : `${declared} COLLATE ${quoteCollation(collation, dialect)}`;
}

/** A collation with a schema is kept as SQL. */
export function quoteCollation(collation: string, dialect: DdlDialect): string {
  return collation.includes('"') ? collation : dialect.quote(collation);
}

/** A key of one column without a name of its own stands at its column. */
export function hasInlineKey({ primaryKey, primaryKeyName }: TableIr): boolean {
  return primaryKey.length === 1 && primaryKeyName === undefined;
}

/** The value after DEFAULT. */
export function emitDefault(column: ColumnIr, value: DefaultIr, dialect: DdlDialect): string {
  if (value.kind === "sql") {
    const now = isNow(value.sql) && timed.has(column.type.kind);
    return now ? dialect.now(column.type) : `(${withoutOuterParentheses(writtenSql(value.sql))})`;
  }
  const { type, name } = column;
  if (type.kind === "array" || type.kind === "bytes") {
    throw new SchemaError(
      `column "${name}" can't have a literal default: its type is ${type.kind}`,
      {
        hint: "write the default in SQL, or leave it to the program",
      },
    );
  }
  return emitLiteral(value.value, dialect);
}

const timed: ReadonlySet<string> = new Set(["timestamptz", "timestamp", "date", "time"]);

/** The two spellings of the present moment; each database gets its own, so that a model fits both. */
function isNow(sql: string): boolean {
  return /^(?:current_timestamp|now\(\))$/i.test(sql.trim());
}

/** `FOREIGN KEY (…) REFERENCES …`; without a name of its own the constraint is left unnamed, as upstream does. */
export function emitForeignKey(key: ForeignKeyIr, dialect: DdlDialect): string {
  const { columns, referencedTable, referencedColumns, onDelete, onUpdate, setColumns } = key;
  const name = key.named === true ? `CONSTRAINT ${dialect.quote(key.name)} ` : "";
  const match = key.match === undefined ? "" : ` MATCH ${key.match}`;
  const set = setColumns === undefined ? "" : ` ${emitColumns(setColumns, dialect)}`;
  const update = onUpdate === "NO ACTION" ? "" : ` ON UPDATE ${onUpdate}`;
  const references = `${dialect.quoteName(referencedTable)} ${emitColumns(referencedColumns, dialect)}`;
  return `${name}FOREIGN KEY ${emitColumns(columns, dialect)} REFERENCES ${references}${match} ON DELETE ${onDelete}${set}${update}${emitDeferrable(key.deferrable)}`;
}

/** When a constraint is checked, where it isn't at once. */
export function emitDeferrable(deferrable: Deferrable | undefined): string {
  if (deferrable === undefined) return "";
  return deferrable === "deferred" ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
}

/** `CONSTRAINT "name" UNIQUE (…)`. */
export function emitUnique(unique: UniqueIr, dialect: DdlDialect): string {
  const nulls = unique.nullsNotDistinct === true ? "NULLS NOT DISTINCT " : "";
  const carried = dialect.richIndexes ? unique.include : undefined;
  const include = carried === undefined ? "" : ` INCLUDE ${emitColumns(carried, dialect)}`;
  return `CONSTRAINT ${dialect.quote(unique.name)} UNIQUE ${nulls}${emitColumns(unique.columns, dialect)}${include}${emitDeferrable(unique.deferrable)}`;
}

/** `CONSTRAINT "name" PRIMARY KEY (…)`. */
export function emitPrimaryKey(table: TableIr, dialect: DdlDialect): string {
  const { primaryKey, primaryKeyName: name } = table;
  const head = name === undefined ? "" : `CONSTRAINT ${dialect.quote(name)} `;
  const column = table.columns.find((each) => each.name === primaryKey[0]);
  const numbered = primaryKey.length === 1 && column?.autoincrement === true;
  const words = dialect.constraints({
    nullable: true,
    autoincrement: numbered && column.numbering?.kind !== "rowid",
    primaryKey: false,
    unique: false,
  });
  const columns = primaryKey.map((each) => dialect.quote(each)).join(", ");
  return `${head}PRIMARY KEY (${[columns, ...words].join(" ")})`;
}

/** `CONSTRAINT "name" CHECK (…)`. */
export function emitCheck(check: CheckIr, dialect: DdlDialect): string {
  if (check.kind === "values") {
    const values = check.values.map((value) => emitLiteral(value, dialect)).join(", ");
    return `${checkName(check, dialect)}CHECK (${dialect.quote(check.column)} IN (${values}))`;
  }
  const noInherit = check.noInherit === true ? " NO INHERIT" : "";
  return `${checkName(check, dialect)}CHECK (${writtenSql(check.sql)})${noInherit}`;
}

function checkName({ name, unnamed }: CheckIr, dialect: DdlDialect): string {
  return unnamed === true ? "" : `CONSTRAINT ${dialect.quote(name)} `;
}

/** The checks that a database needs: a native enum type checks its values itself. */
export function effectiveChecks(table: TableIr, dialect: DdlDialect): readonly CheckIr[] {
  return table.checks.filter((check) => {
    if (check.kind === "sql") return true;
    const column = table.columns.find(({ name }) => name === check.column);
    return column === undefined || !dialect.isNativeEnum(column.type);
  });
}

/** `("a", "b")`. */
export function emitColumns(names: readonly string[], dialect: DdlDialect): string {
  return `(${names.map((name) => dialect.quote(name)).join(", ")})`;
}

/** A value as a literal in DDL, the only statements that can't bind. */
export function emitLiteral(value: string | number | boolean, dialect: DdlDialect): string {
  if (typeof value === "string") return dialect.text(value);
  if (typeof value === "boolean") return dialect.boolean(value);
  if (!Number.isFinite(value)) {
    throw new SchemaError("a default or check value is not a finite number", {
      hint: "write it in SQL",
    });
  }
  return Object.is(value, -0) ? "-0.0" : String(value);
}

export function emitGenerated({ sql, stored }: { sql: string; stored: boolean }): string {
  return `GENERATED ALWAYS AS (${writtenSql(sql)}) ${stored ? "STORED" : "VIRTUAL"}`;
}

/** SQL that the programmer wrote: taken as it is, but for what would end the statement early. */
export function writtenSql(sql: string): string {
  if (sql.trim() === "" || sql.includes("\0") || !sql.isWellFormed()) {
    throw new SchemaError(
      "an SQL expression of the schema is empty or holds an illegal character",
      {
        hint: "look at dbDefault, generatedAs and checks of the models",
      },
    );
  }
  // A comment at the end would swallow what follows.
  return sql.includes("--") ? `${sql}\n` : sql;
}
