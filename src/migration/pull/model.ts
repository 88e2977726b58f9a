/** One model as the text of a class. */
import { fullTextName, shadowColumnName, tableName, uniqueName } from "../../definition/naming.ts";
import { defaultLanguage } from "../../definition/table-options.ts";
import type { ForeignKeyIr, IndexIr, UniqueIr, UnmanagedIr } from "../../ir/schema.ts";
import { splitName } from "../../util/identifier.ts";
import { sameList } from "../../util/lists.ts";
import {
  type Code,
  isEmptyObject,
  layOut,
  literal,
  literals,
  object,
  propertyName,
} from "./code.ts";
import {
  type FieldContext,
  fieldCode,
  isIndexedColumn,
  isPlainIndex,
  isUniqueColumn,
} from "./fields.ts";
import type { PulledRelation } from "./relations.ts";

/** What a class is written with. */
export interface ModelContext extends FieldContext {
  readonly classes: ReadonlyMap<string, string>;
  readonly unmanaged: readonly UnmanagedIr[];
  /** Schemas beside the one in use. */
  readonly schemas: ReadonlySet<string>;
  /** The constant that holds what tables need, and whether this table does. */
  readonly requires: string | undefined;
}

/** The class of a table. */
export function modelText(context: ModelContext): string {
  const { pulled, imports } = context;
  imports.ferro.add("Model");
  const { className, table } = pulled;
  const options = optionsCode(context);
  const members = memberLines(context);
  const comment = table.comment === null ? "" : `/** ${docText(table.comment)} */\n`;
  const name = literal(className);
  if (isEmptyObject(options)) {
    return `${comment}export class ${className} extends Model(${name}, {\n${indent(members, 2)}}) {}\n`;
  }
  return (
    `${comment}export class ${className} extends Model(\n  ${name},\n  {\n${indent(members, 4)}  },\n` +
    `  ${layOut(options, 2, 3)},\n) {}\n`
  );
}

function docText(comment: string): string {
  return comment.replaceAll("*/", "* /").replace(/\s+/g, " ").trim();
}

/** The lines of the shape, each with its comma; without indentation. */
function memberLines(context: ModelContext): readonly string[] {
  const { pulled } = context;
  const lines: string[] = [];
  for (const column of pulled.columns) {
    const relation = pulled.relations.get(column.name);
    if (relation === undefined || relation.declared) {
      const name = propertyName(pulled.properties.get(column.name) ?? column.name);
      const code = layOut(fieldCode(column, context), 0, name.length + 7);
      lines.push(`${name}: ${code},`);
    }
    if (relation !== undefined) lines.push(relationText(relation, context));
  }
  for (const relation of pulled.relationsOver) lines.push(relationText(relation, context));
  for (const { property, target, relatedName, through } of pulled.links) {
    const options = object({ relatedName: literal(relatedName), through });
    lines.push(
      getter(property, { call: use("manyToMany", context), arguments: [target, options] }),
    );
  }
  for (const { property, source } of pulled.backRefs) {
    lines.push(getter(property, { call: use("backRef", context), arguments: [source] }));
  }
  return lines;
}

function use(name: string, { imports }: ModelContext): string {
  imports.ferro.add(name);
  return name;
}

function getter(property: string, code: Code): string {
  return `get ${propertyName(property)}() {\n  return ${layOut(code, 2, 14)};\n},`;
}

function relationText(relation: PulledRelation, context: ModelContext): string {
  const { pulled, classes } = context;
  const { key, property } = relation;
  const column = pulled.columns.find(({ name }) => name === relation.column);
  const nullable = pulled.columns.some(
    ({ name, nullable }) =>
      key.columns.includes(name) && nullable && !pulled.table.primaryKey.includes(name),
  );
  const options = object({
    relatedName: literal(relation.relatedName),
    nullable: nullable && key.onDelete !== "SET NULL" ? "true" : undefined,
    unique: relation.unique ? "true" : undefined,
    // A column that stands beside the relation says this itself.
    index:
      column !== undefined && !relation.declared && isIndexedColumn(pulled, column)
        ? "true"
        : undefined,
    onDelete: key.onDelete === "CASCADE" ? undefined : literal(key.onDelete),
    onUpdate: key.onUpdate === "NO ACTION" ? undefined : literal(key.onUpdate),
    column:
      relation.column === null || shadowColumnName(property, "snake_case") === relation.column
        ? undefined
        : literal(relation.column),
    columns: relation.column === null ? names(key.columns, context) : undefined,
    constraint: constraintCode(key),
  });
  const target = classes.get(relation.target) ?? "";
  return getter(property, { call: use("foreignKey", context), arguments: [target, options] });
}

