/** Finds loops that send a statement for each row. */
import { fileURLToPath } from "node:url";
import type { ModelDefinition, RelationDefinition } from "../definition/definition.ts";
import { UsageError } from "../errors/errors.ts";
import type { Query } from "../ir/query.ts";
import type { Scope } from "./scope.ts";

/** What to do about the same statement sent again and again from one place. */
export type NPlusOne =
  | "warn"
  | "throw"
  | {
      readonly action: "warn" | "throw";
      /** How often it may be sent. Default 10. */
      readonly limit?: number | undefined;
    };

/** The relation that a statement was sent for, and where in the program it was asked for. */
export interface Via {
  readonly relation: RelationDefinition;
  readonly site: string | undefined;
}

const standardLimit = 10;

/** The option, checked. */
export interface RepeatLimit {
  readonly action: "warn" | "throw";
  readonly limit: number;
}

let guarded = false;

/** Whether any session looks for loops; places in the program are noted only then. */
export function isGuarded(): boolean {
  return guarded;
}

/**
 * Reads the option of a session.
 *
 * @throws {UsageError} It is none of its forms.
 */
export function readRepeatLimit(given: unknown): RepeatLimit {
  const { action, limit = standardLimit } = (
    typeof given === "string" ? { action: given } : (given ?? {})
  ) as { action?: unknown; limit?: unknown };
  if (action !== "warn" && action !== "throw") {
    throw new UsageError('nPlusOne must be "warn", "throw" or { action, limit }');
  }
  if (typeof limit !== "number" || !Number.isSafeInteger(limit) || limit < 1) {
    throw new UsageError("the limit of nPlusOne must be a whole number, 1 or more");
  }
  guarded = true;
  return { action, limit };
}

/** How often each statement was sent from each place, in one session. */
export class Repeats {
  readonly #limit: RepeatLimit;
  readonly #counts = new Map<string, number>();

  constructor(limit: RepeatLimit) {
    this.#limit = limit;
  }

  /**
   * Counts a statement that is about to be sent.
   *
   * @throws {UsageError} It was sent too often, and the session says to throw.
   */
  note(sql: string, model: ModelDefinition, via: Via | undefined, kind: Query["kind"]): void {
    const site = via?.site ?? callSite();
    const key = `${sql}\n${site}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    const { action, limit } = this.#limit;
    if (count <= limit) return;
    const what =
      via === undefined ? model.name : `${via.relation.model.name}.${via.relation.property}`;
    const message = `${what} was read ${count} times in one session, each time with a statement of its own${site === undefined ? "" : `, at ${site}`}`;
    const hint = advice(model, via, kind);
    if (action === "throw") throw new UsageError(message, { hint });
    if (count === limit + 1) {
      process.emitWarning(`${message}\n  hint: ${hint}`, "FerroWarning", "N_PLUS_ONE");
    }
  }
}

function advice(model: ModelDefinition, via: Via | undefined, kind: Query["kind"]): string {
  if (via === undefined) {
    return `read the rows of ${model.name} in one query before the loop, for example with where((t) => t.${model.primaryKey[0]?.property ?? "id"}.in(keys))`;
  }
  const { relation } = via;
  const { model: owner, property } = relation;
  if (kind === "count" || kind === "exists") {
    return `count with the rows: ${owner.name}.include({ ${property}: (q) => q.combine({ total: q.count() }) })`;
  }
  const many = relation.kind === "backMany" || relation.kind === "link";
  const choice = many ? "(q) => q.where(…)" : "true";
  return `load it with the rows: ${owner.name}.include({ ${property}: ${choice} })`;
}

/** Counts a read, in a session that looks for loops. */
export function noteRead(
  { session, connection }: Scope,
  query: Query,
  model: ModelDefinition,
  via: Via | undefined,
): void {
  if (session?.repeats === undefined) return;
  session.repeats.note(connection.planner.plan(query).sql, model, via, query.kind);
}

const own = fileURLToPath(new URL("..", import.meta.url));

/** The line of the program that is calling; undefined where none is on the stack. */
export function callSite(): string | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 40;
  const { stack = "" } = new Error("call site");
  Error.stackTraceLimit = stackTraceLimit;
  for (const line of stack.split("\n").slice(1)) {
    const place = /\(?(?:file:\/\/)?([^()\s]+:\d+:\d+)\)?$/.exec(line)?.[1];
    if (place === undefined || place.startsWith("node:") || place.startsWith(own)) continue;
    return place;
  }
  return undefined;
}
