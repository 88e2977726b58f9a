import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toSchemaIr } from "../../../src/definition/to-schema-ir.ts";
import { SchemaError } from "../../../src/errors/errors.ts";
import { fingerprintIr } from "../../../src/ir/fingerprint.ts";
import type { TableIr } from "../../../src/ir/schema.ts";
import { column, id, integer, link, model, type TestModel, text } from "./models.ts";

function tables(...models: readonly TestModel[]): readonly TableIr[] {
  return toSchemaIr(models).ir.payload.tables;
}

function firstTable(...models: readonly TestModel[]): TableIr | undefined {
  return tables(...models)[0];
}

/** Org, Member and Project of GOLDEN 4.1. */
function organisation(): TestModel[] {
  const org = model("Org", [
    id(),
    column("name", text, { index: true }),
    column("slug", text, { unique: true }),
  ]);
  const member = model("Member", [id(), column("email", text, { unique: true })]);
  link(member, "org", org, { index: true });
  const project = model("Project", [id(), column("name", text)], { indexes: [["org_id", "name"]] });
  link(project, "org", org, { index: true });
  return [org, member, project];
}

describe("toSchemaIr", () => {
  test("sorts tables, columns and constraints, and names them as upstream does", () => {
    const [member, org, project] = tables(...organisation());

    expect(member).toMatchObject({
      name: "member",
      model: "Member",
      columns: [{ name: "email" }, { name: "id", autoincrement: true }, { name: "org_id" }],
      primaryKey: ["id"],
      foreignKeys: [
        {
          name: "fk_member_org_id_org",
          columns: ["org_id"],
          referencedTable: "org",
          referencedColumns: ["id"],
          onDelete: "CASCADE",
          onUpdate: "NO ACTION",
        },
      ],
      uniques: [{ name: "uq_member_email", columns: ["email"], inline: true }],
      indexes: [{ name: "idx_member_org_id", columns: ["org_id"] }],
    });
    expect(org?.indexes).toEqual([{ name: "idx_org_name", columns: ["name"] }]);
    expect(project?.indexes).toEqual([
      { name: "idx_project_org_id", columns: ["org_id"] },
      { name: "idx_project_org_id_name", columns: ["org_id", "name"] },
    ]);
  });

  test("gives the same document whatever the order of the models", () => {
    const models = organisation();
    const fingerprint = fingerprintIr(toSchemaIr(models).ir);

    fc.assert(
      fc.property(fc.shuffledSubarray(models, { minLength: 3 }), (shuffled) => {
        expect(fingerprintIr(toSchemaIr(shuffled).ir)).toBe(fingerprint);
      }),
    );
  });

  test("is JSON without loss", () => {
    const { ir } = toSchemaIr(organisation());

    expect(JSON.parse(JSON.stringify(ir))).toEqual(ir);
  });

  test("carries everything a column says", () => {
    const facts = {
      nullable: true,
      default: () => ({ kind: "literal", value: "x" }) as const,
      comment: "about",
      renamedFrom: "old",
    };
    const made = firstTable(model("T", [column("c", text, facts)], { comment: "a table" }));

    expect(made).toMatchObject({ comment: "a table", primaryKey: [] });
    expect(made?.columns).toEqual([
      {
        name: "c",
        type: text,
        nullable: true,
        autoincrement: false,
        default: { kind: "literal", value: "x" },
        generated: null,
        comment: "about",
        renamedFrom: "old",
      },
    ]);
  });

  test("keeps the order of a composite key, unique and index", () => {
    const key = { primaryKey: true };
    const made = firstTable(
      model("T", [column("b", text, key), column("a", text, key), column("c", text)], {
        uniques: [["c", "a"]],
        indexes: [
          ["c", "b"],
          ["b", "c"],
        ],
      }),
    );

    expect(made?.primaryKey).toEqual(["b", "a"]);
    expect(made?.uniques).toEqual([{ name: "uq_t_c_a", columns: ["c", "a"], inline: false }]);
    expect(made?.indexes).toEqual([
      { name: "idx_t_b_c", columns: ["b", "c"] },
      { name: "idx_t_c_b", columns: ["c", "b"] },
    ]);
  });

  test("a unique foreign key is one inline unique", () => {
    const user = model("User", [id()]);
    const profile = model("Profile", [id()]);
    link(profile, "user", user, { unique: true });

    expect(firstTable(profile, user)?.uniques).toEqual([
      { name: "uq_profile_user_id", columns: ["user_id"], inline: true },
    ]);
  });

  test("a foreign key points to the key its target has", () => {
    const country = model("Country", [column("code", text, { primaryKey: true })]);
    const city = model("City", [id()]);
    link(city, "country", country);

    expect(firstTable(city, country)).toMatchObject({
      columns: [{ name: "country_id", type: text }, { name: "id" }],
      foreignKeys: [{ referencedTable: "country", referencedColumns: ["code"] }],
    });
  });
});

