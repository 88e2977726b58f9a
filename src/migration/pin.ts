/** The pinned plan: the SQL that was reviewed is the SQL that runs. */
import { HistoryChangedError } from "../errors/migration.ts";
import { describeSegment, statementsOf } from "./segment-text.ts";
import type { PlanVariant } from "./variants.ts";

/** What a plan's file says at its head. */
export interface PlanHead {
  readonly revision: string;
  readonly database: string;
  readonly opsHash: string;
}

/** Writes a plan as the text of `plan.<database>.sql`. */
export function writePlan(
  variants: readonly PlanVariant[],
  { revision, database, opsHash }: PlanHead,
): string {
  const lines = [
    `-- ferro plan v1  revision ${revision}  database ${database}`,
    `-- ops sha256:${opsHash}  made from migration.ts: change that, then run \`ferro replan ${revision}\``,
  ];
  for (const { since, plan } of variants) {
    if (since !== null) lines.push("", `${versionMark}${since} on, instead`);
    plan.segments.forEach((segment, index) => {
      lines.push("", `-- segment ${index + 1}: ${describeSegment(segment)}`);
      for (const sql of statementsOf(segment)) lines.push(`${sql.trimEnd()};`);
    });
    if (plan.segments.length === 0) lines.push("", "-- nothing to do on this database");
  }
  return `${lines.join("\n")}\n`;
}

const versionMark = "-- from version ";

/** Whether a plan's file tells versions apart. */
export function hasVariants(pinned: string): boolean {
  return pinned.split("\n").some((line) => line.startsWith(versionMark));
}

/**
 * Compares what would run with what was written down.
 *
 * @throws {HistoryChangedError} They differ; the message has the first line that does.
 */
export function assertPinned(pinned: string, rendered: string, head: PlanHead): void {
  const kept = significant(pinned);
  const fresh = significant(rendered);
  const at = fresh.findIndex((line, index) => line !== kept[index]);
  if (at === -1 && kept.length === fresh.length) return;
  const place = at === -1 ? fresh.length : at;
  const file = `plan.${head.database}.sql`;
  throw new HistoryChangedError(
    `the plan of revision ${head.revision} is not what its ${file} says:\n  written: ${kept[place] ?? "(nothing)"}\n  now:     ${fresh[place] ?? "(nothing)"}`,
    {
      fault: "PLAN_CHANGED",
      revision: head.revision,
      hint: `if the change is meant, write it down with \`ferro replan ${head.revision}\` and have it reviewed`,
    },
  );
}

/** Lines without their ends; comments count, since they say what is one transaction. The hash doesn't: it covers the way back too. */
function significant(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !line.startsWith("-- ops ") && !line.startsWith("-- ferro "));
}
