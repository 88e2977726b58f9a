/** What pull writes, and that it can be used. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { afterAll, describe, expect, inject, test } from "vitest";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import {
  type Connection,
  clearRegistry,
  connect,
  field,
  id,
  Model,
  raw,
  SchemaError,
} from "../../src/index.ts";
import { introspect } from "../../src/migration/introspect.ts";
import { pullModels } from "../../src/migration/pull/pull.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { PulledFolder } from "../support/pull.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

describeEachSchemaDatabase("pull", (db) => {
  const dialect = db.name === "sqlite" ? sqliteDialect : postgresDialect;
  const pulled = new PulledFolder();
  afterAll(() => pulled.remove());

  test("writes a class for each table", async () => {
    const connection = await db.empty();
    await connection.script(`
      CREATE TABLE artists (id integer PRIMARY KEY NOT NULL, name varchar(120) NOT NULL);
      CREATE TABLE albums (album_id integer PRIMARY KEY NOT NULL, title text NOT NULL DEFAULT 'none',
        artist_id integer NOT NULL REFERENCES artists (id) ON DELETE CASCADE, "producedBy" integer REFERENCES artists (id));
      CREATE INDEX albums_title ON albums (title DESC)`);

    const { files, unrepresented } = pullModels(await introspect(connection, dialect));

    const key = db.name === "sqlite" ? 'numbering: "rowid"' : "autoincrement: false";
    expect(unrepresented).toEqual([]);
    expect(files).toEqual([
      {
        name: "models.ts",
        text: `import { backRef, field, foreignKey, Model } from "ferro-orm";
import { z } from "zod";

export class Album extends Model(
  "Album",
  {
    albumId: field(z.int(), { primaryKey: true, ${key} }),
    title: z.string().default("none"),
    get artist() {
      return foreignKey(Artist, { relatedName: "albums" });
    },
    get producedBy() {
      return foreignKey(Artist, {
        relatedName: "albumsByProducedBy",
        nullable: true,
        onDelete: "NO ACTION",
        column: "producedBy",
      });
    },
  },
  {
    table: "albums",
    indexes: [{ name: "albums_title", keys: [{ column: "title", descending: true }] }],
    columnOrder: "declared",
  },
) {}

export class Artist extends Model(
  "Artist",
  {
    id: field(z.int(), { primaryKey: true, ${key} }),
    name: field(z.string().max(120), { dbType: "varchar(120)" }),
    get albums() {
      return backRef(Album);
    },
    get albumsByProducedBy() {
      return backRef(Album);
    },
  },
  { table: "artists" },
) {}
`,
      },
    ]);
  });

  test("lists what models can't say, and leaves other tools' tables alone", async () => {
    const connection = await db.empty();
    await connection.script(`
      CREATE TABLE notes (id integer PRIMARY KEY, text text);
      CREATE TABLE _prisma_migrations (id text PRIMARY KEY);
      CREATE VIEW some_notes AS SELECT * FROM notes`);

    const { files, unrepresented } = pullModels(await introspect(connection, dialect));

    expect(files[0]?.text).not.toContain("risma");
    expect(unrepresented).toEqual([
      { kind: "view", name: "some_notes", reason: "a view is kept as it is" },
      {
        kind: "table",
        name: "_prisma_migrations",
        reason: "Prisma keeps its history of migrations in it",
      },
    ]);
  });

  test("a foreign key to a composite key is a relation over its columns", async () => {
    const connection = await db.empty();
    await connection.script(`
      CREATE TABLE tenants (id integer PRIMARY KEY NOT NULL);
      CREATE TABLE orders (tenant_id integer NOT NULL REFERENCES tenants (id), number text NOT NULL, parent_number text,
        PRIMARY KEY (tenant_id, number),
        FOREIGN KEY (tenant_id, parent_number) REFERENCES orders (tenant_id, number));
      CREATE TABLE lines (id integer PRIMARY KEY NOT NULL, tenant_id integer NOT NULL, order_number text NOT NULL, gift text, gift_tenant integer,
        FOREIGN KEY (tenant_id, order_number) REFERENCES orders (tenant_id, number) ON DELETE CASCADE,
        FOREIGN KEY (gift_tenant, gift) REFERENCES orders (tenant_id, number) ON DELETE SET NULL);
      CREATE TABLE invoices (tenant integer NOT NULL, number text NOT NULL, PRIMARY KEY (tenant, number),
        FOREIGN KEY (tenant, number) REFERENCES orders (tenant_id, number))`);

    const payload = await introspect(connection, dialect);
    const { text, ir, unrepresented } = await pulled.load(`composite_${db.name}`, payload);

    expect(unrepresented).toEqual([]);
    // Names of foreign keys are the database's own where nobody gave them.
    const keysOf = ({ tables }: typeof payload) =>
      tables.map(({ foreignKeys }) =>
        foreignKeys.map(({ name: _, ...key }) => JSON.stringify(key)).sort(),
      );
    expect(keysOf(ir.payload)).toEqual(keysOf(payload));
    expect(text).toContain(`    get order() {
      return foreignKey(Order, { relatedName: "lines", columns: ["tenantId", "orderNumber"] });
    },`);
    expect(text).toContain(`    get giftOrder() {
      return foreignKey(Order, {
        relatedName: "linesByGiftOrder",
        onDelete: "SET NULL",
        columns: ["giftTenant", "gift"],`);
    expect(text).toContain(`    get parent() {
      return foreignKey(Order, {
        relatedName: "ordersByParent",
        nullable: true,
        onDelete: "NO ACTION",
        columns: ["tenantId", "parentNumber"],`);
    expect(text).toContain(`        relatedName: "invoice",
        unique: true,`);
    expect(text).not.toContain("foreignKeys:");
  });

  test("a table of pairs links its two sides, over composite keys and shared columns too", async () => {
    const connection = await db.empty();
    const number =
      db.name === "sqlite" ? "integer PRIMARY KEY NOT NULL" : "serial PRIMARY KEY NOT NULL";
    await connection.script(`
      CREATE TABLE pupils (tenant integer NOT NULL, no integer NOT NULL, PRIMARY KEY (tenant, no));
      CREATE TABLE courses (tenant integer NOT NULL, code text NOT NULL, PRIMARY KEY (tenant, code));
      CREATE TABLE clubs (id integer PRIMARY KEY NOT NULL);
      CREATE TABLE enrolments (tenant integer NOT NULL, pupil_no integer NOT NULL, course_code text NOT NULL,
        PRIMARY KEY (tenant, pupil_no, course_code),
        FOREIGN KEY (tenant, pupil_no) REFERENCES pupils (tenant, no),
        FOREIGN KEY (tenant, course_code) REFERENCES courses (tenant, code));
      CREATE TABLE pupils_clubs (id ${number}, pupil_tenant integer NOT NULL, pupil integer NOT NULL,
        the_club integer NOT NULL REFERENCES clubs (id), UNIQUE (pupil_tenant, pupil, the_club),
        FOREIGN KEY (pupil_tenant, pupil) REFERENCES pupils (tenant, no));
      CREATE TABLE fans (tenant integer NOT NULL, pupil_no integer NOT NULL, club integer NOT NULL REFERENCES clubs (id), since text,
        PRIMARY KEY (tenant, pupil_no, club), FOREIGN KEY (tenant, pupil_no) REFERENCES pupils (tenant, no))`);

    const payload = await introspect(connection, dialect);
    const { text, ir } = await pulled.load(`pairs_${db.name}`, payload);

    const names = ({ tables }: typeof payload) => tables.map(({ name }) => name);
    expect(names(ir.payload)).toEqual(names(payload));
    expect(text).toContain(
      'return manyToMany(Course, { relatedName: "pupils", through: Enrolment });',
    );
    expect(text).toContain(
      'return manyToMany(Club, { relatedName: "pupils", through: PupilsClub });',
    );
    // A fan is more than a pair.
    expect(text).not.toContain("through: Fan");
  });

  test("gives each of a hundred names its own property", async () => {
    const connection = await db.empty();
    const marks = ["", " ", "-", "_", ".", "%", "é", "ß", "名", "1", "$", "'", '"'];
    const words = [
      "created at",
      "createdAt",
      "CreatedAt",
      "delete",
      "save",
      "then",
      "id",
      "__proto__",
    ];
    const columns = words.flatMap((word) => marks.map((mark) => `${mark}${word}`));
    const list = columns.map((name) => `"${name.replaceAll('"', '""')}" text`);
    const distinct = list.filter(
      (name, at) => list.findIndex((other) => other.toLowerCase() === name.toLowerCase()) === at,
    );
    await connection.script(`CREATE TABLE odd (${distinct.join(", ")})`);
    const payload = await introspect(connection, dialect);

    const { ir } = await pulled.load(`names_${db.name}`, payload);

    expect(distinct.length).toBeGreaterThan(90);
    expect(ir.payload.tables[0]?.columns.map(({ name }) => name)).toEqual(
      payload.tables[0]?.columns.map(({ name }) => name),
    );
  });
});

describe("pull from SQLite", () => {
  test("reports foreign keys to nowhere, conflict clauses, and text in double quotes", async () => {
    await using connection = await connect("sqlite::memory:", { name: "loose" });
    await script(
      connection,
      `CREATE TABLE loose (id integer PRIMARY KEY, a text UNIQUE ON CONFLICT IGNORE, b text DEFAULT "quoted", c int REFERENCES nowhere)`,
    );
    const { rows } = await read(connection);

    expect(rows).toMatchObject([
      { kind: "conflict clause", table: "loose", reason: "ON CONFLICT IGNORE is kept as it is" },
      { kind: "foreign key", table: "loose", reason: 'it points to "nowhere", which is no table' },
    ]);
  });
});

describe("pull from PostgreSQL", () => {
  test("needs no more than the right to connect", async () => {
    const url = new URL(inject("postgresUrl"));
    const run = async (at: URL, sql: string) => {
      const client = new pg.Client({ connectionString: at.href });
      await client.connect();
      await client.query(sql);
      await client.end();
    };
    const name = `ferro_reader_${crypto.randomUUID().slice(0, 8)}`;
    await run(url, `CREATE DATABASE ${name}`);
    const inside = new URL(url);
    inside.pathname = `/${name}`;
    await run(
      inside,
      `CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE seen (id serial PRIMARY KEY, m mood DEFAULT 'sad' CHECK (id > 0));
       CREATE INDEX by_mood ON seen (m) WHERE id > 3; CREATE ROLE ${name} LOGIN PASSWORD 'reader'; GRANT USAGE ON SCHEMA public TO ${name}`,
    );
    const reader = new URL(inside);
    reader.username = name;
    reader.password = "reader";
    {
      await using connection = await connect(reader.href, { name });
      const { text } = await read(connection);
      expect(text).toContain("class Seen");
      expect(text).toContain('where: "id > 3"');
    }
    await run(url, `DROP DATABASE ${name} WITH (FORCE)`);
    await run(url, `DROP ROLE ${name}`);
  });
});

/** What the test asks of the models that are pulled. */
interface PulledModel {
  using(connection: string): PulledModel;
  create(input: object): Promise<Readonly<Record<string, unknown>>>;
  where(condition: object): { one(): Promise<Readonly<Record<string, unknown>>> };
}

