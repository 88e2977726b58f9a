import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { applyOperations, emptySchema } from "../../src/ir/apply.ts";
import { compareAgainst, compareDrift } from "../../src/migration/adopt.ts";
import { describeDrift, findDrift, verifyState } from "../../src/migration/drift.ts";
import { op } from "../../src/migration/op.ts";
import { migration } from "../../src/migration/revision.ts";
import { stamp } from "../../src/migration/stamp.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { downgrade, upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";

const key = { name: "id", type: "integer", autoincrement: true } as const;

const made = [
  op.createEnum("mood", ["happy", "sad"]),
  op.createTable("author", {
    columns: [key, { name: "email", type: "varchar(80)" }, { name: "age", type: "integer" }],
    primaryKey: ["id"],
    uniques: [{ columns: ["email"] }],
    checks: [{ name: "ck_author_age", sql: "age > 0" }],
  }),
  op.createTable("post", {
    columns: [
      key,
      { name: "author_id", type: "integer" },
      { name: "title", type: "text" },
      { name: "status", type: "text", default: "draft" },
      { name: "rating", type: "double", nullable: true },
    ],
    primaryKey: ["id"],
    foreignKeys: [{ columns: ["author_id"], references: ["author", "id"], onDelete: "CASCADE" }],
    indexes: [{ columns: ["title"] }, { columns: ["author_id", "status"] }],
  }),
  op.createTable("feeling", {
    columns: [
      key,
      { name: "mood", type: { kind: "enum", name: "mood", values: ["happy", "sad"] } },
    ],
    primaryKey: ["id"],
  }),
];

const state = applyOperations(emptySchema, made);
const first = migration({ id: "a".repeat(12), parents: [], message: "first", up: made });

/** An edit by hand, and what must be said of it. */
type Edit = readonly [name: string, edit: string | Remade, said: string];

const anywhere: readonly Edit[] = [
  ["a column added", "alter table author add column nick text", 'column "nick" of "author"'],
  ["a column dropped", "alter table post drop column rating", 'column "rating" of "post"'],
  ["a column renamed", "alter table post rename column title to head", 'column "title" of "post"'],
  ["a table dropped", "drop table feeling", 'table "feeling" is missing'],
  ["a table renamed", "alter table author rename to writer", 'table "author" is missing'],
  ["an index dropped", "drop index idx_post_title", 'index "idx_post_title" of "post"'],
  [
    "an index the other way round",
    "drop index idx_post_title; create index idx_post_title on post (title desc)",
    'index "idx_post_title" of "post"',
  ],
  [
    "an index on other columns",
    "drop index idx_post_title; create index idx_post_title on post (status)",
    'index "idx_post_title" of "post"',
  ],
  [
    "an index of some rows",
    "drop index idx_post_title; create index idx_post_title on post (title) where id > 3",
    'index "idx_post_title" of "post"',
  ],
  [
    "an index made unique",
    "drop index idx_post_title; create unique index idx_post_title on post (title)",
    'idx_post_title" of "post"',
  ],
  ["no unique", "drop index uq_author_email", "uq_author_email"],
];

const column = (name: string, table: string): string => `column "${name}" of "${table}"`;

const onPostgres: readonly Edit[] = [
  ["another type", "alter table author alter email type text", column("email", "author")],
  ["a wider number", "alter table author alter age type bigint", column("age", "author")],
  ["a longer text", "alter table author alter email type varchar(90)", column("email", "author")],
  ["null allowed", "alter table author alter email drop not null", column("email", "author")],
  ["null refused", "alter table post alter rating set not null", column("rating", "post")],
  ["another default", "alter table post alter status set default 'x'", column("status", "post")],
  ["no default", "alter table post alter status drop default", column("status", "post")],
  ["a default", "alter table author alter age set default 3", column("age", "author")],
  ["no numbers", "alter table post alter id drop identity", column("id", "post")],
  ["no check", "alter table author drop constraint ck_author_age", 'check "ck_author_age"'],
  [
    "another check",
    "alter table author drop constraint ck_author_age, add constraint ck_author_age check (age > 1)",
    'check "ck_author_age"',
  ],
  ["a check", "alter table post add constraint mine check (rating > 0)", 'check "mine"'],
  ["no key to the parent", "alter table post drop constraint post_author_id_fkey", "foreign key"],
  [
    "a key that does something else",
    "alter table post drop constraint post_author_id_fkey, add constraint post_author_id_fkey foreign key (author_id) references author (id) on delete set null",
    "foreign key",
  ],
  [
    "a key more",
    "alter table feeling add constraint more foreign key (id) references author (id)",
    'foreign key "more"',
  ],
  ["a unique", "alter table post add constraint one unique (title)", 'unique "one"'],
  ["no primary key", "alter table feeling drop constraint feeling_pkey", "the primary key"],
  ["a value more", "alter type mood add value 'angry'", 'enum "mood"'],
  ["a value renamed", "alter type mood rename value 'sad' to 'blue'", 'enum "mood"'],
];

