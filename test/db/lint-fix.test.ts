/** `ferro lint --fix`: what it writes runs, leads to the same schema, and makes nobody wait for a scan. */
import { expect, test } from "vitest";
import { openMigrations } from "../../src/connect/migrate.ts";
import { canonicalSchema } from "../../src/ir/canonical.ts";
import type { Operation } from "../../src/ir/migration.ts";
import { fixRevisions } from "../../src/migration/lint/fix.ts";
import { type LintOptions, lintRevisions } from "../../src/migration/lint/lint.ts";
import { op } from "../../src/migration/op.ts";
import { migration } from "../../src/migration/revision.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";
import { traceRevisions } from "../../src/migration/trace.ts";
import { upgrade } from "../../src/migration/upgrade.ts";
import { describeEachDatabase } from "../support/databases.ts";

const first = migration({
  id: "a".repeat(12),
  parents: [],
  message: "first",
  up: [
    op.createTable("parent", { columns: [{ name: "id", type: "integer" }], primaryKey: ["id"] }),
    op.createTable("item", {
      columns: [
        { name: "id", type: "integer" },
        { name: "parent_id", type: "integer", nullable: true },
        { name: "code", type: "text", nullable: true },
        { name: "day", type: "date", nullable: true },
      ],
      primaryKey: ["id"],
      indexes: [{ name: "ix_code", columns: ["code"] }],
      foreignKeys: [
        { columns: ["parent_id"], references: ["parent", "id"], named: true, name: "fk_item" },
      ],
    }),
    op.createTable("bare", {
      columns: [
        { name: "n", type: "integer", nullable: true },
        { name: "m", type: "integer" },
      ],
      primaryKey: [],
    }),
  ],
});

const rows =
  "insert into parent (id) with recursive n(n) as (select 1 union all select n + 1 from n where n < 300) select n from n; insert into item (id, parent_id, code) select id, id, 'c' || id from parent; insert into bare (n, m) select id, id from parent";

const second = (up: readonly Operation[], online = true) =>
  migration({
    id: "b".repeat(12),
    parents: [first.id],
    message: "second",
    up,
    ...(!online && { online: false }),
  });

const raw = (sql: string | readonly string[], options: object = {}) => [
  op.sql({ postgres: sql }, { state: [], ...options }),
];

interface Case {
  readonly rules: readonly string[];
  readonly up: readonly Operation[];
  /** In a revision that says `online: false`. */
  readonly offline?: true;
  /** Statements that make what the case is about, before. */
  readonly first?: string;
  /** The server from which on this is so. */
  readonly since?: number;
  /** The written form fails, or differs on purpose: only the fixed one is run. */
  readonly only?: true;
  readonly targets?: LintOptions["targets"];
}

