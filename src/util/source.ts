let makeCode: (text: string) => Code;
let textOf: (code: Code) => string;

/** A piece of generated code. Only a {@link Source} makes one, so text from elsewhere never passes for code. */
export class Code {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  static {
    makeCode = (text) => new Code(text);
    textOf = (code) => code.#text;
  }
}

/** Operators, names, numbers, and strings without escapes: enough for a codec's snippet. */
const snippetSyntax = /^[\w\s.,()[\]!=<>?:&|+\-*/%"]+$/;

/**
 * Writes the source of a function.
 *
 * Values never become text: `constant` passes one in from outside under a name,
 * `property` and `index` write only a quoted name or a number. A line is a
 * template whose holes take {@link Code} and nothing else.
 *
 * @example
 * ```ts
 * const source = new Source();
 * source.line`return (row) => ${source.constant(Number)}(row${source.index(0)});`;
 * source.compile<(row: string[]) => number>()(["7"]) // => 7
 * ```
 */
export class Source {
  readonly #lines: string[] = [];
  readonly #constants: unknown[] = [];

  /** Hands a value to the code under a name of our own. */
  constant(value: unknown): Code {
    return makeCode(constantName(this.#constants.push(value) - 1));
  }

  /** `["name"]`, whatever the name. */
  property(name: string): Code {
    return makeCode(`[${JSON.stringify(name)}]`);
  }

  /** `[3]`. */
  index(position: number): Code {
    if (!Number.isSafeInteger(position) || position < 0) {
      throw new TypeError("an index is a whole number from 0");
    }
    return makeCode(`[${position}]`);
  }

  /** `null` or `void 0`. */
  empty(value: null | undefined): Code {
    return makeCode(value === null ? "null" : "void 0");
  }

  /** An expression that is written in our own sources, such as a codec's `inline`. */
  snippet(expression: string): Code {
    if (!snippetSyntax.test(expression)) throw new TypeError("not a snippet of plain code");
    return makeCode(`(${expression})`);
  }

  /** A piece of code out of pieces. */
  code(text: TemplateStringsArray, ...holes: readonly Code[]): Code {
    return makeCode(fill(text, holes));
  }

  line(text: TemplateStringsArray, ...holes: readonly Code[]): void {
    this.#lines.push(fill(text, holes));
  }

  /** Runs the lines as a function body, strictly, and gives what they return. */
  compile<Result>(): Result {
    const names = this.#constants.map((_, position) => constantName(position));
    const body = ["'use strict';", ...this.#lines].join("\n");
    // The one cast: the lines say what they return.
    return new Function(...names, body)(...this.#constants) as Result;
  }
}

let allowed: boolean | undefined;

/** Whether this process may compile source: a Content Security Policy or a flag can forbid it. Asked once. */
export function canCompileSource(): boolean {
  if (allowed === undefined) {
    try {
      allowed = new Function("return true")() === true;
    } catch {
      allowed = false;
    }
  }
  return allowed;
}

function constantName(position: number): string {
  return `k${position}`;
}

function fill(text: TemplateStringsArray, holes: readonly Code[]): string {
  return text
    .map((piece, place) => {
      const hole = holes[place];
      return hole === undefined ? piece : piece + textOf(hole);
    })
    .join("");
}