function constraintCode(key: ForeignKeyIr): Code | undefined {
  const code = object({
    name: key.named === true ? literal(key.name) : undefined,
    deferrable: key.deferrable === undefined ? undefined : literal(key.deferrable),
    match: key.match === undefined ? undefined : literal(key.match),
    notValid: key.notValid === true ? "true" : undefined,
  });
  return isEmptyObject(code) ? undefined : code;
}

function optionsCode(context: ModelContext): Code {
  const { pulled, unmanaged, requires } = context;
  const { table } = pulled;
  const flag = (value: true | undefined) => (value === true ? "true" : undefined);
  const list = (items: readonly Code[]): Code | undefined =>
    items.length === 0 ? undefined : { list: items };
  const text = (value: string | undefined) => (value === undefined ? undefined : literal(value));
  return object({
    ...placeCode(context),
    primaryKey: table.primaryKey.length > 1 ? names(table.primaryKey, context) : undefined,
    primaryKeyName: text(table.primaryKeyName),
    uniques: list(
      table.uniques
        .filter((unique) => !atColumn(unique, context))
        .map((unique) => uniqueCode(unique, context)),
    ),
    indexes: list(
      table.indexes
        .filter((index) => index.fullText === undefined && !atIndexedColumn(index, context))
        .map((index) => indexCode(index, context)),
    ),
    fullText: list(
      table.indexes
        .filter(({ fullText }) => fullText !== undefined)
        .map((index) => fullTextCode(index, context)),
    ),
    checks: list(checkCodes(context)),
    foreignKeys: list(pulled.constraints.map((key) => foreignKeyCode(key, context))),
    excludes: list(
      (table.excludes ?? []).map(({ name, definition }) =>
        object({ name: literal(name), definition: literal(definition) }),
      ),
    ),
    columnOrder: isSorted(pulled.columns.map(({ name }) => name)) ? undefined : literal("declared"),
    strict: flag(table.strict),
    withoutRowid: flag(table.withoutRowid),
    unlogged: flag(table.unlogged),
    partitionBy: text(table.partitionBy),
    requires,
    unmanaged: list(unmanaged.map(unmanagedCode)),
    comment: table.comment === null ? undefined : literal(table.comment),
  });
}

/** The table's name, and its schema where that is one of the objects that tables need. */
function placeCode({ pulled, schemas }: ModelContext): Readonly<Record<string, Code | undefined>> {
  const { table, className } = pulled;
  const { schema, name } = splitName(table.name);
  const known = schema !== undefined && schemas.has(schema);
  const own = known ? name : table.name;
  return {
    schema: known ? literal(schema) : undefined,
    table: tableName(className) === own ? undefined : literal(own),
  };
}

function isSorted(list: readonly string[]): boolean {
  return list.every((name, at) => at === 0 || (list[at - 1] ?? "") < name);
}

function names(columns: readonly string[], { pulled }: ModelContext): Code {
  return literals(columns.map((column) => pulled.properties.get(column) ?? column));
}

function atColumn(unique: UniqueIr, { pulled }: ModelContext): boolean {
  return pulled.columns.some(
    (column) =>
      unique.inline && sameList(unique.columns, [column.name]) && isUniqueColumn(pulled, column),
  );
}

function atIndexedColumn(index: IndexIr, { pulled }: ModelContext): boolean {
  return index.columns.length === 1 && isPlainIndex(pulled.table, index);
}

