/** Which foreign keys become relations, and what both sides are called. */
import { columnName, uniqueName } from "../../definition/naming.ts";
import type { ColumnIr, ForeignKeyIr, SchemaPayload, TableIr } from "../../ir/schema.ts";
import type { StorageKind } from "../../ir/type.ts";
import { sameList } from "../../util/lists.ts";
import type { KnownTable } from "./known.ts";
import { camelCase, NameSpace, plural, safeProperty } from "./names.ts";

/** A foreign key as a relation: of one column, or over several to a composite key. */
export interface PulledRelation {
  readonly key: ForeignKeyIr;
  /** The column that is its shadow; null where it goes over several. */
  readonly column: string | null;
  /** The property that gives the other row. */
  readonly property: string;
  readonly target: string;
  readonly relatedName: string;
  readonly unique: boolean;
  /** The column says more than a relation can: it stands beside the relation. */
  readonly declared: boolean;
}

/** The other side of a relation, or of a link through a join table. */
export interface PulledBackRef {
  readonly property: string;
  readonly source: string;
}

/** A link to many rows through a join table, which is a model as well. */
export interface PulledLink {
  readonly property: string;
  readonly target: string;
  readonly relatedName: string;
  /** The class of the join table. */
  readonly through: string;
}

/** One table with the names of everything in its model. */
export interface PulledTable {
  readonly table: TableIr;
  readonly className: string;
  /** Columns in the database's order. */
  readonly columns: readonly ColumnIr[];
  /** The property of each column; that of a relation's column is the relation's with `Id`. */
  readonly properties: ReadonlyMap<string, string>;
  readonly relations: ReadonlyMap<string, PulledRelation>;
  /** Foreign keys over several columns. */
  readonly relationsOver: readonly PulledRelation[];
  /** Foreign keys that no relation stands for. */
  readonly constraints: readonly ForeignKeyIr[];
  readonly backRefs: readonly PulledBackRef[];
  readonly links: readonly PulledLink[];
}

/** Names everything in the models of a schema; what has a name already keeps it. */
export function planModels(
  { tables }: SchemaPayload,
  classes: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, KnownTable> = new Map(),
): readonly PulledTable[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const spaces = new Map(
    tables.map(({ name }) => [name, new NameSpace(known.get(name)?.taken ?? [])]),
  );
  const drafts = tables.map((table) => draft(table, byName, classes, spaces, known));
  const backRefs = new Map<string, PulledBackRef[]>(tables.map(({ name }) => [name, []]));
  const links = new Map<string, PulledLink[]>(tables.map(({ name }) => [name, []]));

  const planned = drafts.map((each) => ({
    ...each,
    ...nameRelated(each, classes, spaces, backRefs, known),
  }));
  for (const each of planned) linkThrough(each, classes, spaces, backRefs, links, known);
  return planned.map((each) => ({
    ...each,
    backRefs: backRefs.get(each.table.name) ?? [],
    links: links.get(each.table.name) ?? [],
  }));
}

type Unnamed = Omit<PulledRelation, "relatedName">;

type Draft = Omit<PulledTable, "relations" | "relationsOver" | "backRefs" | "links"> & {
  readonly relations: ReadonlyMap<string, Unnamed>;
  readonly relationsOver: readonly Unnamed[];
};

