import { type FiledRevision, type MigrationStatus, readStatus } from "../../migrate.ts";
import { type Command, command } from "../command.ts";
import type { Output } from "../output.ts";
import { revisionsOf, withDatabase } from "../revisions.ts";

/** `ferro current` */
export const currentCommand: Command = command({
  name: "current",
  summary: "show where the database stands",
  about: "Ends with 3 where revisions are pending, and with 9 where one is half done.",
  options: { log: { type: "boolean", about: "show everything that was ever done to it" } },
  async run({ options, config, output }) {
    const revisions = await revisionsOf(config);
    return withDatabase(config, async (target) => {
      const status = await readStatus(target, revisions);
      const { heads, pending, partial, log, hasHistory, stateMatches } = status;
      printStatus(status, revisions, output);
      if (options.log === true) {
        for (const { at, event, revision } of log) output.print(`${at} ${event} ${revision ?? ""}`);
      }
      const result = { hasHistory, heads, pending, partial, stateMatches };
      return {
        result: options.log === true ? { ...result, log } : result,
        exitCode: partial !== null ? 9 : pending.length > 0 ? 3 : 0,
      };
    });
  },
});

function printStatus(
  { heads, pending, partial, stateMatches }: MigrationStatus,
  revisions: readonly FiledRevision[],
  output: Output,
): void {
  const named = (id: string): string =>
    `${id} ${revisions.find((each) => each.id === id)?.message ?? ""}`;
  if (heads.length === 0) output.print("at base");
  for (const id of heads) output.print(`at ${named(id)}`);
  for (const id of pending) output.print(`pending ${named(id)}`);
  if (partial !== null) {
    const reason = partial.error === null ? "" : `: ${partial.error}`;
    const text = `${partial.id} stopped after ${partial.done} segments${reason}`;
    output.print(output.style("yellow", text));
  }
  if (!stateMatches) {
    output.warn(
      "the state that was written down is not the one that the files give: see `ferro drift`",
    );
  }
}
