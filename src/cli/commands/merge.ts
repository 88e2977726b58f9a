import { mergeHeads, planners, saveRevision, writeOperation } from "../../migrate.ts";
import { type Command, command, targetOption } from "../command.ts";
import { revisionsOf } from "../revisions.ts";

/** `ferro merge` */
export const mergeCommand: Command = command({
  name: "merge",
  summary: "join several heads by a revision that follows them all",
  about:
    "Heads whose operations may be run in either order are joined without a question. Others are shown, pair by\npair, and the command ends with 6: settle in a file what should be, or pass --accept if both may stand.",
  options: {
    message: { type: "string", short: "m", value: "<text>", about: "what the merge is for" },
    accept: { type: "boolean", about: "join them although operations conflict" },
    ...targetOption,
  },
  async run({ options, config, output }) {
    const revisions = await revisionsOf(config);
    const { message = "merge", accept = false } = options;
    const merge = mergeHeads(revisions, {
      message,
      planners: config.pin ? planners(config.databases, config.targets) : [],
    });
    if (merge === null) {
      output.say("there is one head: nothing to merge");
      return { result: { revision: null } };
    }
    const { conflicts, made } = merge;
    for (const { left, right, reason, leftFile, rightFile } of conflicts) {
      output.print(`${output.style("red", reason)}`);
      output.print(`  ${leftFile}: ${writeOperation(left, 4)}`);
      output.print(`  ${rightFile}: ${writeOperation(right, 4)}`);
    }
    if (conflicts.length > 0 && !accept)
      return { result: { revision: null, conflicts }, exitCode: 6 };
    const dry = options["dry-run"] === true;
    const path = dry ? null : config.show(await saveRevision(config.migrations, made.files));
    output.print(dry ? "would merge" : `wrote ${path}`);
    return { result: { revision: made.spec.id, parents: made.spec.parents, path, conflicts } };
  },
});
