import { rm } from "node:fs/promises";
import { UsageError } from "../../index.ts";
import {
  checkSquash,
  type NewRevision,
  planners,
  saveRevision,
  squashRevisions,
  writeOperation,
} from "../../migrate.ts";
import { type Command, command } from "../command.ts";
import type { Config } from "../config.ts";
import { revisionsOf } from "../revisions.ts";

/** Kept code may import what its copy can't find: a squash that can't be read again is taken back. */
async function save(config: Config, { spec, files }: NewRevision): Promise<string> {
  const saved = await saveRevision(config.migrations, files);
  try {
    checkSquash(await revisionsOf(config), spec.id);
    return saved;
  } catch (error) {
    await rm(saved, { recursive: true });
    throw error;
  }
}

/** `ferro squash` */
export const squashCommand: Command = command({
  name: "squash",
  summary: "write one revision in the place of several",
  about:
    "The range is first..last, with both of them in it; ..last is from the beginning, first.. to the head. What\ncomes of the one is compared with what comes of the others before anything is written. New databases run the\nsquash; those that ran some of the originals go on with them, so keep their folders until every database has\nthem all. Data steps stay, in copies beside the file, unless they say elidable: true.",
  words: "<first>..<last>",
  options: {
    message: { type: "string", short: "m", value: "<text>", about: "what the squash is for" },
    "no-pin": { type: "boolean", about: "write no plan.<database>.sql beside it" },
  },
  examples: ["ferro squash ..4be1", 'ferro squash 9f3c..4be1 -m "the shop of 2025"'],
  async run({ words, options, config, output }) {
    const [range] = words;
    if (range === undefined) {
      throw new UsageError("ferro squash needs a range of revisions", {
        hint: "write ferro squash first..last; `ferro history` lists them",
      });
    }
    const revisions = await revisionsOf(config);
    const { made, replaces, operations, kept, elided } = await squashRevisions(revisions, range, {
      message: options.message,
      planners:
        config.pin && options["no-pin"] !== true ? planners(config.databases, config.targets) : [],
    });
    const { id, up } = made.spec;
    for (const operation of up) {
      output.print(
        `  ${operation.op === "data" ? `data step "${operation.name}"` : writeOperation(operation, 2)}`,
      );
    }
    const dry = options["dry-run"] === true;
    const saved = dry ? null : await save(config, made);
    const path = saved === null ? null : config.show(saved);
    output.print(path === null ? "would write this" : `wrote ${path}`);
    output.say(
      `${up.length} operations in the place of ${operations}; ${replaces.length} revisions in one`,
    );
    for (const name of elided) output.say(`left out, as it is elidable: ${name}`);
    for (const name of kept) output.say(`kept: data step "${name}"`);
    if (!dry) {
      output.say(
        "keep the folders of the originals until every database has them all, then delete them",
      );
    }
    return {
      result: {
        revision: id,
        path,
        replaces,
        operations: up,
        kept,
        elided,
        files: Object.keys(made.files.files),
      },
    };
  },
});
