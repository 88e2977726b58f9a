/** Bare node-postgres: one client, named prepared statements, its own decoding. */
import pg from "pg";
import { type Bare, columns, type PlaceInput, rowCount } from "./place.ts";

const table = "bare_place";

export async function barePostgres(url: string): Promise<Bare> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const types = await typesOf(client);
  const list = `id, ${columns.join(", ")}`;
  const marks = columns.map((_, index) => `$${index + 1}`).join(", ");
  const arrays = columns.map((_, index) => `$${index + 1}::${types[index]}[]`).join(", ");
  const run = async (name: string, text: string, values: unknown[] = []) =>
    (await client.query({ name, text, values })).rows;

  const bare: Bare = {
    all: () => run("all", `select ${list} from ${table}`),
    get: async (id) => (await run("get", `select ${list} from ${table} where id = $1`, [id]))[0],
    page: (after) =>
      run("page", `select ${list} from ${table} where id > $1 order by id limit 20`, [after]),
    insert: async (input) => {
      const text = `insert into ${table} (${columns.join(", ")}) values (${marks}) returning id`;
      const [row] = await run("insert", text, encode(input));
      return Number(row.id);
    },
    setPopulation: (id, population) =>
      run("update", `update ${table} set population = $1 where id = $2`, [population, id]),
    delete: (id) => run("delete", `delete from ${table} where id = $1`, [id]),
    five: async (first, second, population, input) => {
      await client.query("begin");
      await bare.get(first);
      await bare.get(second);
      await bare.setPopulation(first, population);
      await bare.setPopulation(second, population);
      await bare.insert(input);
      await client.query("commit");
    },
    setAll: async (ids, population) => {
      await client.query("begin");
      for (const id of ids) await bare.setPopulation(id, population);
      await client.query("commit");
    },
    bulk: async (rows) => {
      const text = `insert into ${table} (${columns.join(", ")}) select * from unnest(${arrays})`;
      await client.query("begin");
      for (let start = 0; start < rows.length; start += 5_000) {
        const encoded = rows.slice(start, start + 5_000).map(encode);
        await run(
          "bulk",
          text,
          columns.map((_, index) => encoded.map((row) => row[index])),
        );
      }
      await client.query("commit");
    },
    tidy: () => client.query(`delete from ${table} where id > ${rowCount}`),
    close: () => client.end(),
  };
  return bare;
}

async function typesOf(client: pg.Client): Promise<string[]> {
  await client.query(
    `drop table if exists ${table}; create table ${table} (like place including all)`,
  );
  const { rows } = await client.query<{ name: string; type: string }>(
    "select attname as name, format_type(atttypid, null) as type from pg_attribute where attrelid = $1::regclass",
    [table],
  );
  return columns.map((column) => rows.find(({ name }) => name === column)?.type ?? "text");
}

function encode(input: PlaceInput): unknown[] {
  return columns.map((column) =>
    column === "meta" ? JSON.stringify(input.meta) : input[column as keyof PlaceInput],
  );
}
