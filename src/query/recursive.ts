import { UsageError } from "../errors/errors.ts";
import { QueryBuilder } from "./builder.ts";

/**
 * These rows and all that are found from them, step by step.
 *
 * @throws {UsageError} What it begins with is no query for instances.
 */
export function recursive(start: unknown, link: unknown, options?: unknown): QueryBuilder {
  if (start instanceof QueryBuilder) return start.recursive(link, options);
  throw new UsageError("recursive() begins with a query that reads instances", {
    hint: "write recursive(Employee.where({ name }), (child, parent) => child.managerId.eq(parent.id))",
  });
}
