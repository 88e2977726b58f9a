import { inspect } from "node:util";

const hidden = "<redacted>";

/** A string that printing, logging and JSON do not show; `reveal()` at the one place that needs it. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }
}

// Outside the class: a computed member has no declared type under isolatedDeclarations.
Object.defineProperty(Secret.prototype, inspect.custom, { value: () => hidden });
