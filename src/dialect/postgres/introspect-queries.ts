/**
 * The catalog queries behind introspection: a constant number, whatever the schema holds.
 *
 * Each gives one JSON object for each row. They run with a search path of the one schema, so
 * what the server prints names its objects without a schema, and those of others with it.
 * Columns that older servers lack are found in a row of NULL outside of the subquery that names them.
 */

/** The schema in use, if there is one, and the search path to give back. */
export const placeQuery: string =
  "SELECT n.oid::text AS schema, n.nspname AS name, pg_catalog.current_setting('search_path') AS path " +
  "FROM (SELECT) one LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = pg_catalog.current_schema()";

/** Schemas beside the one in use: those named, or all that are neither the server's nor an extension's. */
export const otherSchemasQuery: string = `
SELECT n.oid::text, n.nspname FROM pg_catalog.pg_namespace n
WHERE n.nspname IS DISTINCT FROM pg_catalog.current_schema() AND CASE WHEN $1::json IS NULL
  THEN n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend m WHERE m.deptype = 'e' AND m.classid = 'pg_catalog.pg_namespace'::regclass AND m.objid = n.oid)
  ELSE n.nspname IN (SELECT pg_catalog.json_array_elements_text($1::json)) END
ORDER BY n.nspname COLLATE "C"`;

/** Sets the search path until the transaction ends. */
export const pathQuery = "SELECT pg_catalog.set_config('search_path', $1, true)";

/** A quoted name as the search path takes it. */
export const onlyPath = (quoted: string): string => `${quoted}, pg_temp`;

const member = (catalog: string, object: string): string =>
  `EXISTS (SELECT FROM pg_catalog.pg_depend m WHERE m.deptype = 'e' AND m.classid = 'pg_catalog.${catalog}'::regclass AND m.objid = ${object})`;

/** The oid of the schema in use, 0 where there is none: the first of those that are read. */
const inUse = "($1::oid[])[1]";

/** Whether a schema is read. */
const among = (schema: string): string => `${schema} = ANY($1::oid[])`;

/** A name as SchemaIR has it: with its schema where that isn't the one in use, or where a dot would look like one. */
const spelled = (schema: string, name: string): string =>
  `CASE WHEN ${schema} = ${inUse} AND pg_catalog.strpos(${name}, '.') = 0 THEN ${name}::text ELSE (SELECT sn.nspname FROM pg_catalog.pg_namespace sn WHERE sn.oid = ${schema}) || '.' || ${name} END`;

/** The comment on a relation, or on a column of it; the server's own functions for it take ten times as long. */
const describing = (relation: string, column: string): string =>
  `(SELECT w.description FROM pg_catalog.pg_description w WHERE w.objoid = ${relation} AND w.classoid = 'pg_catalog.pg_class'::regclass AND w.objsubid = ${column})`;

const asJson = (query: string): string =>
  `SELECT pg_catalog.row_to_json(q)::text FROM (${query}) q`;

export interface RelationRow {
  readonly oid: string;
  readonly name: string;
  readonly kind: "r" | "p" | "v" | "m" | "f";
  readonly unlogged: boolean;
  readonly partition: boolean;
  readonly partition_by: string | null;
  readonly parents: readonly string[] | null;
  readonly row_security: boolean;
  readonly options: readonly string[] | null;
  readonly comment: string | null;
}

/** Tables and what looks like one; those of extensions are left out. */
export const relationsQuery: string = asJson(`
SELECT c.oid::text AS oid, ${spelled("c.relnamespace", "c.relname")} AS name, c.relkind AS kind, c.relpersistence = 'u' AS unlogged,
  c.relispartition AS partition,
  CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_by,
  (SELECT pg_catalog.json_agg(i.inhparent::regclass::text ORDER BY i.inhseqno)
    FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) AS parents,
  c.relrowsecurity AS row_security, c.reloptions AS options,
  ${describing("c.oid", "0")} AS comment
FROM pg_catalog.pg_class c
WHERE ${among("c.relnamespace")} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT ${member("pg_class", "c.oid")}
ORDER BY c.relnamespace, c.relname COLLATE "C"`);

