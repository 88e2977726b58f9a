/** Models for a database that exists. */
import type { ObjectIr, SchemaPayload, TableIr, UnmanagedIr } from "../../ir/schema.ts";
import { comesBeforeEnums } from "../../ir/schema-object.ts";
import type { StorageType } from "../../ir/type.ts";
import {
  bareName,
  maxIdentifierBytes,
  quoteQualified,
  schemasIn,
  splitName,
  utf8Length,
} from "../../util/identifier.ts";
import { layOut, literal, object } from "./code.ts";
import { enumCode, type Imports } from "./fields.ts";
import { ferroNames, importLines, zodLine } from "./imports.ts";
import type { KnownNames } from "./known.ts";
import { modelText } from "./model.ts";
import { camelCase, NameSpace, nameClasses } from "./names.ts";
import { otherTool } from "./other-tools.ts";
import { type PulledTable, planModels } from "./relations.ts";

/** A file to write. */
export interface PulledFile {
  readonly name: string;
  readonly text: string;
}

/** What models can't say. It stays in the database as it is, and no diff touches it. */
export interface Unrepresented {
  /** "view", "trigger", "partition", … */
  readonly kind: string;
  readonly name: string;
  readonly table?: string;
  readonly reason: string;
}

/** Model files, and what is in the database beside them. */
export interface PulledModels {
  readonly files: readonly PulledFile[];
  readonly unrepresented: readonly Unrepresented[];
}

/** How models are written. */
export interface PullOptions {
  /** The file's name; `models.ts` when left out. */
  readonly file?: string;
  /** The package to import from; "ferro-orm" when left out. */
  readonly from?: string;
  /** What models that are there call things; new ones for all when left out. */
  readonly known?: KnownNames;
  /** Models that only their own file knows, as data steps need them. */
  readonly frozen?: boolean;
}

/**
 * Writes the models of a schema that was read from a database.
 *
 * Every table becomes a class, and every name of the database is kept: the models made into a
 * schema again are the schema that was given. What models can't say is listed.
 *
 * @param payload - What `introspect` gave.
 *
 * @example
 * ```ts
 * const { files, unrepresented } = pullModels({ tables: [], enums: [] });
 * ```
 */
export function pullModels(payload: SchemaPayload, options: PullOptions = {}): PulledModels {
  const { file = "models.ts", from = "ferro-orm", known, frozen = false } = options;
  const others = payload.tables.flatMap(({ name }) => otherTool(name) ?? []);
  const unsaid = payload.tables.flatMap((table) => unsayable(table) ?? []);
  const tables = payload.tables.filter(
    (table) => otherTool(table.name) === undefined && unsayable(table) === undefined,
  );
  const names = new Set(tables.map(({ name }) => name));
  const kept: SchemaPayload = {
    ...withUnusedEnums(payload),
    tables: tables.map((table) => ({
      ...table,
      foreignKeys: table.foreignKeys.filter(({ referencedTable }) => names.has(referencedTable)),
    })),
  };
  const unmanaged = [
    ...(payload.unmanaged ?? []),
    ...others,
    ...unsaid,
    ...tables.flatMap((table) => outwards(table, names)),
  ];
  const text = moduleText(kept, unmanaged, { from, frozen, known });
  return { files: [{ name: file, text }], unrepresented: unmanaged };
}

/** An enum that no column has is no constant of a model's: it is made by its statement. */
function withUnusedEnums(payload: SchemaPayload): SchemaPayload {
  const { tables, enums, objects = [] } = payload;
  const used = new Set(
    tables.flatMap((table) => table.columns.flatMap(({ type }) => enumOf(type))),
  );
  const unused = enums.filter(({ name }) => !used.has(name));
  if (unused.length === 0) return payload;
  const made = unused.map(
    ({ name, values }): ObjectIr => ({ kind: "type", name, sql: enumText(name, values) }),
  );
  return {
    ...payload,
    enums: enums.filter(({ name }) => used.has(name)),
    // Functions may take it.
    objects: [
      ...objects.filter(comesBeforeEnums),
      ...made,
      ...objects.filter((object) => !comesBeforeEnums(object)),
    ],
  };
}

function enumOf(type: StorageType): readonly string[] {
  if (type.kind === "array") return enumOf(type.element);
  return type.kind === "enum" && type.name !== null ? [type.name] : [];
}

function enumText(name: string, values: readonly string[]): string {
  const list = values.map((value) => `'${value.replaceAll("'", "''")}'`).join(", ");
  return `CREATE TYPE ${quoteQualified(name)} AS ENUM (${list})`;
}

