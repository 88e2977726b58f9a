import type { Dialect } from "../dialect.ts";
import { sqliteCodec } from "./codecs.ts";
import { sqliteDdl } from "./ddl.ts";
import { sqliteExplain } from "./explain.ts";
import { introspectSqlite } from "./introspect.ts";
import { sqliteJsonPath } from "./json.ts";
import { sqliteListEncoder } from "./lists.ts";
import { planSqlite } from "./plan.ts";
import { sqliteDecodeRaw, sqliteEncodeRaw } from "./raw.ts";
import { runRebuild } from "./rebuild.ts";
import { sqliteReconcile } from "./reconcile.ts";
import { sqliteSql } from "./sql.ts";

/** SQLite. */
export const sqliteDialect: Dialect = {
  name: "sqlite",
  codec: sqliteCodec,
  listEncoder: sqliteListEncoder,
  cellList: null,
  jsonPath: sqliteJsonPath,
  sql: sqliteSql,
  explain: sqliteExplain,
  ddl: sqliteDdl,
  plan: planSqlite,
  planVersions: ["3.53"],
  // Views and triggers are text here: making the table anew sees to them.
  setAside: () => ({ before: [], after: [] }),
  reconcile: sqliteReconcile,
  rebuild: runRebuild,
  introspect: introspectSqlite,
  maxParameters: 32_766,
  bulkInsert: "values",
  decodeRaw: sqliteDecodeRaw,
  encodeRaw: sqliteEncodeRaw,
  // A transaction that reads first and writes later can't be made to wait: it takes the write lock at once.
  begin: ({ readOnly }) => (readOnly ? "pragma query_only = on; begin" : "begin immediate"),
  afterTransaction: ({ readOnly }) => (readOnly ? "pragma query_only = off" : null),
  // Every transaction that may write holds the file's one write lock from its beginning.
  advisoryLock: null,
  waitsForLocks: false,
};
