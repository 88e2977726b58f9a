/** Random schemas with more of what databases have: expressions, options of keys and tables, named constraints. */
import fc from "fast-check";
import type {
  ColumnIr,
  ForeignKeyIr,
  IndexIr,
  ReferentialAction,
  SchemaPayload,
  TableIr,
} from "../../../src/ir/schema.ts";
import { byName } from "../../../src/util/lists.ts";
import { schemaArbitrary } from "./schemas.ts";

const actions: readonly ReferentialAction[] = ["CASCADE", "RESTRICT", "SET NULL", "NO ACTION"];

interface Extras {
  readonly generated: "none" | "double" | "triple";
  readonly stored: boolean;
  readonly expression: "none" | "lower" | "upper";
  readonly descending: boolean;
  readonly deferrable: "immediate" | "deferred" | "no";
  readonly named: boolean;
  readonly onUpdate: ReferentialAction;
  readonly constraint: boolean;
  readonly option: boolean;
  readonly now: boolean;
  readonly sized: boolean;
  readonly words: "none" | "english" | "simple" | "both";
}

const extras: fc.Arbitrary<Extras> = fc.record({
  generated: fc.constantFrom("none", "double", "triple"),
  stored: fc.boolean(),
  expression: fc.constantFrom("none", "lower", "upper"),
  descending: fc.boolean(),
  deferrable: fc.constantFrom("immediate", "deferred", "no"),
  named: fc.boolean(),
  onUpdate: fc.constantFrom(...actions),
  constraint: fc.boolean(),
  option: fc.boolean(),
  now: fc.boolean(),
  sized: fc.boolean(),
  words: fc.constantFrom("none", "english", "simple", "both"),
});

/** @param stored - Whether the database works out values only when they are stored. */
export function richArbitrary(stored: boolean): fc.Arbitrary<SchemaPayload> {
  return fc
    .tuple(schemaArbitrary, fc.tuple(extras, extras, extras, extras))
    .map(([schema, all]) => ({
      ...schema,
      tables: schema.tables.map((table, at) => enrich(table, all[at % 4] as Extras, stored)),
    }));
}

function plain(name: string, facts: Partial<ColumnIr>): ColumnIr {
  return {
    name,
    type: { kind: "integer" },
    nullable: true,
    autoincrement: false,
    default: null,
    generated: null,
    comment: null,
    renamedFrom: null,
    ...facts,
  };
}

function enrich(table: TableIr, extra: Extras, alwaysStored: boolean): TableIr {
  const { name } = table;
  const factor = extra.generated === "double" ? 2 : 3;
  const stored = alwaysStored || extra.stored;
  const added: readonly ColumnIr[] = [
    plain("amount", { type: { kind: extra.sized ? "bigint" : "integer" } }),
    plain("label", {
      type: { kind: "text" },
      default: extra.now ? { kind: "sql", sql: "lower('X')" } : null,
    }),
    plain("slogan", { type: { kind: "text" } }),
    ...(extra.generated === "none"
      ? []
      : [
          plain("total", {
            type: { kind: "bigint" },
            generated: { sql: `amount * ${factor}`, stored },
          }),
        ]),
  ];
  const place = name.replaceAll(" ", "_");
  const indexes: readonly IndexIr[] = [
    ...(extra.expression === "none"
      ? []
      : [
          {
            name: `idx_${place}_label_x`,
            columns: [],
            keys: [{ expression: `${extra.expression}(label)` }],
          },
        ]),
    ...(extra.generated !== "none" && stored
      ? [{ name: `idx_${place}_total`, columns: ["total"] }]
      : []),
    ...(extra.words === "none" || table.primaryKey[0] !== "id"
      ? []
      : [
          {
            name: `${place}_search`,
            columns: extra.words === "both" ? ["label", "slogan"] : ["label"],
            fullText: extra.words === "both" ? "english" : extra.words,
          },
        ]),
    {
      name: `idx_${place}_amount`,
      columns: ["amount"],
      ...(extra.descending && { keys: [{ column: "amount", descending: true as const }] }),
    },
  ];
  const foreignKeys = table.foreignKeys.map(
    (key, at): ForeignKeyIr => ({
      ...key,
      onUpdate: extra.onUpdate,
      ...(extra.deferrable !== "no" && { deferrable: extra.deferrable }),
      ...(extra.named && { named: true as const, name: `${place}_points_${at}` }),
    }),
  );
  return {
    ...table,
    columns: [...table.columns, ...added].sort(byName),
    indexes: [...table.indexes, ...indexes].sort(byName),
    foreignKeys: [...foreignKeys].sort(byName),
    uniques: extra.constraint
      ? [
          ...table.uniques,
          {
            name: `uq_${place}_both`,
            columns: ["amount", "label"],
            inline: false,
            constraint: true as const,
          },
        ].sort(byName)
      : table.uniques,
    ...(extra.option && table.primaryKey[0] === "code" && { withoutRowid: true as const }),
  };
}
