/**
 * Views and triggers that stand on a column make way while its type changes, and come back as they were.
 *
 * They are nobody's but the database's, so no plan knows them: the server finds them, keeps what makes
 * them again in a setting of the transaction, and runs it at the end. A view comes back with its options,
 * owner, rights, comments, defaults and triggers; a materialized view with its indexes and rows.
 */
import type { Aside } from "../../ddl/plan.ts";
import { quoteIdentifier as quote } from "../../util/identifier.ts";
import { quoteText } from "./ddl.ts";

/** @see Dialect.setAside */
export function setAside({ columns, types }: Aside): {
  readonly before: readonly string[];
  readonly after: readonly string[];
} {
  return { before: [makeWay(columns, types)], after: [comeBack] };
}

const comeBack = `DO $ferro$
DECLARE statement text;
BEGIN
  FOR statement IN SELECT value FROM jsonb_array_elements_text(nullif(current_setting('ferro.aside', true), '')::jsonb) LOOP
    EXECUTE statement;
  END LOOP;
END $ferro$`;

function makeWay(columns: Aside["columns"], types: Aside["types"]): string {
  const places = columns.map(
    ({ table, column }) =>
      `(pg_catalog.to_regclass(${quoteText(quote(table))}), ${quoteText(column)})`,
  );
  const names = types.flatMap((name) => [
    `pg_catalog.to_regtype(${quoteText(quote(name))})`,
    `pg_catalog.to_regtype(${quoteText(`${quote(name)}[]`)})`,
  ]);
  return `DO $ferro$
DECLARE
  back text[] := '{}'; away text[] := '{}'; part record; one record; name text; kind text;
BEGIN
  FOR part IN
    WITH RECURSIVE place AS (
      SELECT a.attrelid AS class, a.attnum::int AS no FROM pg_catalog.pg_attribute a
      WHERE (a.attrelid, a.attname) IN (${["(NULL::oid, '')", ...places].join(", ")})
    ), standing AS (
      SELECT r.ev_class AS view, 1 AS level FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid
      WHERE (d.refclassid = 'pg_catalog.pg_class'::regclass AND (d.refobjid, d.refobjsubid) IN (SELECT class, no FROM place))
        OR (d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid IN (${["NULL::oid", ...names].join(", ")}))
      UNION
      SELECT r.ev_class, s.level + 1 FROM standing s
      JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = s.view
      JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid AND r.ev_class <> s.view
    )
    SELECT c.oid, c.relkind AS kind, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, c.reloptions AS options,
      c.relacl AS acl, c.relispopulated AS filled, pg_catalog.pg_get_userbyid(c.relowner) AS owner, max(s.level) AS level
    FROM standing s JOIN pg_catalog.pg_class c ON c.oid = s.view AND c.relkind IN ('v', 'm')
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    GROUP BY c.oid, n.nspname ORDER BY level, name
  LOOP
    name := part.name;
    kind := CASE part.kind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END;
    away := pg_catalog.format('DROP %s %s', kind, name) || away;
    back := back || pg_catalog.format('CREATE %s %s%s AS %s%s', kind, name,
      coalesce(' WITH (' || pg_catalog.array_to_string(part.options, ', ') || ')', ''),
      pg_catalog.rtrim(pg_catalog.pg_get_viewdef(part.oid), '; '),
      CASE WHEN part.kind = 'm' AND NOT part.filled THEN ' WITH NO DATA' ELSE '' END);
    back := back || ARRAY(
      SELECT pg_catalog.pg_get_indexdef(i.indexrelid) FROM pg_catalog.pg_index i WHERE i.indrelid = part.oid ORDER BY i.indexrelid
    ) || ARRAY(
      SELECT pg_catalog.pg_get_triggerdef(t.oid) FROM pg_catalog.pg_trigger t WHERE t.tgrelid = part.oid AND NOT t.tgisinternal ORDER BY t.tgname
    ) || ARRAY(
      SELECT pg_catalog.format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', name, a.attname, pg_catalog.pg_get_expr(f.adbin, f.adrelid))
      FROM pg_catalog.pg_attrdef f JOIN pg_catalog.pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum WHERE f.adrelid = part.oid
    ) || ARRAY(
      SELECT CASE d.objsubid WHEN 0 THEN pg_catalog.format('COMMENT ON %s %s IS %L', kind, name, d.description)
        ELSE pg_catalog.format('COMMENT ON COLUMN %s.%I IS %L', name, a.attname, d.description) END
      FROM pg_catalog.pg_description d LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0
      WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = part.oid ORDER BY d.objsubid
    ) || ARRAY(
      SELECT pg_catalog.format('GRANT %s ON %s TO %s%s', x.privilege_type, name,
        CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END,
        CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
      FROM pg_catalog.aclexplode(part.acl) x WHERE pg_catalog.pg_get_userbyid(x.grantee) <> part.owner
    ) || ARRAY(
      SELECT pg_catalog.format('GRANT %s (%I) ON %s TO %s%s', x.privilege_type, a.attname, name,
        CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END,
        CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
      FROM pg_catalog.pg_attribute a, LATERAL pg_catalog.aclexplode(a.attacl) x WHERE a.attrelid = part.oid AND a.attacl IS NOT NULL
    );
    IF part.owner <> current_user THEN
      back := back || pg_catalog.format('ALTER %s %s OWNER TO %I', kind, name, part.owner);
    END IF;
  END LOOP;
  FOR one IN
    SELECT t.oid, t.tgname, t.tgenabled, t.tgrelid::regclass::text AS place FROM pg_catalog.pg_trigger t
    WHERE NOT t.tgisinternal AND t.oid IN (
      SELECT d.objid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_catalog.pg_trigger'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
        AND (a.attrelid, a.attname) IN (${["(NULL::oid, '')", ...places].join(", ")}))
    ORDER BY t.tgname
  LOOP
    away := away || pg_catalog.format('DROP TRIGGER %I ON %s', one.tgname, one.place);
    back := back || pg_catalog.pg_get_triggerdef(one.oid) || CASE one.tgenabled WHEN 'O' THEN '{}'::text[] ELSE ARRAY[
      pg_catalog.format('ALTER TABLE %s %s TRIGGER %I', one.place, CASE one.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, one.tgname)] END;
  END LOOP;
  PERFORM pg_catalog.set_config('ferro.aside', pg_catalog.to_jsonb(back)::text, true);
  FOREACH name IN ARRAY away LOOP
    EXECUTE name;
  END LOOP;
END $ferro$`;
}
