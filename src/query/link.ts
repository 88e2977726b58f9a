import type { LinkRelation } from "../definition/definition.ts";

/** The rows linked to one source row over a many-to-many relation. */
export interface LinkScope {
  readonly relation: LinkRelation;
  /** The source's key, in stored form. */
  readonly key: readonly unknown[];
}
