/** What reading a schema of 515 tables takes: processor time here, and of the server process. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Connection, connect, disconnect } from "ferro-orm";
import { introspect } from "../src/migration/introspect.ts";
import { bigSchema } from "../test/support/big-schema.ts";
import { type Line, median } from "./measure.ts";

const tables = 515;
const most = 500;

/** The limit stands where bare code does in other lines. */
export async function introspection(folder: string, url: string): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [where, target] of [
    ["node:sqlite", `sqlite:${join(folder, "tables.db")}?mode=rwc`],
    ["pg", url],
  ] as const) {
    const connection = await connect(target, { name: `introspect_${where.replace(/\W/g, "")}` });
    const times = await milliseconds(connection, where === "pg" ? "postgres" : "sqlite");
    lines.push(
      line(`${tables} tables read, the first time`, where, times[0] ?? Number.NaN),
      line(`${tables} tables read, again`, where, median(times.slice(1))),
    );
    await disconnect();
  }
  return lines;
}

async function milliseconds(
  connection: Connection,
  backend: "sqlite" | "postgres",
): Promise<readonly number[]> {
  return connection.lease("write", async (driver) => {
    if (backend === "postgres") await driver.script("CREATE SCHEMA big; SET search_path = big");
    await driver.script(bigSchema(backend, tables));
    const server = backend === "postgres" ? await serverTime(driver) : () => 0;
    const times: number[] = [];
    for (let round = 0; round < 15; round += 1) {
      const [before, start] = [server(), process.cpuUsage()];
      await introspect(driver, connection.dialect);
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / 1000 + server() - before);
    }
    if (backend === "postgres") await driver.script("RESET search_path; DROP SCHEMA big CASCADE");
    return times;
  });
}

type Driver = Parameters<Parameters<Connection["lease"]>[1]>[0];

/** Milliseconds on a processor of the connection's server process; nothing where the system doesn't tell. */
async function serverTime(driver: Driver): Promise<() => number> {
  const { rows } = await driver.query({
    sql: "SELECT pg_backend_pid()",
    parameters: [],
    returnsRows: true,
  });
  const file = `/proc/${String(rows[0]?.[0])}/schedstat`;
  return () => {
    try {
      return Number(readFileSync(file, "utf8").split(" ")[0]) / 1e6;
    } catch {
      return 0;
    }
  };
}

function line(what: string, where: string, value: number): Line {
  const shown = `${value.toFixed(0)} ms`;
  return { what, where, ours: shown, bare: `(${most} ms)`, ratio: value / most, target: 1 };
}