/** SQLite changes most by making the table anew: a part of its text, and what stands there instead. */
const onSqlite: readonly Edit[] = [
  ["another type", remade("author", "varchar(80)", "blob"), column("email", "author")],
  ["text for a number", remade("author", '"age" integer', '"age" text'), column("age", "author")],
  ["null allowed", remade("author", "(80) NOT NULL", "(80)"), column("email", "author")],
  ["null refused", remade("post", '"rating" double', "$& NOT NULL"), column("rating", "post")],
  ["another default", remade("post", "'draft'", "'x'"), column("status", "post")],
  ["no default", remade("post", "DEFAULT 'draft'", ""), column("status", "post")],
  ["a default", remade("author", '"age" integer', "$& DEFAULT 3"), column("age", "author")],
  ["no primary key", remade("feeling", "PRIMARY KEY AUTOINCREMENT", ""), "the primary key"],
  [
    "no check",
    remade("author", ', CONSTRAINT "ck_author_age" CHECK (age > 0)', ""),
    'check "ck_author_age"',
  ],
  ["another check", remade("author", "age > 0", "age > 1"), 'check "ck_author_age"'],
  ["a check", remade("post", '"rating" double', "$&, CHECK (rating > 0)"), "check"],
  ["no key to the parent", remade("post", /, FOREIGN KEY .* CASCADE/, ""), "foreign key"],
  ["a key that does something else", remade("post", "CASCADE", "RESTRICT"), "foreign key"],
  [
    "a key more",
    remade("feeling", '"mood" text NOT NULL', "$&, FOREIGN KEY (id) REFERENCES author (id)"),
    "foreign key",
  ],
  ["a unique", remade("post", '"rating" double', "$&, UNIQUE (title)"), "unique"],
  ["strict", remade("feeling", /$/, " STRICT"), "strict"],
];

/** What SQLite takes for the same: it stores any text in each of them, and numbers a key without being told. */
const same: readonly Remade[] = [
  remade("author", "varchar(80)", "text"),
  remade("author", "varchar(80)", "varchar(90)"),
  remade("author", '"age" integer', '"age" bigint'),
  remade("feeling", "AUTOINCREMENT", ""),
];

interface Remade {
  readonly table: string;
  readonly from: string | RegExp;
  readonly to: string;
}

function remade(table: string, from: string | RegExp, to: string): Remade {
  return { table, from, to };
}

/** What no operation says. */
const beyond: ReadonlySet<string> = new Set(["a table renamed", "strict"]);

