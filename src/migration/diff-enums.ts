/** Enum types: made, renamed, widened, or made anew where values go or change places. */
import { MigrationError } from "../errors/errors.ts";
import { enumColumns } from "../ir/apply-enum.ts";
import type { EnumIr } from "../ir/schema.ts";
import { sameList } from "../util/lists.ts";
import type { DiffState } from "./diff-state.ts";

/** Brings the enum types to those wanted; what nothing needs any more is dropped at the end. */
export function diffEnums(diff: DiffState): void {
  for (const wanted of diff.to.enums) {
    if (enumNamed(diff, wanted.name) !== undefined) diffValues(diff, wanted);
    else if (!renameSameValues(diff, wanted)) diff.emit({ op: "createEnum", enum: wanted });
  }
}

/** Drops the enum types that are wanted no more. */
export function dropEnums(diff: DiffState): void {
  for (const { name } of diff.state.enums) {
    if (!isWanted(diff, name)) diff.emit({ op: "dropEnum", name });
  }
}

/** A type that is gone and one that is new with the same values are one: a rename loses nothing. */
function renameSameValues(diff: DiffState, { name: to, values }: EnumIr): boolean {
  const candidates = diff.state.enums.filter(
    (each) => !isWanted(diff, each.name) && sameList(each.values, values),
  );
  const [only] = candidates;
  if (only === undefined || candidates.length > 1) return false;
  diff.emit({ op: "renameEnum", name: only.name, to });
  return true;
}

function diffValues(diff: DiffState, wanted: EnumIr): void {
  const { name } = wanted;
  renameValues(diff, wanted);
  const before = enumNamed(diff, name)?.values ?? [];
  if (sameList(before, wanted.values)) return;
  const kept = wanted.values.filter((value) => before.includes(value));
  if (sameList(kept, before)) {
    // From the end, so that the value to stand before is always there.
    for (const [at, value] of [...wanted.values.entries()].toReversed()) {
      if (before.includes(value)) continue;
      const next = wanted.values[at + 1];
      diff.emit({
        op: "addEnumValue",
        enum: name,
        value,
        ...(next !== undefined && { before: next }),
      });
    }
    return;
  }
  const removed = before.filter((value) => !wanted.values.includes(value));
  dropDefaults(diff, name, removed);
  const mapping = removed.length === 0 ? undefined : mappingOf(diff, name, removed, wanted.values);
  diff.emit({
    op: "swapEnum",
    enum: name,
    values: wanted.values,
    ...(mapping !== undefined && Object.keys(mapping).length > 0 && { mapping }),
  });
}

/** A default that is no value any more makes way first, so that the way back finds its value again. */
function dropDefaults(diff: DiffState, name: string, removed: readonly string[]): void {
  for (const table of diff.state.tables) {
    for (const { name: column, default: value } of enumColumns(table, name)) {
      if (value?.kind !== "literal" || !removed.includes(String(value.value))) continue;
      diff.emit({ op: "setDefault", table: table.name, column, default: null });
    }
  }
}

function renameValues(diff: DiffState, wanted: EnumIr): void {
  const before = enumNamed(diff, wanted.name)?.values ?? [];
  const removed = before.filter((value) => !wanted.values.includes(value));
  const answered = new Set(removed.map((value) => diff.rename(idOf(wanted, value))));
  for (const value of removed) {
    const now = enumNamed(diff, wanted.name)?.values ?? [];
    const added = wanted.values.filter((each) => !now.includes(each));
    const candidates = added.filter((each) => !answered.has(each));
    const id = idOf(wanted, value);
    const to = diff.rename(id);
    if (to === undefined && candidates.length > 0) {
      diff.decisions.push({
        kind: "rename",
        id,
        what: "enumValue",
        table: wanted.name,
        from: value,
        candidates,
      });
    }
    if (to === undefined || to === null) continue;
    if (!added.includes(to)) {
      throw new MigrationError(`"${value}" of the enum "${wanted.name}" can't become "${to}"`, {
        hint: `what is new there: ${added.join(", ")}`,
      });
    }
    diff.emit({ op: "renameEnumValue", enum: wanted.name, value, to });
  }
}

function idOf({ name }: EnumIr, value: string): string {
  return `rename:enumValue:${name}.${value}`;
}

function mappingOf(
  diff: DiffState,
  name: string,
  removed: readonly string[],
  left: readonly string[],
): Readonly<Record<string, string | null>> {
  const id = `enum:${name}`;
  const answer = diff.answer(id);
  if (answer === undefined) {
    diff.decisions.push({ kind: "enumMapping", id, enum: name, removed });
    return {};
  }
  const mapping = "mapping" in answer ? answer.mapping : undefined;
  const bad =
    mapping === undefined ||
    Object.entries(mapping).some(
      ([from, to]) => !removed.includes(from) || (to !== null && !left.includes(to)),
    );
  if (bad) {
    throw new MigrationError(`the answer to "${id}" doesn't map ${removed.join(", ")}`, {
      hint: `each becomes one of ${left.join(", ")}, or null`,
    });
  }
  return mapping;
}

function enumNamed(diff: DiffState, name: string): EnumIr | undefined {
  return diff.state.enums.find((each) => each.name === name);
}

function isWanted(diff: DiffState, name: string): boolean {
  return diff.to.enums.some((each) => each.name === name);
}
