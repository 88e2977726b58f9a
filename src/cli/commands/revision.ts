import { UsageError } from "../../index.ts";
import {
  autogenerate,
  makeRevision,
  modelSchema,
  planners,
  saveRevision,
  writeOperation,
} from "../../migrate.ts";
import { type Command, command } from "../command.ts";
import { loadModels } from "../config.ts";
import { decide, decisionOptions } from "../decide.ts";
import { revisionsOf } from "../revisions.ts";

/** `ferro revision` */
export const revisionCommand: Command = command({
  name: "revision",
  summary: "write a new revision, from the models or empty",
  about:
    "With --autogenerate the models are compared with the revisions; no database is asked. What the\ncomparison can't tell, a rename for instance, is asked on a terminal, and elsewhere the command ends with 2.",
  options: {
    autogenerate: {
      type: "boolean",
      short: "a",
      about: "write the difference between models and revisions",
    },
    empty: {
      type: "boolean",
      about: "write a revision without operations, to be filled in by hand",
    },
    message: { type: "string", short: "m", value: "<text>", about: "what the revision is for" },
    "no-pin": { type: "boolean", about: "write no plan.<database>.sql beside it" },
    ...decisionOptions,
  },
  examples: [
    'ferro revision --autogenerate -m "posts have slugs"',
    "ferro revision -a --rename posts.title=headline",
  ],
  async run({ options, config, output, prompt }) {
    const { autogenerate: fromModels = false, empty = false, message = "" } = options;
    if (fromModels === empty) {
      throw new UsageError("ferro revision needs --autogenerate, or --empty", {
        hint: "the first compares the models with the revisions, the second writes a file to fill in",
      });
    }
    const revisions = await revisionsOf(config);
    const pinned = config.pin && options["no-pin"] !== true ? planners(config.databases) : [];
    const settings = { message, planners: pinned };
    if (fromModels) await loadModels(config);
    const made = fromModels
      ? autogenerate(revisions, modelSchema(), {
          ...settings,
          answers: await decide(revisions, options, prompt),
        })
      : makeRevision(revisions, [], settings);
    if (made === null) {
      output.say("nothing has changed");
      return { result: { revision: null } };
    }
    for (const operation of made.spec.up) output.print(`  ${writeOperation(operation, 2)}`);
    const dry = options["dry-run"] === true;
    const path = dry ? null : config.show(await saveRevision(config.migrations, made.files));
    output.print(dry ? "would write this" : `wrote ${path}`);
    const { id, up } = made.spec;
    return { result: { revision: id, path, operations: up, files: Object.keys(made.files.files) } };
  },
});
