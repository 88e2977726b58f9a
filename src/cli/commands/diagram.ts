import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../../index.ts";
import { modelSchema, toMermaid, toSvg } from "../../migrate.ts";
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
  },
  examples: ["ferro diagram schema.svg", "ferro diagram > schema.mmd"],
  async run({ words, options, config, output }) {
    const [file] = words;
    const format = options.format ?? (file?.endsWith(".svg") === true ? "svg" : "mermaid");
    if (format !== "svg" && format !== "mermaid")
      throw new UsageError(`there is no format "${format}"`);
    await loadModels(config);
    const text = format === "svg" ? toSvg(modelSchema()) : toMermaid(modelSchema());
    if (file === undefined) output.print(text.trimEnd());
    else if (options["dry-run"] !== true) {
      await writeFile(resolve(file), text);
      output.say(`wrote ${file}`);
    }
    return { result: { format, file: file ?? null, ...(file === undefined && { text }) } };
  },
});