export interface ColumnRow {
  readonly table: string;
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly declared: string;
  readonly element: string | null;
  readonly not_null: boolean;
  readonly identity: "" | "a" | "d";
  readonly generated: "" | "s" | "v";
  readonly default: string | null;
  readonly collation: string | null;
  readonly comment: string | null;
}

export const columnsQuery: string = asJson(`
SELECT a.attrelid::text AS table, a.attnum AS number, a.attname AS name, a.atttypid::text AS type,
  pg_catalog.format_type(a.atttypid, a.atttypmod) AS declared,
  CASE WHEN t.typcategory = 'A' THEN t.typelem::text END AS element,
  a.attnotnull AS not_null, a.attidentity AS identity, a.attgenerated AS generated,
  pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS default,
  CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END AS collation,
  ${describing("a.attrelid", "a.attnum")} AS comment
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE ${among("c.relnamespace")} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY a.attrelid, a.attnum`);

export interface ConstraintRow {
  readonly table: string;
  readonly name: string;
  readonly kind: "p" | "u" | "f" | "c" | "x";
  readonly columns: readonly number[] | null;
  readonly index: string;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly valid: boolean;
  readonly no_inherit: boolean;
  readonly enforced: boolean | null;
  readonly period: boolean | null;
  readonly target: string | null;
  readonly target_here: boolean | null;
  readonly target_name: string | null;
  readonly target_columns: readonly number[] | null;
  readonly on_update: string;
  readonly on_delete: string;
  readonly match: string;
  readonly set_columns: readonly number[] | null;
  readonly expression: string | null;
  /** Of exclusion constraints. */
  readonly definition: string;
}

/** Constraints, without the copies that partitions have; PostgreSQL 18 lists NOT NULL among them. */
export const constraintsQuery: string = asJson(`
SELECT k.conrelid::text AS table, k.conname AS name, k.contype AS kind, k.conkey AS columns,
  k.conindid::text AS index, k.condeferrable AS deferrable, k.condeferred AS deferred,
  k.convalidated AS valid, k.connoinherit AS no_inherit,
  k.enforced, k.period,
  CASE WHEN k.contype = 'f' THEN k.confrelid::text END AS target,
  ${among("r.relnamespace")} AND NOT r.relispartition AS target_here, ${spelled("r.relnamespace", "r.relname")} AS target_name,
  CASE WHEN k.contype = 'f' THEN k.confkey END AS target_columns,
  k.confupdtype AS on_update, k.confdeltype AS on_delete, k.confmatchtype AS match,
  CASE WHEN k.contype = 'f' THEN k.set_columns END AS set_columns,
  CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END AS expression,
  CASE WHEN k.contype = 'x' THEN pg_catalog.pg_get_constraintdef(k.oid) ELSE '' END AS definition
FROM (SELECT NULL::boolean AS conenforced, NULL::boolean AS conperiod, NULL::int2[] AS confdelsetcols) older
CROSS JOIN LATERAL (SELECT *, conenforced AS enforced, conperiod AS period, confdelsetcols AS set_columns
  FROM pg_catalog.pg_constraint WHERE conparentid = 0 AND contype IN ('p', 'u', 'f', 'c', 'x')) k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
LEFT JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
WHERE ${among("c.relnamespace")} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY k.conrelid, k.conname COLLATE "C"`);

export interface IndexRow {
  readonly oid: string;
  readonly table: string;
  readonly name: string;
  readonly unique: boolean;
  readonly valid: boolean;
  readonly constraint: boolean;
  readonly nulls_not_distinct: boolean | null;
  readonly method: string;
  readonly key_count: number;
  readonly columns: readonly number[];
  readonly where: string | null;
  readonly options: readonly string[] | null;
  readonly comment: string | null;
  readonly keys: readonly IndexKeyRow[];
}

export interface IndexKeyRow {
  /** Of expressions. */
  readonly sql: string | null;
  /** Bit 0: descending; bit 1: NULL first. */
  readonly order: number;
  readonly collation: string | null;
  readonly class: string | null;
}

/**
 * Indexes. A key's class and collation are given where they aren't those of its column's type.
 *
 * Looked up one by one, each by its key: what the server guesses about a database that was just filled makes joins slow.
 */
