/** Pulling again into a file that people have edited. */
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { findDefinition } from "../../src/definition/key.ts";
import { postgresDialect } from "../../src/dialect/postgres/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import type { DriverConnection } from "../../src/driver/driver.ts";
import { clearRegistry, connect } from "../../src/index.ts";
import { introspect } from "../../src/migration/introspect.ts";
import { pullAgain } from "../../src/migration/pull/again.ts";
import { pullModels } from "../../src/migration/pull/pull.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { makeProject } from "../support/ferro-project.ts";
import { PulledFolder } from "../support/pull.ts";
import { describeEachSchemaDatabase } from "./schema-database.ts";

const root = join(import.meta.dirname, "../..");

describeEachSchemaDatabase("pulling again", (db) => {
  const dialect = db.name === "sqlite" ? sqliteDialect : postgresDialect;
  const folder = new PulledFolder();
  let count = 0;
  afterAll(() => folder.remove());

  /** A shop, pulled. */
  async function pulled(): Promise<readonly [connection: DriverConnection, text: string]> {
    const connection = await db.empty();
    await connection.script(`
      CREATE TABLE shops (id integer PRIMARY KEY NOT NULL, name text NOT NULL);
      CREATE TABLE goods (id integer PRIMARY KEY NOT NULL, title text NOT NULL, price integer NOT NULL DEFAULT 1,
        kind text NOT NULL CHECK (kind IN ('a', 'b')), shop_id integer NOT NULL REFERENCES shops (id));
      CREATE INDEX goods_by_title ON goods (title DESC)`);
    const { files } = pullModels(await introspect(connection, dialect));
    return [connection, String(files[0]?.text)];
  }

  async function again(connection: DriverConnection, text: string) {
    count += 1;
    const file = join(folder.path, `again_${db.name}_${count}.ts`);
    writeFileSync(file, text);
    const module: Record<string, unknown> = await import(pathToFileURL(file).href);
    const models = Object.values(module).flatMap((value) => findDefinition(value) ?? []);
    clearRegistry();
    return pullAgain(await introspect(connection, dialect), { text, models, dialect });
  }

  /** The file as somebody left it: other names, comments, methods, a schema of their own. */
  function edited(text: string): string {
    return text
      .replaceAll(/\bGood\b(?!")/g, "Article")
      .replace(
        "title: z.string(),",
        '// what the label says, not more\n    label: field(z.string().trim().min(1), { column: "title" }),',
      )
      .replace('keys: [{ column: "title"', 'keys: [{ column: "label"')
      .replaceAll("get goods()", "get articles()")
      .replace('relatedName: "goods"', 'relatedName: "articles"')
      .replace(
        /\) \{\}\n\nexport class Shop/,
        `) {
  /** With a sign. */
  get sign(): string {
    return \`\${this.label} }: { \${this.price}\`;
  }
}

export const later = /[{(]/;

export class Shop`,
      );
  }

  test("changes nothing where nothing changed, whatever was edited", async () => {
    const [connection, text] = await pulled();

    for (const file of [text, edited(text)]) {
      const { text: merged, edits, conflicts } = await again(connection, file);
      expect({ merged, edits, conflicts }).toEqual({ merged: file, edits: [], conflicts: [] });
    }
  });

  test("brings columns, indexes, tables and relations, and keeps every edit", async () => {
    const [connection, text] = await pulled();
    await connection.script(`
      ALTER TABLE goods ADD COLUMN weight integer;
      ALTER TABLE goods ADD COLUMN maker_id integer REFERENCES shops (id);
      CREATE INDEX goods_by_weight ON goods (weight DESC);
      CREATE TABLE stocks (id integer PRIMARY KEY NOT NULL, good_id integer NOT NULL REFERENCES goods (id), amount decimal(8, 2))`);

    const before = edited(text);
    const { text: merged, edits, conflicts } = await again(connection, before);

    expect(conflicts).toEqual([]);
    const lines = merged.split("\n").map((line) => line.trim());
    const gone = before
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => !lines.includes(line));
    // Only the line of imports and that of the indexes are other lines now.
    expect(gone.every((line) => /^(?:import|indexes:|keys:|\{ name|\],|$)/.test(line))).toBe(true);
    expect(merged).toContain("weight: z.int().nullable(),");
    expect(merged).toContain("get maker() {");
    expect(merged).toContain("goods_by_weight");
    expect(merged).toContain("export class Stock extends Model(");
    expect(merged).toContain("return foreignKey(Article, {");
    expect(merged).toContain("return backRef(Stock);");
    expect(merged).toContain("decimal(");
    expect(edits.map(({ where }) => where)).toContain("Article.weight");
    expect((await again(connection, merged)).edits).toEqual([]);
  });

  test("takes out what is gone, and changes what nobody edited", async () => {
    const [connection, text] = await pulled();
    await connection.script("DROP INDEX goods_by_title");
    await connection.script("ALTER TABLE goods DROP COLUMN price");
    await connection.script("ALTER TABLE shops RENAME COLUMN name TO called");

    const { text: merged, conflicts } = await again(connection, text);

    expect(conflicts).toEqual([]);
    expect(merged).not.toContain("price");
    expect(merged).not.toContain("goods_by_title");
    expect(merged).toContain("called: z.string(),");
    expect((await again(connection, merged)).edits).toEqual([]);
  });

  test("tells a change that meets an edit, and leaves the edit", async () => {
    const [connection, text] = await pulled();
    const file = text
      .replace("title: z.string(),", "title: z.string().trim(),")
      .replace("price: z.int().default(1),", "price: z.int().min(0).default(1),")
      .replace(/(class Shop[\s\S]*?)\) \{\}/, "$1) {\n  open = true;\n}");
    await connection.script("ALTER TABLE goods DROP COLUMN price");
    if (db.name === "postgres") {
      await connection.script(`ALTER TABLE goods ALTER COLUMN title DROP NOT NULL;
        ALTER TABLE goods DROP COLUMN shop_id; DROP TABLE shops`);
    }

    const { text: merged, conflicts } = await again(connection, file);

    expect(merged).toContain("title: z.string().trim(),");
    expect(merged).toContain("price: z.int().min(0).default(1),");
    expect(conflicts).toContainEqual({
      where: "Good.price",
      reason: "it is gone from the database, and was edited in the file",
      wanted: null,
    });
    if (db.name === "sqlite") return;
    expect(conflicts).toContainEqual({
      where: "Good.title",
      reason: "it changed in the database, and was edited in the file",
      wanted: "title: z.string().nullable()",
    });
    expect(merged).toContain("open = true;");
    expect(conflicts.map(({ where }) => where)).toContain("Shop");
    expect(merged).not.toContain("get shop()");
  });
});

