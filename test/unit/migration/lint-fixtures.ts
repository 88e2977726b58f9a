/** For each lint rule, what it must find and what it must pass over. */
import type { Operation } from "../../../src/ir/migration.ts";
import { op } from "../../../src/migration/op.ts";
import { migration, type Revision } from "../../../src/migration/revision.ts";

/** What was there before. */
export const base: Revision = migration({
  id: "a".repeat(12),
  parents: [],
  message: "base",
  up: [
    op.createEnum("state", ["draft", "out"]),
    op.createTable("author", {
      columns: [
        { name: "id", type: "integer", autoincrement: true },
        { name: "name", type: "varchar(50)" },
        { name: "age", type: "bigint", default: 0 },
      ],
      primaryKey: ["id"],
      indexes: [{ columns: ["name", "age"] }],
    }),
    op.createTable("post", {
      columns: [
        { name: "id", type: "integer", autoincrement: true },
        { name: "author_id", type: "integer", nullable: true },
        { name: "title", type: "text", nullable: true },
        { name: "note", type: "text", nullable: true },
      ],
      primaryKey: ["id"],
      foreignKeys: [{ columns: ["author_id"], references: ["author", "id"] }],
      uniques: [{ columns: ["title"] }],
      checks: [{ name: "ck_post", sql: "length(title) > 0" }],
    }),
    op.createObject({
      kind: "domain",
      name: "positive",
      sql: "CREATE DOMAIN positive AS integer CHECK (VALUE > 0)",
    }),
    op.createObject({ kind: "domain", name: "plain", sql: "CREATE DOMAIN plain AS integer" }),
    op.createTable("wide", {
      columns: [
        { name: "id", type: "bigint" },
        { name: "price", type: "decimal(10,2)" },
        { name: "doc", type: "json", nativeType: "json" },
        { name: "body", type: "json" },
        { name: "at", type: "timestamptz" },
        { name: "ip", type: "text", nativeType: "cidr" },
        { name: "state", type: { kind: "enum", name: "state", values: ["draft", "out"] } },
      ],
      primaryKey: ["id"],
    }),
    op.createTable("bare", { columns: [{ name: "n", type: "integer" }], primaryKey: ["n"] }),
  ],
});

const raw = (sql: string | readonly string[], options: object = {}) =>
  op.sql({ postgres: sql }, { state: [], ...options });
const rawLite = (sql: string) => op.sql({ sqlite: sql }, { state: [] });
const plainEnum = (values: readonly string[]) => ({ kind: "enum", name: null, values }) as const;

const column = (name: string, rest: object = {}) => ({
  name,
  type: "text" as const,
  nullable: true,
  ...rest,
});
const table = (name: string, rest: object = {}) =>
  op.createTable(name, { columns: [{ name: "id", type: "integer" }], primaryKey: ["id"], ...rest });

interface Fixture {
  /** Found in each of these. */
  readonly bad: readonly (readonly Operation[])[];
  /** Not found in any of these. */
  readonly good: readonly (readonly Operation[])[];
  /** The bad operations are in a revision that says `online: false`. */
  readonly offline?: true;
}

