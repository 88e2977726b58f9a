import { UsageError } from "../../index.ts";
import { acceptChange } from "../../migrate.ts";
import { type Command, command } from "../command.ts";
import { revisionsOf, withDatabase } from "../revisions.ts";

/** `ferro repair` */
export const repairCommand: Command = command({
  name: "repair",
  summary: "accept that the file of an applied revision was changed",
  about: "Only the bookkeeping changes, and the log says so. Asks first, unless --yes is given.",
  options: { accept: { type: "string", value: "<revision>", about: "the revision" } },
  async run({ options, config, output, prompt }) {
    const { accept } = options;
    if (accept === undefined) throw new UsageError("ferro repair needs --accept <revision>");
    if (!(await prompt.confirm(`Accept ${accept} as its file is now?`))) {
      throw new UsageError("nobody said yes", { hint: "pass --yes where nobody can be asked" });
    }
    const revisions = await revisionsOf(config);
    return withDatabase(config, async (target) => {
      const id = await acceptChange(target, revisions, accept);
      output.print(`accepted ${id}`);
      return { result: { accepted: id } };
    });
  },
});
