import { readStatus } from "../../migrate.ts";
import { command } from "../command.ts";
import { revisionsOf, withDatabase } from "../revisions.ts";

/** `ferro current` */
export const currentCommand = command({
  name: "current",
  summary: "show where the database stands",
  about: "Ends with 3 where revisions are pending, and with 9 where one is half done.",
  options: { log: { type: "boolean", about: "show everything that was ever done to it" } },
  async run({ options, config, output }) {
    const revisions = await revisionsOf(config);
    return withDatabase(config, async (target) => {
      const status = await readStatus(target, revisions);
      const { heads, pending, partial, log } = status;
      const message = (id: string): string => revisions.find((each) => each.id === id)?.message ?? "";
      output.print(heads.length === 0 ? "at base" : heads.map((id) => `at ${id} ${message(id)}`).join("\n"));
      for (const id of pending) output.print(`pending ${id} ${message(id)}`);
      if (partial !== null) {
        const reason = partial.error === null ? "" : `: ${partial.error}`;
        output.print(output.style("yellow", `${partial.id} stopped after ${partial.done} segments${reason}`));
      }
      if (!status.stateMatches) {
        output.warn("the state that was written down is not the one that the files give: see `ferro drift`");
      }
      if (options.log === true) {
        for (const { at, event, revision } of log) output.print(`${at} ${event} ${revision ?? ""}`);
      }
      const { hasHistory, stateMatches } = status;
      const result = { hasHistory, heads, pending, partial, stateMatches };
      return {
        result: options.log === true ? { ...result, log } : result,
        exitCode: partial !== null ? 9 : pending.length > 0 ? 3 : 0,
      };
    });
  },
});
