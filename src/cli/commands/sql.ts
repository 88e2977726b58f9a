import { UsageError } from "../../index.ts";
import { planners, writeScript } from "../../migrate.ts";
import { type Command, command, targetOption } from "../command.ts";
import { revisionsOf } from "../revisions.ts";

/** `ferro sql` */
export const sqlCommand: Command = command({
  name: "sql",
  summary: "print revisions as one SQL script, for psql or sqlite3",
  about:
    "The script holds transactions, timeouts and history rows, and ends at once where the database is not at its\nfirst revision. No database is asked. Data steps can't be in it.",
  words: "[from:to]",
  options: {
    database: {
      type: "string",
      value: "<sqlite|postgres>",
      about: "which one; that of the configuration's url when left out",
    },
    ...targetOption,
    plain: {
      type: "boolean",
      about: "for a program that sends the script as one text, not for psql or sqlite3",
    },
  },
  examples: ["ferro sql | psql", "ferro sql 4be1:head --database postgres"],
  async run({ words, options, config, output }) {
    const name = options.database ?? config.databases[0];
    const [target] = name === undefined ? [] : planners([name], config.targets);
    if (target === undefined) {
      throw new UsageError("ferro sql needs --database sqlite or --database postgres");
    }
    const { plain } = options;
    const script = writeScript(target, await revisionsOf(config), { range: words[0], plain });
    output.print(script.trimEnd());
    return { result: { database: name, script } };
  },
});
