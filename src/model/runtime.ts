import type { definitionKey } from "../definition/key.ts";
import type { Definition } from "../definition/read.ts";
import type { Session } from "../session/session.ts";

/** Where a write goes, as the user may say it. */
export interface WriteOptions {
  readonly using?: string | undefined;
  readonly session?: Session | undefined;
}

/** A model class as the runtime sees it: the statics it needs, without the types of the shape. */
export interface RuntimeModel {
  new (input: unknown): object;
  readonly prototype: object;
  readonly [definitionKey]: Definition;
  create(input: unknown, options?: WriteOptions): Promise<object>;
}
