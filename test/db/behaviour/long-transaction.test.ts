/** The warning about a transaction that stays open. */
import { afterEach, expect, test, vi } from "vitest";
import { transaction } from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { failureOf, useEngine } from "./support.ts";

describeEachDatabase(
  "a transaction that stays open",
  (db) => {
    const engine = useEngine(db);

    afterEach(() => {
      vi.useRealTimers();
      vi.restoreAllMocks();
    });

    /** What was warned of while transactions stayed open for 31 seconds each. */
    async function warnings(count: number): Promise<string[]> {
      const seen: string[] = [];
      vi.spyOn(process, "emitWarning").mockImplementation((warning) => {
        seen.push(String(warning));
      });
      for (let round = 0; round < count; round += 1) {
        await transaction(async () => {
          vi.advanceTimersByTime(31_000);
        });
      }
      return seen;
    }

    test("is told of after 30 s, with the lines that opened it", async () => {
      await engine.open();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });

      const [warning] = await warnings(1);

      expect(warning).toContain("a transaction has been open for 30 s; it was opened");
      expect(warning).toMatch(/at warnings .*long-transaction\.test\.ts:\d+/u);
    });

    test("of very many, some are told of by the text of their blocks", async () => {
      await engine.open();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });

      const told = await warnings(1000);

      expect(told).toHaveLength(1000);
      expect(told.some((each) => each.includes("vi.advanceTimersByTime"))).toBe(true);
      expect(told.every((each) => /long-transaction|vi\.advance/u.test(each))).toBe(true);
    });

    test("ends after its time, whether or not it was told of", async () => {
      await engine.open();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      vi.spyOn(process, "emitWarning").mockImplementation(() => {});
      const after = (ms: number, timeoutMs?: number) =>
        failureOf(
          transaction(
            () => {
              vi.advanceTimersByTime(ms);
              return new Promise(() => {});
            },
            timeoutMs === undefined ? {} : { timeoutMs },
          ),
        );

      expect(await after(300_000)).toMatchObject({ code: "QUERY_TIMEOUT" });
      expect(await after(100, 100)).toMatchObject({ code: "QUERY_TIMEOUT" });
      expect(await after(40_000, 40_000)).toMatchObject({ code: "QUERY_TIMEOUT" });
    });
  },
  {
    only: ["node:sqlite memory"],
    because: "a server's driver needs its own timers",
    on: ["node:sqlite memory"],
  },
);
