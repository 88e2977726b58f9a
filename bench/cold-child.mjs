/** Run by `cold-start.ts`: reads one row and prints the milliseconds since the process began. JavaScript, so that no types are stripped. */
const [way, target] = process.argv.slice(2);
const sql = "select id, name, made from cold where id = 1";

const ways = {
  async prepare() {
    const { connect, disconnect, execute } = await import("../dist/index.js");
    await connect(target, { implicitRouting: "allow" });
    await execute("drop table if exists cold");
    await execute(
      "create table cold (id integer primary key, name text not null, made text not null)",
    );
    await execute("insert into cold values (1, 'first', '2026-01-01T00:00:00.000Z')");
    await disconnect();
  },
  ferro: () => ferro(),
  "ferro-better": () => ferro("better-sqlite3"),
  async "node:sqlite"() {
    const { DatabaseSync } = await import("node:sqlite");
    const row = new DatabaseSync(target).prepare(sql).get();
    return row.name;
  },
  async "better-sqlite3"() {
    const { default: Database } = await import("better-sqlite3");
    return new Database(target).prepare(sql).get().name;
  },
  async pg() {
    const { default: pg } = await import("pg");
    const client = new pg.Client({ connectionString: target });
    await client.connect();
    const { rows } = await client.query({ name: "first", text: sql });
    return rows[0].name;
  },
};

async function ferro(sqlite) {
  const [{ connect, id, Model }, { z }] = await Promise.all([
    import("../dist/index.js"),
    import("zod"),
  ]);
  const Cold = class extends Model("Cold", { id: id(), name: z.string(), made: z.string() }) {};
  await connect(target, { implicitRouting: "allow", sqlite });
  return (await Cold.get(1)).name;
}

const name = await ways[way]();
console.log(performance.now());
process.exit(way === "prepare" || name === "first" ? 0 : 1);
