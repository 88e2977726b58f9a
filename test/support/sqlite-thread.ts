/** What threads of test drivers run: the product's, with functions that the suites call. */
import { translateSqliteError } from "../../src/dialect/sqlite/errors.ts";
import { sqliteFunctions } from "../../src/dialect/sqlite/functions.ts";
import { serveSqlite } from "../../src/driver/thread-host.ts";

serveSqlite({
  translate: translateSqliteError,
  functions: { ...sqliteFunctions, ferro_test_twice: (value) => `${value}${value}` },
});