describeEachDatabase(
  "ferro pull into a file that is there",
  (db) => {
    test("shows what changes, and keeps what people wrote", { timeout: 180_000 }, async () => {
      using project = makeProject(db.url);
      symlinkSync(join(root, "node_modules"), join(project.folder, "node_modules"), "dir");
      await using connection = await connect(db.url, { name: "again" });
      const run = (sql: string) => connection.lease("write", (driver) => driver.script(sql));
      await run(
        "CREATE TABLE notes (id integer PRIMARY KEY NOT NULL, text text NOT NULL, no integer)",
      );
      const { files } = await connection.lease("write", async (driver) =>
        pullModels(await introspect(driver, connection.dialect)),
      );
      const file = String(files[0]?.text).replace(
        "text: z.string(),",
        "text: z.string().trim(), // no blanks",
      );
      project.write("models.ts", file);
      await run("ALTER TABLE notes ADD COLUMN place text");
      await run("ALTER TABLE notes DROP COLUMN no");
      const read = () => readFileSync(join(project.folder, "models.ts"), "utf8");

      const dry = await project.ferro("pull", "models.ts", "--dry-run");
      const untouched = read();
      await run("ALTER TABLE notes DROP COLUMN text");
      const pulled = await project.ferro("pull", "models.ts", "--json");
      await run("DROP TABLE notes");

      expect(dry).toMatchObject({
        code: 0,
        stderr: expect.stringContaining("would write models.ts"),
      });
      expect(dry.stdout).toMatch(
        /models\.ts:\d+ Note\.place\n\+ place: z\.string\(\)\.nullable\(\),/,
      );
      expect(untouched).toBe(file);
      expect(pulled.code).toBe(3);
      expect(JSON.parse(pulled.stdout)).toMatchObject({
        edits: [{ where: "Note.place" }, { where: "Note.no" }],
        conflicts: [{ where: "Note.text" }],
      });
      expect(read()).toContain("    text: z.string().trim(), // no blanks\n");
      expect(read()).toContain("    place: z.string().nullable(),\n");
      expect(read()).not.toContain("no: ");
    });
  },
  { only: ["node:sqlite file", "postgres"], because: "a process has its own memory" },
);
