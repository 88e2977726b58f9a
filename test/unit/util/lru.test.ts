import { expect, test } from "vitest";
import { Lru } from "../../../src/util/lru.ts";

/** Keys that are still there, told without asking for them. */
function left(lru: Lru<string, number>, evicted: readonly string[], set: readonly string[]) {
  expect(lru.size).toBe(set.length - evicted.length);
  return set.filter((key) => !evicted.includes(key));
}

test("what was asked for outlives what was not", () => {
  const evicted: string[] = [];
  const lru = new Lru<string, number>(2, (_, key) => evicted.push(key));
  lru.set("a", 1);
  lru.set("b", 2);
  expect(lru.get("a")).toBe(1);
  lru.set("c", 3);

  expect(evicted).toEqual(["b"]);
  expect(left(lru, evicted, ["a", "b", "c"])).toEqual(["a", "c"]);
});

test("an entry that is asked for no more goes at its second turn", () => {
  const evicted: string[] = [];
  const lru = new Lru<string, number>(2, (_, key) => evicted.push(key));
  lru.set("a", 1);
  lru.get("a");
  for (const key of ["b", "c", "d"]) lru.set(key, 0);

  expect(evicted).toEqual(["b", "a"]);
});

test("where all were asked for, the oldest makes room, and the new one stays", () => {
  const evicted: string[] = [];
  const lru = new Lru<string, number>(3, (_, key) => evicted.push(key));
  for (const key of ["a", "b", "c"]) lru.set(key, 0);
  for (const key of ["a", "b", "c"]) lru.get(key);
  lru.set("d", 4);

  expect(evicted).toEqual(["a"]);
  expect(lru.get("d")).toBe(4);
});

test("an entry that is set again takes nobody's place", () => {
  const evicted: string[] = [];
  const lru = new Lru<string, number>(2, (_, key) => evicted.push(key));
  lru.set("a", 1);
  lru.set("b", 2);
  lru.set("a", 3);

  expect(evicted).toEqual([]);
  expect(lru.get("a")).toBe(3);
});
