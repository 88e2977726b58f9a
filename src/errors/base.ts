/** What every Ferro error may be given besides its message. */
export interface FerroErrorOptions {
  /** The next step, in one sentence. */
  readonly hint?: string | undefined;
  /** The error underneath: the driver's, or Zod's. */
  readonly cause?: unknown;
}

/**
 * Base class of every error that Ferro throws; never thrown itself.
 *
 * `code` is stable and documented; the message says what was expected and what
 * was found, and its last line, when there is one, says what to do. Values and
 * credentials never enter a message.
 *
 * @example
 * ```ts
 * try {
 *   await Post.get(404);
 * } catch (error) {
 *   if (error instanceof FerroError) console.log(error.code); // => "MODEL_DOES_NOT_EXIST"
 * }
 * ```
 */
export abstract class FerroError extends Error {
  /** Stable identifier of this kind of failure. */
  abstract readonly code: string;
  /** The next step, also printed under the message. */
  readonly hint: string | undefined;

  constructor(message: string, options: FerroErrorOptions = {}) {
    super(
      options.hint === undefined ? message : `${message}\n  hint: ${options.hint}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.hint = options.hint;
  }
}

/** Names an error class on its prototype: not enumerable, and safe from minifiers. */
export function nameError(constructor: { readonly prototype: object }, name: string): void {
  Object.defineProperty(constructor.prototype, "name", {
    value: name,
    configurable: true,
    writable: true,
  });
}
