import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UsageError } from "../../index.ts";
import { historyTables, pullModels } from "../../migrate.ts";
import { type Command, command } from "../command.ts";
import type { Config } from "../config.ts";
import { withDatabase } from "../revisions.ts";

/** `ferro pull` */
export const pullCommand: Command = command({
  name: "pull",
  summary: "write models for the database as it is",
  about:
    "Names in the database are kept. What models can't say is listed and left alone. A file that is there is only\nwritten over with --force.",
  words: "[file]",
  options: {
    schema: {
      type: "string",
      value: "<names>",
      about:
        "schemas of PostgreSQL to read beside the one in use, with commas between them; by default all, and none where the URL names one",
    },
    force: { type: "boolean", about: "write over a file that is there" },
  },
  examples: [
    "ferro pull src/models.ts",
    "ferro pull --url postgres://localhost/shop",
    "ferro pull --schema audit,sales src/models.ts",
  ],
  async run({ words, options, config, output }) {
    const { files, unrepresented } = await withDatabase(config, async (target) => {
      const payload = await target.dialect.introspect(target.connection, {
        schemas: schemasOf(options.schema, config),
      });
      const tables = payload.tables.filter(({ name }) => !historyTables.includes(name));
      return pullModels({ ...payload, tables });
    });
    const written: string[] = [];
    for (const { text } of files) {
      const path = words[0] === undefined ? null : resolve(words[0]);
      if (path === null) {
        output.print(text.trimEnd());
        continue;
      }
      if (existsSync(path) && options.force !== true) {
        throw new UsageError(`${config.show(path)} is there already`, {
          hint: "name another file, or pass --force to write over it",
        });
      }
      if (options["dry-run"] !== true) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      }
      written.push(config.show(path));
      output.say(`${options["dry-run"] === true ? "would write" : "wrote"} ${config.show(path)}`);
    }
    for (const { kind, name, reason } of unrepresented) {
      output.warn(`left alone: ${kind} "${name}": ${reason}`);
    }
    return { result: { files: words[0] === undefined ? files : written, unrepresented } };
  },
});

/** A URL that names a schema means that one alone. */
function schemasOf(named: string | undefined, { url = "" }: Config): readonly string[] | "all" {
  if (named === undefined) return url.includes("ferro_search_path=") ? [] : "all";
  return named === "all" ? "all" : named.split(",").map((name) => name.trim());
}