export const indexesQuery: string = asJson(`
SELECT x.indexrelid::text AS oid, x.indrelid::text AS table, i.relname AS name, x.indisunique AS unique,
  x.indisvalid AS valid, x.of_constraint AS constraint, x.indnullsnotdistinct AS nulls_not_distinct,
  m.amname AS method, x.indnkeyatts AS key_count, x.indkey::int2[] AS columns,
  pg_catalog.pg_get_expr(x.indpred, x.indrelid) AS where, i.reloptions AS options,
  ${describing("x.indexrelid", "0")} AS comment,
  CASE WHEN x.of_constraint THEN '[]'::json ELSE (
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'sql', CASE WHEN x.indkey[a.attnum - 1] = 0 THEN pg_catalog.pg_get_indexdef(x.indexrelid, a.attnum, false) END,
      'order', x.indoption[a.attnum - 1],
      'collation', CASE WHEN x.indcollation[a.attnum - 1] NOT IN (0, coalesce(
          (SELECT b.attcollation FROM pg_catalog.pg_attribute b WHERE b.attrelid = x.indrelid AND b.attnum = x.indkey[a.attnum - 1] AND b.attnum > 0),
          (SELECT t.typcollation FROM pg_catalog.pg_type t WHERE t.oid = a.atttypid)))
        THEN x.indcollation[a.attnum - 1]::regcollation::text END,
      'class', (SELECT CASE WHEN o.opcdefault AND a.attoptions IS NULL THEN NULL ELSE
          CASE WHEN pg_catalog.pg_opclass_is_visible(o.oid) THEN '' ELSE
            (SELECT pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_namespace n WHERE n.oid = o.opcnamespace) || '.' END
          || pg_catalog.quote_ident(o.opcname)
          || coalesce('(' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(e.option_name) || '=' || pg_catalog.quote_literal(e.option_value), ', ')
            FROM pg_catalog.pg_options_to_table(a.attoptions) e) || ')', '') END
        FROM pg_catalog.pg_opclass o WHERE o.oid = x.indclass[a.attnum - 1])
    ) ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = x.indexrelid AND a.attnum <= x.indnkeyatts) END AS keys
FROM (SELECT NULL::boolean AS indnullsnotdistinct) older
CROSS JOIN LATERAL (SELECT indexrelid, indrelid, indisunique, indisvalid, indnkeyatts, indkey, indclass, indcollation, indoption, indpred, indnullsnotdistinct,
  EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = indrelid AND k.conindid = indexrelid AND k.contype IN ('p', 'u', 'x')) AS of_constraint
  FROM pg_catalog.pg_index) x
JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = x.indrelid
JOIN pg_catalog.pg_am m ON m.oid = i.relam
WHERE ${among("c.relnamespace")} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY x.indrelid, i.relname COLLATE "C"`);

export interface TypeRow {
  readonly oid: string;
  readonly name: string;
  readonly printed: string;
  readonly kind: "d" | "e" | "c" | "r";
  readonly here: boolean;
  readonly extension: boolean;
  readonly base: string | null;
  readonly base_element: string | null;
  readonly base_declared: string | null;
  readonly not_null: boolean;
  readonly default: string | null;
  readonly collation: string | null;
  readonly values: readonly string[] | null;
  readonly checks: readonly string[] | null;
  readonly attributes: readonly string[] | null;
  readonly subtype: string | null;
}

