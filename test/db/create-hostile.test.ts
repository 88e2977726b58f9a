/** Names and texts that try to become SQL. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { DriverConnection } from "../../src/driver/driver.ts";
import type { SchemaIr } from "../../src/ir/schema.ts";
import type { StorageType } from "../../src/ir/type.ts";
import { createMissing } from "../../src/migration/create.ts";
import { column, foreignKey, schema, table, text } from "../unit/ddl/ir.ts";
import { rowsOf } from "./catalog.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

/** Names and texts that break naive SQL, made likely. */
const hostile = fc.oneof(
  fc.constantFrom(
    'a"b',
    `'; drop table canary; --`,
    `"); drop table canary; --`,
    "\\",
    "\\'",
    "a\\' or 1=1 --",
    "'' || 'x",
    "$ferro$",
    "$1",
    "?",
    ":name",
    "%s%I",
    "--",
    "/*",
    "\n",
    "\t x ",
    "select",
    "a.b",
    "..",
    "__proto__",
    "ünïcödé",
    "\u{1F600}",
    "\u2028",
    "e'\\x",
  ),
  fc
    .string({ minLength: 1, maxLength: 15, unit: "grapheme" })
    .filter((name) => !name.includes("\0") && Buffer.byteLength(name) <= 50),
);

describeEachSchemaDatabase("hostile schemas", (db) => {
  /** PostgreSQL reads backslashes in plain literals when the setting is off. */
  const settings = db.name === "postgres" ? ["on", "off"] : ["on"];

  test.for(settings)("hostile names stay names, conforming strings %s", async (setting) => {
    const connection = await emptyWith(setting);
    await connection.script("CREATE TABLE canary (x integer)");
    const inUse = await schemaInUse(connection);
    const bare = (name = ""): string =>
      inUse === undefined ? name : name.replace(`${inUse}.`, "");
    let run = 0;

    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (one, two, three) => {
        run += 1;
        const ir = hostileSchema(run, one, two, three, inUse);
        const [first, second] = ir.payload.tables;

        await createMissing(connection, ir, db.ddl);

        const { tables, enums } = await db.catalog(connection);
        const made = tables[bare(first?.name)];
        expect(Object.keys(tables).sort()).toEqual(
          ["canary", bare(first?.name), bare(second?.name)].sort(),
        );
        expect(made?.columns.map(({ name }) => name)).toEqual(
          first?.columns.map(({ name }) => name),
        );
        expect(made?.indexes.map(({ name }) => name)).toContain(first?.indexes[0]?.name);
        expect(made?.checks).toEqual(first?.checks.map(({ name }) => name));
        expect(made?.constraints).toHaveLength(2);
        if (db.name === "postgres") {
          expect(enums).toEqual(
            Object.fromEntries(ir.payload.enums.map(({ name, values }) => [bare(name), values])),
          );
        }
        await drop(connection, ir);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  test.for(settings)(
    "a literal default is stored as it was, conforming strings %s",
    async (setting) => {
      const connection = await emptyWith(setting);
      const number = fc.double({ noNaN: true, noDefaultInfinity: true });

      await fc.assert(
        fc.asyncProperty(hostile, number, fc.boolean(), async (words, amount, truth) => {
          const ir = schema([
            table("d", [
              column("n", { kind: "float" }, literal(amount)),
              column("t", { kind: "boolean" }, literal(truth)),
              column("w", text, literal(words)),
            ]),
          ]);
          await createMissing(connection, ir, db.ddl);
          await connection.script("INSERT INTO d DEFAULT VALUES");

          const [[n, t, w] = []] = await rowsOf(connection, "SELECT n, t, w FROM d");

          expect(Number(n) === amount).toBe(true);
          expect(["1", "t"].includes(String(t))).toBe(truth);
          expect(w).toBe(words);
          await drop(connection, ir);
        }),
        { numRuns: 60, endOnFailure: true },
      );
    },
  );

  async function emptyWith(conformingStrings: string): Promise<DriverConnection> {
    const connection = await db.empty();
    if (db.name === "postgres") {
      await connection.script(`SET standard_conforming_strings = ${conformingStrings}`);
      await connection.script("SET escape_string_warning = on");
    }
    return connection;
  }

  /** Where names may have a schema before them. */
  async function schemaInUse(connection: DriverConnection): Promise<string | undefined> {
    if (db.name === "sqlite") return undefined;
    const [[name] = []] = await rowsOf(connection, "SELECT current_schema()");
    return String(name);
  }

  async function drop(connection: DriverConnection, { payload }: SchemaIr): Promise<void> {
    const cascade = db.name === "postgres" ? " CASCADE" : "";
    for (const { name } of payload.tables) {
      await connection.script(`DROP TABLE ${db.ddl.quoteName(name)}${cascade}`);
    }
    for (const { name } of db.name === "postgres" ? payload.enums : []) {
      await connection.script(`DROP TYPE ${db.ddl.quoteName(name)}`);
    }
  }
});

function literal(value: string | number | boolean): Partial<ReturnType<typeof column>> {
  return { default: { kind: "literal", value } };
}

/** Two tables that point to each other, with an enum, a check, an index and a comment. */
function hostileSchema(
  run: number,
  one: string,
  two: string,
  three: string,
  inUse: string | undefined,
): SchemaIr {
  // A dot in a name of PostgreSQL needs the schema before it.
  const named = (name: string): string =>
    inUse !== undefined && name.includes(".") ? `${inUse}.${name}` : name;
  const mood = named(`e${run}${three}`);
  const type: StorageType = { kind: "enum", name: mood, values: [one, `${two}!`] };
  const [first, second, link] = [named(`t${run}${one}`), named(`u${run}${two}`), `c${two}`];
  const pointing = (name: string, other: string, index: string) =>
    table(
      name,
      [column("a", text, { comment: one }), column(link), column("mood", type), column("q", text)],
      {
        primaryKey: [link],
        comment: three,
        indexes: [{ name: index, columns: [link, "a"] }],
        foreignKeys: [foreignKey([link], other, { referencedColumns: [link] })],
        checks: [{ kind: "values", name: `k${three}`, column: "q", values: [two, three] }],
      },
    );
  return schema(
    [pointing(first, second, `i${run}${three}`), pointing(second, first, `j${run}${three}`)],
    [{ name: mood, values: [one, `${two}!`] }],
  );
}
