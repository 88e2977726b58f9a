import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
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
import { type PostgresServer, startPostgres } from "../../support/embedded-postgres.ts";
import { refuseStrays } from "../../support/strays.ts";
import { failureOf, gate } from "../behaviour/support.ts";

refuseStrays();

/** It has a server of its own: the others share one. */
describe("a server that restarts", () => {
  let server: PostgresServer;
  let connection: Connection;

  beforeAll(async () => {
    // The usual test server acknowledges commits that a crash takes back.
    server = await startPostgres(["synchronous_commit=on"]);
    await connect(server.url, { name: "setup" });
    await execute("create table note (id bigint primary key)", [], { using: "setup" });
    await resetEngine();
  });

  beforeEach(async () => {
    connection = await connect(server.url, {
      pool: { maxConnections: 5 },
      implicitRouting: "allow",
    });
    await execute("delete from note");
  });

  afterEach(() => resetEngine());

  afterAll(() => server.stop());

  const one = () => fetchOne("select 1 as one");
  const notes = () => fetchOne("select count(*)::int as count from note");

  test.each(["crash", "order"] as const)(
    "T2 (%s): what ran fails, what waits is served afterwards, nothing acknowledged is lost",
    async (how) => {
      const begun = gate();
      const stopped = gate();
      const inside = failureOf(
        transaction(async () => {
          await execute("insert into note values (1)");
          begun.open();
          await stopped.opened;
          await execute("insert into note values (2)");
        }),
      );
      const running = failureOf(fetchOne("select pg_sleep(60)"));
      await begun.opened;
      const acknowledged = Array.from({ length: 10 }, (_, id) => id + 100);
      for (const id of acknowledged) await execute("insert into note values ($1)", [id]);

      await server.restart(how);
      stopped.open();

      expect(await inside).toBeInstanceOf(ConnectionLostError);
      expect(await running).toBeInstanceOf(ConnectionLostError);
      expect(await one()).toEqual({ one: 1 });
      expect(await notes()).toEqual({ count: acknowledged.length });
      expect(connection.stats()).toMatchObject({ inUse: 0, waiting: 0 });
    },
  );

  test("T2 callers that keep coming while it is away are served when it is back, each once", async () => {
    const restarting = server.restart("crash");
    const lostOnes = new Set<number>();
    const write = async (id: number): Promise<void> => {
      await transaction((tx) => tx.execute("insert into note values ($1)", [id])).catch(
        (error: unknown) => {
          expect([ConnectionLostError, CommitOutcomeUnknownError]).toContain(
            (error as Error).constructor,
          );
          lostOnes.add(id);
        },
      );
    };

    await Promise.all([restarting, ...Array.from({ length: 200 }, (_, id) => write(id))]);

    const rows = await fetchOne("select coalesce(array_agg(id::int), '{}')::text as ids from note");
    const stored = new Set(String(rows?.["ids"]).match(/\d+/gu)?.map(Number));
    const missing = Array.from({ length: 200 }, (_, id) => id).filter((id) => !stored.has(id));
    expect(missing.filter((id) => !lostOnes.has(id))).toEqual([]);
    expect(lostOnes.size).toBeLessThanOrEqual(5);
    expect(connection.stats()).toMatchObject({ inUse: 0, waiting: 0 });
  });
});
