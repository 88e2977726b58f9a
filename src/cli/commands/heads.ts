import { forkPoint, readGraph } from "../../migrate.ts";
import { type Command, command } from "../command.ts";
import { revisionsOf } from "../revisions.ts";

/** `ferro heads` */
export const headsCommand: Command = command({
  name: "heads",
  summary: "list the revisions that nothing follows",
  about: "Ends with 6 where there is more than one.",
  options: {},
  async run({ config, output }) {
    const graph = readGraph(await revisionsOf(config));
    for (const { id, message } of graph.heads) output.print(`${id} ${message}`);
    const ids = graph.heads.map(({ id }) => id);
    const fork = ids.length > 1 ? forkPoint(graph, ids) : null;
    if (ids.length > 1)
      output.say(`they part ${fork === null ? "at the beginning" : `after ${fork}`}`);
    const heads = graph.heads.map(({ id, message }) => ({ id, message }));
    return { result: { heads, fork }, exitCode: heads.length > 1 ? 6 : 0 };
  },
});
