/** Says what a runner does, as it does it. */
import type { MigrationEvent } from "../migrate.ts";
import type { Output } from "./output.ts";

/**
 * A listener that says each event in a line; of batches, one in a second is enough.
 *
 * @param now - The time in milliseconds.
 */
export function tell(
  output: Output,
  now: () => number = () => performance.now(),
): (event: MigrationEvent) => void {
  let nextBatchAt = 0;
  return (event) => {
    if (event.kind === "segment") nextBatchAt = 0;
    if (event.kind === "progress" && event.batch !== undefined) {
      const isLast = event.batch.done === event.batch.total;
      if (now() < nextBatchAt && !isLast) return;
      nextBatchAt = now() + 1_000;
    }
    const line = sentence(event, output);
    if (line !== null) output.say(line);
  };
}

function sentence(event: MigrationEvent, { style }: Output): string | null {
  switch (event.kind) {
    case "waiting":
      return `waiting for the migration lock${event.holder === null ? "" : ` held by ${event.holder}`}`;
    case "warning":
      return style("yellow", `! ${event.message}`);
    case "revision": {
      const arrow = event.direction === "up" ? "↑" : "↓";
      const from =
        event.resumedAt === null ? "" : style("yellow", `, going on at segment ${event.resumedAt}`);
      return `${arrow} ${style("bold", event.id)} ${event.message}${from}`;
    }
    case "segment":
      return event.of > 1 ? style("dim", `  ${event.no}/${event.of} ${event.what}`) : null;
    case "statement":
      return style("dim", `      ${elapsed(event.durationMs)} ${shorten(event.sql)}`);
    case "progress":
      return style("dim", `      ${event.message}`);
    case "retry": {
      const who = event.blockers.map(
        ({ pid, user, query, seconds }) =>
          `\n      pid ${pid} (${user}, for ${seconds} s): ${query}`,
      );
      const wait = (event.inMs / 1000).toFixed(1);
      return style("yellow", `      ${event.reason}; trying again in ${wait} s${who.join("")}`);
    }
    case "done":
      return style("dim", `  done in ${event.durationMs} ms`);
  }
}

function elapsed(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** The beginning of a statement, in one line. */
function shorten(sql: string): string {
  const line = sql.trim().replaceAll(/\s+/g, " ");
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
