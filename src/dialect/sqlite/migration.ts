import { DriverError } from "../../driver/driver.ts";
import type { StorageKind } from "../../ir/type.ts";
import type { MigrationDialect } from "../migration.ts";
import { effectOf, rebuildEffect } from "./effects.ts";
import { quote } from "./quote.ts";
import { guardScript, rebuildScript } from "./script.ts";

/** A number's cast equals what it was made of, since the comparison reads texts as numbers where it can. */
const noNumber = (quoted: string): string => `NOT (CAST(${quoted} AS NUMERIC) = ${quoted})`;
const noInteger = (quoted: string): string =>
  `${quoted} IS NOT NULL AND (${noNumber(quoted)} OR typeof(CAST(${quoted} AS NUMERIC)) <> 'integer')`;
const noMoment = (quoted: string): string =>
  `${quoted} IS NOT NULL AND julianday(${quoted}) IS NULL`;

/**
 * What isn't in the form of a kind. Nothing is cast when a table is made anew: a value goes over as it
 * is, and one without the form could be stored but not read.
 */
const forms: Readonly<Partial<Record<StorageKind, (quoted: string) => string>>> = {
  integer: noInteger,
  bigint: noInteger,
  float: noNumber,
  decimal: noNumber,
  boolean: (quoted) => `${noNumber(quoted)} OR CAST(${quoted} AS NUMERIC) NOT IN (0, 1)`,
  json: (quoted) => `NOT json_valid(${quoted})`,
  date: (quoted) => `date(${quoted}) IS NOT ${quoted}`,
  time: noMoment,
  timestamp: noMoment,
  timestamptz: noMoment,
  uuid: (quoted) =>
    `${quoted} NOT GLOB '????????-????-????-????-????????????' OR replace(${quoted}, '-', '') GLOB '*[^0-9a-fA-F]*'`,
};

/** Running migrations on SQLite. */
export const sqliteMigration: MigrationDialect = {
  begin: "BEGIN IMMEDIATE",
  transactionTimeouts: () => null,
  sessionTimeouts: () => null,
  serverVersion: "SELECT 'SQLite ' || sqlite_version()",
  self: null,
  blockers: () => Promise.resolve([]),
  building: () => Promise.resolve(null),
  findTable: (name) => ({
    sql: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower(?)",
    parameters: [name],
  }),
  /** The connection is to an empty file that is there for this alone: the system frees it with the process. */
  async tryLock(connection) {
    try {
      await connection.script("BEGIN EXCLUSIVE");
      return true;
    } catch (error) {
      if (error instanceof DriverError && error.kind === "busy") return false;
      throw error;
    }
  },
  lockHolder: () => Promise.resolve(null),
  lease: null,
  /** There are no statistics that can be relied on, but the smallest index is enough. */
  async estimateRows(connection, table) {
    const { rows: found } = await connection.query(sqliteMigration.findTable(table));
    if (found.length === 0) return null;
    const sql = `SELECT count(*) FROM ${quote(table)}`;
    const { rows } = await connection.query({ sql, parameters: [], returnsRows: true });
    return Number(rows[0]?.[0]);
  },
  effectOf,
  rebuildEffect,
  uncastable: (quoted, _was, is) => {
    const form = forms[is.type.kind];
    return form === undefined ? null : { where: form(quoted) };
  },
  holdsAny: (quoted, { type }, texts) =>
    type.kind === "array"
      ? `EXISTS (SELECT 1 FROM json_each(${quoted}) AS each WHERE each.value IN (${texts.join(", ")}))`
      : `${quoted} IN (${texts.join(", ")})`,
  trace: null,
  script: { head: ".bail on", guard: guardScript, rebuild: rebuildScript },
};