const cases: Readonly<Record<string, Case>> = {
  "an index by hand": {
    rules: ["FM101"],
    up: raw("-- what for\ncreate index i on item (code, day)"),
  },
  "several indexes dropped by hand": {
    rules: ["FM102"],
    first: "create index x on item (day); create index y on item (day)",
    up: raw("drop index x, y"),
  },
  "CONCURRENTLY in a transaction": {
    rules: ["FM103"],
    up: raw(["create index concurrently i on item (day)", "comment on table item is 'x'"]),
    only: true,
  },
  "an index replaced": {
    rules: ["FM104"],
    up: [op.dropIndex("item", "ix_code"), op.createIndex("item", { columns: ["code", "day"] })],
  },
  "an index replaced under its name": {
    rules: ["FM104"],
    up: [
      op.dropIndex("item", "ix_code"),
      op.createIndex("item", { name: "ix_code", columns: ["code", "day"] }),
    ],
  },
  REINDEX: { rules: ["FM105"], up: raw("reindex table item") },
  "UNIQUE by hand": {
    rules: ["FM106"],
    up: raw(
      'alter table only item add constraint "U q" unique (code, id) deferrable initially deferred',
    ),
  },
  "UNIQUE without a name, beside another change": {
    rules: ["FM106"],
    up: raw("alter table item add column n int, add unique (code) include (id)"),
  },
  "a primary key by hand, of a column that takes NULL": {
    rules: ["FM107"],
    up: raw("alter table bare add primary key (n, m)"),
  },
  "a foreign key by hand": {
    rules: ["FM108"],
    up: raw("alter table item add foreign key (id) references parent (id) on delete cascade"),
  },
  "a check by hand": {
    rules: ["FM109"],
    up: raw("alter table item add constraint ck check (code <> 'a,b); --')"),
  },
  "NOT NULL by hand": { rules: ["FM110"], up: raw("alter table item alter code set not null") },
  "NOT NULL by hand, for 18": {
    rules: ["FM110"],
    since: 18,
    targets: { postgres: "18" },
    up: raw("alter table item alter column code set not null"),
  },
  "NOT VALID and VALIDATE": {
    rules: ["FM111"],
    up: raw(
      "alter table item add constraint ck check (id > 0) not valid; alter table item validate constraint ck",
    ),
  },
  "a volatile default by hand": {
    rules: ["FM113"],
    up: raw("alter table item add column token uuid not null default gen_random_uuid()", {
      state: [
        op.addColumn("item", {
          name: "token",
          type: "uuid",
          nativeType: "uuid",
          default: { kind: "sql", sql: "gen_random_uuid()" },
        }),
      ],
    }),
  },
  "a stored generated column, for 18": {
    rules: ["FM115"],
    since: 18,
    only: true,
    targets: { postgres: "18" },
    up: [
      op.addColumn("item", {
        name: "twice",
        type: "integer",
        nullable: true,
        generated: { sql: "id * 2", stored: true },
      }),
    ],
  },
  "a column with a check": {
    rules: ["FM117"],
    up: raw("alter table item add column n integer default 7 check (n > 0) not null"),
  },
  "a column with UNIQUE": {
    rules: ["FM118"],
    up: raw("alter table item add n numeric(10, 2) constraint u unique"),
  },
  "a column with REFERENCES": {
    rules: ["FM119"],
    up: raw(
      "alter table item add column p integer references parent (id) on delete set null deferrable",
    ),
  },
  "a table that points elsewhere": {
    rules: ["FM126"],
    up: [op.dropTable("item", { destructive: "not used", allow: ["FM202: not used"] })],
  },
  "a table that points elsewhere, by hand": {
    rules: ["FM126"],
    up: raw("drop table item", {
      state: [op.dropTable("item")],
      allow: ["FM202: not used", "FM402: PostgreSQL alone"],
    }),
  },
  "several tables in one transaction": {
    rules: ["FM127"],
    up: raw("alter table item add a int; alter table bare add a int"),
  },
  "a table altered several times": {
    rules: ["FM129"],
    up: raw("alter table item add a int; alter table item add b int default 3"),
  },
  "BEGIN and COMMIT": {
    rules: ["FM130"],
    up: raw("begin; set lock_timeout = '1s'; alter table item add a int; commit"),
    only: true,
  },
  "a materialized view": {
    rules: ["FM133"],
    first: "create materialized view mv as select id from item; create unique index on mv (id)",
    up: raw("refresh materialized view mv"),
  },
  "a partition that leaves": {
    rules: ["FM134"],
    first:
      "create table part (id int) partition by range (id); create table part1 partition of part for values from (1) to (9)",
    up: raw("alter table part detach partition part1"),
    // The server leaves the bounds as a check where it detaches beside others.
    only: true,
  },
  "a domain": {
    rules: ["FM136"],
    first: "create domain word as text; create table words (w word)",
    up: raw("alter domain word add check (value <> '')"),
  },
  "an enum value beside others": {
    rules: ["FM137"],
    first: "create type mood as enum ('sad')",
    up: raw("alter type mood add value 'glad'; create table moods (m mood default 'glad')"),
    only: true,
  },
  "UPDATE of every row": {
    rules: ["FM138"],
    up: raw("update item set code = upper(code), day = '2026-01-01'"),
  },
  "a moment that is frozen": {
    rules: ["FM308"],
    up: [op.setDefault("item", "day", "today")],
    only: true,
  },
  "operations in plain DDL": {
    rules: ["FM101", "FM106", "FM109"],
    offline: true,
    up: [
      op.createIndex("item", { columns: ["day"] }),
      op.addUnique("item", { columns: ["code"] }),
      op.addCheck("item", { name: "ck", sql: "id > 0" }),
    ],
  },
};