/** Domains, enums, composites and ranges, in the order they were made. */
export const typesQuery: string = asJson(`
SELECT t.oid::text AS oid, ${spelled("t.typnamespace", "t.typname")} AS name, pg_catalog.format_type(t.oid, NULL) AS printed, t.typtype AS kind,
  ${among("t.typnamespace")} AS here, ${member("pg_type", "t.oid")} AS extension,
  CASE WHEN t.typtype = 'd' THEN t.typbasetype::text END AS base,
  CASE WHEN b.typcategory = 'A' THEN b.typelem::text END AS base_element,
  CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS base_declared,
  t.typnotnull AS not_null, pg_catalog.pg_get_expr(t.typdefaultbin, 0) AS default,
  CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END AS collation,
  CASE WHEN t.typtype = 'e' THEN (SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder)
    FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) END AS values,
  CASE WHEN t.typtype = 'd' THEN (SELECT pg_catalog.json_agg('CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid) ORDER BY k.conname COLLATE "C")
    FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') END AS checks,
  CASE WHEN t.typtype = 'c' THEN (SELECT pg_catalog.json_agg(pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END AS attributes,
  CASE WHEN t.typtype = 'r' THEN (SELECT pg_catalog.format_type(g.rngsubtype, NULL) FROM pg_catalog.pg_range g WHERE g.rngtypid = t.oid) END AS subtype
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE t.typtype IN ('d', 'e', 'c', 'r') AND (c.oid IS NULL OR c.relkind = 'c')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_t%'
ORDER BY t.oid`);

export interface SequenceRow {
  readonly oid: string;
  readonly name: string;
  readonly printed: string;
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly cache: string;
  readonly cycle: boolean;
  readonly owner: string | null;
  readonly owner_column: number | null;
  readonly identity: boolean;
}

/** Sequences, with the column that owns each; numbers as text, for they are 64 bits wide. */
export const sequencesQuery: string = asJson(`
SELECT c.oid::text AS oid, ${spelled("c.relnamespace", "c.relname")} AS name, c.oid::regclass::text AS printed,
  pg_catalog.format_type(s.seqtypid, NULL) AS type, s.seqstart::text AS start, s.seqincrement::text AS increment,
  s.seqmin::text AS min, s.seqmax::text AS max, s.seqcache::text AS cache, s.seqcycle AS cycle,
  d.refobjid::text AS owner, d.refobjsubid AS owner_column, coalesce(d.deptype = 'i', false) AS identity
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
  AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
WHERE ${among("c.relnamespace")} AND NOT ${member("pg_class", "c.oid")}
ORDER BY c.oid`);

export interface ExtensionRow {
  readonly name: string;
  readonly schema: string;
  readonly here: boolean;
}

export const extensionsQuery: string = asJson(`
SELECT e.extname AS name, n.nspname AS schema, n.oid = ${inUse} AS here
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE n.nspname <> 'pg_catalog'
ORDER BY e.oid`);

export interface RoutineRow {
  readonly oid: string;
  readonly here: boolean;
  readonly name: string;
  readonly signature: string;
  readonly kind: "f" | "p" | "a" | "w";
  readonly needed: boolean;
  readonly definition: string | null;
}

/** Functions and procedures; `needed` by a default, a constraint, an index or a domain. */
export const routinesQuery: string = asJson(`
SELECT p.oid::text AS oid, p.proname AS name, p.pronamespace = ${inUse} AS here, p.oid::regprocedure::text AS signature, p.prokind AS kind, u.refobjid IS NOT NULL AS needed,
  CASE WHEN p.prokind = 'f' THEN pg_catalog.pg_get_functiondef(p.oid) END AS definition
FROM pg_catalog.pg_proc p
LEFT JOIN (SELECT DISTINCT d.refobjid FROM pg_catalog.pg_depend d
  WHERE d.refclassid = 'pg_catalog.pg_proc'::regclass AND d.classid IN (
    'pg_catalog.pg_attrdef'::regclass, 'pg_catalog.pg_constraint'::regclass, 'pg_catalog.pg_class'::regclass)
) u ON u.refobjid = p.oid
WHERE ${among("p.pronamespace")} AND NOT ${member("pg_proc", "p.oid")}
ORDER BY p.oid`);

export interface CollationRow {
  readonly name: string;
  readonly provider: "i" | "c" | "b" | "d";
  readonly deterministic: boolean;
  readonly collate: string | null;
  readonly ctype: string | null;
  readonly locale: string | null;
  readonly rules: string | null;
}

/** Collations; where the locale stands has changed with the versions. */
export const collationsQuery: string = asJson(`
SELECT ${spelled("l.collnamespace", "l.collname")} AS name, l.collprovider AS provider, l.collisdeterministic AS deterministic,
  l.collcollate AS collate, l.collctype AS ctype,
  coalesce(pg_catalog.to_jsonb(l) ->> 'colllocale', pg_catalog.to_jsonb(l) ->> 'colliculocale') AS locale,
  pg_catalog.to_jsonb(l) ->> 'collicurules' AS rules
FROM pg_catalog.pg_collation l
WHERE ${among("l.collnamespace")} AND NOT ${member("pg_collation", "l.oid")}
ORDER BY l.oid`);

