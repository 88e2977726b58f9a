import { describe, expect, test } from "vitest";
import { contend, killWriters } from "../../support/sqlite-faults.ts";
import { refuseStrays } from "../../support/strays.ts";

refuseStrays();

/** With worker threads and without; the long versions are in test/soak. */
describe.each([
  { mode: "on the main thread", threads: 0 },
  { mode: "in threads", threads: 2 },
])("SQLite files $mode", ({ threads }) => {
  test("R61, P15 two processes that read and write one row lose nothing, and hear of no lock", async () => {
    const outcome = await contend({ processes: 2, transactions: 100, threads });

    expect(outcome).toEqual({ value: 200, errors: "" });
  });

  test("T21 a writer killed at any moment leaves whole transactions, and all it acknowledged", async () => {
    const { acknowledged, ...outcome } = await killWriters(3, threads);

    expect(acknowledged).toBeGreaterThan(0);
    expect(outcome).toEqual({ lost: 0, torn: 0, integrity: ["ok"] });
  });
});
