/** A revision as the text of its file. */
import { canonicalJson } from "../ir/fingerprint.ts";
import type { Operation } from "../ir/migration.ts";
import type {
  CheckIr,
  ColumnIr,
  DefaultIr,
  ForeignKeyIr,
  IndexIr,
  TableIr,
  UniqueIr,
} from "../ir/schema.ts";
import { scanSql } from "../sql/scan.ts";
import { Code, writeCall, writeLiteral } from "../util/literal.ts";
import { type Ops, op } from "./op.ts";
import type { RevisionSpec } from "./revision.ts";
import {
  type CheckSpec,
  type ColumnSpec,
  type ForeignKeySpec,
  type IndexSpec,
  readCheck,
  readColumn,
  readForeignKey,
  readIndex,
  readUnique,
  type TableSpec,
  type UniqueSpec,
} from "./spec.ts";
import { typeWord } from "./type-text.ts";

/** Data steps by reference: their code is not data, and stays in the files that it is imported from. */
export interface KeptSource {
  /** Import lines. */
  readonly imports: readonly string[];
  /** How each of the operations is written. */
  readonly calls: ReadonlyMap<Operation, string>;
}

const nothingKept: KeptSource = { imports: [], calls: new Map() };

/**
 * Writes a migration file. What it exports has exactly these operations.
 *
 * @param kept - Where data steps come from; others can't be written.
 */
export function writeRevision(spec: RevisionSpec, kept: KeptSource = nothingKept): string {
  const { up, down = "auto" } = spec;
  const writeOperations = (operations: readonly Operation[]) => writeList(operations, kept);
  const fields = [
    `id: ${JSON.stringify(spec.id)}`,
    `parents: ${writeLiteral(spec.parents, 2)}`,
    `message: ${JSON.stringify(spec.message)}`,
    ...(spec.replaces === undefined ? [] : [`replaces: ${writeLiteral(spec.replaces, 2)}`]),
    ...(spec.online === undefined ? [] : [`online: ${spec.online}`]),
    ...(spec.phase === undefined ? [] : [`phase: "${spec.phase}"`]),
    `up: ${writeOperations(up)}`,
    `down: ${down === "auto" ? '"auto"' : writeOperations(down)}`,
  ];
  const body = fields.map((field) => `  ${field},\n`).join("");
  const names = ["migration", ...["op", "sql"].filter((name) => uses(body, name))];
  const imports = kept.imports.map((line) => `${line}\n`).join("");
  return `import { ${names.join(", ")} } from "ferro-orm/migrate";\n${imports}\nexport default migration({\n${body}});\n`;
}

function uses(body: string, name: string): boolean {
  return new RegExp(name === "sql" ? "\\bsql`" : "^\\s+op\\.", "m").test(body);
}

function writeList(operations: readonly Operation[], { calls }: KeptSource): string {
  if (operations.length === 0) return "[]";
  const lines = operations.map((each) => `    ${calls.get(each) ?? writeOperation(each, 4)},\n`);
  return `[\n${lines.join("")}  ]`;
}

/** One operation as a call of `op`, or as the data itself where no call gives exactly that. */
export function writeOperation(operation: Operation, indent = 0): string {
  const call = readCall(operation);
  if (call === undefined) return writeLiteral(operation, indent);
  return writeCall(`op.${call.name}`, call.written, indent);
}

/** A call and its arguments: as they are run, to prove that they give the operation, and as they are written. */
interface Call {
  readonly name: keyof Ops;
  readonly written: readonly unknown[];
}

function readCall(operation: Operation): Call | undefined {
  const { destructive, allow, ...bare } = operation;
  const notes = { ...(destructive !== undefined && { destructive }), ...(allow && { allow }) };
  const call = spellCall(bare as Operation);
  if (call === undefined) return undefined;
  const [name, given, extra = {}] = call;
  const last = { ...extra, ...notes };
  const all = Object.keys(last).length === 0 ? given : [...given, last];
  const run = op[name] as (...values: readonly unknown[]) => Operation;
  if (canonicalJson(run(...all)) !== canonicalJson(operation)) return undefined;
  return { name, written: all.map(writtenForm) };
}

