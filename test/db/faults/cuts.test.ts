import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  CommitOutcomeUnknownError,
  type Connection,
  ConnectionLostError,
  connect,
  execute,
  fetchOne,
  resetEngine,
  transaction,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { asksFor, type Direction, type Proxy, startProxy } from "../../support/proxy.ts";
import { refuseStrays } from "../../support/strays.ts";
import { failureOf } from "../behaviour/support.ts";

refuseStrays();

describeEachDatabase(
  "a connection that is cut",
  (db) => {
    let proxy: Proxy;
    let cut: Connection;

    beforeAll(async () => {
      proxy = await startProxy(db.url);
      await connect(db.url, { name: "direct" });
      await execute("create table ledger (id bigint primary key)", [], { using: "direct" });
    });

    beforeEach(async () => {
      await connect(db.url, { name: "direct" });
      await execute("delete from ledger", [], { using: "direct" });
      cut = await connect(proxy.url, { name: "cut", pool: { maxConnections: 2 } });
    });

    afterEach(async () => {
      proxy.judge = () => "pass";
      await resetEngine();
    });

    afterAll(async () => {
      await proxy[Symbol.asyncDispose]();
    });

    const insert = (value: number) => execute("insert into ledger values ($1)", [value]);
    const stored = async (value: number) => {
      const row = await fetchOne("select id from ledger where id = $1", [value], {
        using: "direct",
      });
      return row !== null && row !== undefined;
    };
    const write = (value: number, attempts: { count: number }) =>
      transaction(
        async () => {
          attempts.count += 1;
          await insert(value);
          await insert(value + 1000);
        },
        { using: "cut", retries: 5 },
      );

    test("P3, T3 behind COMMIT: 20 of 20 say that the outcome is unknown, and none is tried again", async () => {
      for (let value = 1; value <= 20; value += 1) {
        let asked = false;
        proxy.judge = (message) => {
          asked ||= asksFor(message, "commit");
          return asked && message.type === "C" ? "cut" : "pass";
        };
        const attempts = { count: 0 };

        const error = await failureOf(write(value, attempts));

        proxy.judge = () => "pass";
        expect(error).toBeInstanceOf(CommitOutcomeUnknownError);
        expect(attempts.count).toBe(1);
        expect(await stored(value)).toBe(true);
        expect(await fetchOne("select 1 as one", [], { using: "cut" })).toEqual({ one: 1 });
      }
    });

    test.each<Direction>(["toServer", "toClient"])(
      "T4 before any one message %s: a failure is told right, nothing is half done, the pool goes on",
      async (direction) => {
        const outcomes: Record<string, number> = {};
        for (let position = 1; ; position += 1) {
          await cut.ping();
          let messages = 0;
          proxy.judge = (message) => {
            if (message.direction === direction) messages += 1;
            return message.direction === direction && messages === position ? "cut" : "pass";
          };
          const attempts = { count: 0 };

          const outcome = await write(position, attempts).then(
            () => undefined,
            (error: unknown) => error,
          );

          proxy.judge = () => "pass";
          const [first, second] = [await stored(position), await stored(position + 1000)];
          expect(first).toBe(second);
          expect(attempts.count).toBeLessThanOrEqual(1);
          if (outcome === undefined) {
            expect(first).toBe(true);
          } else if (!(outcome instanceof CommitOutcomeUnknownError)) {
            expect(outcome).toBeInstanceOf(ConnectionLostError);
            expect(first).toBe(false);
          }
          const name = outcome === undefined ? "committed" : (outcome as Error).constructor.name;
          outcomes[name] = (outcomes[name] ?? 0) + 1;
          expect(cut.stats()).toMatchObject({ inUse: 0, waiting: 0 });
          if (messages < position) break;
        }

        expect(Object.keys(outcomes).toSorted()).toEqual([
          "CommitOutcomeUnknownError",
          "ConnectionLostError",
          "committed",
        ]);
      },
    );
  },
  {
    unpooled: "a pooler in between answers for the server, and hides where the cut was",
    only: ["postgres"],
    because: "it is about sockets",
  },
);
