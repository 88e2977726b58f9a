import { afterAll, afterEach, beforeAll, expect } from "vitest";

/** Counts what reaches nobody while a file's tests run: after each test there must have been nothing. */
export function refuseStrays(): void {
  const strays: unknown[] = [];
  const note = (error: unknown) => strays.push(error);

  beforeAll(() => {
    process.on("uncaughtException", note).on("unhandledRejection", note);
  });

  afterEach(async () => {
    // A rejection is found to be unhandled only once the turn is over.
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(strays.splice(0), "uncaught exceptions and unhandled rejections").toEqual([]);
  });

  afterAll(() => {
    process.off("uncaughtException", note).off("unhandledRejection", note);
  });
}