describeEachDatabase("pulled models", (db) => {
  const pulled = new PulledFolder();
  afterAll(() => pulled.remove());

  test("read and write rows", async () => {
    await using connection = await connect(db.url, { name: "usable" });
    const [serial, list] = db.backend === "sqlite" ? ["integer", "json"] : ["serial", "text[]"];
    await script(
      connection,
      `CREATE TABLE shop (id ${serial} PRIMARY KEY, name varchar(20) NOT NULL);
       CREATE TABLE visit (id ${serial} PRIMARY KEY, shop_id integer NOT NULL REFERENCES shop (id), tags ${list}, place inet)`,
    );
    const { text } = await read(connection);
    const file = join(pulled.path, `usable_${db.name.replace(/\W/g, "_")}.ts`);
    writeFileSync(file, text);
    const { Shop, Visit }: Record<"Shop" | "Visit", PulledModel> = await import(
      pathToFileURL(file).href
    );
    clearRegistry();

    const shop = await Shop.using("usable").create({ name: "Corner" });
    const visit = await Visit.using("usable").create({ shop, tags: ["a", "b"], place: "10.0.0.1" });
    const found = await Visit.using("usable").where({ id: visit["id"] }).one();

    expect(found).toMatchObject({ shopId: shop["id"], tags: ["a", "b"], place: "10.0.0.1" });
    await script(connection, "DROP TABLE visit; DROP TABLE shop");
  });
});

