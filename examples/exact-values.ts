/** Exact money, a column type of one's own, bulk inserts, and a report in SQL. */
import assert from "node:assert/strict";
import { array, connect, Decimal, decimal, disconnect, fetchAll, id, Model, sql } from "ferro-orm";
import { z } from "zod";

/** A span of time, kept as whole seconds. */
class Span {
  readonly seconds: number;

  constructor(seconds: number) {
    this.seconds = seconds;
  }

  get minutes(): number {
    return this.seconds / 60;
  }
}

const span = z.codec(z.int().min(0), z.instanceof(Span), {
  decode: (seconds) => new Span(seconds),
  encode: ({ seconds }) => seconds,
});

class Call extends Model(
  "Call",
  {
    id: id(),
    country: z.enum(["NO", "IT", "PT"]),
    lasted: span,
    price: decimal(10, 4),
    labels: array(z.string()).default([]),
  },
  { indexes: [["country", "price"]] },
) {}

await connect("sqlite::memory:", { autoMigrate: true, implicitRouting: "allow" });

const countries = ["NO", "IT", "PT"] as const;
await Call.bulkCreate(
  Array.from({ length: 3_000 }, (_, index) => ({
    country: countries[index % 3] ?? "NO",
    lasted: new Span(index),
    price: "0.1",
  })),
);

const longest = await Call.orderBy((t) => t.lasted, "desc").first();
console.log(`the longest call took ${longest?.lasted.minutes.toFixed(1)} minutes`);
assert.equal(longest?.lasted.seconds, 2_999);

const calls = await Call.all();
const total = calls.reduce((sum, call) => sum.plus(call.price), new Decimal(0));
console.log(`3,000 calls at 0.1 cost exactly ${total}`);
assert.equal(total.toString(), "300");

const report = await fetchAll(sql`
  select country, count(*) as calls from call where lasted >= ${60} group by country order by country
`);
console.table(report);
assert.deepEqual(
  report.map(({ calls }) => calls),
  [980, 980, 980],
);

await disconnect();
