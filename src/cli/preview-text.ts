/** What would be run, as lines: operations, statements, and what each does to tables that are in use. */
import {
  describeSegment,
  lossesOf,
  type Operation,
  type PreviewedEffect,
  type PreviewedRevision,
  type PreviewedSegment,
} from "../migrate.ts";
import type { Output, Style } from "./output.ts";

/** From how many rows on it is felt that a table is read or written anew. */
const many = 10_000;

/** Prints revisions, their operations, segments and statements. */
export function printPreview(revisions: readonly PreviewedRevision[], output: Output): void {
  if (revisions.length === 0) output.print("nothing to do");
  for (const { planned, segments } of revisions) {
    const { revision, operations, before, direction } = planned;
    output.print(
      `${direction === "up" ? "↑" : "↓"} ${output.style("bold", revision.id)} ${revision.message}`,
    );
    for (const operation of operations) {
      const [colour, sign] = marks(operation);
      output.print(output.style(colour, `  ${sign} ${describeOperation(operation)}`));
    }
    for (const { what } of lossesOf(before, operations)) {
      output.print(output.style("red", `  ! ${what}`));
    }
    for (const [index, segment] of segments.entries()) {
      printSegment(segment, `${index + 1}/${segments.length}`, output);
    }
  }
}

function printSegment(
  { segment, statements, effects }: PreviewedSegment,
  place: string,
  output: Output,
): void {
  output.print(output.style("dim", `  -- ${place} ${describeSegment(segment)}`));
  const printOf = (at: number | null): void => {
    for (const effect of effects) if (effect.statement === at) printEffect(effect, output);
  };
  printOf(null);
  for (const [at, sql] of statements.entries()) {
    output.print(`  ${sql.replaceAll("\n", "\n  ")};`);
    printOf(at);
  }
}

function printEffect(effect: PreviewedEffect, output: Output): void {
  output.print(`    ${output.style(colourOf(effect), describeEffect(effect))}`);
}

/** Whether others wait for as long as it reads or writes. */
function isFelt({ waiting, reads, rewrites }: PreviewedEffect): boolean {
  return waiting !== "nobody" && (reads || rewrites);
}

function colourOf(effect: PreviewedEffect): Style {
  if (!isFelt(effect)) return "dim";
  return effect.rows < many ? "yellow" : "red";
}

/** "[SHARE: writers wait] [reads all] "post", about 12,000 rows". */
function describeEffect(effect: PreviewedEffect): string {
  const { table, rows, lock, waiting, reads, rewrites } = effect;
  const who = { everyone: "everyone waits", writers: "writers wait", nobody: "nobody waits" };
  const how = waiting === "nobody" || isFelt(effect) ? "" : ", for a moment";
  const badges = [
    `[${lock}: ${who[waiting]}${how}]`,
    ...(reads ? ["[reads all]"] : []),
    ...(rewrites ? ["[writes all anew]"] : []),
  ];
  return `${badges.join(" ")} "${table}", about ${rows.toLocaleString("en-US")} rows`;
}

function marks({ op }: Operation): readonly [Style, string] {
  if (/^(?:create|add)/.test(op)) return ["green", "+"];
  return /^drop/.test(op) ? ["red", "-"] : ["yellow", "~"];
}

/** An operation in a few words: "add column "post"."slug"". */
function describeOperation(operation: Operation): string {
  const words = operation.op.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const facts = operation as unknown as Readonly<Record<string, unknown>>;
  const names = [facts["table"], part(facts), facts["enum"]]
    .map(nameOf)
    .filter((name) => name !== null);
  const to = facts["to"] ?? facts["as"];
  const target = typeof to === "string" ? ` to "${to}"` : "";
  return `${words} ${names.map((name) => `"${name}"`).join(".")}${target}`.trimEnd();
}

const parts = ["column", "index", "unique", "check", "exclude", "foreignKey", "object", "name"];

function part(facts: Readonly<Record<string, unknown>>): unknown {
  return parts.map((name) => facts[name]).find((value) => value !== undefined);
}

function nameOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  const name: unknown = Reflect.get(Object(value), "name");
  return typeof name === "string" ? name : null;
}

/** The same as JSON. */
export function previewResult(revisions: readonly PreviewedRevision[]): object {
  return revisions.map(({ planned, segments }) => ({
    revision: planned.revision.id,
    operations: planned.operations.map(describeOperation),
    segments: segments.map(({ segment: { kind }, statements, effects }) => ({
      kind,
      statements,
      effects,
    })),
  }));
}
