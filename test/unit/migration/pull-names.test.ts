import { describe, expect, test } from "vitest";
import {
  camelCase,
  nameClasses,
  pascalCase,
  plural,
  singular,
} from "../../../src/migration/pull/names.ts";

describe("names of properties", () => {
  test.for([
    ["created_at", "createdAt"],
    ["createdAt", "createdAt"],
    ["CreatedAt", "createdAt"],
    ["CUSTOMER_ID", "customerId"],
    ["CustomerID", "customerId"],
    ["HTTPCode", "httpCode"],
    ["Unit Price", "unitPrice"],
    ["a-b", "aB"],
    ["2fa", "_2fa"],
    ["%", "column"],
    ["", "column"],
    ["größe", "größe"],
    ["名前", "名前"],
    ["bıgınt", "bıgınt"],
    ["_private", "private"],
    ["line2", "line2"],
    ["x1y2", "x1y2"],
  ] as const)("%s becomes %s", ([name, property]) => {
    expect(camelCase(name)).toBe(property);
  });
});

describe("names of classes", () => {
  test.for([
    ["users", "User"],
    ["categories", "Category"],
    ["addresses", "Address"],
    ["statuses", "Status"],
    ["order_details", "OrderDetails"],
    ["Order Details", "OrderDetails"],
    ["people", "Person"],
    ["news", "News"],
    ["bus", "Bus"],
    ["boxes", "Box"],
    ["analysis", "Analysis"],
    ["movies", "Movie"],
    ["2020 sales", "_2020Sale"],
    ["film_actor", "FilmActor"],
  ] as const)("the table %s becomes %s", ([table, name]) => {
    expect(pascalCase(singular(table))).toBe(name);
  });

  test("are all different, in small letters too, and never those of the language", () => {
    const tables = [
      "user",
      "users",
      "User",
      "Date",
      "Model",
      "date s",
      "DATE",
      "z",
      "%",
      "$",
      "Object",
    ];
    const names = [...nameClasses(tables).values()];

    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(tables.length);
    expect(names).not.toContain("Date");
    expect(names).not.toContain("Model");
    expect(nameClasses(tables)).toEqual(nameClasses(tables));
    expect(nameClasses(["users", "user"]).get("user")).toBe("User");
  });
});

test.for([
  ["album", "albums"],
  ["category", "categories"],
  ["day", "days"],
  ["box", "boxes"],
  ["address", "addresses"],
  ["status", "statuses"],
  ["news", "news"],
] as const)("many of %s are %s", ([one, many]) => {
  expect(plural(one)).toBe(many);
});
