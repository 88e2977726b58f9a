import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { Input } from "../../src/definition/input-types.ts";
import type { Row, ShapeOf } from "../../src/definition/types.ts";
import { backRef, field, foreignKey, id, Model } from "../../src/index.ts";
import type { Columns, ColumnsOf } from "../../src/query/expression-types.ts";
import type { Query } from "../../src/query/types.ts";
import type { AnyKeys, IsAny } from "./support/any.ts";
import {
  Author,
  type Employee,
  type Membership,
  Post,
  type Profile,
  type Sample,
  type Tag,
} from "./support/models.ts";

describe("options", () => {
  test("name properties, shadows or columns", () => {
    const shape = {
      id: id(),
      slug: z.string(),
      createdAt: z.date(),
      get owner() {
        return foreignKey(Author, { relatedName: "owned" });
      },
    };
    Model("A1", shape, { uniques: [["slug", "ownerId"]], indexes: [["created_at", "owner_id"]] });
    Model("A2", shape, { table: "a2", comment: "c", uniques: [["slug", "createdAt", "owner"]] });
    // @ts-expect-error -- there is no such property
    Model("A3", shape, { uniques: [["slug", "nope"]] });
    // @ts-expect-error -- there is no such property
    Model("A4", shape, { indexes: [["nope", "slug"]] });
    Model("A5", shape, { fullText: [["slug"], { columns: ["slug"], language: "simple" }] });
    // @ts-expect-error -- there is no such column
    Model("A6", shape, { fullText: [["nope"]] });
    // @ts-expect-error -- one column has its own unique option
    Model("A5", shape, { uniques: [["slug"]] });
    // @ts-expect-error -- there is no such property
    Model("A6", shape, { primaryKey: ["slug", "nope"] });
    // @ts-expect-error -- there is no such option
    Model("A7", shape, { tabel: "a7" });
  });

  test("do not stop a model from pointing to itself", () => {
    class Node extends Model(
      "Node",
      {
        id: id(),
        name: z.string(),
        get parent() {
          return foreignKey(Node, { relatedName: "children", nullable: true });
        },
        get children() {
          return backRef(Node);
        },
      },
      { uniques: [["parentId", "name"]] },
    ) {}
    expectTypeOf<Awaited<Node["parent"]>>().toEqualTypeOf<Node | null>();
  });

  test("of a field are checked", () => {
    field(z.string(), { dbType: "varchar(20)", index: true, unique: true, renamedFrom: "old" });
    // @ts-expect-error -- there is no such database type
    field(z.string(), { dbType: "clob" });
    // @ts-expect-error -- nullable is "infer" or a boolean
    field(z.string(), { nullable: "yes" });
  });
});

describe("any", () => {
  test("is found where it is", () => {
    // biome-ignore lint/suspicious/noExplicitAny: this is what the helper looks for
    type Bad = { a: any; b(): any; c(x: any): void; d: Promise<any>; ok: string };
    expectTypeOf<AnyKeys<Bad>>().toEqualTypeOf<"a" | "b" | "c" | "d">();
  });

  test("is on no instance", () => {
    expectTypeOf<AnyKeys<Author>>().toBeNever();
    expectTypeOf<AnyKeys<Post>>().toBeNever();
    expectTypeOf<AnyKeys<Tag>>().toBeNever();
    expectTypeOf<AnyKeys<Profile>>().toBeNever();
    expectTypeOf<AnyKeys<Employee>>().toBeNever();
    expectTypeOf<AnyKeys<Sample>>().toBeNever();
    expectTypeOf<AnyKeys<Membership>>().toBeNever();
  });

  test("is in no input", () => {
    expectTypeOf<AnyKeys<Input<ShapeOf<typeof Author>>>>().toBeNever();
    expectTypeOf<AnyKeys<Input<ShapeOf<typeof Post>>>>().toBeNever();
    expectTypeOf<AnyKeys<Input<ShapeOf<typeof Sample>>>>().toBeNever();
    expectTypeOf<AnyKeys<z.input<typeof Sample.schema>>>().toBeNever();
    expectTypeOf<AnyKeys<z.output<typeof Sample.schema>>>().toBeNever();
    expectTypeOf<AnyKeys<Row<ShapeOf<typeof Post>>>>().toBeNever();
  });

  test("is in no column, operator or path", () => {
    expectTypeOf<AnyKeys<ColumnsOf<typeof Author>>>().toBeNever();
    expectTypeOf<AnyKeys<ColumnsOf<typeof Post>>>().toBeNever();
    expectTypeOf<AnyKeys<ColumnsOf<typeof Sample>>>().toBeNever();
    type Kinds = ColumnsOf<typeof Sample>;
    expectTypeOf<{ [Name in keyof Kinds]: AnyKeys<Kinds[Name]> }[keyof Kinds]>().toBeNever();
    type Paths = ColumnsOf<typeof Employee>;
    expectTypeOf<AnyKeys<Paths["manager"]["manager"]>>().toBeNever();
    expectTypeOf<AnyKeys<Paths["reports"]>>().toBeNever();
  });

  test("is in no static, query or relation", () => {
    expectTypeOf<AnyKeys<typeof Post>>().toBeNever();
    expectTypeOf<AnyKeys<typeof Sample>>().toBeNever();
    expectTypeOf<AnyKeys<Query<typeof Post>>>().toBeNever();
    expectTypeOf<AnyKeys<Author["posts"]>>().toBeNever();
    expectTypeOf<AnyKeys<Post["tags"]>>().toBeNever();
  });

  test("is no lambda's parameter", () => {
    Post.where((t) => {
      expectTypeOf<IsAny<typeof t>>().toEqualTypeOf<false>();
      expectTypeOf(t).toEqualTypeOf<Columns<ShapeOf<typeof Post>, "Post">>();
      return t.id.eq(1);
    });
    Author.where((t) =>
      t.posts.some((p) => {
        expectTypeOf<IsAny<typeof p>>().toEqualTypeOf<false>();
        return p.id.eq(1);
      }),
    );
  });
});
