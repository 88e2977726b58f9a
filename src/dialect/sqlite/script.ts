/** What scripts for SQLite hold around their statements: there only a constraint can end a script. */
import type { RebuiltTable } from "../../ddl/plan.ts";
import type { RebuildScript } from "../migration.ts";
import { sqliteDdl } from "./ddl.ts";

const { text } = sqliteDdl;

/** Ends the script unless these are the heads of the history, and nothing is half done. */
export function guardScript(heads: readonly string[]): string {
  return `CREATE TEMP TABLE ferro_guard (place text CONSTRAINT this_database_is_not_where_the_script_starts CHECK (place = ${text(heads.join(","))}));
INSERT INTO ferro_guard SELECT coalesce(group_concat(id, ','), '') FROM (
  SELECT id || CASE status WHEN 'partial' THEN ' half done' ELSE '' END AS id FROM ferro_migrations m
  WHERE NOT EXISTS (SELECT 1 FROM ferro_migrations c, json_each(c.parents) p WHERE p.value = m.id) ORDER BY id);
DROP TABLE ferro_guard;`;
}

/**
 * What keeps rows and parts while a script makes tables anew. A program reads what stands there and puts it
 * back; a script knows only what revisions made, so it ends where it finds more.
 */
export function rebuildScript(tables: readonly RebuiltTable[]): RebuildScript {
  return {
    before: ["PRAGMA foreign_keys = OFF;", "PRAGMA legacy_alter_table = ON;"],
    first: [
      "CREATE TEMP TABLE ferro_marks (name text, seq integer);",
      'CREATE TEMP TABLE ferro_broken AS SELECT "table" AS t, rowid AS r, parent AS p FROM pragma_foreign_key_check;',
      ...tables.flatMap(refuseOthers),
      ...tables.filter(isNumbered).map(saveMark),
    ],
    last: [
      ...tables.flatMap(({ kept }) => kept.map(({ sql }) => `${sql};`)),
      ...tables.filter(isNumbered).flatMap(restoreMark),
      "CREATE TEMP TABLE ferro_guard (r integer CONSTRAINT rows_would_point_to_nothing CHECK (r = -1 AND r = 1));",
      'INSERT INTO ferro_guard SELECT 0 FROM (SELECT "table", rowid, parent FROM pragma_foreign_key_check EXCEPT SELECT t, r, p FROM ferro_broken);',
      "DROP TABLE ferro_guard;",
      "DROP TABLE ferro_broken;",
      "DROP TABLE ferro_marks;",
    ],
    after: ["PRAGMA legacy_alter_table = OFF;", "PRAGMA foreign_keys = ON;"],
  };
}

/** Triggers, indexes and columns that no revision made would be lost. */
function refuseOthers({ name, columns, kept, without }: RebuiltTable): readonly string[] {
  const table = text(name);
  const list = (names: readonly string[]): string => names.map(text).join(", ");
  const known = list([...kept.map((index) => index.name), ...without]);
  return [
    `CREATE TEMP TABLE ferro_guard (n text CONSTRAINT something_on_this_table_was_made_by_no_revision_so_use_ferro_upgrade CHECK (n = '' AND n <> ''));`,
    `INSERT INTO ferro_guard SELECT name FROM main.sqlite_schema WHERE tbl_name = ${table} COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL AND name NOT IN (${known});`,
    `INSERT INTO ferro_guard SELECT name FROM pragma_table_xinfo(${table}) WHERE name NOT IN (${list(columns)});`,
    // Only a program can change a statement's own text.
    `INSERT INTO ferro_guard SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name = ${table} COLLATE NOCASE AND sql LIKE '%ON CONFLICT%';`,
    "DROP TABLE ferro_guard;",
  ];
}

function isNumbered({ before }: RebuiltTable): boolean {
  return before.includes(" AUTOINCREMENT");
}

/** Without it the numbers of deleted rows would be given again. */
function saveMark({ name }: RebuiltTable): string {
  return `INSERT INTO ferro_marks SELECT name, seq FROM main.sqlite_sequence WHERE name = ${text(name)};`;
}

function restoreMark({ name }: RebuiltTable): readonly string[] {
  const table = text(name);
  return [
    `INSERT INTO main.sqlite_sequence (name, seq) SELECT name, seq FROM ferro_marks m WHERE name = ${table} AND NOT EXISTS (SELECT 1 FROM main.sqlite_sequence s WHERE s.name = m.name);`,
    `UPDATE main.sqlite_sequence SET seq = max(seq, (SELECT seq FROM ferro_marks WHERE name = ${table})) WHERE name = ${table} AND EXISTS (SELECT 1 FROM ferro_marks WHERE name = ${table});`,
  ];
}
