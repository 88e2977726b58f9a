import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const source = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const files = ["a", "b", "c"];
const orders = files.flatMap((first) =>
  files.filter((next) => next !== first).map((second) => [first, second]),
);

test.each(orders)(
  "three models in a ring of files load with %s before %s",
  async (first, second) => {
    const rest = files.find((file) => file !== first && file !== second);
    const imports = [first, second, rest].map(
      (file) => `await import(${JSON.stringify(source(`test/types/cycle/${file}.ts`))});`,
    );
    const program = [
      `const { connect } = await import(${JSON.stringify(source("src/index.ts"))});`,
      ...imports,
      'const connection = await connect("sqlite::memory:", { autoMigrate: true });',
      "console.log(connection.backend);",
      "await connection.close();",
    ].join("\n");

    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: source("."),
    });

    expect(stdout.trim()).toBe("sqlite");
  },
);
