/** What a worker thread of `pool.threads` runs. No door leads here: only its URL is used. */
import { translateSqliteError } from "../dialect/sqlite/errors.ts";
import { sqliteFunctions } from "../dialect/sqlite/functions.ts";
import { serveSqlite } from "../driver/thread-host.ts";

serveSqlite({ translate: translateSqliteError, functions: sqliteFunctions });
