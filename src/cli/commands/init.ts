import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Command, command } from "../command.ts";

const template = `import { defineConfig } from "ferro-orm/migrate";

export default defineConfig({
  url: process.env["DATABASE_URL"] ?? "sqlite:app.db?mode=rwc",
  models: "./src/models.ts",
  migrations: "./migrations",
});
`;

/** `ferro init` */
export const initCommand: Command = command({
  name: "init",
  summary: "write a ferro.config.ts and make the migrations folder",
  options: {},
  async run({ config, output, options }) {
    const file = join(process.cwd(), "ferro.config.ts");
    const made: string[] = [];
    const dry = options["dry-run"] === true;
    if (config.file === null && !existsSync(file)) {
      if (!dry) await writeFile(file, template);
      made.push(config.show(file));
    }
    if (!existsSync(config.migrations)) {
      if (!dry) await mkdir(config.migrations, { recursive: true });
      made.push(config.show(config.migrations));
    }
    for (const path of made) output.print(`${dry ? "would make" : "made"} ${path}`);
    if (made.length === 0) output.say("everything is there already");
    return { result: { made } };
  },
});
