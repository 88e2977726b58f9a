/** A model related to itself in two ways: managers and reports, friends of friends. */
import assert from "node:assert/strict";
import { backRef, connect, disconnect, foreignKey, id, Model, manyToMany } from "ferro-orm";
import { z } from "zod";

class Employee extends Model("Employee", {
  id: id(),
  name: z.string(),
  get manager() {
    return foreignKey(Employee, { relatedName: "reports", onDelete: "SET NULL" });
  },
  get reports() {
    return backRef(Employee);
  },
  get friends() {
    return manyToMany(Employee, { relatedName: "friendOf" });
  },
  get friendOf() {
    return backRef(Employee);
  },
}) {
  /** The names of this employee and everyone below, one line each. */
  async chart(indent = ""): Promise<string[]> {
    const reports = await this.reports.orderBy((t) => t.name).all();
    const below = await Promise.all(reports.map((report) => report.chart(`${indent}  `)));
    return [indent + this.name, ...below.flat()];
  }
}

await connect("sqlite::memory:", { autoMigrate: true, implicitRouting: "allow" });

const eve = await Employee.create({ name: "Eve" });
const finn = await eve.reports.create({ name: "Finn" });
const gus = await eve.reports.create({ name: "Gus" });
const hana = await finn.reports.create({ name: "Hana" });

const chart = await eve.chart();
console.log(chart.join("\n"));
assert.deepEqual(chart, ["Eve", "  Finn", "    Hana", "  Gus"]);

await hana.friends.add(gus);
await gus.friends.add(eve);
const twoSteps = await Employee.where((t) =>
  t.friendOf.some((friend) => friend.friendOf.some((first) => first.name.eq("Hana"))),
).all();
console.log(`friends of Hana's friends: ${twoSteps.map(({ name }) => name).join(", ")}`);
assert.deepEqual(twoSteps, [eve]);

await finn.delete();
assert.equal((await hana.refresh()).managerId, null);
const top = await Employee.where({ managerId: null })
  .orderBy((t) => t.name)
  .all();
console.log(`without a manager: ${top.map(({ name }) => name).join(", ")}`);
assert.deepEqual(top, [eve, hana]);

await disconnect();
