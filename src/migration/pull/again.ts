/** A second pull: what changed in the database, brought into models that people have edited. */
import type { ModelDefinition } from "../../definition/definition.ts";
import { toSchemaIr } from "../../definition/to-schema-ir.ts";
import type { Dialect } from "../../dialect/dialect.ts";
import type { ColumnIr, SchemaPayload, TableIr } from "../../ir/schema.ts";
import { alignSchema } from "../align.ts";
import { type KnownNames, knownTable } from "./known.ts";
import { type MergedPull, mergePull } from "./merge.ts";
import { type PullOptions, pullModels, type Unrepresented } from "./pull.ts";
import { readModuleText } from "./source-text.ts";

/** What a second pull is made from. */
export interface PullAgain extends Pick<PullOptions, "from"> {
  /** The text of the file with the models. */
  readonly text: string;
  /** The models in it, and those beside it. */
  readonly models: readonly ModelDefinition[];
  readonly dialect: Pick<Dialect, "ddl" | "reconcile">;
}

/** What came of a second pull. */
export interface PulledAgain extends MergedPull {
  readonly unrepresented: readonly Unrepresented[];
}

/**
 * Brings what changed in the database into a file of models, and leaves the rest of it as it is.
 *
 * Classes and properties are found by their names in the database, so they may be called anything. A change
 * that meets an edit of the same thing is a conflict: the file stays as it is there.
 *
 * @param payload - What `introspect` gave.
 */
export function pullAgain(
  payload: SchemaPayload,
  { text, models, dialect, from = "ferro-orm" }: PullAgain,
): PulledAgain {
  const said = toSchemaIr(models).ir.payload;
  const live = alignSchema(payload, said, dialect);
  const known = knownNames(text, models);
  const places = new Map(live.tables.map(({ name, columns }) => [name, columns]));
  const { unmanaged } = live;
  const before: SchemaPayload = {
    ...said,
    tables: said.tables.map((table) => inOrderOf(places.get(table.name), table)),
    // What is left alone is told, and changes no model.
    ...(unmanaged !== undefined && { unmanaged }),
  };
  const write = (schema: SchemaPayload) => pullModels(schema, { from, known });
  const { files, unrepresented } = write(live);
  const merged = mergePull({
    file: text,
    base: String(write(before).files[0]?.text),
    database: String(files[0]?.text),
    from,
  });
  return { ...merged, unrepresented };
}

function knownNames(text: string, models: readonly ModelDefinition[]): KnownNames {
  const { classes, constants } = readModuleText(text);
  const byModel = new Map([...classes.values()].map(({ model, name }) => [model, name]));
  return {
    classes: new Map(models.map(({ table, name }) => [table, byModel.get(name) ?? name])),
    tables: new Map(models.map((model) => [model.table, knownTable(model)])),
    enums: new Map(
      [...constants.values()].flatMap(({ type, name }) =>
        type === undefined ? [] : [[type, name] as const],
      ),
    ),
  };
}

/** The order of columns is no difference: both sides have the database's. */
function inOrderOf(live: readonly ColumnIr[] | undefined, table: TableIr): TableIr {
  if (live === undefined) return table;
  const placeOf = ({ name }: ColumnIr) => live.find((column) => column.name === name)?.position;
  return {
    ...table,
    columns: table.columns.map((column) => ({
      ...column,
      position: placeOf(column) ?? live.length + 1,
    })),
  };
}
