/** What a query says where a program takes it for its rows: an error there, where undefined would go on unnoticed. */
import { UsageError } from "../errors/errors.ts";
import { type Misuse, misuse } from "./misuse.ts";

/** What programs ask of lists of rows. */
const ofLists: ReadonlySet<string> = new Set([
  "length",
  "map",
  "filter",
  "forEach",
  "find",
  "reduce",
  "at",
]);

/** Whether a name is there only to say that rows are not. */
export function isOfRows(name: string): boolean {
  return ofLists.has(name) || name === "toJSON";
}

/**
 * Makes a kind of query tell that it was not run.
 *
 * All are getters, so that lists of loaded rows, which take over its methods, take none of these.
 */
export function tellNotRun(prototype: object, example: string): void {
  const define = (name: PropertyKey, get: (this: object) => unknown): void => {
    Object.defineProperty(prototype, name, { configurable: true, get });
  };
  for (const name of ofLists) {
    define(name, function () {
      throw new UsageError(`${nameOf(this)} has no ${name}: it was not run`, {
        hint: `await its rows first: const rows = await ${example}`,
      });
    });
  }
  define("toJSON", () => printed);
  define(Symbol.iterator, () => refuseLoop(example));
  define(misuse, () => asValue);
}

function nameOf(query: object): string {
  return `a ${String((query as { readonly [Symbol.toStringTag]?: string })[Symbol.toStringTag])}`;
}

function refuseLoop(example: string) {
  return function (this: object): never {
    throw new UsageError(`${nameOf(this)} was used as a list: it was not run`, {
      hint: `write for (const row of await ${example}), or for await (const row of query)`,
    });
  };
}

/** A log or a response shows what went wrong, and nothing breaks. */
function printed(this: object): string {
  return `[${nameOf(this)} that was not run]`;
}

function asValue(this: object): Misuse {
  return {
    what: nameOf(this),
    hint: "compare with what it selects: t.authorId.in(Author.select((a) => a.id)), or scalar(…) for one value",
  };
}
