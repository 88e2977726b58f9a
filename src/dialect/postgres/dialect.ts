import type { Dialect } from "../dialect.ts";
import { postgresCodec } from "./codecs.ts";
import { postgresDdl } from "./ddl.ts";
import { postgresListEncoder } from "./lists.ts";
import { postgresDecodeRaw, postgresEncodeRaw } from "./raw.ts";
import { postgresSql } from "./sql.ts";

/** PostgreSQL. */
export const postgresDialect: Dialect = {
  name: "postgres",
  codec: postgresCodec,
  listEncoder: postgresListEncoder,
  sql: postgresSql,
  ddl: postgresDdl,
  maxParameters: 65_535,
  bulkInsert: "unnest",
  decodeRaw: postgresDecodeRaw,
  encodeRaw: postgresEncodeRaw,
  transaction: { begin: "begin", commit: "commit", rollback: "rollback" },
};
