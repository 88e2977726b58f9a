/** Waits between attempts: 10 ms first, then ever longer up to 1 s, give or take a half. */
export class Backoff {
  readonly #random: () => number;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whether a wait is under way: no attempt should be made. */
  get waiting(): boolean {
    return this.#timer !== undefined;
  }

  /** Starts the next wait, unless one is under way. */
  start(then: () => void): void {
    if (this.#timer !== undefined) {
      return;
    }
    this.#failures += 1;
    const delay = Math.min(1000, 5 * 2 ** this.#failures) * (0.5 + this.#random());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      then();
    }, delay);
    this.#timer.unref();
  }

  /** An attempt succeeded: the next failure starts small again. */
  reset(): void {
    this.#failures = 0;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
