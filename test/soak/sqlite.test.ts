import { describe, expect, test } from "vitest";
import { contend, killWriters } from "../support/sqlite-faults.ts";
import { refuseStrays } from "../support/strays.ts";

refuseStrays();

describe.each([
  { mode: "on the main thread", threads: 0 },
  { mode: "in threads", threads: 2 },
])("SQLite files $mode", ({ threads }) => {
  test("R61 2 processes x 1,000 read-modify-write transactions on one file", async () => {
    const start = performance.now();
    const outcome = await contend({ processes: 2, transactions: 1000, threads });

    console.log(`2 x 1,000 in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    expect(outcome).toEqual({ value: 2000, errors: "" });
  });

  test("P15 4 processes x 150 on one file", async () => {
    expect(await contend({ processes: 4, transactions: 150, threads })).toEqual({
      value: 600,
      errors: "",
    });
  });

  test("T21 100 writers killed", async () => {
    const { acknowledged, ...outcome } = await killWriters(100, threads);

    console.log(`${acknowledged} pairs acknowledged over 100 kills`);
    expect(outcome).toEqual({ lost: 0, torn: 0, integrity: ["ok"] });
  });
});
