import { describe, expect, test } from "vitest";
import { z } from "zod";
import { backRef, foreignKey, id, Model, SchemaError, shape } from "../../../src/index.ts";

const timestamps = { createdAt: z.date().default(() => new Date()) };

class Writer extends Model(
  "Writer",
  shape(timestamps, {
    id: id(),
    get letters() {
      return backRef(Letter);
    },
  }),
) {}

class Letter extends Model(
  "Letter",
  shape(timestamps, {
    id: id(),
    get writer() {
      return foreignKey(Writer, { relatedName: "letters" });
    },
  }),
) {}

describe("shape", () => {
  test("gives a model the fields of both parts", () => {
    const letter = new Letter({ writerId: 1 });

    expect(Object.keys(letter).sort()).toEqual(["createdAt", "id", "writerId"]);
    expect(Object.keys(new Writer({})).sort()).toEqual(["createdAt", "id"]);
  });

  test("runs no getter", () => {
    const parts = shape(
      {
        get now(): never {
          throw new Error("was run");
        },
      },
      {},
    );

    expect(Object.keys(parts)).toEqual(["now"]);
  });

  test("refuses a field that both parts declare", () => {
    expect(() => shape(timestamps, { createdAt: z.date() })).toThrow(SchemaError);
    expect(() => shape(timestamps, { createdAt: z.date() })).toThrow('declare "createdAt"');
  });
});
