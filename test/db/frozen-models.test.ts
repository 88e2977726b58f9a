/** Models that data steps keep: tables as their revision finds them, whatever the program's own become. */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { modelSchema } from "../../src/connect/migrate.ts";
import { clearRegistry, id, Model } from "../../src/index.ts";
import { makeRevision } from "../../src/migration/autogenerate.ts";
import { tablesOfFrozen, writeFrozen } from "../../src/migration/frozen.ts";
import { op } from "../../src/migration/op.ts";
import { migration } from "../../src/migration/revision.ts";
import { frozenModel } from "../../src/model/model.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { makeProject, type Project } from "../support/ferro-project.ts";
import { authors, schemaOf, slugs } from "../support/migration-models.ts";

const root = join(import.meta.dirname, "../..");

const models = (
  name: string,
): string => `import { backRef, foreignKey, id, Model } from "ferro-orm";
import { z } from "zod";
export class Author extends Model("Author", { id: id(), ${name}: z.string(), get posts() { return backRef(Post); } }) {}
export class Post extends Model("Post", { id: id(), title: z.string(), get author() { return foreignKey(Author, { relatedName: "posts" }); } }) {}
`;

/** The generated file, with code that uses a good part of queries. */
const step = `async ({ log }) => {
      const ann = await m.Author.create({ name: "Ann" });
      await m.Post.bulkCreate([{ title: "One", author: ann }, { title: "Two", author: ann }]);
      await m.Post.where((p) => p.author.name.eq("Ann").and(p.title.eq("One"))).update({ title: "first" });
      const [found] = await m.Author.where({ name: "Ann" }).include({ posts: true }).all();
      const titles: string[] = (found?.posts ?? []).map(({ title }) => title);
      log(titles.toSorted().join());
    }`;

const filledIn = (revision: string): string =>
  revision.replace(/async \(\{ log \}\) => \{[\s\S]*?\n {4}\}/, step);

const first = migration({ id: "aaaaaaaaaaaa", parents: [], message: "first", up: authors });

function revisionFile({ folder }: Project, message: string): string {
  const name = readdirSync(join(folder, "migrations")).find((each) => each.includes(message));
  return join(folder, "migrations", name ?? expect.fail(`no revision ${message}`));
}

describeEachDatabase(
  "frozen models",
  (db) => {
    test("a data step has all of queries on the tables of its time, and stays when the models change", async () => {
      using project = makeProject(db.url);
      symlinkSync(join(root, "node_modules"), join(project.folder, "node_modules"));
      const ferro = async (...words: readonly string[]) => {
        const ran = await project.ferro(...words);
        expect(ran.code, ran.stdout + ran.stderr).toBe(0);
        return ran;
      };
      project.write("models.ts", models("name"));
      await ferro("revision", "-a", "-m", "tables");
      await ferro("revision", "--empty", "--data", "author", "--data", "post", "-m", "people");
      const folder = revisionFile(project, "people");
      const file = join(folder, "migration.ts");
      const frozen = readFileSync(join(folder, "models.ts"), "utf8");
      const written = readFileSync(file, "utf8");
      expect(written).toContain('import * as m from "./models.ts";');
      writeFileSync(file, filledIn(written));

      // The program's own models go on under the same names.
      project.write("models.ts", models("fullName"));
      await ferro("revision", "-a", "-m", "later", "--rename", "author.name=full_name");
      const replanned = await ferro("replan", folder.slice(-12), "--json");
      expect(JSON.parse(replanned.stdout).files).toContain(
        join("migrations", basename(folder), "models.ts"),
      );
      expect(readFileSync(join(folder, "models.ts"), "utf8")).toBe(frozen);
      const { stderr } = await ferro("upgrade", "--no-input");
      expect(stderr).toContain("Two,first");
      const check = await project.ferro("check", "--json");
      expect(
        JSON.parse(check.stdout).problems.filter(({ kind }: { kind: string }) => kind !== "lint"),
      ).toEqual([]);
    }, 240_000);
  },
  { only: ["node:sqlite file", "postgres"], because: "each command is a process of its own" },
);

/** With the types of the repository, under its own strict settings. */
function compile(files: Readonly<Record<string, string>>): void {
  mkdirSync(join(root, ".tmp"), { recursive: true });
  const copy = mkdtempSync(join(root, ".tmp/frozen-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(copy, name), text);
    const config = { extends: "../../tsconfig.json", include: ["*.ts"], exclude: [] };
    writeFileSync(join(copy, "tsconfig.json"), JSON.stringify(config));
    execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", join(copy, "tsconfig.json")], {
      encoding: "utf8",
      stdio: "pipe",
    });
  } catch (error) {
    expect.fail(String((error as { stdout?: string }).stdout ?? error));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

describe("writeFrozen", () => {
  const before = schemaOf(authors);

  test("a revision compiles as it is begun and filled in, and knows no later column", () => {
    const begun = makeRevision([first], [], { message: "people", data: ["author", "post"] });
    const { "models.ts": text = "", "migration.ts": revision = "" } = begun.files.files;

    compile({
      "models.ts": text,
      "begun.ts": revision,
      "filled.ts": filledIn(revision),
      "wrong.ts":
        'import { Author } from "./models.ts";\n// @ts-expect-error it came later\nAuthor.where((a) => a.fullName.eq("x"));\n',
    });
  }, 300_000);

  test("tables as the first data step finds them, without keys to tables that are not there", () => {
    const think = op.data("think", async () => {});
    const [add, fill, tighten] = slugs as readonly (typeof slugs)[number][];
    const text = writeFrozen(
      before,
      [add, think, fill, tighten].flatMap((each) => each ?? []),
      ["post"],
    );

    expect(text).toContain('import { frozenModel as Model } from "ferro-orm/migrate";');
    expect(text).toMatch(/slug: field\(z\.string\(\).*nullable|slug: .*nullable\(\)/);
    expect(text).not.toContain("foreignKey");
    expect(text).not.toContain("class Author");
    expect(tablesOfFrozen(text)).toEqual(["post"]);
    expect(tablesOfFrozen("export {};")).toBeUndefined();
  });

  test("two steps that find one table in two forms are told apart", () => {
    const steps = [
      op.data("one", async () => {}),
      op.addColumn("post", { name: "n", type: "integer", nullable: true }),
      op.data("two", async () => {}),
    ];

    expect(() => writeFrozen(before, steps, ["post"])).toThrow(
      /"one" and "two" find the table "post" in two forms\n {2}hint: write the later/,
    );
    expect(writeFrozen(before, steps, ["author"])).toContain("class Author");
  });

  test("a table that isn't there then is refused, with those that are", () => {
    expect(() => writeFrozen(before, [], ["tag"])).toThrow(
      /no table "tag" at this revision\n {2}hint: its tables are "author", "post"/,
    );
  });
});

test("a frozen model is in no schema, and another may have its name", () => {
  clearRegistry();
  class Sailor extends Model("Sailor", { id: id(), rank: z.string() }) {}
  class Frozen extends frozenModel(
    "Sailor",
    { id: id(), name: z.string() },
    { table: "old_sailor" },
  ) {}

  const { tables } = modelSchema();
  expect(tables.map(({ name }) => name)).toEqual(["sailor"]);
  expect(tables[0]?.columns.map(({ name }) => name)).toEqual(["id", "rank"]);
  expect([new Frozen({ name: "x" }).name, new Sailor({ rank: "y" }).rank]).toEqual(["x", "y"]);
});
