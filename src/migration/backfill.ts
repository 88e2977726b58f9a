/** Batches by key: each is a transaction that also writes how far it came. */
import { emitColumns } from "../ddl/column.ts";
import type { Segment } from "../ddl/plan.ts";
import type { DriverRow, DriverValue, Statement } from "../driver/driver.ts";
import type { SegmentRow } from "./history.ts";
import { begin, completion, inTransaction, type Placed, type PlanRun } from "./segments.ts";

type Backfill = Extract<Segment, { kind: "backfill" }>;

/** Runs a backfill from where it stands to the end. */
export async function runBackfill(
  run: PlanRun,
  placed: Placed<Backfill>,
  row: SegmentRow | undefined,
): Promise<void> {
  const { segment, no } = placed;
  if (row === undefined) await begin(run, placed);
  let after = row?.lastKey == null ? null : (JSON.parse(row.lastKey) as DriverValue[]);
  let changed = 0;
  for (;;) {
    const batch = await runBatch(run, placed, after);
    if (batch === null) return;
    after = batch.upto;
    changed += batch.changed;
    run.listen({ kind: "progress", no, message: `"${segment.table}": ${changed} rows` });
  }
}

/** One batch; null when nothing was left and the segment is done. */
async function runBatch(
  run: PlanRun,
  placed: Placed<Backfill>,
  after: readonly DriverValue[] | null,
): Promise<{ readonly upto: DriverRow; readonly changed: number } | null> {
  const { segment, no } = placed;
  const { connection } = run.target;
  let outcome: { upto: DriverRow; changed: number } | null = null;
  await inTransaction(run, no, async () => {
    outcome = null;
    const { rows } = await connection.query({
      ...nextKeys(run, segment, after),
      returnsRows: true,
    });
    const upto = rows.at(-1);
    if (upto === undefined) return completion(run, placed);
    const { affectedRows } = await connection.query(update(run, segment, after, upto));
    outcome = { upto, changed: affectedRows };
    return [run.history.saveKey(run.revision, no, JSON.stringify(upto))];
  });
  return outcome;
}

function nextKeys(
  run: PlanRun,
  { table, key, batch }: Backfill,
  after: readonly DriverValue[] | null,
) {
  const { quote } = run.target.dialect.ddl;
  const { placeholder } = run.target.dialect.sql;
  const names = key.map(quote).join(", ");
  const from =
    after === null
      ? ""
      : ` WHERE (${names}) > (${after.map((_, at) => placeholder(at + 1)).join(", ")})`;
  const sql = `SELECT ${names} FROM ${quote(table)}${from} ORDER BY ${names} LIMIT ${batch}`;
  return { sql, parameters: after ?? [] };
}

/** The plan's statement with its places bound; the first batch has no lower end. */
function update(
  run: PlanRun,
  { sql, key }: Backfill,
  after: readonly DriverValue[] | null,
  upto: readonly DriverValue[],
): Statement {
  const { placeholder } = run.target.dialect.sql;
  const parameters: DriverValue[] = [];
  const places = (values: readonly DriverValue[]): string =>
    values.map((value) => placeholder(parameters.push(value))).join(", ");
  const open = `${emitColumns(key, run.target.dialect.ddl)} > (:after) AND `;
  const text = (after === null ? sql.replace(open, () => "") : sql).replace(
    /:(after|upto)\b/g,
    (_, place) => places(place === "upto" ? upto : (after ?? [])),
  );
  return { sql: text, parameters };
}
