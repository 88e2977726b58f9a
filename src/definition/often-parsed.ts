import { z } from "zod";

/** Compiling takes about a millisecond: from this many values on it is worth its while. */
const often = 20;

/** Zod's own compiler: the same results and the same issues, in a third of the time. Versions before 4.6 have none. */
const { compile } = z as { readonly compile?: typeof z.compile };

/** A schema that Zod compiles once it has parsed many values. */
export class OftenParsed<Schema extends z.ZodType> {
  readonly schema: Schema;
  #parsing: Schema;
  #left = often;

  constructor(schema: Schema) {
    this.schema = schema;
    this.#parsing = schema;
  }

  /** The schema to parse one value with. */
  forParsing(): Schema {
    if (this.#left > 0) {
      this.#left -= 1;
      if (this.#left === 0 && compile !== undefined) this.#parsing = compile(this.schema);
    }
    return this.#parsing;
  }
}