type Spelling = readonly [name: keyof Ops, given: readonly unknown[], extra?: object | undefined];

/** How a person would write an operation. */
function spellCall(operation: Operation): Spelling | undefined {
  switch (operation.op) {
    case "createTable":
      return ["createTable", [operation.table.name, spellTable(operation.table)]];
    case "addColumn": {
      const { table, column, fill } = operation;
      return ["addColumn", [table, spellColumn(column)], fill && { fill: spellValue(fill) }];
    }
    case "setType": {
      const { op: _, table, column, type, ...rest } = operation;
      return ["setType", [table, column, typeWord(type) ?? type], rest];
    }
    case "setNullable": {
      const { table, column, nullable, fill } = operation;
      return nullable
        ? ["dropNotNull", [table, column]]
        : ["setNotNull", [table, column], fill && { fill: spellValue(fill) }];
    }
    case "setDefault": {
      const { table, column, default: value } = operation;
      return value === null
        ? ["dropDefault", [table, column]]
        : ["setDefault", [table, column, spellValue(value)]];
    }
    case "addUnique":
      return ["addUnique", [operation.table, spellUnique(operation.table, operation.unique)]];
    case "addCheck":
      return ["addCheck", [operation.table, spellCheck(operation.table, operation.check)]];
    case "addForeignKey": {
      const { table, foreignKey } = operation;
      return ["addForeignKey", [table, spellForeignKey(table, foreignKey)]];
    }
    case "createIndex":
      return ["createIndex", [operation.table, spellIndex(operation.table, operation.index)]];
    case "createEnum":
      return ["createEnum", [operation.enum.name, operation.enum.values]];
    case "createObject":
      return operation.object.kind === "extension"
        ? ["createExtension", [operation.object.name]]
        : ["createObject", [operation.object]];
    case "data":
      return undefined;
    default:
      return spellByPosition(operation);
  }
}

/** Which properties are arguments of their own, in order; the rest goes into the last one. */
const positions: Partial<Record<Operation["op"], readonly string[]>> = {
  dropTable: ["table"],
  renameTable: ["table", "to"],
  setTableComment: ["table", "comment"],
  setTableOptions: ["table"],
  dropColumn: ["table", "column"],
  renameColumn: ["table", "column", "to"],
  setGenerated: ["table", "column", "generated"],
  setNumbering: ["table", "column"],
  setColumnComment: ["table", "column", "comment"],
  addPrimaryKey: ["table"],
  dropPrimaryKey: ["table"],
  dropUnique: ["table", "name"],
  dropCheck: ["table", "name"],
  dropForeignKey: ["table", "name"],
  addExclude: ["table", "exclude"],
  dropExclude: ["table", "name"],
  renameConstraint: ["table", "name", "to"],
  validate: ["table", "name"],
  dropIndex: ["table", "name"],
  renameIndex: ["table", "name", "to"],
  dropEnum: ["name"],
  renameEnum: ["name", "to"],
  addEnumValue: ["enum", "value"],
  renameEnumValue: ["enum", "value", "to"],
  swapEnum: ["enum", "values"],
  dropObject: ["object"],
  replaceable: ["name", "sql"],
  backfill: ["table"],
};

function spellByPosition({ op: name, ...properties }: Operation): Spelling | undefined {
  if (name === "sql") {
    const { postgres, sqlite, ...rest } = properties as Record<string, unknown>;
    return ["sql", [{ postgres, sqlite }], rest];
  }
  const order = positions[name];
  if (order === undefined) return undefined;
  const rest = Object.entries(properties).filter(([key]) => !order.includes(key));
  const given = order.map((key) => (properties as Record<string, unknown>)[key]);
  return [name as keyof Ops, given, Object.fromEntries(rest)];
}