describeEachDatabase("pulled links", (db) => {
  const pulled = new PulledFolder();
  afterAll(() => pulled.remove());

  test("are followed and added to over composite keys", async () => {
    await using connection = await connect(db.url, { name: "linked" });
    await script(
      connection,
      `CREATE TABLE pupil (tenant integer NOT NULL, no integer NOT NULL, PRIMARY KEY (tenant, no));
       CREATE TABLE course (tenant integer NOT NULL, code text NOT NULL, PRIMARY KEY (tenant, code));
       CREATE TABLE enrolment (tenant integer NOT NULL, pupil_no integer NOT NULL, course_code text NOT NULL,
         PRIMARY KEY (tenant, pupil_no, course_code),
         FOREIGN KEY (tenant, pupil_no) REFERENCES pupil (tenant, no),
         FOREIGN KEY (tenant, course_code) REFERENCES course (tenant, code))`,
    );
    const { text } = await read(connection);
    const file = join(pulled.path, `linked_${db.name.replace(/\W/g, "_")}.ts`);
    writeFileSync(file, text);
    const { Pupil, Course }: Record<"Pupil" | "Course", PulledModel> = await import(
      pathToFileURL(file).href
    );
    clearRegistry();

    const pupil = await Pupil.using("linked").create({ tenant: 1, no: 7 });
    const course = await Course.using("linked").create({ tenant: 1, code: "art" });
    const courses = pupil["courses"] as {
      add(other: object): Promise<unknown>;
      all(): Promise<readonly object[]>;
    };
    await courses.add(course);

    expect(await courses.all()).toMatchObject([{ tenant: 1, code: "art" }]);
    await script(connection, "DROP TABLE enrolment; DROP TABLE course; DROP TABLE pupil");
  });
});

