/** The tables behind many-to-many links. */
import { SchemaError } from "../errors/errors.ts";
import type { ColumnIr, ForeignKeyIr, TableIr } from "../ir/schema.ts";
import { byName, sameList } from "../util/lists.ts";
import type { JoinColumn, JoinTable, LinkRelation, ModelDefinition } from "./definition.ts";
import { checkIdentifier, foreignKeyName, indexName, uniqueName } from "./naming.ts";

/**
 * The join tables of all models, each once, though both sides know it.
 *
 * A link through a model of the user's needs no table besides that model's.
 *
 * @throws {SchemaError} Two links share a table, or the user's model lacks the columns.
 */
export function readJoinTables(
  models: readonly ModelDefinition[],
  byTable: ReadonlyMap<string, ModelDefinition>,
): readonly TableIr[] {
  const found = new Map<string, { join: JoinTable; user: string }>();
  for (const { join, model, property } of models.flatMap(links)) {
    const user = `${model.name}.${property}`;
    const owner = byTable.get(join.table);
    if (owner !== undefined) {
      assertHasLinkColumns(owner, join, user);
      continue;
    }
    const other = found.get(join.table);
    if (other !== undefined && !sameJoin(other.join, join)) {
      throw new SchemaError(
        `${other.user} and ${user} both use the join table "${join.table}" for different links`,
        { hint: "name one of the tables with `through`" },
      );
    }
    found.set(join.table, other ?? { join, user });
  }
  return [...found.values()].map(({ join, user }) => emitJoinTable(join, user));
}

function links(model: ModelDefinition): readonly LinkRelation[] {
  return [...model.relations.values()].filter((relation) => relation.kind === "link");
}

function emitJoinTable(join: JoinTable, user: string): TableIr {
  const { table, source, target, sourceColumns, targetColumns } = join;
  checkIdentifier(table, `the join table of ${user}`);
  const forward = names(sourceColumns);
  const back = names(targetColumns);
  for (const name of [...forward, ...back]) {
    checkIdentifier(name, `a column of the join table of ${user}`);
  }
  const twice = forward.find((name) => back.includes(name));
  if (twice !== undefined) {
    throw new SchemaError(`both sides of ${user} would be the column "${twice}" of "${table}"`, {
      hint: "rename the field, or link through a model of your own",
    });
  }
  const key = (columns: readonly JoinColumn[], referenced: ModelDefinition): ForeignKeyIr => ({
    name: foreignKeyName(table, names(columns), referenced.table),
    columns: names(columns),
    referencedTable: referenced.table,
    referencedColumns: columns.map(({ references }) => references.column),
    onDelete: "CASCADE",
    onUpdate: "NO ACTION",
  });
  const pair = [...forward, ...back];
  const reverse = [...back, ...forward];
  return {
    name: table,
    model: null,
    comment: null,
    columns: [...sourceColumns, ...targetColumns].map(emitJoinColumn).sort(byName),
    primaryKey: [],
    foreignKeys: [key(sourceColumns, source), key(targetColumns, target)].sort(byName),
    uniques: [{ name: uniqueName(table, pair), columns: pair, inline: false }],
    indexes: join.reverseIndex ? [{ name: indexName(table, reverse), columns: reverse }] : [],
    checks: [],
  };
}

function emitJoinColumn({ column, references }: JoinColumn): ColumnIr {
  return {
    name: column,
    type: references.type,
    nullable: false,
    autoincrement: false,
    default: null,
    generated: null,
    comment: null,
    renamedFrom: null,
  };
}

function assertHasLinkColumns(owner: ModelDefinition, join: JoinTable, user: string): void {
  const columns = owner.columns.map(({ column }) => column);
  const wanted = new Set([...names(join.sourceColumns), ...names(join.targetColumns)]);
  const missing = [...wanted].filter((name) => !columns.includes(name));
  if (missing.length === 0) return;
  throw new SchemaError(
    `${user} links through the table of ${owner.name}, which lacks ${missing.map((name) => `"${name}"`).join(" and ")}`,
    {
      hint: `give ${owner.name} foreign keys to both sides, or choose another join table with \`through\``,
    },
  );
}

function sameJoin(a: JoinTable, b: JoinTable): boolean {
  return (
    a.source === b.source &&
    a.target === b.target &&
    a.reverseIndex === b.reverseIndex &&
    sameList(names(a.sourceColumns), names(b.sourceColumns)) &&
    sameList(names(a.targetColumns), names(b.targetColumns))
  );
}

function names(columns: readonly JoinColumn[]): readonly string[] {
  return columns.map(({ column }) => column);
}