function spellTable(table: TableIr): TableSpec {
  const {
    name,
    model,
    comment,
    primaryKey,
    columns,
    foreignKeys,
    uniques,
    indexes,
    checks,
    ...rest
  } = table;
  return {
    ...(model !== null && { model }),
    ...(comment !== null && { comment }),
    columns: columns.map(spellColumn),
    ...(primaryKey.length > 0 && { primaryKey }),
    ...rest,
    ...listed(
      "foreignKeys",
      foreignKeys.map((key) => spellForeignKey(name, key)),
    ),
    ...listed(
      "uniques",
      uniques.map((unique) => spellUnique(name, unique)),
    ),
    ...listed(
      "indexes",
      indexes.map((index) => spellIndex(name, index)),
    ),
    ...listed(
      "checks",
      checks.map((check) => spellCheck(name, check)),
    ),
  };
}

function listed(key: string, list: readonly unknown[]): object {
  return list.length === 0 ? {} : { [key]: list };
}

function spellColumn(column: ColumnIr): ColumnSpec {
  const { type, default: initial, ...rest } = column;
  const spec = {
    ...rest,
    type: typeWord(type) ?? type,
    ...(initial !== null && { default: spellValue(initial) }),
  };
  const order = ["name", "type"];
  const minimal = withoutDefaults(spec, readColumn, column);
  return Object.fromEntries(
    Object.entries(minimal).sort(([a], [b]) => place(order, a) - place(order, b)),
  ) as unknown as ColumnSpec;
}

function spellUnique(table: string, unique: UniqueIr): UniqueSpec {
  return withoutDefaults(unique, (part) => readUnique(table, part as UniqueSpec), unique);
}

function spellIndex(table: string, index: IndexIr): IndexSpec {
  return withoutDefaults(index, (part) => readIndex(table, part), index);
}

function spellForeignKey(table: string, key: ForeignKeyIr): ForeignKeySpec {
  const { columns, referencedTable, referencedColumns, ...rest } = key;
  const spec = { columns, references: [referencedTable, ...referencedColumns] as const, ...rest };
  return withoutDefaults(spec, (part) => readForeignKey(table, part as ForeignKeySpec), key);
}

function spellCheck(table: string, check: CheckIr): CheckSpec {
  const { kind, ...spec } = check;
  if (kind === "sql") return spec as CheckSpec;
  return withoutDefaults(spec, (part) => readCheck(table, part as CheckSpec), check) as CheckSpec;
}

/** Drops each property that the reader would give by itself. */
function withoutDefaults<Spec extends object>(
  spec: Spec,
  read: (part: Spec) => object,
  whole: object,
): Spec {
  const target = canonicalJson(whole);
  let kept = spec;
  for (const key of Object.keys(spec)) {
    const { [key]: _, ...part } = kept as Record<string, unknown>;
    try {
      if (canonicalJson(read(part as Spec)) === target) kept = part as Spec;
    } catch {
      // It can't be left out.
    }
  }
  return kept;
}

/** Values that would be SQL text are wrapped, so that they are written with the tag. */
function spellValue(value: DefaultIr): string | number | boolean | DefaultIr {
  return value.kind === "literal" ? value.value : value;
}

function writtenForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(writtenForm);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 2 && Reflect.get(value, "kind") === "sql") {
    const text: unknown = Reflect.get(value, "sql");
    if (typeof text === "string" && isPlain(text)) return new Code(`sql\`${text}\``);
  }
  return Object.fromEntries(entries.map(([key, each]) => [key, writtenForm(each)]));
}

/** Whether SQL stands in a template as it is, and the tag takes it. */
function isPlain(text: string): boolean {
  return !/[\\`]|\$\{|\r/.test(text) && scanSql(text).open === null && text !== "";
}

function place(order: readonly string[], key: string): number {
  const at = order.indexOf(key);
  return at === -1 ? order.length : at;
}
