/** The pinned plan: the SQL that was reviewed is the SQL that runs. */
import { isAtLeast } from "../ddl/version.ts";
import { MigrationError } from "../errors/errors.ts";
import { HistoryChangedError } from "../errors/migration.ts";
import { describeSegment, statementsOf } from "./segment-text.ts";
import type { PlanVariant } from "./variants.ts";

/** What a plan's file says at its head. */
export interface PlanHead {
  readonly revision: string;
  readonly database: string;
  readonly opsHash: string;
  /** The oldest version that it is for; left out, the oldest that Ferro supports. */
  readonly oldest?: string | undefined;
}

/** Writes a plan as the text of `plan.<database>.sql`. */
export function writePlan(
  variants: readonly PlanVariant[],
  { revision, database, opsHash, oldest }: PlanHead,
): string {
  const lines = [
    `-- ferro plan v1  revision ${revision}  database ${database}${oldest === undefined ? "" : ` ${oldest} and later`}`,
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

/** The oldest version that a plan's file is for, where it says so. */
export function oldestOf(pinned: string): string | undefined {
  return /^-- ferro plan .* database \w+ ([\d.]+) and later\r?$/m.exec(pinned)?.[1];
}

/** Whether a plan's file tells versions apart. */
function hasVariants(pinned: string): boolean {
  return pinned.split("\n").some((line) => line.startsWith(versionMark));
}

/**
 * Compares the plans of a revision with its file.
 *
 * @returns The plans that were reviewed: a file that tells no versions apart has the oldest one's.
 * @throws {HistoryChangedError} They differ.
 */
export function reviewedVariants(
  pinned: string,
  variants: readonly PlanVariant[],
  head: Omit<PlanHead, "oldest">,
): readonly PlanVariant[] {
  const written = hasVariants(pinned) ? variants : variants.slice(0, 1);
  assertPinned(pinned, writePlan(written, { ...head, oldest: oldestOf(pinned) }), head);
  return written;
}

/**
 * A plan that was reviewed for newer versions isn't run on an older one.
 *
 * @param version - The database's.
 * @throws {MigrationError} It is older than what the plan is for.
 */
export function assertServed(
  pinned: string,
  { revision, database }: Pick<PlanHead, "revision" | "database">,
  version: string,
): void {
  const oldest = oldestOf(pinned);
  if (oldest === undefined || isAtLeast(version, oldest)) return;
  throw new MigrationError(
    `the plan of revision ${revision} is for ${database} ${oldest} and later, and this is for ${version}`,
    {
      hint: `write it anew with \`ferro replan ${revision} --target ${database}@${version}\`, and have it reviewed`,
    },
  );
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