function draft(
  table: TableIr,
  byName: ReadonlyMap<string, TableIr>,
  classes: ReadonlyMap<string, string>,
  spaces: ReadonlyMap<string, NameSpace>,
  knownTables: ReadonlyMap<string, KnownTable>,
): Draft {
  const known = knownTables.get(table.name);
  const space = spaces.get(table.name) ?? new NameSpace();
  const columns = [...table.columns].sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
  const linked = new Map<string, ForeignKeyIr>();
  for (const key of table.foreignKeys) {
    const [column = ""] = key.columns;
    if (!linked.has(column) && canRelate(table, key, byName)) linked.set(column, key);
  }

  const properties = new Map<string, string>();
  // A name that leads back to its column has the first right to it.
  const plain = columns.filter(({ name }) => !linked.has(name));
  const exact = ({ name }: ColumnIr) => columnName(camelCase(name), "snake_case") === name;
  for (const { name } of [...plain.filter(exact), ...plain.filter((each) => !exact(each))]) {
    const property = safeProperty(camelCase(name));
    properties.set(name, known?.properties.get(name) ?? space.take(property, `${property}Column`));
  }

  const relations = new Map<string, Unnamed>();
  for (const [column, key] of linked) {
    const target = byName.get(key.referencedTable) ?? table;
    const names = relationNames(column, classes.get(target.name) ?? "");
    const property = known?.relations.get(column)?.property ?? takePair(space, names);
    properties.set(column, known?.properties.get(column) ?? `${property}Id`);
    relations.set(column, {
      key,
      column,
      property,
      target: target.name,
      unique: isUnique(table, column),
      declared: saysMore(table, column, key, target),
    });
  }
  const over = table.foreignKeys.filter((key) => canRelateOver(table, key, byName));
  const relationsOver = over.map((key): Unnamed => {
    const target = classes.get(key.referencedTable) ?? "";
    const own = camelCase(target);
    const short = camelCase(key.columns.at(-1) ?? "").replace(/(?:Id|ID|Fk|Key|No|Number)$/, "");
    const alone =
      over.filter((other) => other.referencedTable === key.referencedTable).length === 1;
    const names =
      alone && key.referencedTable !== table.name ? [own, short] : [short, `${short}${target}`];
    return {
      key,
      column: null,
      property:
        known?.relations.get(key.columns.join())?.property ??
        space.take(safeProperty(names[0] ?? own), safeProperty(names[1] ?? own), `${own}Row`),
      target: key.referencedTable,
      unique: areUnique(table, key.columns),
      declared: true,
    };
  });
  return {
    table,
    className: classes.get(table.name) ?? "",
    columns,
    properties,
    relations,
    relationsOver,
    constraints: table.foreignKeys.filter(
      (key) => linked.get(key.columns[0] ?? "") !== key && !over.includes(key),
    ),
  };
}

/** Several columns that point to the whole key of a model, in its order, with values of the same kinds. */
function canRelateOver(
  table: TableIr,
  key: ForeignKeyIr,
  byName: ReadonlyMap<string, TableIr>,
): boolean {
  const target = byName.get(key.referencedTable);
  if (target === undefined || key.columns.length < 2 || key.setColumns !== undefined) return false;
  if (!sameList(target.primaryKey, key.referencedColumns)) return false;
  const columnOf = ({ columns }: TableIr, name: string | undefined) =>
    columns.find((each) => each.name === name);
  const nulls = [key.onDelete, key.onUpdate].includes("SET NULL");
  return key.columns.every((name, index) => {
    const column = columnOf(table, name);
    const referenced = columnOf(target, key.referencedColumns[index]);
    if (column === undefined || referenced === undefined) return false;
    if (column.generated !== null || (nulls && !column.nullable)) return false;
    return column.type.kind === referenced.type.kind && hostOf(column) !== "other";
  });
}

/** Whether rows are told apart by these columns, in a way that the relation says. */
function areUnique(table: TableIr, columns: readonly string[]): boolean {
  if (sameList(table.primaryKey, columns)) return true;
  return table.uniques.some(
    (unique) =>
      sameList(unique.columns, columns) &&
      unique.name === uniqueName(table.name, columns) &&
      Object.keys(unique).every((name) => ["name", "columns", "inline"].includes(name)),
  );
}

