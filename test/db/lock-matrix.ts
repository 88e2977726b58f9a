/**
 * What each statement locks, reads and writes anew on PostgreSQL: on the table `t`, and on `ref`, which
 * `t` points to. Measured by `lock-matrix.test.ts` on the server at hand, and on every version by
 * `npm run test:versions`.
 */

/** Locks, as PostgreSQL writes them: ACCESS EXCLUSIVE, SHARE ROW EXCLUSIVE, SHARE UPDATE EXCLUSIVE, SHARE. */
export type Lock = "AX" | "SRX" | "SUX" | "S" | "RX" | "RS" | "AS" | "-";

export interface Measured {
  readonly sql: string;
  readonly lock: Lock;
  readonly scans: boolean;
  readonly rewrites: boolean;
  /** The lock on `ref`; none when left out. */
  readonly ref?: Lock;
  /** The rule that says so. */
  readonly rule?: string;
  /** The server from which on there is such a statement. */
  readonly since?: number;
  /** Run and committed before. */
  readonly first?: string;
}

const quiet = { scans: false, rewrites: false };
const reads = { scans: true, rewrites: false };
const writes = { scans: true, rewrites: true };
const alter = "alter table t";

export const setUp = `
create type mood as enum ('sad', 'glad');
create domain positive as int check (value > 0);
create table ref (id int primary key);
insert into ref select generate_series(1, 500);
create table t (id int primary key, r int, code varchar(50), body text, price numeric(10, 2), doc json,
  feel mood, at timestamp, spot cidr, hour time(3), span interval(3), req int not null default 1);
insert into t select n, n, 'c' || n, 'b', n, '{}', 'sad', now(), '10.0.0.0/8', '10:00', '1 day' from generate_series(1, 500) n;
create index t_code on t (code);
create table child (id int, t_id int, constraint child_t foreign key (t_id) references t (id));
create view v as select id from t;
analyze t, ref, child`;

const column = (definition: string): string => `${alter} add column n ${definition}`;
const type = (name: string, to: string): string => `${alter} alter column ${name} type ${to}`;