describe("raw()", () => {
  test("refuses anything but the name of a type", () => {
    // @ts-expect-error -- a number is no type
    expect(() => raw(3)).toThrow(SchemaError);
  });
});

describeEachDatabase("raw columns", (db) => {
  test("hold the text that the database prints, in single rows and in many", async () => {
    class Place extends Model("RawPlace", {
      id: id(),
      at: field(raw("point"), { comment: "where" }),
      other: raw("point").nullable(),
    }) {}
    await using connection = await connect(db.url, { autoMigrate: true, name: "raw" });
    clearRegistry();
    const places = Place.using(connection.name);

    await places.create({ at: "(1,2)", other: null });
    await places.bulkCreate([
      { at: "(3,4)", other: "(5,6)" },
      { at: "(7,8)", other: null },
    ]);

    const rows = await places.orderBy("id").all();
    expect(rows.map(({ at, other }) => [at, other])).toEqual([
      ["(1,2)", null],
      ["(3,4)", "(5,6)"],
      ["(7,8)", null],
    ]);
  });
});

function script(connection: Connection, sql: string): Promise<void> {
  return connection.lease("write", (driver) => driver.script(sql));
}

/** Pulls through a connection of the program's. */
async function read(
  connection: Connection,
): Promise<{ readonly text: string; readonly rows: readonly unknown[] }> {
  const payload = await connection.lease("write", (driver) =>
    introspect(driver, connection.dialect),
  );
  const { files, unrepresented } = pullModels(payload);
  return { text: String(files[0]?.text), rows: unrepresented };
}
