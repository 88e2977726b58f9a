/** Walks over the telling tokens of a statement. */
import { isTelling, isWord, nameOf, printTokens, type Token } from "./ddl-tokens.ts";

/** Places of tokens in their list: from the first to before the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A statement that doesn't read as expected. */
export class DdlTextError extends Error {}

/** Reads tokens one after the other; space and comments are passed over. */
export class Cursor {
  readonly tokens: readonly Token[];
  /** The place of the next telling token. */
  at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
    this.#skip();
  }

  get token(): Token | undefined {
    return this.tokens[this.at];
  }

  /** The place after the last telling token that was taken. */
  get end(): number {
    let end = this.at;
    while (end > 0 && !isTelling(this.tokens[end - 1] as Token)) end -= 1;
    return end;
  }

  take(): Token {
    const { token } = this;
    if (token === undefined) throw new DdlTextError("the statement ends too early");
    this.at += 1;
    this.#skip();
    return token;
  }

  is(...words: readonly string[]): boolean {
    return isWord(this.token, ...words);
  }

  /** Takes the word if it is next. */
  accept(...words: readonly string[]): boolean {
    if (!this.is(...words)) return false;
    this.take();
    return true;
  }

  acceptSymbol(symbol: string): boolean {
    if (this.token?.kind !== "symbol" || this.token.text !== symbol) return false;
    this.take();
    return true;
  }

  isSymbol(symbol: string): boolean {
    return this.token?.kind === "symbol" && this.token.text === symbol;
  }

  expect(word: string): void {
    if (!this.accept(word)) throw this.#unexpected(word);
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) throw this.#unexpected(symbol);
  }

  name(): string {
    const token = this.take();
    if (token.kind !== "word" && token.kind !== "quoted" && token.kind !== "string") {
      throw new DdlTextError(`expected a name, found ${token.text}`);
    }
    return nameOf(token);
  }

  /** Takes `( … )` and gives what is inside. */
  parenthesised(): Span {
    this.expectSymbol("(");
    const from = this.at;
    for (let depth = 1; ; ) {
      if (this.isSymbol("(")) depth += 1;
      if (this.isSymbol(")")) depth -= 1;
      if (depth === 0) break;
      this.take();
    }
    const to = this.end;
    this.expectSymbol(")");
    return { from, to: Math.max(from, to) };
  }

  text({ from, to }: Span): string {
    return printTokens(this.tokens.slice(from, to));
  }

  #skip(): void {
    while (this.token !== undefined && !isTelling(this.token)) this.at += 1;
  }

  #unexpected(expected: string): DdlTextError {
    return new DdlTextError(`expected ${expected}, found ${this.token?.text ?? "the end"}`);
  }
}
