import { DdlTextError, type Span } from "./ddl-cursor.ts";
import type { ConstraintText, TableText } from "./ddl-parts.ts";
import { isTelling, printTokens } from "./ddl-tokens.ts";

interface Change extends Span {
  readonly text: string;
}

/** Changes of a CREATE TABLE statement's text, each at the place of the part that it is about. */
export class TableEdit {
  readonly text: TableText;
  readonly #changes: Change[] = [];
  readonly #removed = new Set<Span>();
  readonly #columns: string[] = [];
  readonly #constraints: string[] = [];

  constructor(text: TableText) {
    this.text = text;
  }

  /** What stands after the list in parentheses. */
  get tail(): Span {
    const { tokens, body } = this.text;
    const close = tokens.findIndex(
      ({ kind, text }, at) => at >= body.to && kind === "symbol" && text === ")",
    );
    return { from: close + 1, to: tokens.length };
  }

  replace({ from, to }: Span, text: string): void {
    this.#changes.push({ from, to, text });
  }

  insert(at: number, text: string): void {
    this.#changes.push({ from: at, to: at, text });
  }

  /** Takes a clause out of its column, with the space before it. */
  remove({ from, to }: Span): void {
    const before = this.text.tokens[from - 1];
    const start = before !== undefined && before.kind === "space" ? from - 1 : from;
    this.#changes.push({ from: start, to, text: "" });
  }

  /** Takes a column or a constraint out of the list. */
  removePart(part: Span): void {
    this.#removed.add(part);
  }

  /** Takes a constraint away, wherever it stands. */
  removeConstraint(constraint: ConstraintText): void {
    if (this.text.constraints.includes(constraint)) this.removePart(constraint);
    else this.remove(constraint);
  }

  addColumn(clause: string): void {
    this.#columns.push(clause);
  }

  addConstraint(clause: string): void {
    this.#constraints.push(clause);
  }

  print(): string {
    this.#closeGaps();
    const { tokens } = this.text;
    const changes = this.#changes.toSorted((a, b) => a.from - b.from || a.to - b.to);
    let printed = "";
    let at = 0;
    for (const { from, to, text } of changes) {
      // Within a part that is taken out as a whole.
      if (from < at) continue;
      printed += printTokens(tokens.slice(at, from)) + text;
      at = to;
    }
    return printed + printTokens(tokens.slice(at));
  }

  /** Commas go with the parts that go, and come with those that come. */
  #closeGaps(): void {
    const { columns, constraints, tokens } = this.text;
    const parts: readonly Span[] = [...columns, ...constraints];
    const left = parts.filter((part) => !this.#removed.has(part));
    const added = (list: readonly string[]): string => list.map((each) => `, ${each}`).join("");
    const lastColumn = columns.findLast((column) => !this.#removed.has(column));
    const last = left.at(-1);
    if (lastColumn === undefined || last === undefined) throw new DdlTextError("no column stays");
    for (const [at, part] of parts.entries()) {
      if (!this.#removed.has(part)) continue;
      const next = parts.slice(at + 1).find((each) => !this.#removed.has(each));
      const first = at === 0 || !this.#removed.has(parts[at - 1] as Span);
      if (next !== undefined && first)
        this.#changes.push({ from: part.from, to: next.from, text: "" });
      if (next === undefined && first) {
        const end = parts.at(-1) as Span;
        this.#changes.push({ from: endOf(tokens, parts[at - 1] as Span), to: end.to, text: "" });
      }
    }
    this.insert(lastColumn.to, added(this.#columns));
    this.insert(last.to, added(this.#constraints));
  }
}

function endOf(tokens: TableText["tokens"], { to }: Span): number {
  let end = to;
  while (end > 0 && !isTelling(tokens[end - 1] as TableText["tokens"][number])) end -= 1;
  return end;
}
