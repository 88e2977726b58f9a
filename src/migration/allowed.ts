/** Refuses what loses something and doesn't say why. */
import { DestructiveChangeError } from "../errors/migration.ts";
import { type Loss, type LossyRows, lossesOf } from "./losses.ts";
import type { MigrationTarget } from "./target.ts";
import type { PlannedRevision } from "./upgrade.ts";

/** More rows than these aren't counted. */
const counted = 100_000;

/**
 * Looks at what a revision loses, and at how many rows that is.
 *
 * @throws {DestructiveChangeError} An operation loses something, gives no reason and isn't allowed.
 */
export async function assertAllowed(
  target: MigrationTarget,
  { revision, direction, operations, before }: PlannedRevision,
  allowed: boolean,
): Promise<void> {
  // To go back is to lose what was added: who asks for it has been told by the command's name.
  if (allowed || direction === "down") return;
  for (const loss of lossesOf(before, operations)) {
    if (loss.operation.destructive !== undefined) continue;
    const count = loss.rows === null ? null : await countRows(target, loss.rows);
    // Where nothing is empty, or the column is yet to be made, a fill changes no value.
    if (loss.operation.op === "setNullable" && (count ?? 0) === 0) continue;
    throw new DestructiveChangeError(`revision ${revision.id} ${loss.what}${tell(loss, count)}`, {
      hint: 'say why that is right in its file, as { destructive: "…" } on the operation, or run with --allow-destructive',
    });
  }
}

/** Null where they aren't there as yet: an operation before makes or renames them. */
async function countRows(
  { connection, dialect }: MigrationTarget,
  { table, column, are }: LossyRows,
): Promise<number | null> {
  const { quote } = dialect.ddl;
  const where =
    column === undefined
      ? ""
      : ` WHERE ${quote(column)} IS ${are === "filled" ? "NOT NULL" : "NULL"}`;
  const inner = `SELECT 1 FROM ${quote(table)}${where} LIMIT ${counted + 1}`;
  try {
    const sql = `SELECT count(*) FROM (${inner}) AS lossy`;
    const { rows } = await connection.query({ sql, parameters: [], returnsRows: true });
    return Number(rows[0]?.[0]);
  } catch {
    return null;
  }
}

function tell({ operation, rows }: Loss, count: number | null): string {
  if (rows === null || count === null) return "";
  const many =
    count > counted
      ? `more than ${counted.toLocaleString("en")} rows`
      : `${count} row${count === 1 ? "" : "s"}`;
  if (operation.op === "dropTable") return count === 0 ? ", which is empty" : ` with ${many}`;
  if (rows.are === "empty") return `: ${many}`;
  return count === 0 ? ", in which no row has a value" : `, in which ${many} have a value`;
}
