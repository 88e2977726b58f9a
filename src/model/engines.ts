/** Sessions as users open them: in a callback, as a handle, or for the rest of a block. */

import { UsageError } from "../errors/errors.ts";
import type { Query } from "../query/types.ts";
import { Session, type SessionOptions } from "../session/session.ts";
import { sessionQuery } from "./bound.ts";
import type { ClassOf } from "./types.ts";

/**
 * A unit of work on one connection, with an identity map of its own.
 *
 * @example
 * ```ts
 * const session = engines.session();
 * await session.query(Post).count();
 * await session.close();
 * ```
 */
export class ModelSession extends Session {
  /**
   * A query bound to this session, whatever session surrounds the call.
   *
   * @throws {UsageError} `model` is no model class.
   */
  query<Model extends ClassOf>(model: Model): Query<Model> {
    return sessionQuery(model, this) as Query<Model>;
  }
}

/** The work of a session in callback form. */
type SessionWork<Result> = (session: ModelSession) => Result | Promise<Result>;

/** Opens sessions. */
export interface Engines {
  /** A handle on the default connection, or on a named one; it opens at first use. */
  session(name?: string, options?: SessionOptions): ModelSession;
  /** The same with options alone. */
  session(options: SessionOptions): ModelSession;
  /** Runs `work` in a session of the default connection and closes it. */
  session<Result>(work: SessionWork<Result>, options?: SessionOptions): Promise<Result>;
  /** Runs `work` in a session of a named connection and closes it. */
  session<Result>(
    name: string,
    work: SessionWork<Result>,
    options?: SessionOptions,
  ): Promise<Result>;
}

/**
 * Opens sessions on the connections of this process.
 *
 * @example
 * ```ts
 * await engines.session(async (session) => {
 *   await session.query(Post).count();
 * });
 * ```
 */
export const engines: Engines = { session: openSession as Engines["session"] };

type Argument = string | SessionOptions | SessionWork<unknown> | undefined;

function openSession(...given: readonly Argument[]): ModelSession | Promise<unknown> {
  const work = given.find((argument) => typeof argument === "function");
  return work === undefined ? makeSession(given) : runAndClose(given, work);
}

function makeSession(given: readonly Argument[]): ModelSession {
  for (const argument of given) {
    if (
      argument === null ||
      !["string", "function", "object", "undefined"].includes(typeof argument)
    ) {
      throw new UsageError("engines.session() takes a name, a function and options", {
        hint: 'for example engines.session("service", async (session) => { … })',
      });
    }
  }
  const name = given.find((argument) => typeof argument === "string");
  const options = given.find((argument) => typeof argument === "object") ?? {};
  return new ModelSession(name, options);
}

/** The error of the work goes before one of closing, which then becomes its cause. */
async function runAndClose(
  given: readonly Argument[],
  work: SessionWork<unknown>,
): Promise<unknown> {
  const session = makeSession(given);
  let result: unknown;
  try {
    result = await session.run(() => work(session));
  } catch (error) {
    try {
      await session.close();
    } catch (failure) {
      if (error instanceof Error) error.cause ??= failure;
    }
    throw error;
  }
  await session.close();
  return result;
}
