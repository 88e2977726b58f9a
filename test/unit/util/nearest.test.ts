import { expect, test } from "vitest";
import { nearest } from "../../../src/util/nearest.ts";

const fields = ["id", "title", "publishedAt", "authorId", "author"];

test.for<[string, string | undefined]>([
  ["titel", "title"],
  ["tilte", "title"],
  ["Title", "title"],
  ["published_at", "publishedAt"],
  ["publishedat", "publishedAt"],
  ["autor", "author"],
  ["author_id", "authorId"],
  ["ids", "id"],
  ["password", undefined],
  ["x", undefined],
])("%s is probably %s", ([name, meant]) => {
  expect(nearest(name, fields)).toBe(meant);
});