/** A text search dictionary or configuration, with the statement that makes it. */
export interface SearchRow {
  readonly kind: "text search dictionary" | "text search configuration";
  readonly name: string;
  readonly sql: string;
}

const quotedName = (schema: string, name: string): string =>
  `CASE WHEN ${schema} = ${inUse} THEN '' ELSE pg_catalog.quote_ident((SELECT sn.nspname FROM pg_catalog.pg_namespace sn WHERE sn.oid = ${schema})) || '.' END || pg_catalog.quote_ident(${name})`;

/** Dictionaries first: configurations are made of them. */
export const searchQuery: string = asJson(`
SELECT 'text search dictionary' AS kind, ${spelled("d.dictnamespace", "d.dictname")} AS name,
  'CREATE TEXT SEARCH DICTIONARY ' || ${quotedName("d.dictnamespace", "d.dictname")} || ' (TEMPLATE = '
  || (SELECT ${quotedName("m.tmplnamespace", "m.tmplname")} FROM pg_catalog.pg_ts_template m WHERE m.oid = d.dicttemplate)
  || coalesce(', ' || d.dictinitoption, '') || ')' AS sql, 1 AS place
FROM pg_catalog.pg_ts_dict d
WHERE ${among("d.dictnamespace")} AND NOT ${member("pg_ts_dict", "d.oid")}
UNION ALL
SELECT 'text search configuration', ${spelled("g.cfgnamespace", "g.cfgname")},
  'CREATE TEXT SEARCH CONFIGURATION ' || ${quotedName("g.cfgnamespace", "g.cfgname")} || ' (PARSER = '
  || (SELECT ${quotedName("x.prsnamespace", "x.prsname")} FROM pg_catalog.pg_ts_parser x WHERE x.oid = g.cfgparser) || ')'
  || coalesce((SELECT pg_catalog.string_agg('; ALTER TEXT SEARCH CONFIGURATION ' || ${quotedName("g.cfgnamespace", "g.cfgname")}
    || ' ADD MAPPING FOR ' || pg_catalog.quote_ident(p.alias) || ' WITH ' || p.dictionaries, '' ORDER BY p.tokid)
    FROM (SELECT k.tokid, k.alias, pg_catalog.string_agg(o.mapdict::regdictionary::text, ', ' ORDER BY o.mapseqno) AS dictionaries
      FROM pg_catalog.pg_ts_config_map o JOIN pg_catalog.ts_token_type(g.cfgparser) k ON k.tokid = o.maptokentype
      WHERE o.mapcfg = g.oid GROUP BY k.tokid, k.alias) p), ''), 2
FROM pg_catalog.pg_ts_config g
WHERE ${among("g.cfgnamespace")} AND NOT ${member("pg_ts_config", "g.oid")}
ORDER BY place, name`);

export interface UnmanagedRow {
  readonly kind: string;
  readonly name: string;
  readonly table: string | null;
}

/** What belongs to tables and has no place in a schema of ours. */
export const belongingsQuery: string = asJson(`
SELECT 'trigger' AS kind, t.tgname AS name, ${spelled("c.relnamespace", "c.relname")} AS table
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
WHERE ${among("c.relnamespace")} AND NOT t.tgisinternal AND t.tgparentid = 0
UNION ALL
SELECT 'policy', p.polname, ${spelled("c.relnamespace", "c.relname")}
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid WHERE ${among("c.relnamespace")}
UNION ALL
SELECT 'rule', r.rulename, ${spelled("c.relnamespace", "c.relname")}
FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
WHERE ${among("c.relnamespace")} AND r.rulename <> '_RETURN'
UNION ALL
SELECT 'statistics', s.stxname, ${spelled("c.relnamespace", "c.relname")}
FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid WHERE ${among("s.stxnamespace")}
ORDER BY 1, 3, 2`);
