/** Money moves between accounts while backends are killed: is every transfer done exactly once? */
import { randomUUID } from "node:crypto";
import pg from "pg";
import {
  CommitOutcomeUnknownError,
  type Connection,
  ConnectionLostError,
  connect,
  fetchOne,
  transaction,
} from "../../src/index.ts";

export interface TransferOptions {
  readonly transfers: number;
  readonly callers: number;
  /** How many backends are killed while the transfers run. */
  readonly kills: number;
  readonly seed: number;
}

/** How fast transfers went. */
export interface Speed {
  readonly perSecond: number;
  /** Time of this process's processor for one transfer, in milliseconds. */
  readonly cpuMs: number;
}

export interface TransferOutcome extends Speed {
  /** Transfers that the callers believe to be done. */
  readonly done: number;
  /** Believed to be done, and not in the database. */
  readonly lost: number;
  /** In the database more than once. */
  readonly doubled: number;
  /** Whether no money came or went. */
  readonly conserved: boolean;
  /** Connections over the pool's maximum, or left in a transaction. */
  readonly leaked: number;
  /** Whether all of the pool's connections work at once after the last kill. */
  readonly whole: boolean;
  readonly wholeAfterMs: number;
  readonly kills: number;
  readonly unknown: number;
}

const accounts = 200;
const poolSize = 5;
const steps = {
  note: "insert into transfer values ($1, $2, $3)",
  take: "update account set balance = balance - 1 where id = $1",
  give: "update account set balance = balance + 1 where id = $1",
  seen: "select 1 from transfer where id = $1",
};

type Transfer = (id: string, from: number, to: number) => Promise<void>;

/** Runs the transfers through the product. */
export async function runTransfers(
  url: string,
  options: TransferOptions,
): Promise<TransferOutcome> {
  await using bank = await openBank(url);
  const name = `bank_${options.seed}`;
  const through = new URL(url);
  through.searchParams.set("application_name", bank.name);
  const connection = await connect(through.href, { name, pool: { maxConnections: poolSize } });
  let unknown = 0;

  const attempt: Transfer = (id, from, to) =>
    transaction(
      async (tx) => {
        await tx.execute(steps.note, [id, from, to]);
        // Always in one order, so that no two transfers wait for each other.
        const [first, second] = from < to ? [steps.take, steps.give] : [steps.give, steps.take];
        await tx.execute(first, [Math.min(from, to)]);
        await tx.execute(second, [Math.max(from, to)]);
      },
      { using: name },
    );
  /** As a careful program does it: an unknown outcome is looked up before anything is repeated. */
  const transfer: Transfer = async (id, from, to) => {
    for (;;) {
      try {
        return await attempt(id, from, to);
      } catch (error) {
        if (error instanceof CommitOutcomeUnknownError) {
          unknown += 1;
          if (await wasDone(name, id)) return;
        } else if (!(error instanceof ConnectionLostError)) {
          throw error;
        }
      }
    }
  };

  try {
    const run = await drive(bank, transfer, options);
    await bank.killAll();
    const start = performance.now();
    const whole = await isWhole(connection, name);
    const wholeAfterMs = performance.now() - start;
    return { ...run, whole, wholeAfterMs, unknown, ...(await bank.check(run.ids)) };
  } finally {
    await connection.close();
  }
}

/** Transactions per second of the bare driver doing the same over its own pool: with statements under names, or not. */
export async function runBareTransfers(
  url: string,
  options: TransferOptions,
  { named }: { readonly named: boolean },
): Promise<Speed> {
  await using bank = await openBank(url);
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    application_name: bank.name,
  });
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const transfer: Transfer = async (id, from, to) => {
    for (;;) {
      let client: pg.PoolClient | undefined;
      try {
        client = await pool.connect();
        await client.query("begin");
        await client.query({
          ...(named && { name: "note" }),
          text: steps.note,
          values: [id, from, to],
        });
        const order = from < to ? (["take", "give"] as const) : (["give", "take"] as const);
        for (const [position, step] of order.entries()) {
          const account = position === 0 ? Math.min(from, to) : Math.max(from, to);
          await client.query({
            ...(named && { name: step }),
            text: steps[step],
            values: [account],
          });
        }
        await client.query("commit");
        client.release();
        return;
      } catch (error) {
        client?.release(error as Error);
        if ((error as { code?: string }).code === "23505") return; // it was committed after all
      }
    }
  };
  try {
    const { perSecond, cpuMs } = await drive(bank, transfer, options);
    return { perSecond, cpuMs };
  } finally {
    await pool.end();
  }
}

