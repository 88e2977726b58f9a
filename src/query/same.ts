import { Scope } from "./scope.ts";

/** Whether two nodes say the same thing of the same rows, values included. */
export function sameNode(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
    return false;
  }
  // A path is one scope; columns, relations and types are objects of the definition.
  if (left instanceof Scope || right instanceof Scope) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, place) => sameNode(item, right[place]))
    );
  }
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
  if (left instanceof Date) return left.getTime() === (right as Date).getTime();
  const names = Object.keys(left);
  return (
    names.length > 0 &&
    names.length === Object.keys(right).length &&
    names.every((name) => sameNode(member(left, name), member(right, name)))
  );
}

function member(node: object, name: string): unknown {
  return (node as Record<string, unknown>)[name];
}
