import { MigrationError } from "../../errors/errors.ts";
import type { Dialect } from "../dialect.ts";
import { setAside } from "./aside.ts";
import { postgresCodec, writeCells } from "./codecs.ts";
import { postgresDdl } from "./ddl.ts";
import { postgresExplain } from "./explain.ts";
import { introspectPostgres } from "./introspect.ts";
import { postgresEncodeList, postgresListEncoder } from "./lists.ts";
import { planPostgres } from "./plan.ts";
import { postgresDecodeRaw, postgresEncodeRaw } from "./raw.ts";
import { postgresReconcile } from "./reconcile.ts";
import { postgresSql } from "./sql.ts";

/** PostgreSQL. */
export const postgresDialect: Dialect = {
  name: "postgres",
  codec: postgresCodec,
  listEncoder: postgresListEncoder,
  cellList: writeCells,
  jsonPath: (keys) => postgresEncodeList({ kind: "text" }, keys.map(String)),
  sql: postgresSql,
  explain: postgresExplain,
  ddl: postgresDdl,
  plan: planPostgres,
  planVersions: ["18"],
  setAside,
  reconcile: postgresReconcile,
  rebuild: () => Promise.reject(new MigrationError("PostgreSQL makes no table anew")),
  introspect: introspectPostgres,
  maxParameters: 65_535,
  bulkInsert: "unnest",
  decodeRaw: postgresDecodeRaw,
  encodeRaw: postgresEncodeRaw,
  begin: ({ isolation, readOnly, deferrable }) =>
    [
      "begin",
      // A closed list of words, checked where options are read.
      isolation === undefined ? "" : ` isolation level ${isolation}`,
      readOnly ? " read only" : "",
      deferrable === true ? " deferrable" : "",
    ].join(""),
  afterTransaction: () => null,
  advisoryLock: {
    wait: "select pg_advisory_xact_lock($1)",
    attempt: "select pg_try_advisory_xact_lock($1)",
  },
  waitsForLocks: true,
};
