/** One model on two connections: rows are copied from SQLite to PostgreSQL, or to an embedded one. */
import assert from "node:assert/strict";
import { connect, disconnect, id, json, Model, RoutingError } from "ferro-orm";
import { z } from "zod";

class Reading extends Model("Reading", {
  id: id(),
  sensor: z.string(),
  celsius: z.number(),
  takenAt: z.date(),
  extra: json(z.record(z.string(), z.unknown())).nullable().default(null),
}) {}

const server = process.env["FERRO_POSTGRES_URL"] ?? "pglite:";
await connect("sqlite:readings.db?mode=rwc", { name: "device", default: true, autoMigrate: true });
await connect(server, { name: "archive", autoMigrate: true });
const archive = Reading.using("archive");

await Reading.using("device").bulkCreate(
  Array.from({ length: 500 }, (_, index) => ({
    sensor: index % 2 === 0 ? "roof" : "cellar",
    celsius: 20 + Math.sin(index / 10) * 5,
    takenAt: new Date(Date.UTC(2026, 0, 1, 0, index)),
    extra: index === 0 ? { calibrated: true } : null,
  })),
);

const rows = await Reading.using("device")
  .orderBy((t) => t.id)
  .all();
const copied = await archive.bulkCreate(
  rows.map(({ sensor, celsius, takenAt, extra }) => ({ sensor, celsius, takenAt, extra })),
);
console.log(`${copied} readings copied`);

const copies = await archive.orderBy((t) => t.id).all();
assert.deepEqual(
  copies.map((copy) => copy.toJSON()),
  rows.map((row) => row.toJSON()),
);

for (const name of ["device", "archive"]) {
  const warm = Reading.using(name).where((t) => t.celsius.gt(24).and(t.sensor.startsWith("ro")));
  console.log(`${name}: ${await warm.count()} warm readings on the roof`);
}

// An instance stays with the connection that it came from.
const [first] = rows;
assert.ok(first);
first.celsius = 0;
await assert.rejects(first.save({ using: "archive" }), RoutingError);
await first.save();

await disconnect();
