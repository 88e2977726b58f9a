/** Writes text, tables and SQL to the terminal, in colour where there is one. */
import { styleText } from "node:util";
import type { Asked, Line } from "./questions.ts";
import { layOutSql } from "./sql.ts";

const margin = "  ";

/** Columns to write in: as many as the terminal has, 80 to 100. */
const width = Math.min(Math.max(process.stdout.columns ?? 100, 80), 100);

const bold = (text: string): string => styleText("bold", text);
const dim = (text: string): string => styleText("dim", text);

export function say(text = ""): void {
  process.stdout.write(text === "" ? "\n" : `${margin}${text}\n`);
}

export function sayTitle(text: string): void {
  process.stdout.write(`\n${styleText(["bold", "cyan"], text)}\n\n`);
}

export function sayQuestion(number: number, text: string, shows: string): void {
  process.stdout.write(`\n${dim("─".repeat(width))}\n`);
  process.stdout.write(`${bold(`${number}. ${text}`)}\n`);
  process.stdout.write(`${margin} ${dim(shows)}\n\n`);
}

/** A green check before good news, a red cross before bad. */
export function sayVerdict(good: boolean, text: string): void {
  say(`${good ? styleText("green", "✓") : styleText("red", "✗")} ${text}`);
}

/** Columns as wide as their widest cell; numbers to the right. */
export function sayTable(lines: readonly Line[]): void {
  const headings = Object.keys(lines[0] ?? {});
  if (headings.length === 0) say(dim("(nothing)"));

  const columns = headings.map((heading) => {
    const cells = lines.map((line) => cellText(line[heading] ?? null));
    const numeric = lines.every((line) => typeof line[heading] === "number");
    return { heading, cells, numeric, size: Math.max(...[heading, ...cells].map(cellsOf)) };
  });
  const rowOf = (text: (column: (typeof columns)[number]) => string) =>
    cutToPage(columns.map((column) => pad(text(column), column)).join("  "));

  say(bold(rowOf(({ heading }) => heading)));
  say(dim(rowOf(({ size }) => "─".repeat(size))));
  for (const index of lines.keys()) say(rowOf(({ cells }) => cells[index] ?? ""));
}

/** The statement on each database; in full once, then only what differs. */
export function saySql(postgres: Asked["statement"], sqlite: Asked["statement"]): void {
  const shared = layOutSql(postgres.sql).split("\n");
  const other = layOutSql(sqlite.sql).split("\n");
  const differing = other.filter((line, index) => line !== withoutNumbers(shared[index] ?? ""));

  for (const line of shared) say(styleText("cyan", line));
  const values = postgres.parameters.map((value, index) => `$${index + 1} = ${valueText(value)}`);
  if (values.length > 0) say(dim(`-- ${values.join(", ")}`));
  if (differing.length > 0) say(dim("-- on SQLite:"));
  for (const line of differing) say(styleText("cyan", line));
}

/** "1,234" */
export function number(value: number): string {
  return value.toLocaleString("en");
}

/** "0.42 ms", "12.3 ms", "1.2 s" */
export function duration(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(milliseconds < 1 ? 2 : 1)} ms`;
}

function cellText(value: string | number | null): string {
  if (value === null) return "–";
  return typeof value === "number" ? number(value) : value;
}

function valueText(value: unknown): string {
  if (typeof value === "string" && Number.isNaN(Number(value))) return `'${value}'`;
  return Array.isArray(value) ? `{${value.join(",")}}` : String(value);
}

/** SQLite's placeholders have no numbers, and no types need to be told. */
function withoutNumbers(line: string): string {
  return line.replaceAll(/\$\d+/g, "?");
}

function pad(text: string, { numeric, size }: { numeric: boolean; size: number }): string {
  const space = " ".repeat(size - cellsOf(text));
  return numeric ? space + text : text + space;
}

function cutToPage(line: string): string {
  const room = width - margin.length;
  const text = line.trimEnd();
  if (cellsOf(text) <= room) return text;
  let kept = "";
  for (const character of text) {
    if (cellsOf(kept + character) >= room) break;
    kept += character;
  }
  return `${kept}…`;
}

/** How many cells of a terminal a text takes: marks take none, Chinese and its like take two. */
function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    cells += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(
      character,
    )
      ? 2
      : 1;
  }
  return cells;
}
