import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HistoryChangedError, RevisionError } from "../../../src/errors/migration.ts";
import { applyOperations, emptySchema } from "../../../src/ir/apply.ts";
import { canonicalSchema } from "../../../src/ir/canonical.ts";
import type { Operation } from "../../../src/ir/migration.ts";
import { diffSchemas } from "../../../src/migration/diff.ts";
import { readGraph, resolveRevision } from "../../../src/migration/graph.ts";
import { opsHash } from "../../../src/migration/hash.ts";
import { op } from "../../../src/migration/op.ts";
import { reduceOperations } from "../../../src/migration/reduce.ts";
import { migration, type Revision, type RevisionSpec } from "../../../src/migration/revision.ts";
import { squashRevisions } from "../../../src/migration/squash.ts";
import { replay } from "../../../src/migration/state.ts";
import { authors, schemaOf, slugs } from "../../support/migration-models.ts";
import { schemaArbitrary } from "./schemas.ts";

const long = (letter: string): string => letter.repeat(12);
const short = (ids: Iterable<string>): string => [...ids].map((id) => id[0]).join("");

/** `b<a`, `s<a=b,c`: letters for the reader. */
function nodes(...texts: readonly string[]) {
  return texts.map((text) => {
    const [id = "", parents = "", replaces = ""] = text.split(/[<=]/);
    const list = (letters: string) => letters.split(",").filter(Boolean).map(long);
    return { id: long(id), parents: list(parents), replaces: list(replaces), message: id };
  });
}

function inUse(revisions: ReturnType<typeof nodes>, had = ""): string {
  const { ordered } = readGraph(revisions, new Set([...had].map(long)));
  return ordered.map(({ id, parents }) => `${id[0]}<${short(parents)}`).join(" ");
}

