/** A process of its own that adds 1 to a counter: `node increment.ts <url> <times>`. */

import { z } from "zod";
import { connect, id, Model, transaction } from "../../../src/index.ts";

class Item extends Model("Item", {
  id: id(),
  name: z.string(),
  amount: z.int().default(0),
  note: z.string().nullable().default(null),
}) {}

const [, , url = "", times = "0"] = process.argv;
await connect(url, { implicitRouting: "allow" });
let done = 0;
for (let n = 0; n < Number(times); n += 1) {
  await transaction(async () => {
    const counter = await Item.where({ name: "counter" }).one();
    counter.amount += 1;
    await counter.save();
  });
  done += 1;
}
process.stdout.write(String(done));
