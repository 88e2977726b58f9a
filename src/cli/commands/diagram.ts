import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../../index.ts";
import { modelSchema, partOf, toMermaid, toSvg } from "../../migrate.ts";
import { type Command, command } from "../command.ts";
import { loadModels } from "../config.ts";

/** `ferro diagram` */
export const diagramCommand: Command = command({
  name: "diagram",
  summary: "draw the models, as SVG or Mermaid",
  words: "[file]",
  options: {
    format: {
      type: "string",
      value: "<svg|mermaid>",
      about: "what to write; by the file's name when left out, else mermaid",
    },
    tables: {
      type: "string",
      value: "<names>",
      about: "only these, with commas between them; * stands for any letters",
    },
    around: {
      type: "string",
      value: "<names>",
      about: "only these, what they point to and what points to them",
    },
    depth: {
      type: "string",
      value: "<number>",
      about: "how many foreign keys away --around goes; 1 when left out",
    },
  },
  examples: [
    "ferro diagram schema.svg",
    "ferro diagram > schema.mmd",
    "ferro diagram --around orders --depth 2 orders.svg",
  ],
  async run({ words, options, config, output }) {
    const [file] = words;
    const format = options.format ?? (file?.endsWith(".svg") === true ? "svg" : "mermaid");
    if (format !== "svg" && format !== "mermaid")
      throw new UsageError(`there is no format "${format}"`);
    await loadModels(config);
    const schema = partOf(modelSchema(), {
      tables: list(options.tables),
      around: list(options.around),
      depth: depthOf(options.depth),
    });
    const text = format === "svg" ? toSvg(schema) : toMermaid(schema);
    if (file === undefined) output.print(text.trimEnd());
    else if (options["dry-run"] !== true) {
      await writeFile(resolve(file), text);
      output.say(`wrote ${file}`);
    }
    return { result: { format, file: file ?? null, ...(file === undefined && { text }) } };
  },
});

function list(names: string | undefined): readonly string[] {
  return names === undefined ? [] : names.split(",").map((name) => name.trim());
}

function depthOf(given: string | undefined): number {
  const depth = Number(given ?? 1);
  if (Number.isInteger(depth) && depth >= 0) return depth;
  throw new UsageError(`--depth takes a whole number, not "${given}"`);
}
