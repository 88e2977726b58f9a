/** Instances as JSON: columns, and the relations that were included. */
import type { Definition } from "../definition/read.ts";
import { InstanceState } from "../session/state.ts";
import { currentRelation } from "./relations.ts";

/** The instances that are being written, from the outermost inwards. */
const path = new Set<object>();

/**
 * The columns of an instance and its included relations, in forms that JSON has.
 *
 * An instance inside itself, as when an author's post has its author, is written without relations.
 */
export function instanceJson(
  instance: object,
  { columns, relations }: Definition,
): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const { property } of columns) {
    json[property] = jsonForm((instance as Record<string, unknown>)[property]);
  }
  const loaded = InstanceState.relations(instance);
  if (loaded === undefined || path.has(instance)) return json;
  path.add(instance);
  try {
    for (const property of loaded.keys()) {
      const relation = relations.get(property);
      const current = relation && currentRelation(instance, relation);
      // A foreign key that was changed leads to a row that is not loaded.
      if (current !== undefined) json[property] = relatedJson(current.value);
    }
  } finally {
    path.delete(instance);
  }
  return json;
}

function relatedJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relatedJson);
  if (isInstance(value)) return value.toJSON();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, relatedJson(part)]));
}

function isInstance(value: unknown): value is { toJSON(): unknown } {
  return typeof value === "object" && value !== null && InstanceState.has(value);
}

/** What JSON has no form for, as text: digits for a bigint, base64 for bytes. */
function jsonForm(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
}
