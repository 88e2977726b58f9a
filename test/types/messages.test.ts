/** What a compiler says of wrong names: the name, and the model by its class instead of by all of its columns. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { check, compilers } from "./compilers.ts";

/** A statement, and what its message has to say. */
const mistakes: readonly (readonly [statement: string, ...said: string[]])[] = [
  [`Post.orderBy("titel");`, '"titel"', "SortNameOf<typeof Post>"],
  [`rows.orderBy("titel");`, '"titel"', "SortNameOf<typeof Post>"],
  [`Post.where({ titel: "a" });`, "'titel'", "EqualitiesOf<typeof Post>"],
  [`rows.where({ titel: "a" });`, "'titel'", "EqualitiesOf<typeof Post>"],
  [`Post.select("id", "titel");`, '"titel"', "SortNameOf<typeof Post>"],
  [`rows.select("titel");`, '"titel"', "SortNameOf<typeof Post>"],
  [`rows.select((t) => t.titel);`, "'titel'", "ColumnsOf<typeof Post>"],
  [`rows.select("id").orderBy("titel");`, '"titel"', "SortNameOf<typeof Post>"],
  [`rows.distinctOn("titel");`, '"titel"', "SortNameOf<typeof Post>"],
  [`Post.groupBy("titel");`, '"titel"', "SortNameOf<typeof Post>"],
  [`rows.groupBy("titel");`, '"titel"', "SortNameOf<typeof Post>"],
  [`Post.include({ autor: true });`, "'autor'", "Include<typeof Post>"],
  [`rows.include({ autor: true });`, "'autor'", "Include<typeof Post>"],
  [`rows.update({ titel: "a" });`, "'titel'", "ChangesOf<typeof Post>"],
  [`rows.include({ author: true }).select("id");`, '"id"', "leave include() out: select over"],
  [
    `rows.include({ author: (q) => q.include({ posts: true }).select("id") });`,
    "(t: never) => Selectable",
  ],
  [
    `rows.select(() => ({ n: sql<number>\`1\` }));`,
    "say with a schema how the value is read: sql`…`.as(z.int())",
  ],
];

const scratch = join(import.meta.dirname, "../../.tmp");
mkdirSync(scratch, { recursive: true });
const directory = mkdtempSync(join(scratch, "types-messages-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const head = [
  `import { sql } from "../../src/index.ts";`,
  `import { Post } from "../../test/types/support/models.ts";`,
  "const rows = Post.where({ id: 1 });",
];

writeFileSync(
  join(directory, "wrong.ts"),
  [...head, ...mistakes.map(([statement]) => statement)].join("\n"),
);
writeFileSync(
  join(directory, "tsconfig.json"),
  JSON.stringify({
    extends: "../../tsconfig.json",
    compilerOptions: { isolatedDeclarations: false },
    include: ["./wrong.ts"],
  }),
);

describe.for(compilers)("$name", (compiler) => {
  test("says the wrong name, and not the shape", { timeout: 240_000 }, () => {
    const { output } = check(compiler, ["--project", directory, "--pretty", "false"]);
    const byLine = new Map<number, string>();
    let at = 0;
    for (const line of output.split("\n")) {
      at = Number(/wrong\.ts\((\d+),/u.exec(line)?.[1] ?? at);
      byLine.set(at, `${byLine.get(at) ?? ""}${line}\n`);
    }

    for (const [place, [statement, ...said]] of mistakes.entries()) {
      const message = byLine.get(head.length + 1 + place) ?? "";
      for (const part of said) expect(message, statement).toContain(part);
      // The last words are what TypeScript 7 says, and where the eye goes.
      const last = message.trimEnd().split("\n").at(-1) ?? "";
      expect(last, statement).not.toContain("ZodString");
    }
    expect(byLine.size).toBe(mistakes.length);
  });
});
