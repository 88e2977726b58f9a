import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { planFiles, planners, readGraph, resolveRevision } from "../../migrate.ts";
import { type Command, command, targetOption } from "../command.ts";
import { revisionsOf } from "../revisions.ts";

/** `ferro replan` */
export const replanCommand: Command = command({
  name: "replan",
  summary: "write the plans of a revision anew, after its file was changed",
  words: "[revision]",
  options: targetOption,
  async run({ words, options, config, output }) {
    const revisions = await revisionsOf(config);
    const graph = readGraph(revisions);
    const id = resolveRevision(graph, words[0] ?? "head");
    const revision = id === null ? undefined : graph.get(id);
    if (revision?.file === undefined) return { result: { revision: null, files: [] } };
    const files = planFiles(revisions, revision.id, planners(config.databases, config.targets));
    const written: string[] = [];
    for (const [name, text] of Object.entries(files)) {
      const path = join(dirname(revision.file), name);
      if (options["dry-run"] !== true) await writeFile(path, text);
      written.push(config.show(path));
      output.print(`${options["dry-run"] === true ? "would write" : "wrote"} ${config.show(path)}`);
    }
    return { result: { revision: id, files: written } };
  },
});
