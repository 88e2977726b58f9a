import { stamp, verifyState } from "../../migrate.ts";
import { type Command, command } from "../command.ts";
import { seconds } from "../numbers.ts";
import { revisionsOf, withDatabase } from "../revisions.ts";

/** `ferro stamp` */
export const stampCommand: Command = command({
  name: "stamp",
  summary: "write down that the database is at a revision, without running anything",
  about:
    "The database is compared with what that revision makes of nothing, and refused, with 4, where it is something\nelse. So a database that autoMigrate made comes under versioned migrations.",
  words: "[revision]",
  options: {
    "no-verify": { type: "boolean", about: "believe it without looking" },
    "lock-wait": {
      type: "string",
      value: "<seconds>",
      about: "how long to wait for another process that migrates",
    },
  },
  examples: ["ferro stamp head", "ferro stamp base"],
  async run({ words, options, config, output }) {
    const revisions = await revisionsOf(config);
    return withDatabase(config, async (target) => {
      const applied = await stamp(target, revisions, {
        to: words[0],
        lockWaitMs: seconds("lock-wait", options["lock-wait"]),
        verify: options["no-verify"] === true ? undefined : (state) => verifyState(target, state),
      });
      output.print(applied.length === 0 ? "now at base" : `now at ${applied.at(-1)}`);
      return { result: { applied } };
    });
  },
});