describeEachDatabase(
  "lint --fix",
  (db) => {
    if (db.backend === "sqlite") {
      test("PRAGMA foreign_keys is left out, and the rest runs", async () => {
        const up = [
          op.sql(
            { sqlite: "pragma foreign_keys = off; update item set code = 'x' where id = 1" },
            { state: [] },
          ),
        ];
        const { fixed, left } = fixRevisions([first, second(up)], { databases: ["sqlite"] });

        expect(fixed[0]?.rules).toEqual(["FM401"]);
        expect(left).toEqual([]);
        const target = await openMigrations(db.url);
        try {
          await upgrade(target, [first]);
          await target.connection.script(rows);
          await upgrade(target, [first, second(fixed[0]?.up ?? [])]);
          const { rows: found } = await target.connection.query({
            sql: "select code from item where id = 1",
            parameters: [],
            returnsRows: true,
          });
          expect(found).toEqual([["x"]]);
        } finally {
          await target.close();
        }
      });
      return;
    }

    async function prepared<Result>(
      before: string,
      work: (target: MigrationTarget, version: number) => Promise<Result>,
    ): Promise<Result> {
      const target = await openMigrations(db.url);
      try {
        await target.connection.script(
          "drop schema public cascade; create schema public; grant all on schema public to public",
        );
        await upgrade(target, [first]);
        await target.connection.script(`${rows}; ${before}`);
        const { rows: found } = await target.connection.query({
          sql: "show server_version_num",
          parameters: [],
          returnsRows: true,
        });
        return await work(target, Math.floor(Number(found[0]?.[0]) / 10_000));
      } finally {
        await target.close();
      }
    }

    test.for(Object.entries(cases))("%s", async ([, each], { skip }) => {
      const { rules, up, first: before = "", targets, offline = false, only = false } = each;
      const written = second(up, !offline);
      const options: LintOptions = {
        databases: ["postgres"],
        revisions: new Set([written.id]),
        ...(targets && { targets }),
      };
      const found = lintRevisions([first, written], options).map(({ rule }) => rule);
      expect(found).toEqual(expect.arrayContaining([...rules]));
      const { fixed } = fixRevisions([first, written], options);
      expect(fixed).toHaveLength(1);
      const { up: safe = [], online = true, rules: done = [] } = fixed[0] ?? {};
      expect(done).toEqual(expect.arrayContaining([...rules]));
      const revision = second(safe, online);
      expect(lintRevisions([first, revision], options).map(({ rule }) => rule)).not.toEqual(
        expect.arrayContaining([rules[0]]),
      );

      const after = await prepared(before, async (target, version) => {
        if (version < (each.since ?? 0)) skip(`PostgreSQL ${version} has no such form`);
        const traced = await traceRevisions(target, [first, revision]);
        const waiting = traced.flatMap(({ sql, tables, isAlone }) =>
          isAlone ? [] : tables.filter(({ isBlocking }) => isBlocking).map(() => sql),
        );
        expect(waiting).toEqual([]);
        const options = { allowDestructive: true };
        await upgrade(target, [first, revision], options);
        return canonicalSchema(await target.dialect.introspect(target.connection));
      });
      if (only) return;
      const blunt = await prepared(before, async (target) => {
        await upgrade(target, [first, written], { allowDestructive: true });
        return canonicalSchema(await target.dialect.introspect(target.connection));
      });
      expect(after).toEqual(blunt);
    });
  },
  { on: ["node:sqlite file", "postgres"] },
);