/** A table that no model can be written for. */
function unsayable({ name, columns }: TableIr): UnmanagedIr | undefined {
  if (columns.length === 0) return { kind: "table", name, reason: "it has no columns" };
  const { schema, name: bare } = splitName(name);
  const long = [schema ?? "", bare, ...columns.map((column) => column.name)].some(
    (each) => utf8Length(each) > maxIdentifierBytes,
  );
  const reason = `it has a name of more than ${maxIdentifierBytes} bytes`;
  return long ? { kind: "table", name, reason } : undefined;
}

/** Foreign keys to tables that get no model. */
function outwards(
  { name: table, foreignKeys }: TableIr,
  names: ReadonlySet<string>,
): readonly UnmanagedIr[] {
  return foreignKeys
    .filter(({ referencedTable }) => !names.has(referencedTable))
    .map(({ name, referencedTable }) => ({
      kind: "foreign key",
      name,
      table,
      reason: `it points to "${referencedTable}", which has no model`,
    }));
}

interface Source {
  readonly from: string;
  readonly frozen: boolean;
  readonly known?: KnownNames | undefined;
}

function importTexts({ ferro, zod }: Imports, { from, frozen }: Source): string {
  const names = new Set([...ferro].filter((name) => !(frozen && name === "Model")));
  const model = frozen ? `import { frozenModel as Model } from "${from}/migrate";\n` : "";
  return importLines(names, from) + model + (zod ? zodLine : "");
}

function moduleText(
  payload: SchemaPayload,
  unmanaged: readonly UnmanagedIr[],
  { from, frozen, known }: Source,
): string {
  const classes = nameClasses(
    payload.tables.map(({ name }) => name),
    known?.classes,
  );
  const imports: Imports = { ferro: new Set(), zod: false };
  const constants = new NameSpace([
    ...classes.values(),
    ...ferroNames,
    ...(known?.enums.values() ?? []),
  ]);
  const enums = new Map(
    payload.enums
      .filter(({ values }) => values.length > 0)
      .map(({ name }) => [
        name,
        known?.enums.get(name) ??
          constants.take(camelCase(bareName(name)), camelCase(name), `${camelCase(name)}Enum`),
      ]),
  );
  const objects = constants.take("requires");
  const { schemas, required } = dividedObjects(payload);
  const planned = planModels(payload, classes, known?.tables);
  const needing = new Set(tablesInNeed(required, planned));

  const models = planned.map((pulled) =>
    modelText({
      pulled,
      imports,
      enums,
      classes,
      schemas,
      unmanaged: unmanaged.filter(({ table }) => table === pulled.table.name),
      requires: needing.has(pulled) ? objects : undefined,
    }),
  );
  const enumTexts = payload.enums.flatMap(({ name, values }) => {
    const constant = enums.get(name);
    if (constant === undefined) return [];
    imports.ferro.add("namedEnum");
    const code = layOut(enumCode(name, values), 0, `export const ${constant} = ;`.length);
    return [`export const ${constant} = ${code};\n`];
  });
  const parts = [
    importTexts(imports, { from, frozen }),
    ...enumTexts,
    ...(needing.size > 0 ? [requiresText(required, objects)] : []),
    ...models,
  ];
  return parts.join("\n");
}

/** Schemas that a table or an enum says are made for it; a model names all else that it needs. */
function dividedObjects({ tables, objects = [] }: SchemaPayload): {
  readonly schemas: ReadonlySet<string>;
  readonly required: readonly ObjectIr[];
} {
  const said = new Set(schemasIn(tables.map(({ name }) => name)));
  const isSaid = ({ kind, name }: ObjectIr) => kind === "schema" && said.has(name);
  return {
    schemas: new Set(objects.filter(isSaid).map(({ name }) => name)),
    required: objects.filter((object) => !isSaid(object)),
  };
}

function requiresText(objects: readonly ObjectIr[], name: string): string {
  const list = objects.map(({ kind, name, sql }) =>
    object({ kind: literal(kind), name: literal(name), sql: literal(sql) }),
  );
  const code = layOut({ list }, 0, `const ${name} =  as const;`.length);
  return `/** What tables need before they can be made. */\nconst ${name} = ${code} as const;\n`;
}

/** The tables whose text names an object that must be there first; the first table where none does. */
function tablesInNeed(
  objects: readonly ObjectIr[],
  planned: readonly PulledTable[],
): readonly PulledTable[] {
  if (objects.length === 0) return [];
  const wanted = objects.map(({ name }) => name.replace(/\(.*$/s, ""));
  const naming = planned.filter(({ table }) => {
    const text = JSON.stringify(table);
    return wanted.some((name) => text.includes(name));
  });
  return naming.length > 0 ? naming : planned.slice(0, 1);
}
