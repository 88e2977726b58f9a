import { describe, expect, test } from "vitest";
import { canonicalJson, fingerprintIr } from "../../../src/ir/fingerprint.ts";

/** A column as upstream's IR says it. */
function column(name: string, logicalType: string, facts: object) {
  return {
    name,
    logical_type: logicalType,
    nullable: false,
    primary_key: false,
    autoincrement: false,
    unique: false,
    index: false,
    default: null,
    format: null,
    ...facts,
  };
}

/** Upstream's schema_phase1_fixture_models_v1, GOLDEN section 8. */
const upstream = {
  ir_kind: "schema",
  ir_version: 1,
  payload: {
    dialect_agnostic: true,
    models: [
      {
        model_name: "Member",
        table_name: "member",
        columns: [
          column("email", "string", { unique: true }),
          column("id", "integer", { nullable: true, primary_key: true, autoincrement: true }),
          column("org_id", "integer", { index: true }),
        ],
        foreign_keys: [
          {
            column: "org_id",
            to_table: "org",
            to_column: "id",
            on_delete: "CASCADE",
            name: "fk_member_org_id_org",
          },
        ],
        indexes: [{ name: "idx_member_org_id", columns: ["org_id"], unique: false }],
        uniques: [{ name: "uq_member_email", columns: ["email"] }],
        checks: [],
      },
      {
        model_name: "Org",
        table_name: "org",
        columns: [
          column("id", "integer", { nullable: true, primary_key: true, autoincrement: true }),
          column("name", "string", { index: true }),
          column("slug", "string", { unique: true }),
        ],
        foreign_keys: [],
        indexes: [{ name: "idx_org_name", columns: ["name"], unique: false }],
        uniques: [{ name: "uq_org_slug", columns: ["slug"] }],
        checks: [],
      },
      {
        model_name: "Project",
        table_name: "project",
        columns: [
          column("id", "integer", { nullable: true, primary_key: true, autoincrement: true }),
          column("name", "string", {}),
          column("org_id", "integer", { index: true }),
        ],
        foreign_keys: [
          {
            column: "org_id",
            to_table: "org",
            to_column: "id",
            on_delete: "CASCADE",
            name: "fk_project_org_id_org",
          },
        ],
        indexes: [
          { name: "idx_project_org_id", columns: ["org_id"], unique: false },
          { name: "idx_project_org_id_name", columns: ["org_id", "name"], unique: false },
        ],
        uniques: [],
        checks: [],
      },
    ],
  },
};

describe("fingerprintIr", () => {
  test("gives upstream's fingerprint for upstream's vector", () => {
    expect(fingerprintIr(upstream)).toBe(
      "aafcfe76d373bbce78092eb728456ddc7ff1d6a6f3ac647514e210bc84af143e",
    );
  });

  test("doesn't depend on the order of keys, but on that of lists", () => {
    expect(fingerprintIr({ a: 1, b: [1, 2] })).toBe(fingerprintIr({ b: [1, 2], a: 1 }));
    expect(fingerprintIr({ b: [1, 2] })).not.toBe(fingerprintIr({ b: [2, 1] }));
  });
});

describe("canonicalJson", () => {
  test("sorts keys at every depth and writes no blanks", () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: true })).toBe(
      '{"a":true,"b":[{"c":null,"d":1}]}',
    );
  });

  test("escapes everything but printable ASCII", () => {
    expect(canonicalJson('é\u007f\u{1F600}\n"')).toBe('"\\u00e9\\u007f\\ud83d\\ude00\\n\\""');
  });

  test("keeps a property called __proto__", () => {
    expect(canonicalJson(JSON.parse('{"__proto__":{"x":1},"a":2}'))).toBe(
      '{"__proto__":{"x":1},"a":2}',
    );
  });
});
