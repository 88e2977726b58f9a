import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import {
  historyTables,
  type MigrationTarget,
  pullIntoModels,
  pullModels,
  type SchemaPayload,
  type Unrepresented,
} from "../../migrate.ts";
import { type Command, command } from "../command.ts";
import { type Config, loadModels } from "../config.ts";
import type { Output } from "../output.ts";
import type { Prompt } from "../prompt.ts";
import { withDatabase } from "../revisions.ts";

/** `ferro pull` */
export const pullCommand: Command = command({
  name: "pull",
  summary: "write models for the database as it is",
  about:
    "Names in the database are kept. What models can't say is listed and left alone. A file that is there keeps what\npeople wrote and gets what changed in the database; both shown first. --force writes it anew. Exit code 3: a\nchange meets an edit, and was left out.",
  words: "[file]",
  options: {
    schema: {
      type: "string",
      value: "<names>",
      about:
        "schemas of PostgreSQL to read beside the one in use, with commas between them; by default all, and none where the URL names one",
    },
    force: { type: "boolean", about: "write a file that is there anew, without its edits" },
  },
  examples: [
    "ferro pull src/models.ts",
    "ferro pull --url postgres://localhost/shop",
    "ferro pull --schema audit,sales src/models.ts",
  ],
  async run({ words, options, config, output, prompt }) {
    const schemas = schemasOf(options.schema, config);
    const [word] = words;
    const path = word === undefined ? null : resolve(word);
    const settings = { dryRun: options["dry-run"] === true, config, output, prompt };
    if (path !== null && options.force !== true && existsSync(path)) {
      return pullInto(path, schemas, settings);
    }
    const { files, unrepresented } = await withDatabase(config, async (target) =>
      pullModels(await read(target, schemas)),
    );
    const written: string[] = [];
    for (const { text } of files) {
      if (path === null) {
        output.print(text.trimEnd());
        continue;
      }
      if (!settings.dryRun) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      }
      written.push(config.show(path));
      output.say(`${settings.dryRun ? "would write" : "wrote"} ${config.show(path)}`);
    }
    tellRest(unrepresented, output);
    return { result: { files: path === null ? files : written, unrepresented } };
  },
});

interface Settings {
  readonly dryRun: boolean;
  readonly config: Config;
  readonly output: Output;
  readonly prompt: Prompt;
}

async function read(target: MigrationTarget, schemas: Schemas): Promise<SchemaPayload> {
  const payload = await target.dialect.introspect(target.connection, { schemas });
  return {
    ...payload,
    tables: payload.tables.filter(({ name }) => !historyTables.includes(name)),
  };
}

/** Brings what changed in the database into a file that is there. */
async function pullInto(
  path: string,
  schemas: Schemas,
  { dryRun, config, output, prompt }: Settings,
): Promise<{ readonly result: object; readonly exitCode: number }> {
  const shown = config.show(path);
  const models = [path, ...config.models.filter((each) => each !== path)];
  await loadModels({ ...config, models });
  const before = await readFile(path, "utf8");
  const { text, edits, conflicts, unrepresented } = await withDatabase(config, async (target) =>
    pullIntoModels(await read(target, schemas), before, target.dialect.name),
  );
  for (const { where, line, before: old, after } of edits) {
    output.print(output.style("cyan", `${shown}:${line} ${where}`));
    printLines("-", "red", old, output);
    printLines("+", "green", after, output);
  }
  for (const { where, reason, wanted } of conflicts) {
    output.warn(`left as it is: ${where}: ${reason}${wanted === null ? "" : `\n  ${wanted}`}`);
  }
  if (edits.length === 0) output.say(`${shown} has all that is in the database`);
  else if (dryRun) output.say(`would write ${shown}`);
  else if (!prompt.interactive || (await prompt.confirm(`Write ${shown}?`))) {
    await writeFile(path, text);
    output.say(`wrote ${shown}`);
  }
  tellRest(unrepresented, output);
  return {
    result: { files: [shown], edits, conflicts, unrepresented },
    exitCode: conflicts.length > 0 ? 3 : 0,
  };
}

function printLines(sign: string, style: "red" | "green", text: string, output: Output): void {
  if (text === "") return;
  for (const line of text.split("\n")) output.print(output.style(style, `${sign} ${line}`));
}

function tellRest(unrepresented: readonly Unrepresented[], output: Output): void {
  for (const { kind, name, reason } of unrepresented) {
    output.warn(`left alone: ${kind} "${name}": ${reason}`);
  }
}

type Schemas = readonly string[] | "all";

/** A URL that names a schema means that one alone. */
function schemasOf(named: string | undefined, { url = "" }: Config): Schemas {
  if (named === undefined) return url.includes("ferro_search_path=") ? [] : "all";
  return named === "all" ? "all" : named.split(",").map((name) => name.trim());
}
