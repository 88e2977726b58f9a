import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { catalogueFaults, errorClassesOf } from "./errors.ts";
import { barrels, dialectNames, forbiddenImports, impureDoor, layerOf } from "./imports.ts";
import { layers, lineBudget, longFiles } from "./layers.ts";
import { type Source, trackedFiles } from "./source.ts";
import { machineTraces, overlongFile, unfinishedMarks, unmarkedAny } from "./text.ts";

const files = trackedFiles();
const typescript = files.filter(({ path }) => /\.m?ts$/.test(path));
const sources = typescript.filter(({ path }) => path.startsWith("src/"));
const doors = sources.filter(({ path }) => layerOf(path) === undefined);

const faults = (rule: (file: Source) => string[], among: readonly Source[]) => among.flatMap(rule);

describe("layers", () => {
  const order = Object.keys(layers);

  test.for(Object.entries(layers))("%s rests only on layers below it", ([layer, below]) => {
    expect(below.filter((name) => order.indexOf(name) >= order.indexOf(layer))).toEqual([]);
    expect(below.filter((name) => !order.includes(name))).toEqual([]);
  });

  test("every file imports only what its layer may", () => {
    expect(faults(forbiddenImports, sources)).toEqual([]);
  });

  test("nothing decides by the name of a database outside of dialect, driver and connect", () => {
    expect(faults(dialectNames, sources)).toEqual([]);
  });
});

describe("doors", () => {
  test("hold explicit lists of names and nothing else", () => {
    expect(faults(impureDoor, doors)).toEqual([]);
  });

  test("are the only files that re-export", () => {
    expect(faults(barrels, sources)).toEqual([]);
  });

  test("are the exports of package.json", () => {
    const manifest = JSON.parse(textOf("package.json")) as { exports: Record<string, unknown> };
    const fromFiles = doors.map(({ path }) => {
      const name = path.slice("src/".length, -".ts".length);
      return name === "index" ? "." : `./${name}`;
    });

    expect(Object.keys(manifest.exports).sort()).toEqual([...fromFiles, "./package.json"].sort());
    for (const door of fromFiles) {
      const file = door === "." ? "index" : door.slice(2);
      expect(manifest.exports[door]).toEqual({
        types: `./dist/${file}.d.ts`,
        default: `./dist/${file}.js`,
      });
    }
  });
});

describe("files", () => {
  test("keep within the line budget", () => {
    expect(faults(overlongFile, typescript)).toEqual([]);
  });

  test("are no longer listed as too long once they are not", () => {
    const listed = files.filter(({ path }) => longFiles[path] !== undefined);
    const outdated = listed.filter(({ text }) => text.split("\n").length - 1 <= lineBudget);

    expect(listed).toHaveLength(Object.keys(longFiles).length);
    expect(outdated.map(({ path }) => path)).toEqual([]);
  });

  test("use any only where a reason is written", () => {
    expect(faults(unmarkedAny, sources)).toEqual([]);
  });

  test("llms.txt and docs/README.md name every page", () => {
    const index = readFileSync(new URL("../../llms.txt", import.meta.url), "utf8");
    const pages = readdirSync(new URL("../../docs", import.meta.url), { recursive: true })
      .map((page) => String(page).replaceAll("\\", "/"))
      .filter((page) => page.endsWith(".md") && page !== "README.md");
    const readme = textOf("docs/README.md");

    expect(pages.filter((page) => !readme.includes(`](${page})`))).toEqual([]);
    expect(pages.filter((page) => !index.includes(`](docs/${page})`))).toEqual([]);
  });

  test("hold no unfinished marks", () => {
    expect(faults(unfinishedMarks, files)).toEqual([]);
  });

  test("hold no paths or hosts of one machine", () => {
    expect(faults(machineTraces, files)).toEqual([]);
  });
});

describe("errors", () => {
  const errorClasses = sources
    .filter(({ path }) => layerOf(path) === "errors")
    .flatMap((file) => errorClassesOf(file));

  test("each has a code of its own, a section in the reference and a test", () => {
    const tests = typescript.filter(
      ({ path }) => path.startsWith("test/") && !path.startsWith("test/architecture/"),
    );

    expect(errorClasses).not.toEqual([]);
    expect(catalogueFaults(errorClasses, textOf("docs/reference/errors.md"), tests)).toEqual([]);
  });

  test("are defined only in errors/", () => {
    const names = errorClasses.map(({ name }) => name).join("|");
    const derived = new RegExp(`class \\w+ extends (?:FerroError|${names})\\b`);
    const strays = sources.filter(
      ({ path, text }) => layerOf(path) !== "errors" && derived.test(text),
    );

    expect(strays.map(({ path }) => path)).toEqual([]);
  });
});

function textOf(path: string): string {
  return files.find((file) => file.path === path)?.text ?? "";
}