/** A relation needs one column that points to the key of a model, with values of the same kind. */
function canRelate(
  table: TableIr,
  key: ForeignKeyIr,
  byName: ReadonlyMap<string, TableIr>,
): boolean {
  const target = byName.get(key.referencedTable);
  const [name] = key.columns;
  if (target === undefined || key.columns.length !== 1 || key.setColumns !== undefined)
    return false;
  if (!sameList(target.primaryKey, key.referencedColumns)) return false;
  const column = table.columns.find((each) => each.name === name);
  const referenced = target.columns.find((each) => each.name === key.referencedColumns[0]);
  if (column === undefined || referenced === undefined || column.generated !== null) return false;
  const nulls = [key.onDelete, key.onUpdate].includes("SET NULL");
  if (nulls && !column.nullable) return false;
  if (leadsBack(table, key, byName)) return false;
  return hostOf(column) === hostOf(referenced) && hostOf(column) !== "other";
}

/** A key that is a foreign key must not lead back to its own table. */
function leadsBack(
  table: TableIr,
  key: ForeignKeyIr,
  byName: ReadonlyMap<string, TableIr>,
): boolean {
  if (!table.primaryKey.includes(key.columns[0] ?? "")) return false;
  const seen = new Set<string>();
  const waiting = [key.referencedTable];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name === table.name) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    const { primaryKey = [], foreignKeys = [] } = byName.get(name) ?? {};
    for (const next of foreignKeys) {
      if (next.columns.some((column) => primaryKey.includes(column))) {
        waiting.push(next.referencedTable);
      }
    }
  }
  return false;
}

const hosts: Partial<Readonly<Record<StorageKind, string>>> = {
  integer: "number",
  bigint: "bigint",
  text: "string",
  uuid: "uuid",
  date: "date",
  decimal: "decimal",
};

/** What a program holds for the column. */
function hostOf({ type }: ColumnIr): string {
  return hosts[type.kind] ?? "other";
}

/** `artist` for `artist_id`, `ArtistId` and `artist`; the target's name where nothing is left. */
function relationNames(column: string, target: string): readonly [string, ...string[]] {
  const camel = camelCase(column);
  const short = /^(.+?)(?:Id|ID|Fk|Key)$/.exec(camel)?.[1];
  const own = camelCase(target);
  const first = short ?? (camel === "id" ? own : camel);
  return [safeProperty(first), ...(first === own ? [] : [safeProperty(own)]), `${first}Row`];
}

/** A name that is free, and free with `Id` at its end. */
function takePair(space: NameSpace, names: readonly [string, ...string[]]): string {
  const isFree = (name: string) => !space.has(name) && !space.has(`${name}Id`);
  let name = names.find(isFree) ?? "";
  for (let n = 2; name === ""; n += 1) {
    const numbered = `${names[0]}${n}`;
    if (isFree(numbered)) name = numbered;
  }
  space.take(name);
  space.take(`${name}Id`);
  return name;
}

function isUnique(table: TableIr, column: string): boolean {
  if (sameList(table.primaryKey, [column])) return true;
  return table.uniques.some(({ inline, columns }) => inline && sameList(columns, [column]));
}

/** Whether a column has what the shadow of a relation doesn't: a default, a comment, a type of its own. */
function saysMore(table: TableIr, name: string, key: ForeignKeyIr, target: TableIr): boolean {
  const column = table.columns.find((each) => each.name === name);
  const referenced = target.columns.find((each) => each.name === key.referencedColumns[0]);
  if (column === undefined || referenced === undefined) return true;
  return (
    column.default !== null ||
    column.comment !== null ||
    column.autoincrement ||
    column.nativeType !== undefined ||
    column.collation !== undefined ||
    sameList(table.primaryKey, [name]) ||
    (table.primaryKey.includes(name) && column.nullable) ||
    table.checks.some((check) => check.kind === "values" && check.column === name) ||
    JSON.stringify(column.type) !== JSON.stringify(referenced.type)
  );
}

