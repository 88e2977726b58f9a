/** What `ferro lint --fix` writes into files, and what it leaves to people. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Operation } from "../../../src/ir/migration.ts";
import { fixRevisions } from "../../../src/migration/lint/fix.ts";
import { op } from "../../../src/migration/op.ts";
import { migration } from "../../../src/migration/revision.ts";
import { operationSpans, rewriteFile } from "../../../src/migration/rewrite-file.ts";
import { base } from "./lint-fixtures.ts";

function fix(up: readonly Operation[]) {
  const revision = migration({ id: "b".repeat(12), parents: [base.id], message: "", up });
  return fixRevisions([base, revision], {
    revisions: new Set([revision.id]),
    databases: ["postgres"],
  });
}

test("what only people know is told as text", () => {
  const { fixed, left } = fix([
    op.setType("author", "age", "text", { using: "age::text" }),
    op.addColumn("author", { name: "email", type: "text" }),
  ]);
  const text = (rule: string) => left.find(({ finding }) => finding.rule === rule)?.write;

  expect(fixed).toEqual([]);
  expect(text("FM121")).toContain(
    'op.addColumn("author", { name: "age_new", type: "text", nullable: true }),',
  );
  expect(text("FM121")).toContain('op.backfill("author"');
  expect(text("FM120")).toContain("fill:");
  expect(text("FM210")).toContain('op.setNotNull("author", "email"),');
});

test("what isn't SQL for PostgreSQL, what it does to the schema and the way back stay", () => {
  const { fixed } = fix([
    op.sql(
      {
        postgres: "select 1; create index i on author (age)",
        sqlite: "create index i on author (age)",
      },
      {
        state: [op.createIndex("author", { name: "i", columns: ["age"] })],
        down: { postgres: "drop index i", sqlite: "drop index i" },
        allow: ["FM207: no reason"],
      },
    ),
  ]);

  expect(fixed[0]?.up).toEqual([
    { op: "sql", postgres: "select 1", down: {}, allow: ["FM207: no reason"] },
    {
      op: "sql",
      postgres: "create INDEX CONCURRENTLY i on author (age)",
      sqlite: "create index i on author (age)",
      transaction: false,
      state: [op.createIndex("author", { name: "i", columns: ["age"] })],
      down: { postgres: "drop index i", sqlite: "drop index i" },
      allow: ["FM207: no reason"],
    },
  ]);
});

const file = (operations: string) =>
  `import { migration, op } from "ferro-orm/migrate";

export default migration({
  id: "${"b".repeat(12)}",
  parents: ["${base.id}"],
  message: "x",
  online: false,
  up: [
${operations}
  ],
  down: "auto",
});
`;

test("operations are found in a file however they are written", () => {
  const text = file(`    // first: [op.x]
    op.sql({ postgres: \`a\${"]"} ,\` }), op.sql({ sqlite: "]," /* , */ }),
    op.data("x", () => /[,]"]/.test("a")),
    { op: "dropTable", table: "x" }`);
  const spans = operationSpans(text).map(([start, end]) => text.slice(start, end));

  expect(spans).toEqual([
    'op.sql({ postgres: `a${"]"} ,` })',
    'op.sql({ sqlite: "]," /* , */ })',
    'op.data("x", () => /[,]"]/.test("a"))',
    '{ op: "dropTable", table: "x" }',
  ]);
  expect(operationSpans("const up = 1;")).toEqual([]);
});

test("a file keeps what wasn't rewritten, and is left alone where it can't be read", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ferro-fix-"));
  try {
    const path = join(folder, "migration.mjs");
    const source = join(import.meta.dirname, "../../../src/migration");
    // What the file needs of the door: all of it takes Node long to load.
    const door = ["op", "revision"].map((name) => `export * from "${source}/${name}.ts";`);
    writeFileSync(join(folder, "door.mjs"), door.join("\n"));
    const write = (text: string) =>
      writeFileSync(path, text.replace('"ferro-orm/migrate"', '"./door.mjs"'));
    const before = [
      op.dropTable("bare"),
      op.sql({ postgres: "drop index i" }),
      op.setNotNull("author", "age"),
    ];
    const safe = [op.sql({ postgres: "drop index concurrently i" }, { transaction: false })];
    const rewrite = {
      file: path,
      before,
      replaced: [[before[0]], safe, [before[2]]] as Operation[][],
      online: true,
    };
    write(
      file(
        '    // kept\n    op.dropTable("bare"),\n    op.sql({ postgres: "drop index i" }), // and this\n    op.setNotNull( "author","age"),',
      ),
    );

    expect(await rewriteFile(rewrite)).toBe(true);
    const text = readFileSync(path, "utf8");
    expect(text).toContain('// kept\n    op.dropTable("bare"),\n');
    expect(text).toContain(
      'op.sql({ postgres: "drop index concurrently i" }, { transaction: false }), // and this',
    );
    expect(text).toContain('op.setNotNull( "author","age")');
    expect(text).not.toContain("online");

    const twice = file('    op.dropTable("a"),\n    // what b was for\n    op.dropTable("b"),\n');
    write(twice);
    const both = [op.dropTable("a"), op.dropTable("b")] as const;
    const one = { ...rewrite, before: both, replaced: [[], [both[1]]] };
    expect(await rewriteFile(one)).toBe(true);
    expect(readFileSync(path, "utf8")).toContain(
      'up: [\n    // what b was for\n    op.dropTable("b"),\n',
    );

    const hidden = file('    ...[op.dropTable("bare")],\n    op.x(),\n    op.y(),');
    write(hidden);
    const unread = readFileSync(path, "utf8");
    expect(await rewriteFile(rewrite)).toBe(false);
    expect(readFileSync(path, "utf8")).toBe(unread);
    expect(readdirSync(folder).sort()).toEqual(["door.mjs", "migration.mjs"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("texts, names and bodies of statements come through as they were", () => {
  const body = "CREATE TRIGGER t AFTER INSERT ON post BEGIN UPDATE post SET note = 'a  b'; END";
  const { fixed } = fix([
    op.sql({
      postgres: `create index i on author (age);  comment on  table author is 'two  blanks'; do $$ begin
    perform 1;
  end $$; create function f() returns int begin atomic select 1; select 2; end; select "a  b"`,
    }),
    op.sql({
      postgres: "begin; select 1; commit",
      sqlite: `begin; ${body}; commit`,
    }),
  ]);

  expect(fixed[0]?.up).toEqual([
    { op: "sql", postgres: "create INDEX CONCURRENTLY i on author (age)", transaction: false },
    {
      op: "sql",
      postgres: [
        "comment on table author is 'two  blanks'",
        "do $$ begin\n    perform 1;\n  end $$",
        "create function f() returns int begin atomic select 1; select 2; end",
        'select "a  b"',
      ],
    },
    { op: "sql", postgres: "select 1", sqlite: body },
  ]);
});

test("a table of another schema is another table", () => {
  const alter = (table: string, column: string) =>
    `alter table ${table} alter column ${column} type text`;
  const updates = "update audit.author set age = 1; update public.author set age = 2";
  const changes = [alter("author", "age"), alter("author", "name"), alter("audit.author", "age")];
  const { fixed } = fix([
    op.sql({ postgres: updates }, { elidable: true }),
    op.sql({ postgres: "drop table audit.post; drop table public.post" }),
    op.sql({ postgres: changes }),
  ]);

  expect(fixed[0]?.up.slice(0, 2)).toEqual([
    { op: "sql", postgres: "update audit.author set age = 1", elidable: true },
    { op: "backfill", table: "author", set: { age: "2" }, elidable: true },
  ]);
  expect(fixed[0]?.up.slice(2, -1)).toEqual([
    { op: "sql", postgres: "drop table audit.post" },
    { op: "dropForeignKey", table: "post", name: "fk_post_author_id_author" },
    { op: "sql", postgres: "drop table public.post" },
  ]);
  expect(fixed[0]?.up.at(-1)).toEqual({
    op: "sql",
    postgres: [`${changes[0]}, alter column name type text`, changes[2]],
  });
});

test("an update is no backfill where rows would get it twice, or come again", () => {
  const { fixed } = fix([
    op.sql({
      postgres: "update author set age = age + 1",
      sqlite: "update author set age = age + 1",
    }),
    op.sql({ postgres: "update author set id = id + 1000" }),
  ]);

  expect(fixed).toEqual([]);
});

test("a default of several words stays apart, and a column that no state tells of is left", () => {
  const postgres =
    "alter table author add column seen double precision default random() :: double precision";
  const state = [op.addColumn("author", { name: "seen", type: "float", nullable: true })];
  const { fixed } = fix([op.sql({ postgres }, { state })]);

  const value = "random():: double precision";
  expect(fixed[0]?.up).toEqual([
    { op: "sql", postgres: "alter table author add column seen double precision" },
    {
      op: "sql",
      postgres: `alter table author ALTER COLUMN seen SET DEFAULT ${value}`,
      state,
    },
    { op: "backfill", table: "author", set: { seen: value }, where: "seen IS NULL" },
  ]);
  expect(fix([op.sql({ postgres })]).fixed).toEqual([]);
});
