/** Columns that every change of a row changes as well. */
import type { ColumnDefinition, ModelDefinition } from "./definition.ts";

/** The columns of a model that Ferro keeps. */
export interface KeptColumns {
  /** Counts the changes, so that a stale instance is noticed. */
  readonly version: ColumnDefinition | undefined;
  /** Columns with `onUpdate`: a new value for each change. */
  readonly touched: readonly ColumnDefinition[];
}

const kept = new WeakMap<ModelDefinition, KeptColumns>();

/** The columns of a model that Ferro keeps. */
export function keptColumns(model: ModelDefinition): KeptColumns {
  let columns = kept.get(model);
  if (columns === undefined) {
    columns = {
      version: model.columns.find(({ version }) => version === true),
      touched: model.columns.filter(({ onUpdate }) => onUpdate !== undefined),
    };
    kept.set(model, columns);
  }
  return columns;
}

/** The version after this one. */
export function nextVersion(version: unknown): number | bigint {
  return typeof version === "bigint" ? version + 1n : Number(version) + 1;
}
