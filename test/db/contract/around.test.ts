/** DESIGN 2.11, what stands around it: events and the log. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import {
  connect,
  disconnect,
  engines,
  execute,
  type LogOptions,
  type QueryEndEvent,
  resetEngine,
  sql,
  transaction,
  UsageError,
} from "ferro-orm";
import { afterEach, describe, expect, test, vi } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { connectTo, Tag, useBlog } from "./blog.ts";

describeEachDatabase("contract 2.11", (db) => {
  useBlog(db);
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  function ended(): readonly QueryEndEvent[] {
    const events: QueryEndEvent[] = [];
    const listen = (event: unknown) => {
      events.push(event as QueryEndEvent);
    };
    subscribe("ferro:query:end", listen);
    stops.push(() => unsubscribe("ferro:query:end", listen));
    return events;
  }

  test("the end of each statement is told: how long it took, how many rows, where it ran", async () => {
    const events = ended();

    await engines.session(async (session) => {
      await Tag.bulkCreate([{ name: "a" }, { name: "b" }]);
      await transaction(async () => {
        await Tag.where({ name: "a" }).update({ name: "c" });
      });
      await Tag.all();
      expect(events.map(({ session: id }) => id)).toEqual(events.map(() => session.sessionId));
    });

    expect(events.map(({ rows, error }) => [rows, error])).toEqual([
      [2, undefined],
      [1, undefined],
      [2, undefined],
    ]);
    expect(events[1]).toMatchObject({ connection: "default", inTransaction: true });
    expect(events[2]).toMatchObject({
      inTransaction: false,
      sql: expect.stringMatching(/^select/u),
    });
    expect(events.every(({ durationMs }) => durationMs >= 0)).toBe(true);
  });

  test("so is a failure, in a transaction or not, and a stream", async () => {
    const events = ended();

    await expect(execute("select nope from nowhere")).rejects.toThrow();
    await expect(transaction((tx) => tx.execute("select nope from nowhere"))).rejects.toThrow();
    await Tag.bulkCreate([{ name: "a" }, { name: "b" }, { name: "c" }]);
    for await (const _ of Tag.orderBy("id").stream({ batchSize: 2 }));
    await transaction(async () => {
      for await (const _ of Tag.orderBy("id").stream({ batchSize: 2 })) break;
    });

    const failed = events.filter(({ error }) => error !== undefined);
    expect(failed.length).toBeGreaterThanOrEqual(2);
    expect(failed.every(({ error }) => error instanceof Error)).toBe(true);
    expect(events.at(-2)?.rows).toBe(3);
    expect(events.at(-1)).toMatchObject({ rows: 2, inTransaction: true });
  });

  test("values are in no event", async () => {
    const events = ended();
    await Tag.create({ name: "secret" });
    await Tag.where({ name: "secret" }).count();
    expect(JSON.stringify(events)).not.toContain("secret");
    expect(events).toHaveLength(2);
  });

  test("log: true writes lines to stderr, without values", async () => {
    const stderr = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    try {
      await connectTo(db, { name: "logged", log: true });
      stderr.mockClear();
      await execute(sql`update tag set name = ${"secret"} where id = ${0}`, { using: "logged" });
      const lines = stderr.mock.calls.map(([line]) => String(line));
      expect(lines).toEqual([
        expect.stringMatching(/^\[logged\] \d+\.\d ms, 0 rows: update tag set name = .*\n$/u),
      ]);
      expect(lines.join()).not.toContain("secret");
    } finally {
      stderr.mockRestore();
      await disconnect("logged");
    }
  });
});

describe("contract 2.11, log", () => {
  afterEach(resetEngine);

  test.each<[string, unknown]>([
    ["a text", "all"],
    ["null", null],
    ["an unknown option", { slow: 1 }],
    ["a threshold that is no number", { slowerThanMs: Number.NaN }],
    ["a write that is no function", { write: "stderr" }],
  ])("%s is refused", async (_, log) => {
    await expect(connect("sqlite::memory:", { log: log as LogOptions })).rejects.toThrow(
      UsageError,
    );
  });

  test("a log that throws fails no statement", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    try {
      const write = () => {
        throw new Error("disk full");
      };
      await connect("sqlite::memory:", {
        autoMigrate: true,
        implicitRouting: "allow",
        log: { write },
      });
      expect(await Tag.count()).toBe(0);
      expect(String(warn.mock.calls[0]?.[0])).toContain("disk full");
    } finally {
      warn.mockRestore();
    }
  });
});
