import { expect, test } from "vitest";
import { importedModules, visibleAny } from "./declarations.ts";

test.for([
  "export declare const a: any;",
  "export interface A { b(c: any): void }",
  "export type A = Record<string, any>;",
  "type A = any;\ndeclare const b: A;",
])("finds the any in %s", (text) => {
  expect(visibleAny("a.d.ts", text)).toHaveLength(1);
});

test.for([
  "export declare function a<T extends Record<string, any>>(b: T): T;",
  "type A<T> = T extends (...rest: any[]) => infer R ? R : never;",
  "type A = Record<string, any>;\nexport declare function b<T extends A>(c: T): T;",
  "/** any */ export declare const a: unknown;",
])("finds none in %s", (text) => {
  expect(visibleAny("a.d.ts", text)).toEqual([]);
});

test("reads imports of every kind", () => {
  const text = 'import { a } from "x";\nexport type B = import("y").B;\nexport * from "./z.js";';

  expect(importedModules("a.d.ts", text)).toEqual(["x", "y", "./z.js"]);
});