async function drive(
  bank: Bank,
  transfer: Transfer,
  { transfers, callers, kills, seed }: TransferOptions,
): Promise<Speed & { ids: string[]; done: number; kills: number }> {
  const random = mulberry(seed);
  const ids: string[] = [];
  let started = 0;
  let killed = 0;
  let due = Number.POSITIVE_INFINITY;
  let wake = (): void => {};
  const start = performance.now();
  const cpuStart = process.cpuUsage();

  const caller = async (): Promise<void> => {
    while (started < transfers) {
      started += 1;
      const id = randomUUID();
      const from = Math.floor(random() * accounts);
      const to = (from + 1 + Math.floor(random() * (accounts - 1))) % accounts;
      await transfer(id, from, to);
      ids.push(id);
      if (ids.length >= due) wake();
    }
  };
  // A kill is due each time so many transfers are done, so that kills fall all over the run.
  const killer = async (): Promise<void> => {
    while (killed < kills) {
      due = (transfers * (killed + 1)) / (kills + 1);
      if (ids.length < due) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (await bank.kill(random())) killed += 1;
    }
  };
  await Promise.all([killer(), ...Array.from({ length: callers }, caller)]);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuStart);
  return {
    ids,
    done: ids.length,
    kills: killed,
    perSecond: transfers / seconds,
    cpuMs: (user + system) / 1000 / transfers,
  };
}

interface Bank extends AsyncDisposable {
  /** The application name by which its callers are known to the server. */
  readonly name: string;
  kill(chance: number): Promise<boolean>;
  /** Resolves when none of them is left. */
  killAll(): Promise<void>;
  check(
    ids: readonly string[],
  ): Promise<Pick<TransferOutcome, "lost" | "doubled" | "conserved" | "leaked">>;
}

/** A bank without holders: a table of accounts and one of transfers, seen over a connection beside the pool. */
async function openBank(url: string): Promise<Bank> {
  const name = `ferro_bank_${randomUUID()}`;
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  const ask = async (sql: string, values: unknown[] = []) =>
    (await client.query(sql, values)).rows as Record<string, unknown>[];
  await ask("drop table if exists transfer, account");
  await ask("create table transfer (id uuid primary key, source int, target int)");
  await ask("create table account (id int primary key, balance int not null)");
  await ask("insert into account select n, 1000 from generate_series(0, $1) n", [accounts - 1]);

  return {
    name,
    kill: async (chance) => {
      const victims = await ask("select pid from pg_stat_activity where application_name = $1", [
        name,
      ]);
      const victim = victims[Math.floor(chance * victims.length)];
      if (victim === undefined) return false;
      const [outcome] = await ask("select pg_terminate_backend($1) as hit", [victim["pid"]]);
      return outcome?.["hit"] === true;
    },
    killAll: async () => {
      await ask(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = $1",
        [name],
      );
    },
    check: async (ids) => {
      const stored = new Set((await ask("select id from transfer")).map(({ id }) => id));
      // What each account should hold, from the transfers that are there.
      const wrong = await ask(`
        select a.id from account a where a.balance <> 1000
          - (select count(*) from transfer where source = a.id)
          + (select count(*) from transfer where target = a.id)`);
      const [sum] = await ask("select sum(balance) as total from account");
      const open = await ask("select state from pg_stat_activity where application_name = $1", [
        name,
      ]);
      const stuck = open.filter(({ state }) => state !== "idle").length;
      return {
        lost: ids.filter((id) => !stored.has(id)).length,
        doubled: stored.size - ids.length + wrong.length,
        conserved: Number(sum?.["total"]) === accounts * 1000,
        leaked: Math.max(0, open.length - poolSize) + stuck,
      };
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

async function wasDone(using: string, id: string): Promise<boolean> {
  for (;;) {
    try {
      return (await fetchOne(steps.seen, [id], { using })) != null;
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) throw error;
    }
  }
}

/** All connections of the pool at once, each in a transaction; those that were just killed may say so first. */
async function isWhole(connection: Connection, using: string): Promise<boolean> {
  let arrived = 0;
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const hold = async (): Promise<void> => {
    try {
      await transaction(
        async (tx) => {
          await tx.fetchOne("select 1");
          arrived += 1;
          if (arrived === poolSize) resolve();
          await all;
        },
        { using },
      );
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) throw error;
      await hold();
    }
  };
  await Promise.all(Array.from({ length: poolSize }, hold));
  const { size, inUse, waiting } = connection.stats();
  return size === poolSize && inUse === 0 && waiting === 0;
}

/** Numbers in [0, 1) that are the same for a seed. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
