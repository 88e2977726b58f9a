import { describeDrift, findDrift, readStatus } from "../../migrate.ts";
import { type Command, command } from "../command.ts";
import { revisionsOf, withDatabase } from "../revisions.ts";

/** `ferro drift` */
export const driftCommand: Command = command({
  name: "drift",
  summary: "compare the database with what its revisions make",
  about:
    "Ends with 4 where something is missing or changed. What no revision made is listed with --unmanaged and is no drift.\nThe statements that would bring it back are printed, never run.",
  options: { unmanaged: { type: "boolean", about: "also list what no revision made" } },
  async run({ options, config, output }) {
    const revisions = await revisionsOf(config);
    return withDatabase(config, async (target) => {
      const { schema } = await readStatus(target, revisions);
      const { items, repair } = await findDrift(target, schema());
      const drifted = items.filter(({ kind }) => kind !== "unmanaged");
      const shown = options.unmanaged === true ? items : drifted;
      for (const item of shown) {
        const colour = item.kind === "unmanaged" ? "dim" : "red";
        output.print(`${output.style(colour, item.kind)} ${describeDrift(item)}`);
      }
      if (repair.length > 0)
        output.print(
          `-- brings it back, if you run it:\n${repair.map((sql) => `${sql};`).join("\n")}`,
        );
      if (drifted.length === 0) output.print("no drift");
      else {
        output.say(
          "to keep what is there instead, take it into the history: `ferro revision --from-drift -m …`",
        );
      }
      return { result: { items: shown, repair }, exitCode: drifted.length > 0 ? 4 : 0 };
    });
  },
});
