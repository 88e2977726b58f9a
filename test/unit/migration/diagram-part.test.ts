import { expect, test } from "vitest";
import { UsageError } from "../../../src/index.ts";
import { type DiagramPart, partOf } from "../../../src/migration/diagram-part.ts";
import { column, foreignKey, id, integer, schema, table } from "../ddl/ir.ts";

/** shop <- order <- line -> good -> maker, and a table by itself. */
const points: Readonly<Record<string, readonly string[]>> = {
  good: ["maker"],
  line: ["order", "good"],
  log: [],
  maker: [],
  order: ["shop"],
  shop: [],
};
const whole = schema(
  Object.entries(points).map(([name, targets]) =>
    table(name, [id(), ...targets.map((target) => column(`${target}_id`, integer))], {
      primaryKey: ["id"],
      foreignKeys: targets.map((target) => foreignKey([`${target}_id`], target)),
    }),
  ),
);
const shown = (part: DiagramPart) => partOf(whole.payload, part).tables.map(({ name }) => name);

test.for([
  [{}, Object.keys(points)],
  [{ tables: ["shop", "lo*"] }, ["log", "shop"]],
  [{ around: ["order"] }, ["line", "order", "shop"]],
  [{ around: ["order"], depth: 0 }, ["order"]],
  [{ around: ["order"], depth: 2 }, ["good", "line", "order", "shop"]],
  [{ around: ["order"], depth: 9 }, ["good", "line", "maker", "order", "shop"]],
  [{ around: ["maker"], tables: ["log"] }, ["good", "log", "maker"]],
] as const)("%j shows %j", ([part, expected]) => {
  expect(shown(part)).toEqual(expected);
});

test("a name of no table is told, with the one that is near", () => {
  expect(() => shown({ around: ["ordr"] })).toThrow(UsageError);
  expect(() => shown({ around: ["ordr"] })).toThrow('there is no table "ordr"');
  expect(() => shown({ tables: ["x*"] })).toThrow('there is no table "x*"');
});