export const fixtures: Readonly<Record<string, Fixture>> = {
  FM101: {
    offline: true,
    bad: [
      [op.createIndex("post", { columns: ["title"] })],
      [raw("create unique index i on post (title)")],
    ],
    good: [
      [op.createIndex("post", { columns: ["title"] })],
      [raw("create index concurrently i on post (title)", { transaction: false })],
      [table("x"), raw("create index i on x (id)")],
    ],
  },
  FM102: {
    offline: true,
    bad: [[op.dropIndex("author", "idx_author_name_age")], [raw("DROP INDEX i")]],
    good: [
      [op.dropIndex("author", "idx_author_name_age")],
      [raw("drop index concurrently i", { transaction: false })],
    ],
  },
  FM103: {
    bad: [[raw("create index concurrently i on post (title)")]],
    good: [
      [raw("create index concurrently i on post (title)", { transaction: false })],
      [raw("select 'CONCURRENTLY'")],
    ],
  },
  FM104: {
    bad: [
      [
        op.dropIndex("author", "idx_author_name_age"),
        op.createIndex("author", { columns: ["name"] }),
      ],
    ],
    good: [
      [
        op.createIndex("author", { columns: ["name"] }),
        op.dropIndex("author", "idx_author_name_age"),
      ],
    ],
  },
  FM105: {
    bad: [[raw("reindex table post")]],
    good: [[raw("reindex table concurrently post", { transaction: false })]],
  },
  FM106: {
    offline: true,
    bad: [
      [op.addUnique("bare", { columns: ["n"] })],
      [raw("alter table post add constraint u unique (title)")],
    ],
    good: [
      [op.addUnique("bare", { columns: ["n"] })],
      [raw("alter table post add constraint u unique using index i")],
    ],
  },
  FM107: {
    offline: true,
    bad: [
      [op.dropPrimaryKey("bare"), op.addPrimaryKey("bare", { columns: ["n"] })],
      [raw("alter table post add primary key (id)")],
    ],
    good: [[raw("alter table post add constraint p primary key using index i")]],
  },
  FM108: {
    offline: true,
    bad: [
      [op.addForeignKey("post", { name: "f", columns: ["id"], references: ["author", "id"] })],
      [raw("alter table post add constraint f foreign key (id) references author (id)")],
    ],
    good: [
      [op.addForeignKey("post", { name: "f", columns: ["id"], references: ["author", "id"] })],
      [raw("alter table post add constraint f foreign key (id) references author (id) not valid")],
    ],
  },
  FM109: {
    offline: true,
    bad: [
      [op.addCheck("post", { name: "c", sql: "id > 0" })],
      [raw("alter table post add constraint c check (id > 0)")],
    ],
    good: [
      [op.addCheck("post", { name: "c", sql: "id > 0" })],
      [raw("alter table post add constraint c check (id > 0) not valid")],
    ],
  },
  FM110: {
    offline: true,
    bad: [
      [op.setNotNull("post", "title")],
      [raw("alter table post alter column title set not null")],
    ],
    good: [[op.setNotNull("post", "title")], [op.dropNotNull("author", "name")]],
  },
  FM111: {
    bad: [
      [
        raw([
          "alter table post add constraint c check (id > 0) not valid",
          "alter table post validate constraint c",
        ]),
      ],
    ],
    good: [[raw("alter table post validate constraint c")]],
  },
  FM112: {
    bad: [
      [op.addExclude("post", { name: "e", definition: "EXCLUDE USING gist (id WITH =)" })],
      [raw("alter table post add constraint e exclude using gist (id with =)")],
    ],
    good: [
      [table("x"), op.addExclude("x", { name: "e", definition: "EXCLUDE USING gist (id WITH =)" })],
    ],
  },
  FM113: {
    offline: true,
    bad: [
      [op.addColumn("post", column("u", { default: { kind: "sql", sql: "gen_random_uuid()" } }))],
      [raw("alter table post add column u uuid default gen_random_uuid()")],
    ],
    good: [[op.addColumn("post", column("u", { default: { kind: "sql", sql: "now()" } }))]],
  },
  FM114: {
    bad: [
      [raw("alter table post add column n bigserial")],
      [raw("alter table post add n int generated always as identity")],
    ],
    good: [[raw("alter table post add column n bigint")]],
  },
  FM115: {
    bad: [
      [op.addColumn("post", column("g", { generated: { sql: "id + 1", stored: true } }))],
      [raw("alter table post add column g int generated always as (id + 1) stored")],
    ],
    good: [[op.addColumn("post", column("g", { generated: { sql: "id + 1", stored: false } }))]],
  },
  FM116: {
    bad: [
      [op.addColumn("post", column("p", { type: "integer", nativeType: "positive" }))],
      [raw("alter table post add column p positive")],
    ],
    good: [
      [op.addColumn("post", column("p", { type: "integer", nativeType: "plain" }))],
      [raw("alter table post add column p plain, add column positive text")],
      [table("x"), op.addColumn("x", column("p", { type: "integer", nativeType: "positive" }))],
    ],
  },
  FM117: {
    bad: [[raw("alter table post add n int check (n > 0)")]],
    good: [
      [raw("alter table post add n int, add constraint c check (n > 0) not valid")],
      [op.addColumn("post", column("n")), op.addCheck("post", { name: "c", sql: "n <> ''" })],
    ],
  },
  FM118: {
    bad: [[raw("alter table if exists only post add column n int unique")]],
    good: [
      [raw("alter table post add n int, add constraint u unique using index i")],
      [op.addColumn("post", column("n")), op.addUnique("post", { columns: ["n"] })],
    ],
  },
  FM119: {
    bad: [[raw("alter table post add column a int references author (id)")]],
    good: [[raw("alter table post add column a int")]],
  },
  FM120: {
    bad: [
      [op.addColumn("post", column("n", { nullable: false }))],
      [raw("alter table post add column n numeric(10, 2) not null")],
    ],
    good: [
      [op.addColumn("post", column("n", { nullable: false }), { fill: "x" })],
      [op.addColumn("post", column("n", { nullable: false, default: "x" }))],
      [raw("alter table post add column n int not null default 0")],
      [raw("alter table post add n bigserial not null")],
      [table("x"), op.addColumn("x", column("n", { nullable: false }))],
    ],
  },
  FM121: {
    bad: [
      [op.setType("author", "age", "text")],
      [raw("alter table author alter column age type text")],
    ],
    good: [
      [op.setType("author", "name", "varchar(100)")],
      [op.setType("author", "name", "text")],
      // Text with a check: its column stays as it is.
      [
        op.addColumn("author", { name: "mood", type: plainEnum(["a"]), nullable: true }),
        op.setType("author", "mood", plainEnum(["a", "b"])),
      ],
      [table("x"), op.setType("x", "id", "text")],
    ],
  },
  FM122: {
    bad: [
      [op.setType("author", "name", "varchar(100)")],
      [op.setType("author", "name", "text")],
      [op.setType("wide", "price", "decimal(12,2)")],
      [op.setType("wide", "price", "decimal")],
      [op.setType("wide", "ip", "text", { nativeType: "inet" })],
      [raw("alter table author alter column name type character varying(80)")],
      [op.setType("wide", "at", { kind: "timestamptz", host: "text" })],
    ],
    good: [
      [op.setType("author", "name", "varchar(20)")],
      [op.setType("wide", "price", "decimal(12,3)")],
      [op.setType("author", "name", "text", { using: "upper(name)" })],
      [raw("alter table author alter name type text using upper(name)")],
    ],
  },
  FM123: {
    bad: [
      [op.setType("author", "name", "varchar(20)")],
      [op.setType("post", "title", "varchar(255)")],
      [op.setType("wide", "doc", "json")],
      [op.setType("wide", "state", "text")],
      [raw("alter table author alter name set data type varchar(20)")],
    ],
    good: [
      [op.setType("author", "name", "text")],
      [op.setType("author", "age", "text")],
      [table("x"), op.setType("x", "id", "text")],
    ],
  },
  FM124: {
    bad: [[op.dropForeignKey("post", "fk_post_author_id_author")]],
    good: [[op.dropCheck("post", "ck_post")]],
  },
  FM125: {
    offline: true,
    bad: [[table("x", { foreignKeys: [{ columns: ["id"], references: ["author", "id"] }] })]],
    good: [
      [table("x", { foreignKeys: [{ columns: ["id"], references: ["author", "id"] }] })],
      [table("x")],
    ],
  },
  FM126: {
    bad: [[op.dropTable("post", { destructive: "moved" })], [raw("drop table if exists post")]],
    good: [
      [op.dropTable("bare", { destructive: "moved" })],
      [
        op.dropForeignKey("post", "fk_post_author_id_author"),
        op.dropTable("post", { destructive: "moved" }),
      ],
    ],
  },
  FM127: {
    offline: true,
    bad: [
      [op.addColumn("post", column("a")), op.addColumn("author", column("a"))],
      [raw(["alter table post add a text", "alter table author add a text"])],
    ],
    good: [
      [op.addColumn("post", column("a")), op.addColumn("author", column("a"))],
      [raw(["alter table post add a text", "alter table post add b text"])],
      [
        table("x"),
        raw(["alter table x add a text", "alter table author add a text"]),
        op.addColumn("x", column("b")),
      ],
      [
        raw(["alter table post set (fillfactor = 90)", "alter table author add a text"], {
          transaction: false,
        }),
      ],
    ],
  },
  FM128: {
    offline: true,
    bad: [
      [op.addColumn("post", column("a")), op.createIndex("post", { columns: ["a"] })],
      [raw(["alter table post add a text", "update post set a = 'x' where id > 0"])],
      [raw(["alter table post add a text", "alter table author validate constraint c"])],
    ],
    good: [
      [op.addColumn("post", column("a")), op.createIndex("post", { columns: ["a"] })],
      [raw(["update post set title = 'x' where id > 0", "alter table post add a text"])],
      [raw("alter table post add a text"), raw("update post set a = 'x' where id > 0")],
    ],
  },
  FM129: {
    bad: [
      [op.setType("author", "age", "text"), op.setType("author", "name", "integer")],
      [raw(["alter table post add a text", "alter table post add b text"])],
    ],
    good: [
      [op.setType("author", "age", "text"), op.setType("post", "note", "integer")],
      [raw("alter table post add a text, add b text")],
      [raw(["alter table post add a text", "alter table post rename a to c"])],
    ],
  },
  FM130: {
    bad: [[raw("begin; select 1; commit")], [raw("set lock_timeout = 0")]],
    good: [[raw("update post set title = 'set x; begin' where id = 1")]],
  },
  FM131: {
    bad: [[raw("create trigger t before insert on post execute function f()")]],
    good: [[raw("create function f() returns trigger language sql as $$ create trigger $$")]],
  },
  FM132: {
    bad: [
      [raw("vacuum full post", { transaction: false })],
      [raw("alter table post set unlogged")],
    ],
    good: [[raw("vacuum post", { transaction: false })]],
  },
  FM133: {
    bad: [[raw("refresh materialized view v")]],
    good: [[raw("refresh materialized view concurrently v", { transaction: false })]],
  },
  FM134: {
    bad: [[raw("alter table post detach partition p")]],
    good: [[raw("alter table post detach partition p concurrently", { transaction: false })]],
  },
  FM135: { bad: [[raw("alter table post attach partition p default")]], good: [[raw("select 1")]] },
  FM136: {
    bad: [[raw("alter domain d add constraint c check (value > 0)")]],
    good: [[raw("alter domain d add constraint c check (value > 0) not valid")]],
  },
  FM137: {
    bad: [[raw(["alter type state add value 'gone'", "select 1"])]],
    good: [[raw("alter type state add value 'gone'")], [op.addEnumValue("state", "gone")]],
  },
  FM138: {
    bad: [[raw("update post set title = ''")], [raw("delete from post")]],
    good: [[raw("update post set title = '' where id = 1")], [table("x"), raw("delete from x")]],
  },
  FM139: {
    bad: [
      [raw("alter table post enable row level security")],
      [raw("alter table post alter column title set storage external")],
      [raw("alter table post replica identity full")],
      [raw("alter table post set schema other")],
    ],
    good: [[raw("alter table post set (fillfactor = 90)")]],
  },
  FM140: {
    bad: [
      [raw("create unique index i on bare (n) nulls not distinct")],
      [op.addUnique("bare", { columns: ["n"], nullsNotDistinct: true })],
      [raw("alter table post add constraint n not null title not valid")],
    ],
    good: [
      [op.addUnique("bare", { columns: ["n"] })],
      [raw("alter table post alter column title set not null")],
    ],
  },
  FM201: {
    bad: [[op.dropColumn("post", "note")], [raw("alter table author drop column age")]],
    good: [[op.dropColumn("post", "note", { destructive: "unused since 3.1" })]],
  },
  FM202: {
    bad: [[op.dropTable("bare")], [raw("drop table bare")]],
    good: [[op.dropTable("bare", { destructive: "empty" })]],
  },
  FM203: {
    bad: [
      [op.renameColumn("author", "age", "years")],
      [raw("alter table author rename column age to years")],
    ],
    good: [
      [table("x"), op.renameColumn("x", "id", "key")],
      [raw("alter table author rename constraint a to b")],
    ],
  },
  FM204: {
    bad: [[op.renameTable("bare", "naked")], [raw("alter table bare rename to naked")]],
    good: [[table("x"), op.renameTable("x", "y")]],
  },
  FM205: {
    bad: [
      [op.renameEnumValue("state", "out", "published")],
      [op.renameEnum("state", "status")],
      [raw("alter type state rename value 'a' to 'b'")],
    ],
    good: [[op.addEnumValue("state", "gone")]],
  },
  FM206: {
    bad: [[op.swapEnum("state", ["out"], { mapping: { draft: "out" } })]],
    good: [[op.addEnumValue("state", "gone")]],
  },
  FM207: {
    bad: [[op.dropNotNull("author", "name")], [raw("alter table author alter name drop not null")]],
    good: [[op.setNotNull("post", "title")]],
  },
  FM208: {
    bad: [[op.dropDefault("author", "age")], [raw("alter table author alter age drop default")]],
    good: [[op.setDefault("author", "age", 1)]],
  },
  FM209: {
    bad: [
      [op.setType("author", "name", "varchar(10)")],
      [op.setType("author", "age", "smallint")],
      [op.setType("post", "id", "bigint"), op.setType("post", "id", "integer")],
    ],
    good: [[op.setType("author", "name", "text")], [op.setType("post", "id", "bigint")]],
  },
  FM210: {
    bad: [[op.addColumn("post", column("s", { nullable: false }), { fill: "x" })]],
    good: [
      [op.addColumn("post", column("s"))],
      [op.addColumn("post", column("s", { nullable: false, default: "x" }))],
    ],
  },
  FM211: {
    bad: [
      [op.addCheck("post", { name: "c", sql: "id > 0" })],
      [op.addUnique("bare", { columns: ["n"] })],
    ],
    good: [[table("x"), op.addCheck("x", { name: "c", sql: "id > 0" })]],
  },
  FM212: {
    bad: [[raw("truncate post")], [raw("drop schema s")]],
    good: [[raw("delete from post where id = 1")]],
  },
  FM213: {
    bad: [[raw("drop view v cascade")]],
    good: [
      [raw("drop view v")],
      [
        raw(
          "alter table post add foreign key (id) references author (id) on delete cascade not valid",
        ),
      ],
    ],
  },
  FM214: {
    bad: [[op.dropCheck("post", "ck_post")], [raw("alter table post drop constraint c")]],
    good: [[op.addCheck("post", { name: "c", sql: "id > 0" })]],
  },
  FM215: {
    bad: [[op.setType("bare", "n", "bigint")]],
    good: [[op.setType("author", "name", "text")]],
  },
  FM216: {
    bad: [
      [raw("drop table legacy")],
      [raw("drop index concurrently if exists theirs", { transaction: false })],
      [raw("alter table post drop column theirs")],
    ],
    good: [
      [raw("drop table bare")],
      [raw("alter table post drop column note")],
      [raw(["create table t (n int)", "drop table t"])],
      [table("x"), raw("drop table x")],
    ],
  },
  FM305: {
    bad: [[op.setType("post", "title", "integer")], [op.setType("author", "age", "integer")]],
    good: [
      [op.setType("post", "title", "integer", { using: "length(title)" })],
      [op.setType("post", "id", "bigint")],
      [op.setType("author", "age", "text")],
    ],
  },
  FM306: {
    bad: [[op.swapEnum("state", ["out"])]],
    good: [
      [op.swapEnum("state", ["out"], { mapping: { draft: "out" } })],
      [op.swapEnum("state", ["out", "draft"])],
    ],
  },
  FM307: {
    bad: [
      [op.createIndex("post", { columns: ["title"] })],
      [op.createIndex("wide", { columns: ["body"] })],
      [op.addUnique("post", { columns: ["note"] })],
    ],
    good: [
      [op.createIndex("wide", { columns: ["body"], method: "gin" })],
      [op.createIndex("post", { columns: ["title"], fullText: "english" })],
      [op.createIndex("author", { columns: ["name"] })],
    ],
  },
  FM308: {
    bad: [
      [op.addColumn("post", column("d", { type: "date", default: "now" }))],
      [op.setDefault("wide", "at", { kind: "sql", sql: "'now'::timestamptz" })],
      [table("x", { columns: [{ name: "id", type: "date", default: "today" }] })],
      [raw("alter table post add d date default 'today'")],
    ],
    good: [
      [op.addColumn("post", column("d", { type: "date", default: "2026-01-01" }))],
      [op.addColumn("post", column("d", { default: "now" }))],
      [op.setDefault("wide", "at", { kind: "sql", sql: "now()" })],
      [raw("alter table post add d text default 'today'")],
    ],
  },
  FM401: {
    bad: [[rawLite("pragma foreign_keys = off")]],
    good: [[rawLite("pragma user_version = 2")]],
  },
  FM402: {
    bad: [[rawLite("drop table bare")]],
    good: [[op.dropTable("bare", { destructive: "empty" })]],
  },
  FM403: {
    bad: [
      [op.setType("post", "title", "integer")],
      [op.addColumn("post", column("s"), { fill: "x" })],
    ],
    good: [[op.addColumn("post", column("s"))], [table("x"), op.setType("x", "id", "text")]],
  },
  FM404: {
    bad: [
      [rawLite("alter table post add u text unique")],
      [rawLite("alter table post add n int not null")],
      [rawLite("alter table post add at text default current_timestamp")],
      [rawLite("alter table post add a int default 1 references author (id)")],
    ],
    good: [
      [rawLite("alter table post add n int not null default 0")],
      [rawLite("alter table post add n int default 0 not null")],
      [rawLite("alter table post add a int references author (id)")],
    ],
  },
  FM405: {
    bad: [
      [rawLite("alter table post drop column author_id")],
      [rawLite("alter table author drop column name")],
    ],
    good: [[rawLite("alter table post drop column note")]],
  },
  FM406: {
    bad: [
      [rawLite("create table t as select jsonb('1') as j")],
      [rawLite("alter table post alter title set not null")],
    ],
    good: [
      [rawLite("create table t (n int) strict")],
      [rawLite("update post set title = note ->> 'a' where id = 1 returning id")],
    ],
  },
  FM407: {
    bad: [[op.setNumbering("bare", "n", { autoincrement: true })]],
    good: [[op.setDefault("bare", "n", 1)]],
  },
  FM408: {
    bad: [
      [op.addColumn("post", column("s", { nativeType: "string" }))],
      [rawLite("alter table post add column s string")],
      [rawLite("create table t (id integer primary key, f floating point)")],
    ],
    good: [
      [op.addColumn("post", column("s", { nativeType: "varchar(20)" }))],
      [rawLite("create table t (id integer primary key, string text)")],
    ],
  },
  FM501: {
    bad: [[op.addColumn("post", column("j", { type: "json", nativeType: "json" }))]],
    good: [[op.addColumn("post", column("j", { type: "json" }))]],
  },
  FM502: {
    bad: [[table("x", { columns: [{ name: "id", type: "integer", autoincrement: true }] })]],
    good: [
      [table("x", { columns: [{ name: "id", type: "bigint", autoincrement: true }] })],
      [table("x", { columns: [{ name: "id", type: "integer" }] })],
    ],
  },
  FM503: {
    bad: [[op.addColumn("post", column("n", { type: "integer", numbering: { kind: "serial" } }))]],
    good: [[op.addColumn("post", column("n", { type: "integer" }))]],
  },
  FM504: {
    bad: [[op.addColumn("post", column("at", { type: "timestamp" }))]],
    good: [[op.addColumn("post", column("at", { type: "timestamptz" }))]],
  },
  FM505: {
    bad: [[op.addColumn("post", column("c", { nativeType: "character(3)" }))]],
    good: [[op.addColumn("post", column("c", { nativeType: "citext" }))]],
  },
  FM506: {
    bad: [[op.addColumn("post", column("v", { type: "varchar(20)" }))]],
    good: [[op.addColumn("post", column("v"))]],
  },
  FM507: {
    bad: [
      [
        table("x", {
          columns: [
            { name: "id", type: "integer" },
            { name: "a", type: "integer" },
          ],
          foreignKeys: [{ columns: ["a"], references: ["author", "id"] }],
        }),
      ],
    ],
    good: [[table("x", { foreignKeys: [{ columns: ["id"], references: ["author", "id"] }] })]],
  },
  FM508: {
    bad: [
      [op.addForeignKey("post", { name: "f", columns: ["title"], references: ["author", "id"] })],
      [
        table("x", {
          columns: [{ name: "id", type: "bigint" }],
          foreignKeys: [{ columns: ["id"], references: ["author", "id"] }],
        }),
      ],
    ],
    good: [
      [op.addForeignKey("post", { name: "f", columns: ["id"], references: ["author", "id"] })],
      [table("x", { foreignKeys: [{ columns: ["id"], references: ["author", "id"] }] })],
    ],
  },
  FM509: { bad: [[table("x", { primaryKey: [] })]], good: [[table("x")]] },
  FM510: {
    bad: [[op.createIndex("author", { name: "i", columns: ["id", "name", "age", "id"] })]],
    good: [[op.createIndex("author", { columns: ["id", "name", "age"] })]],
  },
  FM511: {
    bad: [[op.createIndex("author", { columns: ["name"] })]],
    good: [[op.createIndex("author", { columns: ["age"] })]],
  },
  FM512: {
    bad: [[op.createIndex("post", { columns: ["title"], method: "hash" })]],
    good: [[op.createIndex("post", { columns: ["title"] })]],
  },
  FM513: {
    bad: [[raw("alter table post add foreign key (id) references author (id) not valid")]],
    good: [
      [raw("alter table post add constraint f foreign key (id) references author (id) not valid")],
      [raw("alter table post add column n int")],
    ],
  },
  FM514: {
    bad: [[op.createIndex("post", { name: "é".repeat(40), columns: ["title"] })]],
    good: [[op.createIndex("post", { name: "e".repeat(63), columns: ["title"] })]],
  },
  FM515: {
    bad: [[op.addEnumValue("state", "gone")]],
    good: [[op.addEnumValue("state", "gone", { before: "out" })]],
  },
  FM516: {
    bad: [[op.createEnum("mood", ["good"])], [raw("create type mood as enum ('good')")]],
    good: [[op.addEnumValue("state", "gone")], [raw("create type pair as (a int, b int)")]],
  },
  FM517: {
    bad: [[raw("update post set title = '' where id = 1")], [raw("create index i on post (id)")]],
    good: [[raw("update public.post set title = '' where id = 1")], [raw("select 1")]],
  },
  FM518: {
    bad: [[op.sql({ postgres: "create table t (n int)" })]],
    good: [[raw("create table t (n int)")], [op.sql({ postgres: "select 1" })]],
  },
  FM519: { bad: [[table("x_")]], good: [[table("x")]] },
};
