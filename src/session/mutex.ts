/** A lock that is handed on in the order it was asked for. */
export class Mutex {
  #held = false;
  readonly #waiting: (() => void)[] = [];

  /** Takes the lock at once, or says that it is held. */
  tryLock(): boolean {
    if (this.#held) return false;
    this.#held = true;
    return true;
  }

  /** Waits for the lock. */
  async lock(): Promise<void> {
    if (this.tryLock()) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Gives the lock to the next, or frees it. */
  unlock(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#held = false;
    else next();
  }
}
