import { readGraph } from "../../migrate.ts";
import { type Command, command } from "../command.ts";
import { revisionsOf } from "../revisions.ts";

/** `ferro history` */
export const historyCommand: Command = command({
  name: "history",
  summary: "list the revisions, the first one first",
  options: {},
  async run({ config, output }) {
    const graph = readGraph(await revisionsOf(config));
    const heads = new Set(graph.heads.map(({ id }) => id));
    for (const { id, parents, message } of graph.ordered) {
      const from = parents.length === 0 ? "base" : parents.join(", ");
      const mark = heads.has(id) ? output.style("green", " (head)") : "";
      output.print(`${output.style("dim", `${from} → `)}${id}${mark} ${message}`);
    }
    if (graph.ordered.length === 0) output.say("there are no revisions yet");
    const revisions = graph.ordered.map(({ id, parents, message, folder, up }) => ({
      id,
      parents,
      message,
      folder,
      isHead: heads.has(id),
      operations: up.length,
    }));
    return { result: { revisions } };
  },
});