describeEachDatabase(
  "drift",
  (db) => {
    const cascade = db.backend === "postgres" ? " cascade" : "";

    async function atFirst(work: (target: MigrationTarget) => Promise<void>): Promise<void> {
      const target = await openMigrations(db.url);
      try {
        const { tables, enums } = await target.dialect.introspect(target.connection);
        for (const { name } of tables.toSorted((x, y) => (x.name < y.name ? 1 : -1))) {
          await target.connection.script(`drop table "${name}"${cascade}`);
        }
        for (const { name } of enums) await target.connection.script(`drop type "${name}"`);
        await upgrade(target, [first]);
        await work(target);
      } finally {
        await target.close();
      }
    }

    async function drifts(target: MigrationTarget): Promise<readonly string[]> {
      const { items } = await findDrift(target, state);
      return items.filter(({ kind }) => kind !== "unmanaged").map(describeDrift);
    }

    test("there is none where nobody touched it", async () => {
      await atFirst(async (target) => {
        expect((await findDrift(target, state)).items).toEqual([]);
      });
    });

    /** SQLite: the table with another text, and the indexes that it had. */
    async function remake(target: MigrationTarget, { table, from, to }: Remade): Promise<void> {
      const { rows } = await target.connection.query({
        sql: "select sql from sqlite_schema where tbl_name = ? and sql is not null order by type desc",
        parameters: [table],
        returnsRows: true,
      });
      const [text = "", ...indexes] = rows.map(([sql]) => String(sql));
      const edited = text.replace(from, to);
      expect(edited).not.toBe(text);
      const script = [`drop table "${table}"`, edited, ...indexes].join(";\n");
      await target.connection.script(script);
    }

    test.runIf(db.backend === "sqlite")(
      "another spelling is none (only SQLite keeps spellings)",
      async () => {
        for (const edit of same) {
          await atFirst(async (target) => {
            await remake(target, edit);
            expect(await drifts(target)).toEqual([]);
          });
        }
      },
    );

    const own = db.backend === "postgres" ? onPostgres : onSqlite;
    test.each([...anywhere, ...own])("%s is found", async (name, edit, said) => {
      await atFirst(async (target) => {
        if (typeof edit === "string") await target.connection.script(edit);
        else await remake(target, edit);
        expect((await drifts(target)).join("\n")).toContain(said);

        // What was found can be kept: as operations, after which there is no drift.
        const comparison = compareDrift(target, [first]);
        if (beyond.has(name)) {
          await expect(comparison).rejects.toThrow("the database has what no operation says");
          return;
        }
        const { operations } = await comparison;
        const kept = migration({
          id: "2".repeat(12),
          parents: [first.id],
          message: "",
          up: operations,
        });
        await stamp(target, [first, kept], { verify: (now) => verifyState(target, now) });
      });
    });

    test("a column made by hand is not lost on the way back: it stays, or what to do is said", async () => {
      await atFirst(async (target) => {
        const up = [op.setType("author", "age", "float")];
        const wider = migration({ id: "2".repeat(12), parents: [first.id], message: "", up });
        await upgrade(target, [first, wider]);
        await target.connection.script("alter table author add column nick text");

        const back = downgrade(target, [first, wider]);
        if (db.backend === "postgres") expect((await back).heads).toEqual([first.id]);
        else {
          await expect(back).rejects.toThrow(
            /columns that the schema doesn't know .*: nick[\s\S]*`ferro revision --from-drift`.*ALTER TABLE "author" DROP COLUMN "nick"/,
          );
        }
        const sql = "select nick from author";
        expect((await target.connection.query({ sql, parameters: [] })).rows).toEqual([]);
      });
    });

    test.skipIf(db.backend === "postgres")(
      "a full-text index that lost a part is made anew (there it is one index)",
      async () => {
        await atFirst(async (target) => {
          const up = [op.createIndex("post", { columns: ["title"], fullText: "english" })];
          const words = migration({ id: "2".repeat(12), parents: [first.id], message: "", up });
          await upgrade(target, [first, words]);
          const now = applyOperations(state, up);
          for (const sql of [
            "drop trigger post_search_update",
            "drop table post_search",
            "drop trigger post_search_insert; drop table post_search",
          ]) {
            await target.connection.script(sql);
            const { items, repair } = await findDrift(target, now);
            expect(items.map(({ kind, what }) => [kind, what])).toContainEqual([
              "missing",
              'index "post_search"',
            ]);
            for (const each of repair) await target.connection.script(each);
            expect(await verifyState(target, now)).toEqual([]);
          }
          await downgrade(target, [first, words]);
        });
      },
    );

    test("models are compared with a database instead of the revisions", async () => {
      await atFirst(async (target) => {
        await target.connection.script("alter table author add column nick text");
        const nick = op.addColumn("author", { name: "nick", type: "text", nullable: true });
        const kept = migration({
          id: "2".repeat(12),
          parents: [first.id],
          message: "",
          up: [nick],
        });
        const more = op.addColumn("author", { name: "motto", type: "text", nullable: true });
        const models = applyOperations(state, [nick, more]);

        const against = await compareAgainst(target, [first, kept], models);
        expect(
          (await compareAgainst(target, [first, kept], applyOperations(state, [nick])))({}),
        ).toEqual({ operations: [], decisions: [] });
        expect(against({}).operations).toMatchObject([
          { op: "addColumn", column: { name: "motto" } },
        ]);
        const early = await compareAgainst(target, [], models);
        expect(() => early({})).toThrow("doesn't fit after the revisions");
      });
    });
  },
  { on: ["node:sqlite file", "postgres"] },
);