function nameRelated(
  { table, className, relations, relationsOver }: Draft,
  classes: ReadonlyMap<string, string>,
  spaces: ReadonlyMap<string, NameSpace>,
  backRefs: ReadonlyMap<string, PulledBackRef[]>,
  known: ReadonlyMap<string, KnownTable>,
): Pick<PulledTable, "relations" | "relationsOver"> {
  const named = new Map<string, PulledRelation>();
  const namedOver: PulledRelation[] = [];
  const all = [...relations.values(), ...relationsOver];
  for (const relation of all) {
    const own = camelCase(className);
    const base = relation.unique ? own : plural(own);
    const rivals = all.filter(({ target }) => target === relation.target).length > 1;
    const plainly = relation.property === camelCase(classes.get(relation.target) ?? "");
    const by = `${base}By${relation.property.charAt(0).toUpperCase()}${relation.property.slice(1)}`;
    const itself = relation.target === table.name;
    const wanted = (rivals && !plainly) || itself ? by : base;
    const space = spaces.get(relation.target) ?? new NameSpace();
    const given = known.get(table.name)?.relations.get(relation.key.columns.join());
    const relatedName = given?.relatedName ?? space.take(safeProperty(wanted), by);
    if (relation.column === null) namedOver.push({ ...relation, relatedName });
    else named.set(relation.column, { ...relation, relatedName });
    backRefs.get(relation.target)?.push({ property: relatedName, source: className });
  }
  return { relations: named, relationsOver: namedOver };
}

/**
 * A table of two foreign keys, and nothing else but a key that the database numbers, links their targets;
 * the two may share columns. Rows must be told apart by the pair.
 */
function linkThrough(
  each: Pick<PulledTable, "table" | "className" | "columns" | "relations" | "relationsOver">,
  classes: ReadonlyMap<string, string>,
  spaces: ReadonlyMap<string, NameSpace>,
  backRefs: ReadonlyMap<string, PulledBackRef[]>,
  links: ReadonlyMap<string, PulledLink[]>,
  known: ReadonlyMap<string, KnownTable>,
): void {
  const { table, className, columns } = each;
  // The link stands at the side that the table says first; the first columns may be shared.
  const place = ({ key }: PulledRelation) =>
    columns.findIndex(({ name }) => name === key.columns.at(-1));
  const [first, second, third] = [...each.relations.values(), ...each.relationsOver].sort(
    (a, b) => place(a) - place(b),
  );
  if (first === undefined || second === undefined || third !== undefined) return;
  if (first.target === second.target || !holdsPairs(table, first, second)) return;

  const side = (target: string) => classes.get(target) ?? "";
  const take = (owner: string, other: string): string => {
    const name = plural(camelCase(side(other)));
    const through = `${name}Through${className}`;
    return (spaces.get(owner) ?? new NameSpace()).take(safeProperty(name), through);
  };
  const given = known.get(first.target)?.links.get(table.name);
  const property = given?.property ?? take(first.target, second.target);
  const relatedName = given?.relatedName ?? take(second.target, first.target);
  links
    .get(first.target)
    ?.push({ property, target: side(second.target), relatedName, through: className });
  backRefs.get(second.target)?.push({ property: relatedName, source: side(first.target) });
}

/** Whether a table is the pairs of two keys: no other columns, and no pair twice. */
function holdsPairs(table: TableIr, first: PulledRelation, second: PulledRelation): boolean {
  const pair = new Set([...first.key.columns, ...second.key.columns]);
  const isPair = (columns: readonly string[]) =>
    columns.length === pair.size && columns.every((column) => pair.has(column));
  const isNumberedKey = ({ name, autoincrement }: ColumnIr) =>
    autoincrement && sameList(table.primaryKey, [name]);
  return (
    table.columns.every((column) => pair.has(column.name) || isNumberedKey(column)) &&
    table.columns.every(({ name, nullable }) => !pair.has(name) || !nullable) &&
    (isPair(table.primaryKey) || table.uniques.some(({ columns }) => isPair(columns)))
  );
}
