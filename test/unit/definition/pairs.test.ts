import { expect, test } from "vitest";
import { findDefinition } from "../../../src/definition/key.ts";
import type { Definition } from "../../../src/definition/read.ts";
import { checkPairs } from "../../../src/definition/relation.ts";
import { backRef, id, Model, manyToMany } from "../../../src/index.ts";

class Film extends Model("Film", {
  id: id(),
  get genres() {
    return manyToMany(Genre, { relatedName: "films" });
  },
  get cast() {
    return manyToMany(Actor, { relatedName: "films" });
  },
}) {}

class Genre extends Model("Genre", {
  id: id(),
  get films() {
    return manyToMany(Film, { relatedName: "genres" });
  },
}) {}

class Actor extends Model("Actor", {
  id: id(),
  get films() {
    return backRef(Film);
  },
}) {}

test("a link declared on both sides is refused, and the line to change is named", () => {
  expect(() => checkPairs(findDefinition(Film) as Definition)).toThrow(
    "Film.genres and Genre.films are both manyToMany(): a link is declared once\n" +
      "  hint: keep one of them; for example, write in Genre: get films() { return backRef(Film) }",
  );
  expect(() => checkPairs(findDefinition(Actor) as Definition)).not.toThrow();
});
