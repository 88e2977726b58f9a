/** No value reaches what loggers print of an error. */
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  backRef,
  CheckViolationError,
  type Connection,
  connect,
  execute,
  ForeignKeyViolationError,
  field,
  foreignKey,
  id,
  Model,
  ModelDoesNotExistError,
  NotNullViolationError,
  UniqueViolationError,
  ValidationError,
} from "../../../src/index.ts";
import { describeEachDatabase } from "../../support/databases.ts";
import { failureOf } from "../behaviour/support.ts";

class Country extends Model("Country", {
  code: field(z.string(), { primaryKey: true }),
  motto: field(z.string().nullable().default(null), { unique: true }),
  kind: z.enum(["republic", "kingdom"]).default("republic"),
  get cities() {
    return backRef(City);
  },
}) {}

class City extends Model("City", {
  id: id(),
  get country() {
    return foreignKey(Country, { relatedName: "cities", onDelete: "RESTRICT" });
  },
}) {}

const secret = "hunter2";

const printed = (error: unknown) => inspect(error, { depth: null }) + JSON.stringify(error);

describeEachDatabase("what loggers print of an error", (db) => {
  let connection: Connection;

  beforeAll(async () => {
    connection = await connect(db.url, { autoMigrate: true, implicitRouting: "allow" });
  });

  beforeEach(async () => {
    for (const model of [City, Country]) await model.allRows().delete();
  });

  afterAll(async () => {
    await connection.close();
  });

  test("has no key of a row that is missing, which the program can still read", async () => {
    const error = await failureOf(Country.get(secret));

    expect(error).toBeInstanceOf(ModelDoesNotExistError);
    expect((error as ModelDoesNotExistError).pk).toBe(secret);
    expect(printed(error)).not.toContain(secret);
  });

  test("has no input that a schema refused", async () => {
    const picky = z.union([z.literal("x"), z.object({ a: z.int() })]).nullable();
    const Strict = Model("Strict", {
      id: id(),
      name: z.string().max(3),
      kind: z.enum(["a", "b"]).default("a"),
      picky: picky.default(null),
      big: z.bigint().optional(),
    });
    const inputs: object[] = [
      { name: secret },
      { name: "a", kind: secret },
      { name: "a", picky: { a: secret } },
      { name: { a: secret } },
    ];

    for (const input of inputs) {
      const error = (await failureOf(Strict.create(input as never))) as Error;
      expect(error).toBeInstanceOf(ValidationError);
      expect(error.cause).toBeInstanceOf(z.ZodError);
      expect(printed(error)).not.toContain(secret);
    }
    const wide = await failureOf(Strict.create({ name: "a", big: 123_456_789_012_345_678_901n }));
    expect(wide).toBeInstanceOf(ValidationError);
    expect(inspect(wide, { depth: null })).not.toContain("123456789");
  });

  test("has no input that a program's own schema put into its issues", () => {
    const schema = z.union([z.literal("x"), z.object({ a: z.int() })]);
    const cause = schema.safeParse({ a: secret }, { reportInput: true }).error;
    expect(inspect(cause, { depth: null })).toContain(secret);

    const error = new ValidationError("Any", [{ path: [], message: "is wrong" }], cause);

    expect(error.cause).toBe(cause);
    expect(printed(error) + printed(cause)).not.toContain(secret);
  });

  test("has no value that the database refused", async () => {
    const country = await Country.create({ code: secret, motto: secret });
    await City.create({ country });
    const refused: readonly (readonly [
      new (...given: never[]) => Error,
      () => Promise<unknown>,
    ])[] = [
      [UniqueViolationError, () => Country.create({ code: secret })],
      [UniqueViolationError, () => Country.create({ code: "a", motto: secret })],
      [UniqueViolationError, () => Country.bulkCreate([{ code: "a", motto: secret }])],
      [ForeignKeyViolationError, () => City.create({ countryId: `${secret}!` })],
      [ForeignKeyViolationError, () => City.bulkCreate([{ countryId: `${secret}!` }])],
      [ForeignKeyViolationError, () => country.delete()],
      [ForeignKeyViolationError, () => execute(`delete from country where code = '${secret}'`)],
      [CheckViolationError, () => execute(`update country set kind = '${secret}'`)],
      [NotNullViolationError, () => execute("update city set country_id = null")],
    ];

    for (const [kind, work] of refused) {
      const error = (await failureOf(work())) as Error;
      expect(error).toBeInstanceOf(kind);
      expect(printed(error)).not.toContain(secret);
      expect(error.stack).not.toContain(secret);
    }
  });
});
