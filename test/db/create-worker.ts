/** A process of its own that creates tables in a file: `node create-worker.ts <file> <SchemaIR>`. */
import { sqliteDdl } from "../../src/dialect/sqlite/ddl.ts";
import { translateSqliteError } from "../../src/dialect/sqlite/errors.ts";
import { nodeSqliteDriver } from "../../src/driver/node-sqlite.ts";
import { createMissing } from "../../src/migration/create.ts";
import { readSchemaIr } from "../../src/migration/read-schema.ts";

const [, , file = "", json = ""] = process.argv;
const driver = nodeSqliteDriver({ file, mode: "rwc", translate: translateSqliteError });
const connection = await driver.open();
const { created } = await createMissing(connection, readSchemaIr(JSON.parse(json)), sqliteDdl);
await connection.close();
process.stdout.write(String(created.length));
