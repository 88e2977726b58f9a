import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Codec, CodecError } from "../../../src/codec/codec.ts";
import { ColumnCodecError } from "../../../src/codec/column-error.ts";
import { postgresCodec } from "../../../src/dialect/postgres/codecs.ts";
import type { DriverRow, DriverValue } from "../../../src/driver/driver.ts";
import { compileHydrator, type ResultColumn } from "../../../src/hydrate/compile.ts";
import { interpretHydrator } from "../../../src/hydrate/interpret.ts";

class Post {
  declare id: number;
  declare title: string;

  get slug(): string {
    return this.title.toLowerCase();
  }

  shout(): string {
    return this.title.toUpperCase();
  }
}

const asIs: Codec = { encode: String, decode: (wire) => wire };
const plain: Codec = { encode: String, decode: (wire) => wire, inline: "v" };
const tripled: Codec = {
  encode: String,
  decode: (wire) => Number(wire) * 3,
  inline: "Number(v) * 3",
};
const picky: Codec = {
  encode: String,
  decode(wire) {
    if (wire === "bad") throw new CodecError("column holds nothing good", "fix it");
    return wire;
  },
};

const noStamp = (): void => {};

function columnOf(property: string, codec: Codec = plain): ResultColumn {
  return { property, codec, nullAs: null };
}

/** Any property name, with the names that break naive code made likely. */
const propertyName = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "slug",
    "shout",
    "then",
    'a"b',
    "\u2028",
    "`${x}`",
    "*/",
    "0",
    "",
  ),
);

const column: fc.Arbitrary<ResultColumn> = fc
  .record({
    property: propertyName,
    codec: fc.constantFrom(asIs, plain, tripled),
    nullAs: fc.constantFrom(null, undefined),
    transformed: fc.boolean(),
  })
  .map(({ transformed, ...rest }) => ({
    ...rest,
    ...(transformed && { fromStored: (value: unknown) => [value] }),
  }));

const cell: fc.Arbitrary<DriverValue> = fc.oneof(
  fc.constant(null),
  fc.string(),
  fc.double(),
  fc.bigInt(),
  fc.uint8Array({ maxLength: 3 }),
);

describe("compileHydrator", () => {
  test("makes instances of the class with its columns as own properties", () => {
    const hydrator = compileHydrator(
      [columnOf("id", postgresCodec({ kind: "integer" })), columnOf("title")],
      Post.prototype,
      noStamp,
    );

    const post = hydrator.row(["7", "Hello"], undefined);

    expect(post).toBeInstanceOf(Post);
    expect(Object.keys(post)).toEqual(["id", "title"]);
    expect(post).toMatchObject({ id: 7, title: "Hello", slug: "hello" });
    expect(post.shout()).toBe("HELLO");
    expect(post.constructor).toBe(Post);
  });

  test("stamps each instance with its row and the context", () => {
    const stamped: unknown[][] = [];
    const hydrator = compileHydrator([columnOf("title")], Post.prototype, (...seen) => {
      stamped.push(seen);
    });
    const rows: DriverRow[] = [["a"], ["b"]];
    const context = {};

    const posts = hydrator.rows(rows, context);

    expect(stamped).toEqual([
      [posts[0], rows[0], context],
      [posts[1], rows[1], context],
    ]);
  });

  test("gives NULL as the column says", () => {
    const columns = [
      { property: "a", codec: tripled, nullAs: null },
      { property: "b", codec: tripled, nullAs: undefined },
    ] as const;

    const value = compileHydrator(columns, {}, noStamp).row([null, null], undefined);

    expect(Object.entries(value)).toEqual([
      ["a", null],
      ["b", undefined],
    ]);
  });

  test("says which column can't be read", () => {
    const hydrator = compileHydrator(
      [columnOf("id"), columnOf("title", picky)],
      Post.prototype,
      noStamp,
    );

    const failure = (): unknown =>
      hydrator.rows(
        [
          ["1", "good"],
          ["2", "bad"],
        ],
        undefined,
      );

    expect(failure).toThrow(
      expect.objectContaining({
        constructor: ColumnCodecError,
        column: "title",
        message: "title: column holds nothing good",
        hint: "fix it",
      }),
    );
  });

  test("never quotes a cell that a decoder chokes on", () => {
    const hydrator = compileHydrator(
      [columnOf("meta", { ...asIs, decode: (wire) => JSON.parse(String(wire)) })],
      {},
      noStamp,
    );

    expect(() => hydrator.row(["secret"], undefined)).toThrow(
      "meta: the value can't be read or written",
    );
  });

  test("passes on what the stamp throws", () => {
    const hydrator = compileHydrator([columnOf("id")], {}, () => {
      throw new RangeError("no room");
    });

    expect(() => hydrator.rows([["1"]], undefined)).toThrow(RangeError);
  });

  test("does not call setters of the class", () => {
    class Guarded {
      set title(_: string) {
        throw new Error("called");
      }
    }

    const value = compileHydrator([columnOf("title")], Guarded.prototype, noStamp).row(["x"], 0);

    expect(Object.getOwnPropertyDescriptor(value, "title")?.value).toBe("x");
  });

  test("agrees with its interpreted twin on any shape", () => {
    const shape = fc.uniqueArray(column, {
      selector: ({ property }) => property,
      maxLength: 20,
    });

    fc.assert(
      fc.property(
        shape,
        fc.array(fc.infiniteStream(cell), { maxLength: 3 }),
        (columns, streams) => {
          const rows = streams.map((values) => [...values.take(columns.length)]);
          const compiled = compileHydrator(columns, Post.prototype, noStamp).rows(rows, undefined);
          const interpreted = interpretHydrator(columns, Post.prototype, noStamp).rows(
            rows,
            undefined,
          );

          expect(compiled.length).toBe(interpreted.length);
          for (const [place, instance] of compiled.entries()) {
            expect(Object.getPrototypeOf(instance)).toBe(Post.prototype);
            expect(Object.getOwnPropertyDescriptors(instance)).toEqual(
              Object.getOwnPropertyDescriptors(interpreted[place]),
            );
            expect(Reflect.ownKeys(instance)).toEqual(Reflect.ownKeys(interpreted[place] ?? {}));
          }
        },
      ),
    );
  });
});

test("the interpreted twin serves where source can't be compiled", () => {
  const module = new URL("../../../src/hydrate/compile.ts", import.meta.url);
  const program = `
    import { compileHydrator } from ${JSON.stringify(module.href)};
    const codec = { encode: String, decode: (wire) => Number(wire), inline: "+v" };
    const columns = [{ property: "id", codec, nullAs: null }];
    const hydrator = compileHydrator(columns, {}, () => {});
    console.log(JSON.stringify(hydrator.rows([["7"], [null]], undefined)));
  `;

  const output = execFileSync(
    process.execPath,
    ["--disallow-code-generation-from-strings", "--input-type=module", "--eval", program],
    { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );

  expect(output.trim()).toBe('[{"id":7},{"id":null}]');
});
