/** Sequences: which belong to a column, and what they say beyond the usual. */
import type { ObjectIr } from "../../ir/schema.ts";
import { nameBeside, quoteQualified } from "../../util/identifier.ts";
import { constraintName } from "../constraint-name.ts";
import type { ColumnRow, SequenceRow } from "./introspect-queries.ts";

/** Sequences by the column that owns them. */
export interface OwnedSequences {
  of(table: string, column: number): readonly SequenceRow[];
}

/** Sorts sequences by their owners. One that numbers another column too is made before both. */
export function ownedSequences(
  sequences: readonly SequenceRow[],
  columns: readonly ColumnRow[],
): OwnedSequences {
  const defaults = Map.groupBy(columns, (column) => column.default);
  const own = sequences.filter((each) => (defaults.get(nextOf(each)) ?? []).length < 2);
  const byOwner = Map.groupBy(own, ({ owner, owner_column }) => `${owner}.${owner_column}`);
  return { of: (table, column) => byOwner.get(`${table}.${column}`) ?? [] };
}

/**
 * The sequence of a column that was declared `serial`: its own, named as PostgreSQL names it.
 * Any other default stays as it was written.
 */
export function findSerial(
  table: string,
  column: ColumnRow,
  owned: readonly SequenceRow[],
): SequenceRow | undefined {
  if (!column.not_null || !serialTypes.has(column.declared)) return undefined;
  return owned.find(
    (sequence) =>
      !sequence.identity &&
      sequence.name === nameBeside(table, constraintName(table, [column.name], "seq")) &&
      column.default === nextOf(sequence),
  );
}

/** The default that takes the next number, as the server prints it. */
function nextOf({ printed }: SequenceRow): string {
  return `nextval('${printed.replaceAll("'", "''")}'::regclass)`;
}

/** What the sequence of a serial column says beyond the usual, as SQL. */
export function serialOptions(column: ColumnRow, sequence: SequenceRow): string {
  const type = sequence.type === column.declared ? "" : `AS ${sequence.type}`;
  return [type, identityOptions(sequence)].filter((part) => part !== "").join(" ");
}

const serialTypes: ReadonlySet<string> = new Set(["smallint", "integer", "bigint"]);

const largest: Readonly<Record<string, string>> = {
  smallint: "32767",
  integer: "2147483647",
  bigint: "9223372036854775807",
};
const smallest: Readonly<Record<string, string>> = {
  smallint: "-32768",
  integer: "-2147483648",
  bigint: "-9223372036854775808",
};

/** The options of a sequence that aren't those it would have anyway, as SQL. */
export function identityOptions(sequence: SequenceRow): string {
  const down = sequence.increment.startsWith("-");
  const min = down ? smallest[sequence.type] : "1";
  const max = down ? "-1" : largest[sequence.type];
  const start = down ? sequence.max : sequence.min;
  return [
    sequence.increment === "1" ? "" : `INCREMENT BY ${sequence.increment}`,
    sequence.min === min ? "" : `MINVALUE ${sequence.min}`,
    sequence.max === max ? "" : `MAXVALUE ${sequence.max}`,
    sequence.start === start ? "" : `START WITH ${sequence.start}`,
    sequence.cache === "1" ? "" : `CACHE ${sequence.cache}`,
    sequence.cycle ? "CYCLE" : "",
  ]
    .filter((option) => option !== "")
    .join(" ");
}

/** The statement that makes a sequence. */
export function sequenceObject(sequence: SequenceRow): ObjectIr {
  const name = quoteQualified(sequence.name);
  const type = sequence.type === "bigint" ? "" : ` AS ${sequence.type}`;
  const options = identityOptions(sequence);
  return {
    kind: "sequence",
    name: sequence.name,
    sql: `CREATE SEQUENCE ${name}${type}${options === "" ? "" : ` ${options}`}`,
  };
}
