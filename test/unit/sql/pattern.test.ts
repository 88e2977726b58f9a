import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../../src/errors/errors.ts";
import { momentForms, textForms } from "../../../src/sql/pattern.ts";

describe("text forms", () => {
  test("escape what LIKE and GLOB read as wildcards", () => {
    expect(textForms.likePrefix("50%_!\\")).toBe("50!%!_!!\\%");
    expect(textForms.likeSuffix("_")).toBe("%!_");
    expect(textForms.likeInfix("a")).toBe("%a%");
    expect(textForms.globSuffix("[a]*?")).toBe("*[[]a][*][?]");
  });

  test("turn a LIKE pattern into a GLOB pattern", () => {
    expect(textForms.globPattern("a%b_c")).toBe("a*b?c");
    expect(textForms.globPattern("[*?]")).toBe("[[][*][?]]");
    expect(textForms.globPattern("\\%\\_\\*\\\\\\a")).toBe("%_[*]\\a");
  });

  test.for(["\\", "a\\", "\\\\\\"])("refuse %j, which ends inside an escape", (pattern) => {
    expect(() => textForms.globPattern(pattern)).toThrow(UsageError);
    expect(() => textForms.likePattern(pattern)).toThrow(UsageError);
  });

  test("take a pattern that ends in an escaped backslash", () => {
    expect(textForms.likePattern("a\\\\")).toBe("a\\\\");
    expect(textForms.globPattern("a\\\\")).toBe("a\\");
  });
});

describe("afterPrefix", () => {
  const unit = fc.constantFrom("a", "z", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{10ffff}");
  const word = fc.array(unit, { maxLength: 4 }).map((parts) => parts.join(""));
  const bytes = (text: string | Uint8Array) => Buffer.from(text);

  test("splits texts into those with the prefix and those after them, in SQLite's order", () => {
    fc.assert(
      fc.property(word, word, (prefix, text) => {
        const end = textForms.afterPrefix(prefix);
        // SQLite compares text by its UTF-8, and sorts blobs after all text.
        const isBefore = typeof end !== "string" || Buffer.compare(bytes(text), bytes(end)) < 0;
        const isFrom = Buffer.compare(bytes(text), bytes(prefix)) >= 0;

        expect(isFrom && isBefore).toBe(text.startsWith(prefix));
      }),
    );
  });

  test("is a blob when every text comes before it", () => {
    expect(textForms.afterPrefix("")).toEqual(new Uint8Array(0));
    expect(textForms.afterPrefix("\u{10ffff}")).toEqual(new Uint8Array(0));
  });
});

test("moment forms hold every text of their millisecond and no other", () => {
  const start = momentForms.momentStart("2026-01-31T09:30:00.123Z");
  const end = momentForms.momentEnd("2026-01-31T09:30:00.123Z");
  const inside = [
    "2026-01-31T09:30:00.123Z",
    "2026-01-31T09:30:00.123000Z",
    "2026-01-31T09:30:00.123999Z",
  ];
  const outside = [
    "2026-01-31T09:30:00.122999Z",
    "2026-01-31T09:30:00.124Z",
    "2026-01-31T09:30:00.124000Z",
  ];

  expect(inside.filter((text) => text >= start && text < end)).toEqual(inside);
  expect(outside.filter((text) => text >= start && text < end)).toEqual([]);
});
