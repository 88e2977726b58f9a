import ts from "typescript-5.9";
import { lineBudget, longFiles } from "./layers.ts";
import { lineOf, parse, type Source, walk } from "./source.ts";

/** The comment that lets one line use `any`; the linter reads the same one. */
const anyMarker = /biome-ignore lint\/suspicious\/noExplicitAny: \S/;

/** Uses of `any` without the marker, with its reason, on the line above or the same line. */
export function unmarkedAny(source: Source): string[] {
  const file = parse(source);
  const lines = source.text.split("\n");
  const found: string[] = [];
  walk(file, (node) => {
    if (node.kind !== ts.SyntaxKind.AnyKeyword) return;
    const line = lineOf(file, node);
    const near = [lines[line - 1], lines[line - 2]];
    if (near.some((text) => text !== undefined && anyMarker.test(text))) return;
    found.push(`${source.path}:${line}: any, without a reason`);
  });
  return found;
}

export function overlongFile(source: Source): string[] {
  const lines = source.text.split("\n").length - 1;
  if (lines <= lineBudget || longFiles[source.path] !== undefined) return [];
  return [`${source.path}: ${lines} lines; the budget is ${lineBudget}`];
}

// Built from parts, so that these rules do not find themselves.
const unfinished = new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|")})\\b`);
const machine = new RegExp(
  [
    "(?<![\\w.@])/(?:root|work|Users/[a-z]+|home/[a-z]+)/[\\w.-]",
    ["registry", "npmjs", "org"].join("\\."),
    ["registry", "yarnpkg", "com"].join("\\."),
  ].join("|"),
);

export function unfinishedMarks(source: Source): string[] {
  return matchingLines(source, unfinished, "an unfinished mark");
}

/** Paths and hosts of the machine a file was written on. */
export function machineTraces(source: Source): string[] {
  return matchingLines(source, machine, "a path or host of one machine");
}

function matchingLines({ path, text }: Source, pattern: RegExp, what: string): string[] {
  return text
    .split("\n")
    .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${what}`] : []));
}
