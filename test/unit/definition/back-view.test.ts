import { describe, expect, test } from "vitest";
import { z } from "zod";
import { findDefinition } from "../../../src/definition/key.ts";
import type { Definition } from "../../../src/definition/read.ts";
import { checkPairs, pairRelation } from "../../../src/definition/relation.ts";
import type { BackRefViewField } from "../../../src/definition/types.ts";
import { backRef, foreignKey, id, Model } from "../../../src/index.ts";

type View = BackRefViewField<typeof Page>;

class Book extends Model("Book", {
  id: id(),
  get pages() {
    return backRef(Page);
  },
  get notes() {
    return backRef(Page);
  },
  get cover() {
    return backRef(Page);
  },
  get either(): View {
    return backRef(Page, { where: (page) => page.size.gt(1) });
  },
  get nowhere(): View {
    return backRef(Page, { relatedName: "sheets", where: (page) => page.size.gt(1) });
  },
  get one(): View {
    return backRef(Page, { relatedName: "cover", where: (page) => page.size.gt(1) });
  },
  get bare(): View {
    return backRef(Page, {} as { where: () => never });
  },
  get good(): View {
    return backRef(Page, { relatedName: "notes", where: (page) => page.size.gt(1) });
  },
}) {}

class Page extends Model("Page", {
  id: id(),
  size: z.int(),
  get book() {
    return foreignKey(Book, { relatedName: "pages" });
  },
  get annotated() {
    return foreignKey(Book, { relatedName: "notes" });
  },
  get covers() {
    return foreignKey(Book, { relatedName: "cover", unique: true });
  },
}) {}

/** A model whose only back reference has a condition. */
class Lone extends Model("Lone", {
  id: id(),
  get parts() {
    return backRef(Part, { where: (part) => part.size.gt(1) });
  },
}) {}

class Part extends Model("Part", {
  id: id(),
  size: z.int(),
  get whole() {
    return foreignKey(Lone, { relatedName: "parts" });
  },
}) {}

const read = (property: string) => pairRelation(findDefinition(Book) as Definition, property);

describe("a back reference with a condition", () => {
  test("belongs to the foreign key that relatedName says", () => {
    expect(read("good")).toMatchObject({ kind: "backMany", foreignKey: { property: "annotated" } });
  });

  test.each([
    ["either", "Book.either may mean several foreign keys of Page"],
    ["nowhere", 'Book.nowhere needs a foreign key of Page to Book with relatedName "sheets"'],
    ["one", "Book.one has a condition, but covers leads to one row"],
    ["bare", "Book.bare has no condition"],
  ])("is refused as %s", (property, message) => {
    expect(() => read(property)).toThrow(message);
  });

  test("does not stand for the one to all rows", () => {
    expect(() => checkPairs(findDefinition(Part) as Definition)).toThrow(
      'Part.whole has relatedName "parts", but Lone does not declare it',
    );
  });
});