function uniqueCode(unique: UniqueIr, context: ModelContext): Code {
  const { name, columns } = unique;
  const plain = Object.keys(unique).every((key) => ["name", "columns", "inline"].includes(key));
  const { table } = context.pulled;
  const usual = name === uniqueName(table.name, columns) && columns.length > 1;
  if (plain && usual && !sameList(columns, table.primaryKey)) return names(columns, context);
  return object({
    columns: names(columns, context),
    name: literal(name),
    constraint: unique.constraint === true ? "true" : undefined,
    deferrable: unique.deferrable === undefined ? undefined : literal(unique.deferrable),
    nullsNotDistinct: unique.nullsNotDistinct === true ? "true" : undefined,
    include: unique.include === undefined ? undefined : names(unique.include, context),
  });
}

function indexCode(index: IndexIr, context: ModelContext): Code {
  const { name, columns, keys } = index;
  if (isPlainIndex(context.pulled.table, index)) return names(columns, context);
  return object({
    name: literal(name),
    columns: keys === undefined ? names(columns, context) : undefined,
    keys: keys === undefined ? undefined : { list: keys.map((key) => keyCode(key, context)) },
    unique: index.unique === true ? "true" : undefined,
    method: index.method === undefined ? undefined : literal(index.method),
    include: index.include === undefined ? undefined : names(index.include, context),
    where: index.where === undefined ? undefined : literal(index.where),
    nullsNotDistinct: index.nullsNotDistinct === true ? "true" : undefined,
    options: index.options === undefined ? undefined : literal(index.options),
  });
}

function fullTextCode({ name, columns, fullText }: IndexIr, context: ModelContext): Code {
  const usual = name === fullTextName(context.pulled.table.name);
  if (usual && fullText === defaultLanguage) return names(columns, context);
  return object({
    columns: names(columns, context),
    language:
      fullText === undefined || fullText === defaultLanguage ? undefined : literal(fullText),
    name: usual ? undefined : literal(name),
  });
}

function keyCode(key: NonNullable<IndexIr["keys"]>[number], { pulled }: ModelContext): Code {
  const property = (column: string) => literal(pulled.properties.get(column) ?? column);
  if ("column" in key && Object.keys(key).length === 1) return property(key.column);
  return object({
    ...("column" in key
      ? { column: property(key.column) }
      : { expression: literal(key.expression) }),
    descending: key.descending === true ? "true" : undefined,
    nulls: key.nulls === undefined ? undefined : literal(key.nulls),
    collation: key.collation === undefined ? undefined : literal(key.collation),
    operatorClass: key.operatorClass === undefined ? undefined : literal(key.operatorClass),
  });
}

function checkCodes({ pulled: { table } }: ModelContext): readonly Code[] {
  return table.checks.flatMap((check) => {
    if (check.kind === "values") return [];
    return object({
      name: check.unnamed === true ? undefined : literal(check.name),
      sql: literal(check.sql),
      noInherit: check.noInherit === true ? "true" : undefined,
      notValid: check.notValid === true ? "true" : undefined,
    });
  });
}

function foreignKeyCode(key: ForeignKeyIr, context: ModelContext): Code {
  return object({
    columns: names(key.columns, context),
    references: object({
      table: literal(key.referencedTable),
      columns: literals(key.referencedColumns),
    }),
    name: key.named === true ? literal(key.name) : undefined,
    onDelete: key.onDelete === "NO ACTION" ? undefined : literal(key.onDelete),
    onUpdate: key.onUpdate === "NO ACTION" ? undefined : literal(key.onUpdate),
    deferrable: key.deferrable === undefined ? undefined : literal(key.deferrable),
    match: key.match === undefined ? undefined : literal(key.match),
    setColumns: key.setColumns === undefined ? undefined : names(key.setColumns, context),
    notValid: key.notValid === true ? "true" : undefined,
  });
}

function unmanagedCode({ kind, name, table, reason }: UnmanagedIr): Code {
  return object({
    kind: literal(kind),
    name: literal(name),
    table: table === undefined ? undefined : literal(table),
    reason: literal(reason),
  });
}

function indent(lines: readonly string[], spaces: number): string {
  const pad = " ".repeat(spaces);
  return lines.map((line) => `${line.replace(/^(?!$)/gm, pad)}\n`).join("");
}
