/**
 * A process of its own that works on a SQLite file: `node counter-program.ts <work> <file> <count> <threads>`.
 *
 * `count` adds to a counter, reading it first, in that many transactions. `pairs` writes pairs of rows for ever
 * and prints the number of each pair once its transaction is committed.
 */
import { connect, execute, fetchOne, transaction } from "../../src/index.ts";

const [work, file, count, threads] = process.argv.slice(2);

await connect(`sqlite:${file}?mode=rwc`, {
  implicitRouting: "allow",
  busyTimeoutMs: 60_000,
  ...(Number(threads) > 0 && { pool: { threads: Number(threads) } }),
});
if (work === "count") {
  const step = () =>
    transaction(async (tx) => {
      const row = await tx.fetchOne("select value from counter");
      await tx.execute("update counter set value = ?", [Number(row?.["value"]) + 1]);
    });
  // Several at a time, so that writers also queue inside each process.
  let left = Number(count);
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await step();
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  process.stdout.write("counted\n");
} else {
  const row = await fetchOne("select coalesce(max(pair), 0) as last from half");
  for (let pair = Number(row?.["last"]) + 1; ; pair += 1) {
    await transaction(async () => {
      await execute("insert into half values (?, 1)", [pair]);
      await execute("insert into half values (?, 2)", [pair]);
    });
    process.stdout.write(`${pair}\n`);
  }
}
