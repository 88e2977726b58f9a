/** A planner for tests of the runner: each `op.sql` is a transaction, or a statement by itself. */
import type { Plan, Segment } from "../../src/ddl/plan.ts";
import type { Operation } from "../../src/ir/migration.ts";
import type { MigrationTarget } from "../../src/migration/target.ts";

const list = (sql: string | readonly string[] | undefined): readonly string[] =>
  sql === undefined ? [] : typeof sql === "string" ? [sql] : sql;

/** Plans word for word; the operation's `down` of "auto" is the statement "down: …" in its reasons. */
export function plainPlanner(target: MigrationTarget): MigrationTarget {
  const plan = (_: unknown, operations: readonly Operation[]): Plan => ({
    segments: operations.flatMap((operation): readonly Segment[] => {
      if (operation.op === "data") {
        const { name, resumable = false } = operation;
        return [{ kind: "data", name, resumable }];
      }
      if (operation.op !== "sql") return [];
      const statements = list(operation[target.dialect.name]);
      const steps = statements.map((sql) => ({ sql, operations: [operation] }));
      if (operation.transaction !== false) return [{ kind: "transaction", steps }];
      const [probe = null, cleanUp = null] = operation.allow ?? [];
      return steps.map((step) => ({ kind: "autocommit", step, probe, cleanUp }));
    }),
  });
  return { ...target, dialect: { ...target.dialect, plan } };
}
