import { describe, expect, test } from "vitest";
import type { Operation } from "../../../src/ir/migration.ts";
import { lintRevisions, lintRules } from "../../../src/migration/lint/lint.ts";
import { splitStatements } from "../../../src/migration/lint/raw.ts";
import { toGithub, toSarif } from "../../../src/migration/lint/report.ts";
import { op } from "../../../src/migration/op.ts";
import { migration } from "../../../src/migration/revision.ts";
import { base, fixtures } from "./lint-fixtures.ts";

function found(up: readonly Operation[], online = true) {
  const revision = migration({ id: "b".repeat(12), parents: [base.id], message: "", up, online });
  return lintRevisions([base, revision], {
    revisions: new Set([revision.id]),
    severities: { FM515: "info" },
  }).map(({ rule }) => rule);
}

describe("lint", () => {
  test("has fixtures for each rule", () => {
    expect(Object.keys(fixtures).sort()).toEqual(lintRules.map(({ id }) => id).sort());
  });

  test.for(Object.entries(fixtures))("%s finds what it must, and nothing else", ([id, fixture]) => {
    for (const up of fixture.bad) {
      expect(found(up, fixture.offline !== true), JSON.stringify(up)).toContain(id);
    }
    for (const up of fixture.good) expect(found(up), JSON.stringify(up)).not.toContain(id);
  });

  test("an accepted finding needs its reason", () => {
    const rename = (allow: readonly string[]) => [
      op.renameColumn("author", "age", "years", { allow }),
    ];

    expect(found(rename(["FM203: read by nobody"]))).toEqual([]);
    expect(found(rename(["FM203"]))).toEqual(["FM203"]);
    expect(found(rename(["FM204: read by nobody"]))).toEqual(["FM203"]);
  });

  test("tells the line, and speaks SARIF and GitHub", () => {
    const up = [op.dropNotNull("author", "name"), op.renameColumn("author", "age", "years")];
    const revision = {
      ...migration({ id: "b".repeat(12), parents: [base.id], message: "", up }),
      file: "m/b/migration.ts",
    };
    const text =
      'export default migration({\n  up: [\n    op.dropNotNull("author", "name"),\n    op.renameColumn(\n      "author",\n      "age",\n      "years",\n    ),\n  ],\n});\n';
    const findings = lintRevisions([base, revision], {
      revisions: new Set([revision.id]),
      textOf: () => text,
    });

    expect(findings.map(({ rule, line }) => [rule, line])).toEqual([
      ["FM207", 3],
      ["FM203", 4],
    ]);
    expect(toGithub(findings)[1]).toMatch(
      /^::error file=m\/b\/migration\.ts,line=4,title=FM203::a column is renamed: "author"\."age"\. Instead: /,
    );
    expect(toSarif(findings, "1")).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          tool: { driver: { rules: [{ id: "FM203" }, { id: "FM207" }] } },
          results: [{}, { ruleId: "FM203", level: "error" }],
        },
      ],
    });
  });
});

test("raw SQL is read by its words, not by what stands in texts and comments", () => {
  expect(
    splitStatements(`-- drop table a;
      /* drop */ Select "Drop" , $$; drop $$ from t where x = ';'; UPDATE t SET a=1`),
  ).toEqual([`SELECT "Drop", '' FROM T WHERE X = ''`, "UPDATE T SET A = 1"]);
});
