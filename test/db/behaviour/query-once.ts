/** A program that asks one thing of a database and leaves its pool open: `node query-once.ts <url>`. */
import { connect, fetchOne } from "../../../src/index.ts";

const [, , url = ""] = process.argv;
await connect(url, { implicitRouting: "allow", pool: { minConnections: 1 } });
const row = await fetchOne("select 1 as one");
process.stdout.write(String(row?.["one"]));
