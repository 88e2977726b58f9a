import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, describe, expect, test } from "vitest";
import { importedModules, visibleAny } from "./declarations.ts";
import { installedBeside, packProject, productionTree, root } from "./packed.ts";

const project = packProject();
const { doors, files, manifest, packageFolder } = project;
const read = (path: string) => readFileSync(join(packageFolder, path), "utf8");
const declarations = files.filter((path) => path.endsWith(".d.ts"));
const modules = files.filter((path) => path.endsWith(".js"));
/** The door to a user's own Kysely: who imports it has installed that. */
const kyselyDoor = /^dist\/kysely\.(?:js|d\.ts)$/;

/** Whether a module is nothing but imports and exports of others. */
function passesOn(text: string): boolean {
  return /^(?:\s*(?:import|export)\s*\{[^}]*\}\s*(?:from\s*"[^"]+")?;)+\s*$/.test(text);
}

afterAll(() => project[Symbol.dispose]());

describe("the tarball", () => {
  test("holds the build, the sources and the papers, and nothing else", () => {
    const papers = [
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "THIRD_PARTY_NOTICES.md",
      "package.json",
    ];
    const others = files.filter((path) => !/^(?:dist|src)\//.test(path));

    expect(others.sort()).toEqual(papers);
    expect(files.filter((path) => /^src\/.*(?<!\.ts)$/.test(path))).toEqual([]);
    expect(files.filter((path) => /^dist\/.*(?<!\.js|\.d\.ts|\.map)$/.test(path))).toEqual([]);
  });

  test("holds a module, declarations and maps for each door", () => {
    for (const door of doors) {
      const name = door.slice("ferro-orm/".length) || "index";
      for (const ending of ["js", "d.ts"]) {
        const file = `dist/${name}.${ending}`;
        expect(files).toContain(file);
        // What only passes on other modules has no lines of ours to lead back to.
        if (!passesOn(read(file))) expect(files).toContain(`${file}.map`);
      }
    }
  });

  test("has source maps whose sources are inside it or inlined", () => {
    // A package whose types were looked at and dropped stays in the list of sources.
    const isDropped = (path: string, source: string) =>
      path.endsWith(".d.ts.map") && source.includes("/node_modules/");
    for (const path of files.filter((name) => name.endsWith(".map"))) {
      const map = JSON.parse(read(path)) as {
        sources: string[];
        sourcesContent?: (string | null)[];
      };
      const lost = map.sources.filter(
        (source, index) =>
          !isDropped(path, source) &&
          !map.sourcesContent?.[index] &&
          !existsSync(join(packageFolder, "dist", source)),
      );
      expect(lost, path).toEqual([]);
    }
  });

  test("runs nothing when it is installed, and brings at most 20 packages with no install scripts", () => {
    const tree = productionTree([...new Set([...installedBeside(manifest), "zod", "pg"])]);
    const withScripts = [...tree].filter(([, { hasInstallScript }]) => hasInstallScript);

    expect(Object.keys(manifest.scripts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:pre|post)?install$|^prepare$/)]),
    );
    expect(files).not.toContain("binding.gyp");
    expect(withScripts).toEqual([]);
    expect(tree.size + 1).toBeLessThanOrEqual(20);
  });

  test("names the licence of every package that is bundled", () => {
    const notices = read("THIRD_PARTY_NOTICES.md");
    const bundled = new Set(
      files
        .filter((path) => path.endsWith(".js.map"))
        .flatMap((path) => (JSON.parse(read(path)) as { sources: string[] }).sources)
        .map((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1])
        .filter((name) => name !== undefined),
    );

    for (const name of bundled) {
      expect(notices).toContain(`## ${name}\n`);
      const folder = join(root, "node_modules", name);
      const licence = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
      expect(notices).toContain(readFileSync(join(folder, licence ?? "LICENSE"), "utf8").trim());
    }
  });
});