describe("redundant declarations", () => {
  test("unique and index on one column keep the unique and warn", () => {
    const acct = model("Acct", [id(), column("email", text, { unique: true, index: true })]);

    const { ir, warnings } = toSchemaIr([acct]);

    expect(ir.payload.tables[0]?.indexes).toEqual([]);
    expect(ir.payload.tables[0]?.uniques).toHaveLength(1);
    expect(warnings).toEqual([
      {
        code: "REDUNDANT_INDEX",
        message: "Acct: (email) is unique, which is an index too; the plain index is left out",
      },
    ]);
  });

  test("the same columns as unique and as index keep the unique and warn", () => {
    const pair = model("Pair", [column("a", text), column("b", text)], {
      uniques: [["a", "b"]],
      indexes: [
        ["a", "b"],
        ["b", "a"],
      ],
    });

    const { ir, warnings } = toSchemaIr([pair]);

    expect(ir.payload.tables[0]?.indexes).toEqual([{ name: "idx_pair_b_a", columns: ["b", "a"] }]);
    expect(warnings.map(({ code }) => code)).toEqual(["REDUNDANT_INDEX"]);
  });

  test("a unique or index on the primary key is left out with a warning", () => {
    const { ir, warnings } = toSchemaIr([model("T", [id({ unique: true, index: true })])]);

    expect(ir.payload.tables[0]).toMatchObject({ uniques: [], indexes: [] });
    expect(warnings.map(({ code }) => code)).toEqual(["REDUNDANT_INDEX", "REDUNDANT_UNIQUE"]);
  });

  test("a group declared twice is one, silently", () => {
    const pair = model("Pair", [column("a", text), column("b", text)], {
      indexes: [
        ["a", "b"],
        ["a", "b"],
      ],
    });

    expect(toSchemaIr([pair])).toMatchObject({ warnings: [] });
    expect(firstTable(pair)?.indexes).toHaveLength(1);
  });
});

describe("refusals", () => {
  test("two models on one table", () => {
    const models = [model("Item", [id()]), model("Thing", [id()], { table: "item" })];

    expect(() => toSchemaIr(models)).toThrow(
      new SchemaError('the models Item and Thing both use the table "item"', {
        hint: 'give one of them a table of its own: Model("Thing", { … }, { table: "…" })',
      }),
    );
  });

  test("a foreign key to a model that was not given", () => {
    const author = model("Author", [id()]);
    const post = model("Post", [id()]);
    link(post, "author", author);

    expect(() => toSchemaIr([post])).toThrow(
      /Post\.author points to Author, which is not among the models given/,
    );
  });

  test("SET NULL on a foreign key that takes no NULL", () => {
    const author = model("Author", [id()]);
    const post = model("Post", [id()]);
    link(post, "author", author, { onDelete: "SET NULL" });

    expect(() => toSchemaIr([author, post])).toThrow(
      /Post\.author is SET NULL on delete or update but takes no NULL/,
    );
  });

  test("two index names that meet after the cut", () => {
    const start = "a_very_long_column_name_that_is_shared_by_both_of_the_";
    const columns = ["one", "two", "three"].map((end) => column(start + end, text));
    const wide = model("Wide", columns, {
      indexes: [
        [`${start}one`, `${start}two`],
        [`${start}one`, `${start}three`],
      ],
    });

    expect(() => toSchemaIr([wide])).toThrow(
      /the index on table "wide" \(model Wide\) .* have the same name "idx_wide_/,
    );
  });

  test("an index called like a table", () => {
    const models = [
      model("A", [column("b", text, { index: true })]),
      model("B", [id()], { table: "idx_a_b" }),
    ];

    expect(() => toSchemaIr(models)).toThrow(
      /the index on table "a" \(model A\) \(b\) and table "idx_a_b" \(model B\) have the same name/,
    );
  });

  test("a table called like what PostgreSQL makes for another", () => {
    const models = [model("A", [id()]), model("B", [id()], { table: "a_id_seq" })];

    expect(() => toSchemaIr(models)).toThrow(/which PostgreSQL gives to a part of table "a"/);
  });

  test("autoincrement outside a key, a default on a generated column, no columns, unknown names", () => {
    const generated = { generated: { sql: "1", stored: true } };
    const preset = { default: () => ({ kind: "literal", value: 1 }) as const };

    expect(() => tables(model("T", [column("n", integer, { autoincrement: true })]))).toThrow(
      /is autoincrement but not the whole primary key/,
    );
    expect(() => tables(model("T", [column("n", integer, { ...generated, ...preset })]))).toThrow(
      /is generated and has a default too/,
    );
    expect(() => tables(model("T", []))).toThrow(/has no columns/);
    expect(() => tables(model("T", [id()], { indexes: [["id", "id"]] }))).toThrow(
      /names a column twice/,
    );
  });
});
