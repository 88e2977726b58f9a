import { describe, expect, test } from "vitest";
import type { Operation } from "../../../src/ir/migration.ts";
import { type LintOptions, lintRevisions } from "../../../src/migration/lint/lint.ts";
import { op } from "../../../src/migration/op.ts";
import { migration } from "../../../src/migration/revision.ts";
import { readTargets } from "../../../src/migration/targets.ts";
import { base } from "./lint-fixtures.ts";

test("targets are read as they are written", () => {
  expect(readTargets("postgres@14")).toEqual({ postgres: "14" });
  expect(readTargets(["sqlite@3.40", "postgres@16.2"])).toEqual({
    sqlite: "3.40",
    postgres: "16.2",
  });
  expect(readTargets([])).toEqual({});
});

test.for([
  ["postgres", "write postgres@14 or sqlite@3.40"],
  ["mysql@8", "write postgres@14 or sqlite@3.40"],
  ["postgres@new", "write postgres@14 or sqlite@3.40"],
  ["postgres@9.6", "the oldest is postgres@14"],
  ["sqlite@3.8", "the oldest is sqlite@3.35"],
])("%s is refused, with what to write", ([text = "", hint = ""]) => {
  expect(() => readTargets(text)).toThrow(hint);
});

test("a database has one target", () => {
  expect(() => readTargets(["postgres@14", "postgres@16"])).toThrow("two targets: 14 and 16");
});

const revision = (letter: string, parent: string, up: readonly Operation[], online = true) =>
  migration({ id: letter.repeat(12), parents: [parent.repeat(12)], message: "", up, online });

describe("lint goes by the target", () => {
  const rewrites = (up: readonly Operation[], targets: LintOptions["targets"]) => {
    const next = revision("b", "a", up, false);
    return lintRevisions([base, next], { revisions: new Set([next.id]), targets })
      .filter(({ severity }) => severity === "error")
      .map(({ rule, rewrite }) => [rule, rewrite] as const);
  };

  test("names the form that it has, and both where none is said", () => {
    const notNull = [op.setNotNull("post", "title")];
    const [before] = rewrites(notNull, { postgres: "17" });
    const [from] = rewrites(notNull, { postgres: "18" });
    const [any] = rewrites(notNull, {});

    expect(before?.[1]).toContain("a check NOT VALID");
    expect(from?.[1]).toContain("the constraint itself NOT VALID");
    expect(any?.[1]).toBe(`${before?.[1]}; from version 18 on, ${from?.[1]}`);
  });

  const lines = (up: readonly Operation[], postgres?: string) =>
    rewrites(up, postgres === undefined ? {} : { postgres }).filter(([rule]) => rule === "FM140");

  test.for<[string, string, readonly Operation[]]>([
    [
      "15",
      "a unique over NULLs",
      [op.addUnique("post", { columns: ["note"], nullsNotDistinct: true })],
    ],
    [
      "15",
      "MERGE",
      [op.sql({ postgres: "merge into post using author on true when matched then do nothing" })],
    ],
    [
      "17",
      "JSON_TABLE",
      [op.sql({ postgres: "select * from json_table('[]', '$' columns (a int))" })],
    ],
    [
      "18",
      "a virtual column",
      [
        op.addColumn("post", {
          name: "twice",
          type: "integer",
          nullable: true,
          generated: { sql: "id * 2", stored: false },
        }),
      ],
    ],
    [
      "18",
      "NOT NULL that isn't proved",
      [op.sql({ postgres: "alter table post add constraint n not null title not valid" })],
    ],
  ])("from %s on: %s", ([since, , up]) => {
    const older = String(Number(since) - 1);
    expect(lines(up, older)).toHaveLength(1);
    expect(lines(up, since)).toEqual([]);
    expect(lines(up)).toEqual([]);
  });
});

describe("tables of revisions that were not run", () => {
  const made = revision("b", "a", [
    op.createTable("tag", { columns: [{ name: "id", type: "integer" }], primaryKey: ["id"] }),
    op.renameTable("tag", "label"),
  ]);
  const after = revision(
    "c",
    "b",
    [
      op.addColumn("label", { name: "n", type: "integer", nullable: true }),
      op.createIndex("label", { columns: ["n"] }),
      op.sql({ postgres: "alter table label alter n set not null" }, { state: [] }),
    ],
    false,
  );
  const found = (unapplied?: readonly string[]) =>
    lintRevisions([base, made, after], {
      revisions: new Set([after.id]),
      ...(unapplied !== undefined && {
        unapplied: new Set(unapplied.map((each) => each.repeat(12))),
      }),
    })
      .filter(({ severity }) => severity === "error")
      .map(({ rule }) => rule);

  test("are used by nobody yet", () => {
    expect(found()).toEqual(["FM101", "FM110"]);
    expect(found(["c"])).toEqual(["FM101", "FM110"]);
    expect(found(["b", "c"])).toEqual([]);
  });
});
