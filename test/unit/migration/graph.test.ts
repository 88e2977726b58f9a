import { describe, expect, test } from "vitest";
import { RevisionConflictError, RevisionError } from "../../../src/errors/migration.ts";
import { forkPoint, readGraph, resolveRevision, singleHead } from "../../../src/migration/graph.ts";

/** `a`, `b<a`, `m<b,c`: ids are single letters for the reader. */
function nodes(...texts: readonly string[]) {
  return texts.map((text) => {
    const [id = "", parents = ""] = text.split("<");
    return {
      id: id.repeat(12),
      parents: parents.split(",").filter(Boolean).map(long),
      message: id,
    };
  });
}

const long = (letter: string): string => letter.repeat(12);
const short = (list: Iterable<{ id: string } | string>): string =>
  [...list].map((each) => (typeof each === "string" ? each : each.id)[0]).join("");

describe("readGraph", () => {
  test("orders parents first, else as the files are", () => {
    expect(short(readGraph(nodes("c<b", "a", "b<a", "d<a")).ordered)).toBe("abcd");
    expect(short(readGraph(nodes("m<b,c", "a", "c<a", "b<a")).ordered)).toBe("abcm");
  });

  test("finds the heads", () => {
    expect(short(readGraph(nodes("a", "b<a", "c<a")).heads)).toBe("bc");
    expect(short(readGraph(nodes("a", "b<a", "c<a", "m<b,c")).heads)).toBe("m");
    expect(readGraph([]).heads).toEqual([]);
  });

  test.for([
    ["DUPLICATE", nodes("a", "a"), "two revisions have the id aaaaaaaaaaaa"],
    ["MISSING_PARENT", nodes("b<a"), "revision bbbbbbbbbbbb follows aaaaaaaaaaaa"],
    ["CYCLE", nodes("a<c", "b<a", "c<b"), "follow each other in a circle"],
  ] as const)("refuses a history with the fault %s", ([fault, revisions, message]) => {
    const read = () => readGraph(revisions);

    expect(read).toThrow(RevisionError);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ fault, code: "REVISION" }));
  });

  test("a long history is no deep one", () => {
    const chain = Array.from({ length: 2000 }, (_, n) => ({
      id: n.toString(16).padStart(12, "0"),
      parents: n === 0 ? [] : [(n - 1).toString(16).padStart(12, "0")],
      message: "",
    }));

    expect(readGraph(chain.toReversed()).ordered).toEqual(chain);
  });
});

describe("heads", () => {
  test("one is the head, none is none", () => {
    expect(singleHead(readGraph(nodes("a", "b<a")))?.id).toBe(long("b"));
    expect(singleHead(readGraph([]))).toBeUndefined();
  });

  test("two are named, with the place where they part", () => {
    const graph = readGraph(nodes("a", "b<a", "c<b", "d<b"));

    expect(() => singleHead(graph)).toThrow(RevisionConflictError);
    expect(() => singleHead(graph)).toThrow(
      `there are 2 heads: ${long("c")} (c) and ${long("d")} (d); they part after ${long("b")}`,
    );
    expect(() => singleHead(graph)).toThrow(
      expect.objectContaining({ heads: [long("c"), long("d")], fork: long("b") }),
    );
  });

  test("two histories without a common beginning part at the beginning", () => {
    const graph = readGraph(nodes("a", "b"));

    expect(forkPoint(graph, [long("a"), long("b")])).toBeNull();
    expect(() => singleHead(graph)).toThrow("they part at the beginning");
  });
});

describe("resolveRevision", () => {
  const graph = readGraph(nodes("a", "b<a", "c<b", "d<c"));

  test.for([
    ["head", "d"],
    ["bb", "b"],
    [long("c"), "c"],
    ["+1", "c"],
    ["-1", "a"],
    ["-2", null],
    ["+2", "d"],
    ["head-1", "c"],
    ["aa+2", "c"],
    ["base", null],
  ] as const)("%s", ([word, expected]) => {
    const found = resolveRevision(graph, word, [long("b")]);

    expect(found).toBe(expected === null ? null : long(expected));
  });

  test.for(["zz", "+9", "-9", "x", ""])("%j is refused", (word) => {
    expect(() => resolveRevision(graph, word, [long("b")])).toThrow(RevisionError);
  });

  test("a word that fits two revisions names both", () => {
    const two = readGraph([
      { id: "abc000000000", parents: [], message: "" },
      { id: "abd000000000", parents: ["abc000000000"], message: "" },
    ]);

    expect(() => resolveRevision(two, "ab")).toThrow('"ab" may mean abc000000000 or abd000000000');
  });
});
