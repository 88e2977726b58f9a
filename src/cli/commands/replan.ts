import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "../../index.ts";
import {
  frozenModels,
  planFiles,
  planners,
  readGraph,
  resolveRevision,
  tablesOfFrozen,
} from "../../migrate.ts";
import { type Command, command, targetOption } from "../command.ts";
import { revisionsOf } from "../revisions.ts";

/** The tables that a revision's models are written for; undefined for none. A file by hand is not ours to write. */
async function frozenTables(
  file: string,
  asked: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  const text = existsSync(file) ? await readFile(file, "utf8") : undefined;
  const had = text === undefined ? undefined : tablesOfFrozen(text);
  if (asked === undefined) return had;
  if (text === undefined || had !== undefined) return asked;
  throw new UsageError(`${file} was not written by ferro, so it stays as it is`, {
    hint: "give it another name, or leave out --data",
  });
}

/** `ferro replan` */
export const replanCommand: Command = command({
  name: "replan",
  summary: "write the plans of a revision anew, after its file was changed",
  words: "[revision]",
  about:
    "Its models.ts too, where it has one or --data asks for it: tables as its data steps find them.",
  options: {
    data: {
      type: "string",
      multiple: true,
      value: "<table>",
      about: "also write models.ts, for the code of data steps: this table; more than once",
    },
    ...targetOption,
  },
  async run({ words, options, config, output }) {
    const revisions = await revisionsOf(config);
    const graph = readGraph(revisions);
    const id = resolveRevision(graph, words[0] ?? "head");
    const revision = id === null ? undefined : graph.get(id);
    if (revision?.file === undefined) return { result: { revision: null, files: [] } };
    const folder = dirname(revision.file);
    const tables = await frozenTables(join(folder, "models.ts"), options.data);
    const files = {
      ...planFiles(revisions, revision.id, planners(config.databases, config.targets)),
      ...(tables !== undefined && { "models.ts": frozenModels(revisions, revision.id, tables) }),
    };
    const written: string[] = [];
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, name);
      if (options["dry-run"] !== true) await writeFile(path, text);
      written.push(config.show(path));
      output.print(`${options["dry-run"] === true ? "would write" : "wrote"} ${config.show(path)}`);
    }
    return { result: { revision: id, files: written } };
  },
});
