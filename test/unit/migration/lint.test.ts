import { describe, expect, test } from "vitest";
import type { Operation } from "../../../src/ir/migration.ts";
import { rule } from "../../../src/migration/lint/custom.ts";
import { lintRevisions, lintRules } from "../../../src/migration/lint/lint.ts";
import { splitStatements } from "../../../src/migration/lint/raw.ts";
import { toGithub, toSarif } from "../../../src/migration/lint/report.ts";
import { op } from "../../../src/migration/op.ts";
import { migration } from "../../../src/migration/revision.ts";
import { base, fixtures } from "./lint-fixtures.ts";

const plural = rule((operation, { before }) =>
  operation.op === "createTable" && before.tables.some(({ name }) => name === "bare")
    ? operation.table.name.endsWith("_")
      ? [{ message: `table "${operation.table.name}" ends with _`, severity: "warning" }]
      : []
    : [],
);

function found(up: readonly Operation[], online = true) {
  const revision = migration({ id: "b".repeat(12), parents: [base.id], message: "", up, online });
  return lintRevisions([base, revision], {
    revisions: new Set([revision.id]),
    severities: Object.fromEntries(
      lintRules.filter(({ off }) => off === true).map(({ id }) => [id, "info" as const]),
    ),
    rules: [plural],
    targets: { sqlite: "3.40", postgres: "14" },
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

  test("a rule of one's own weighs what it says, or what the configuration says", () => {
    const revision = (allow: readonly string[] = []) =>
      migration({
        id: "b".repeat(12),
        parents: [base.id],
        message: "",
        up: [op.dropNotNull("author", "name", { allow: ["FM207: expected", ...allow] })],
      });
    const own = rule(({ op: kind }) => [{ message: `no ${kind}`, severity: "warning" }]);
    const lint = (severities: Record<string, "info" | "off"> = {}, allow?: readonly string[]) =>
      lintRevisions([base, revision(allow)], {
        revisions: new Set(["b".repeat(12)]),
        rules: [own],
        severities,
      }).map(({ rule: id, severity, message }) => [id, severity, message]);

    expect(lint()).toEqual([["FM519", "warning", "no setNullable"]]);
    expect(lint({ FM519: "info" })).toEqual([["FM519", "info", "no setNullable"]]);
    expect(lint({ FM519: "off" })).toEqual([]);
    expect(lint({}, ["FM519: fine here"])).toEqual([]);
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