describe("which of a squash and its originals are in use", () => {
  const both = nodes("a<", "b<a", "c<b", "d<c", "e<d", "5<a=b,c,d");
  const originals = "a< b<a c<b d<c e<d";
  const squashed = "a< 5<a e<5";

  test.for([
    ["no database", "", squashed],
    ["one before the range", "a", squashed],
    ["one in it", "ab", originals],
    ["one past it", "abcde", originals],
    ["one that ran the squash", "a5", squashed],
    ["one that ran it and goes on", "a5e", squashed],
  ] as const)("%s", ([, had, expected]) => {
    expect(inUse(both, had)).toBe(expected);
  });

  const alone = nodes("a<", "e<d", "5<a=b,c,d");

  test.for([
    ["", squashed],
    ["abcd", squashed],
    ["abcde", squashed],
    ["a5", squashed],
  ] as const)("with the originals' files gone, for %j", ([had, expected]) => {
    expect(inUse(alone, had)).toBe(expected);
  });

  test("a database that needs a file that is gone is told so", () => {
    const read = () => inUse(alone, "ab");

    expect(read).toThrow(HistoryChangedError);
    expect(read).toThrow(
      /not cccccccccccc, dddddddddddd; the files of b.* are gone\n {2}hint: bring/,
    );
  });

  test("a squash of a squash: three ways to have it", () => {
    const nested = nodes("a<", "b<a", "5<=a,b", "c<b", "d<c", "6<=5,c", "e<d");

    expect(inUse(nested)).toBe("6< d<6 e<d");
    expect(inUse(nested, "a")).toBe("a< b<a c<b d<c e<d");
    expect(inUse(nested, "5")).toBe("5< c<5 d<c e<d");
    expect(inUse(nested, "6d")).toBe("6< d<6 e<d");
    expect(readGraph(nested).has(long("6"), new Set([..."abc"].map(long)))).toBe(true);
    expect(readGraph(nested).has(long("6"), new Set([..."ac"].map(long)))).toBe(false);
  });

  test("what follows the squash follows the last original where those are in use", () => {
    const late = nodes("a<", "b<a", "5<=a,b", "c<5");
    expect(inUse(late, "a")).toBe("a< b<a c<b");
    expect(inUse(late)).toBe("5< c<5");
  });

  test("a branch from the middle is refused, and so are two squashes of one revision", () => {
    const branch = () => readGraph(nodes("a<", "b<a", "5<=a,b", "x<a"));
    expect(branch).toThrow(RevisionError);
    expect(branch).toThrow(/x+ \(x\) follows a+, which 5+ replaces.*\n {2}hint: .*parents: \["5/);
    expect(() => readGraph(nodes("a<", "b<a", "c<b", "5<=a,b", "6<a=b,c"))).toThrow(
      "555555555555 and 666666666666 both replace bbbbbbbbbbbb",
    );
  });

  test("the last original may be named instead of the squash; others are in its middle", () => {
    const graph = readGraph(both);
    expect(resolveRevision(graph, "dd")).toBe(long("5"));
    expect(() => resolveRevision(graph, "cc")).toThrow('"cc" is in the middle of what 5555');
  });
});

const text = { type: "text", nullable: true } as const;
const table = op.createTable("note", {
  columns: [{ name: "id", type: "integer" }],
  primaryKey: ["id"],
});

describe("reduceOperations", () => {
  const start = schemaOf(authors);
  const add = op.addColumn("author", { name: "nick", ...text });

  test.for<[string, readonly Operation[], readonly string[]]>([
    [
      "a table is made as it ends",
      [table, op.addColumn("note", { name: "a", ...text }), op.renameTable("note", "memo")],
      ["createTable"],
    ],
    [
      "a table that comes and goes",
      [table, op.addColumn("note", { name: "a", ...text }), op.dropTable("note")],
      [],
    ],
    [
      "a column that comes and goes",
      [add, op.setNotNull("author", "nick"), op.dropColumn("author", "nick")],
      [],
    ],
    [
      "an index that comes and goes, with others between",
      [op.createIndex("post", { name: "i", columns: ["title"] }), table, op.dropIndex("post", "i")],
      ["createTable"],
    ],
    [
      "a column is called as it ends",
      [add, op.renameColumn("author", "nick", "alias")],
      ["addColumn"],
    ],
    [
      "names that come back",
      [op.renameColumn("author", "name", "x"), op.renameColumn("author", "x", "name")],
      [],
    ],
    [
      "the last default",
      [op.setDefault("author", "name", "a"), op.setDefault("author", "name", "b")],
      ["setDefault"],
    ],
    [
      "what is done to a column before it goes",
      [op.setDefault("post", "title", "a"), op.dropColumn("post", "title")],
      ["dropColumn"],
    ],
    [
      "rows that were there had the default of before",
      [
        op.addColumn("author", { name: "n", type: "integer", default: 1 }),
        op.setDefault("author", "n", 2),
      ],
      ["addColumn", "setDefault"],
    ],
    [
      "a backfill of an empty table",
      [
        op.createTable("memo", {
          columns: [
            { name: "id", type: "integer" },
            { name: "t", ...text },
          ],
          primaryKey: ["id"],
        }),
        op.backfill("memo", { set: { t: "'x'" } }),
      ],
      ["createTable"],
    ],
    [
      "a backfill of rows stays",
      [add, op.backfill("author", { set: { nick: "name" } })],
      ["addColumn", "backfill"],
    ],
    [
      "what is set aside stays",
      [add, op.dropColumn("author", "nick", { keep: true })],
      ["addColumn", "dropColumn"],
    ],
    [
      "nothing goes past SQL",
      [table, op.sql({ sqlite: "select 1" }), op.addColumn("note", { name: "a", ...text })],
      ["createTable", "sql", "addColumn"],
    ],
    [
      "a key needs its table first",
      [
        table,
        op.createTable("memo", { columns: [{ name: "id", type: "integer" }], primaryKey: ["id"] }),
        op.addColumn("note", { name: "memo_id", type: "integer", nullable: true }),
        op.addForeignKey("note", { columns: ["memo_id"], references: ["memo", "id"] }),
      ],
      ["createTable", "createTable"],
    ],
    [
      "a name that another one has in between",
      [
        op.dropIndex("post", "i"),
        op.createIndex("author", { name: "i", columns: ["name"] }),
        op.dropIndex("author", "i"),
        op.createIndex("post", { name: "i", columns: ["author_id"] }),
      ],
      ["dropIndex", "createIndex"],
    ],
  ])("%s", ([, operations, expected]) => {
    const before = applyOperations(start, [
      op.createIndex("post", { name: "i0", columns: ["author_id"] }),
    ]);
    const from =
      operations[0]?.op === "dropIndex"
        ? applyOperations(start, [op.createIndex("post", { name: "i", columns: ["title"] })])
        : before;
    const reduced = reduceOperations(from, operations);

    expect(reduced.map((each) => each.op)).toEqual(expected);
    expect(canonicalSchema(applyOperations(from, reduced))).toEqual(
      canonicalSchema(applyOperations(from, operations)),
    );
  });
});

function chain(
  ups: readonly (readonly Operation[])[],
  rest: Partial<RevisionSpec> = {},
): Revision[] {
  const idOf = (at: number) => String(at).repeat(12);
  return ups.map((up, at) =>
    migration({
      id: idOf(at),
      parents: at === 0 ? [] : [idOf(at - 1)],
      message: `${at}`,
      up,
      ...rest,
    }),
  );
}

describe("squashRevisions", () => {
  test("random histories: any range of them makes what the originals make", async () => {
    const history = fc.array(schemaArbitrary, { minLength: 3, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), fc.nat(), async (schemas, a, b) => {
        let state = emptySchema;
        const revisions = chain(
          schemas.map((schema) => {
            const { operations } = diffSchemas(state, schema);
            state = applyOperations(state, operations);
            return operations;
          }),
        );
        const first = a % (revisions.length - 1);
        const last = first + 1 + (b % (revisions.length - 1 - first));
        const range = `${revisions[first]?.id}..${revisions[last]?.id}`;
        const { made, replaces, operations } = await squashRevisions(revisions, range);
        const after = [...revisions, migration(made.spec)];
        const graph = readGraph(after);

        expect(graph.heads).toHaveLength(1);
        expect(graph.ordered).toHaveLength(revisions.length - replaces.length + 1);
        expect(made.spec.up.length).toBeLessThanOrEqual(operations);
        const all = replay(graph, new Set(graph.ordered.map(({ id }) => id)));
        expect(canonicalSchema(all)).toEqual(canonicalSchema(state));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test("from the beginning, only the tables as they are at the end are made", async () => {
    const revisions = chain([authors, slugs]);
    const { made, replaces, operations } = await squashRevisions(revisions, "..head");

    expect(made.spec.up.map((each) => each.op)).toEqual([
      "createTable",
      "createTable",
      "createTable",
    ]);
    expect([replaces, operations]).toEqual([revisions.map(({ id }) => id), 8]);
    expect(made.spec).toMatchObject({ parents: [], message: "squash of 2 revisions" });
  });

  test("a way back by hand is kept, and one that can't be taken is not invented", async () => {
    const by = op.sql({ sqlite: "select 1" });
    const kept = chain([authors, [table]], { down: [op.dropTable("note")] }).slice(1);
    const [first] = chain([authors]);
    const third = migration({
      id: long("c"),
      parents: [kept[0]?.id ?? ""],
      message: "",
      up: [op.setTableComment("note", "x")],
    });
    const { made } = await squashRevisions([first as Revision, ...kept, third], `${kept[0]?.id}..`);
    expect(made.spec.down).toEqual([op.setTableComment("note", null), op.dropTable("note")]);

    const lost = migration({ id: long("d"), parents: [third.id], message: "", up: [by] });
    const all = [first as Revision, ...kept, third, lost];
    expect((await squashRevisions(all, `${kept[0]?.id}..`)).made.spec.down).toBeUndefined();
  });

  test("phases: one that has to wait makes the squash wait", async () => {
    const [one, two] = chain([authors, [table]]);
    const waiting = [one as Revision, { ...(two as Revision), phase: "contract" as const }];
    expect((await squashRevisions(waiting, "..")).made.spec.phase).toBe("contract");
    expect(
      (await squashRevisions(chain([authors, [table]], { phase: "expand", online: false }), ".."))
        .made.spec,
    ).toMatchObject({ phase: "expand", online: false });
  });

  test("SQL and backfills that say so are left out; what SQL says of the schema stays", async () => {
    const made = op.sql(
      { sqlite: "create table note (id integer primary key not null)" },
      { state: [table], elidable: true },
    );
    const fill = op.backfill("author", { set: { name: "'x'" }, elidable: true });
    const revisions = chain([authors, [made], [fill]]);
    const squash = await squashRevisions(revisions, "..");

    expect(squash.made.spec.up.map((each) => each.op)).toEqual([
      "createTable",
      "createTable",
      "createTable",
    ]);
    expect(squash.elided).toEqual(["SQL of 111111111111", 'backfill of "author"']);
  });

  test("to be elidable is nothing that a revision does", () => {
    const up = (elidable?: boolean) => [
      op.backfill("author", { set: { name: "'x'" }, ...(elidable && { elidable }) }),
    ];
    expect(opsHash({ up: up(true), down: "auto" })).toBe(opsHash({ up: up(), down: "auto" }));
  });

  test.for<[string, string, RegExp]>([
    ["x", "", /"x" is no range\n {2}hint: write first\.\.last/],
    ["00..00", "", /holds one revision/],
    ["11..00", "", /0{12} does not follow 1{12}/],
    ["..11", "branch", /b{12} \(b\) follows 0{12} \(0\), in the middle of the range/],
    ["11..cc", "join", /c{12} \(c\) in the range also follows b{12}, which is not in it/],
    ["..", "code", /the data step of 1{12} has no file/],
  ])("refuses %s %s", async ([range, extra, message]) => {
    const branch = migration({ id: long("b"), parents: ["000000000000"], message: "b", up: [] });
    const join = migration({
      id: long("c"),
      parents: ["111111111111", branch.id],
      message: "c",
      up: [],
    });
    const step = op.data("think", async () => {});
    const revisions = [
      ...chain([authors, extra === "code" ? [step] : slugs]),
      ...(extra === "branch" || extra === "join" ? [branch] : []),
      ...(extra === "join" ? [join] : []),
    ];
    const squash = squashRevisions(revisions, range);

    await expect(squash).rejects.toThrow(message);
    await expect(squash).rejects.toMatchObject({ code: "REVISION" });
  });
});