export const matrix: readonly Measured[] = [
  { sql: column("int"), lock: "AX", ...quiet },
  { sql: column("int not null default 7"), lock: "AX", ...quiet },
  { sql: column("timestamptz default now()"), lock: "AX", ...quiet },
  { sql: column("timestamptz default clock_timestamp()"), lock: "AX", ...writes, rule: "FM113" },
  { sql: column("uuid default gen_random_uuid()"), lock: "AX", ...writes, rule: "FM113" },
  { sql: column("serial"), lock: "AX", ...writes, rule: "FM114" },
  { sql: column("int generated always as identity"), lock: "AX", ...writes, rule: "FM114" },
  { sql: column("int generated always as (id * 2) stored"), lock: "AX", ...writes, rule: "FM115" },
  { sql: column("int generated always as (id * 2) virtual"), lock: "AX", ...quiet, since: 18 },
  { sql: column("positive"), lock: "AX", ...writes, rule: "FM116" },
  { sql: column("int check (n > 0)"), lock: "AX", ...reads, rule: "FM117" },
  { sql: column("int unique"), lock: "AX", ...reads, rule: "FM118" },
  { sql: column("int references ref (id)"), lock: "AX", ...quiet, ref: "SRX", rule: "FM119" },
  { sql: `${alter} drop column body`, lock: "AX", ...quiet },
  { sql: `${alter} rename column body to text`, lock: "AX", ...quiet },
  { sql: `${alter} rename to u`, lock: "AX", ...quiet },
  { sql: `${alter} alter column body set default 'x'`, lock: "AX", ...quiet },
  { sql: `${alter} alter column req drop default`, lock: "AX", ...quiet },
  { sql: `${alter} alter column req drop not null`, lock: "AX", ...quiet },
  { sql: `create schema s; ${alter} set schema s`, lock: "AX", ...quiet, rule: "FM139" },
  { sql: `${alter} enable row level security`, lock: "AX", ...quiet, rule: "FM139" },
  { sql: `${alter} alter column body set storage external`, lock: "AX", ...quiet, rule: "FM139" },
  { sql: `${alter} replica identity full`, lock: "AX", ...quiet, rule: "FM139" },
  { sql: type("r", "bigint"), lock: "AX", ...writes, rule: "FM121" },
  { sql: type("price", "numeric(10, 4)"), lock: "AX", ...writes, rule: "FM121" },
  { sql: type("code", "varchar(20)"), lock: "AX", ...writes, rule: "FM123" },
  { sql: type("body", "varchar(255)"), lock: "AX", ...writes, rule: "FM123" },
  { sql: type("doc", "jsonb"), lock: "AX", ...writes, rule: "FM123" },
  { sql: type("feel", "text"), lock: "AX", ...writes, rule: "FM123" },
  {
    sql: type("at", "timestamptz"),
    first: "set timezone = 'Europe/Paris'",
    lock: "AX",
    ...writes,
    rule: "FM121",
  },
  { sql: type("at", "timestamptz"), first: "set timezone = 'UTC'", lock: "AX", ...quiet },
  { sql: type("code", "varchar(100)"), lock: "AX", ...quiet, rule: "FM122" },
  { sql: type("code", "text"), lock: "AX", ...quiet, rule: "FM122" },
  { sql: type("body", "varchar"), lock: "AX", ...quiet, rule: "FM122" },
  { sql: type("price", "numeric(12, 2)"), lock: "AX", ...quiet, rule: "FM122" },
  { sql: type("price", "numeric"), lock: "AX", ...quiet, rule: "FM122" },
  { sql: type("spot", "inet"), lock: "AX", ...quiet, rule: "FM122" },
  { sql: type("hour", "time(6)"), lock: "AX", ...quiet, rule: "FM122" },
  { sql: type("span", "interval"), lock: "AX", ...quiet, rule: "FM122" },
  { sql: `${alter} alter column r set not null`, lock: "AX", ...reads, rule: "FM110" },
  {
    sql: `${alter} alter column r set not null`,
    first: `${alter} add constraint nn check (r is not null)`,
    lock: "AX",
    ...quiet,
  },
  { sql: `${alter} add constraint nn not null r not valid`, lock: "AX", ...quiet, since: 18 },
  { sql: `${alter} add constraint c check (id > 0)`, lock: "AX", ...reads, rule: "FM109" },
  { sql: `${alter} add constraint c check (id > 0) not valid`, lock: "AX", ...quiet },
  {
    sql: `${alter} add constraint f foreign key (r) references ref (id)`,
    lock: "SRX",
    ...reads,
    ref: "SRX",
    rule: "FM108",
  },
  {
    sql: `${alter} add constraint f foreign key (r) references ref (id) not valid`,
    lock: "SRX",
    ...quiet,
    ref: "SRX",
  },
  { sql: `${alter} add constraint u unique (r)`, lock: "AX", ...reads, rule: "FM106" },
  {
    sql: `${alter} add constraint u unique using index u`,
    first: "create unique index u on t (r)",
    lock: "AX",
    ...quiet,
  },
  {
    sql: `${alter} add primary key (id)`,
    first: `${alter} drop constraint t_pkey cascade`,
    lock: "AX",
    ...reads,
    rule: "FM107",
  },
  {
    sql: `${alter} add exclude using btree (r with =)`,
    lock: "AX",
    ...reads,
    rule: "FM112",
  },
  { sql: "create index i on t (r)", lock: "S", ...reads, rule: "FM101" },
  { sql: "drop index t_code", lock: "AX", ...quiet, rule: "FM102" },
  { sql: "alter index t_code rename to i", lock: "-", ...quiet },
  { sql: "reindex index t_code", lock: "S", ...writes, rule: "FM105" },
  {
    sql: "create trigger g before insert on t for each row execute function suppress_redundant_updates_trigger()",
    lock: "SRX",
    ...quiet,
    rule: "FM131",
  },
  { sql: "alter table child drop constraint child_t", lock: "AX", ...quiet, rule: "FM124" },
  { sql: "create table fresh (t_id int references t (id))", lock: "SRX", ...quiet, rule: "FM125" },
  { sql: "drop table child", lock: "AX", ...quiet, rule: "FM126" },
  { sql: "comment on table t is 'x'", lock: "SUX", ...quiet },
  { sql: `${alter} set (fillfactor = 90)`, lock: "SUX", ...quiet },
  { sql: `${alter} alter column r set statistics 500`, lock: "SUX", ...quiet },
  { sql: "create statistics s on id, r from t", lock: "SUX", ...quiet },
  { sql: "alter type mood add value 'calm'", lock: "-", ...quiet },
  { sql: "alter type mood rename value 'sad' to 'blue'", lock: "-", ...quiet },
  { sql: "cluster t using t_pkey", lock: "AX", ...writes, rule: "FM132" },
  { sql: "truncate t cascade", lock: "AX", scans: false, rewrites: true },
  { sql: "update t set r = r", lock: "RX", ...reads, rule: "FM138" },
];

/** Statements that prove what was added before, in a transaction of its own. */
export const later: readonly (Measured & { readonly added: string })[] = [
  {
    added: `${alter} add constraint c check (id > 0) not valid`,
    sql: `${alter} validate constraint c`,
    lock: "SUX",
    ...reads,
  },
  {
    added: `${alter} add constraint f foreign key (r) references ref (id) not valid`,
    sql: `${alter} validate constraint f`,
    lock: "SUX",
    ...reads,
    ref: "RS",
  },
  {
    added: `${alter} add constraint nn not null r not valid`,
    sql: `${alter} validate constraint nn`,
    lock: "SUX",
    ...reads,
    since: 18,
  },
];