describe("the doors", () => {
  test.each(doors)("%s is imported on its own, and exports what its source lists", (door) => {
    const script = `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(door)}))))`;
    const names = JSON.parse(node(["--input-type=module", "-e", script])) as string[];

    expect(names).not.toEqual([]);
    expect(names).not.toContain("default");
  });

  test("are the only modules that a user can reach", () => {
    for (const path of ["dist/index.js", "src/index.ts", "errors"]) {
      const script = `await import("ferro-orm/${path}").then(() => console.log("reached"), (e) => console.log(e.code))`;
      expect(node(["--input-type=module", "-e", script]).trim()).toBe(
        "ERR_PACKAGE_PATH_NOT_EXPORTED",
      );
    }
  });

  test("import only packages that an install brings, the optional ones late", () => {
    const optional = Object.keys(manifest.peerDependenciesMeta);
    const allowed = [...installedBeside(manifest), ...optional];
    for (const path of modules) {
      const early = [...read(path).matchAll(/^import\b[^"']*["']([^"']+)["'];?$/gm)].map(
        ([, name = ""]) => name,
      );
      const packages = early.filter((name) => !/^(?:\.|node:)/.test(name));

      expect(
        packages.filter((name) => !allowed.includes(name)),
        path,
      ).toEqual([]);
      expect(
        packages.filter((name) => optional.includes(name)),
        path,
      ).toEqual(kyselyDoor.test(path) ? ["kysely"] : []);
    }
  });
});

describe("the declarations", () => {
  test("hand no any to a user", () => {
    expect(declarations.flatMap((path) => visibleAny(path, read(path)))).toEqual([]);
  });

  test("hold no types of a package that is bundled", () => {
    for (const path of declarations.filter((name) => !kyselyDoor.test(name))) {
      expect(read(path)).not.toMatch(/\b(?:Kysely\w*|OperationNode\w*|\w*QueryCompiler)\b/);
    }
  });

  test("import only what an install brings", () => {
    const allowed = installedBeside(manifest);
    for (const path of declarations) {
      const foreign = importedModules(path, read(path)).filter(
        (name) => !/^(?:\.|node:)/.test(name),
      );
      const beyond = new Set(foreign.filter((name) => !allowed.includes(name)));
      expect([...beyond], path).toEqual(kyselyDoor.test(path) ? ["kysely"] : []);
    }
  });

  test.each(["typescript", "typescript-5.9"])(
    "compile in a strict project with %s, libraries checked",
    (compiler) => {
      const imports = doors.map((door, index) => `import * as door${index} from "${door}";`);
      const uses = doors.map((_, index) => `door${index};`);
      writeFileSync(join(project.folder, "consumer.ts"), [...imports, ...uses, ""].join("\n"));
      writeFileSync(
        join(project.folder, "tsconfig.json"),
        JSON.stringify({
          compilerOptions: {
            target: "es2024",
            lib: ["es2024", "esnext.disposable"],
            module: "nodenext",
            strict: true,
            noEmit: true,
            skipLibCheck: false,
            exactOptionalPropertyTypes: true,
            types: ["node"],
          },
          files: ["consumer.ts"],
        }),
      );
      writeFileSync(join(project.folder, "package.json"), '{"type":"module"}');

      expect(node([join(root, "node_modules", compiler, "bin", "tsc"), "-p", "."])).toBe("");
    },
  );
});

test("an application works when it is bundled and minified with the package", async () => {
  const app = join(project.folder, "app.ts");
  writeFileSync(app, readFileSync(join(import.meta.dirname, "app.ts")));
  const bundle = await rolldown({
    input: app,
    platform: "node",
    external: /^(?:pg|better-sqlite3|@electric-sql\/pglite)$/,
  });
  await bundle.write({ dir: join(project.folder, "bundle"), format: "esm", minify: true });
  await bundle.close();

  expect(node([join("bundle", "app.js")])).toBe("Ann wrote Notes\n");
});

/** Runs Node in the project; gives its output, errors of a compiler included. */
function node(args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, args, {
      cwd: project.folder,
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "", NO_COLOR: "1" },
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `${stdout}${stderr}`;
  }
}
