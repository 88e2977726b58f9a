/**
 * Operations to SQLite's statements: by ALTER where it can, else by making the table anew.
 *
 * All changes of a table that need it made anew wait, so that it happens once.
 */

import type { Plan, PlanOptions, RebuiltTable, Step } from "../../ddl/plan.ts";
import { PlanBuilder } from "../../ddl/plan-builder.ts";
import { isAtLeast } from "../../ddl/version.ts";
import { applyOperation } from "../../ir/apply.ts";
import { tableOf } from "../../ir/edit.ts";
import type { Operation, OperationKind, OperationOf } from "../../ir/migration.ts";
import type { SchemaPayload, TableIr } from "../../ir/schema.ts";
import type { SqlitePlan, SqlitePlanner } from "./plan-context.ts";
import { dataPlanners } from "./plan-data.ts";
import { indexPlanners } from "./plan-indexes.ts";
import { nativePlanners } from "./plan-native.ts";
import { makeTable, type Pending } from "./plan-rebuild.ts";
import { quote } from "./quote.ts";

/** The oldest library that Ferro supports. */
const oldest = "3.35";

const later = (operation: Operation & { readonly table: string }, making: SqlitePlan): void => {
  making.later(operation.table, operation);
};

const planners: { readonly [Kind in OperationKind]: SqlitePlanner<Kind> } = {
  setTableOptions: (operation, making) => {
    const { table, strict, withoutRowid } = operation;
    if (strict !== undefined || withoutRowid !== undefined) making.later(table, operation);
  },
  setDefault: later,
  setGenerated: later,
  setNumbering: later,
  addPrimaryKey: later,
  dropPrimaryKey: later,
  addForeignKey: later,
  dropForeignKey: later,
  // Nothing here excludes, and a history that says so fits PostgreSQL alone.
  addExclude: () => {},
  dropExclude: () => {},
  ...nativePlanners,
  ...indexPlanners,
  ...dataPlanners,
};

/** @see Dialect.plan */
export function planSqlite(
  before: SchemaPayload,
  operations: readonly Operation[],
  { version = oldest }: PlanOptions,
): Plan {
  const making = new Making(before, version);
  for (const operation of operations) making.step(operation);
  return making.finish();
}

class Making implements SqlitePlan {
  readonly plan = new PlanBuilder();
  readonly #version: string;
  readonly #pending = new Map<string, Pending>();
  /** Tables that go one after the other go together: they may point to each other. */
  #drops: Step[] = [];
  #before: SchemaPayload;
  #after: SchemaPayload;

  constructor(before: SchemaPayload, version: string) {
    this.#before = before;
    this.#after = before;
    this.#version = version;
  }

  get before(): SchemaPayload {
    return this.#before;
  }

  get after(): SchemaPayload {
    return this.#after;
  }

  has(version: string): boolean {
    return isAtLeast(this.#version, version);
  }

  step(operation: Operation): void {
    this.#before = this.#after;
    this.#after = applyOperation(this.#before, operation);
    if (operation.op !== "dropTable") this.#dropTables();
    const planner = planners[operation.op] as unknown;
    (planner as SqlitePlanner<OperationKind>)(operation, this);
  }

  finish(): Plan {
    this.#before = this.#after;
    this.#dropTables();
    this.flush();
    return this.plan.build();
  }

  pending(table: string): Pending | undefined {
    return this.#pending.get(table);
  }

  later(table: string, operation: Operation): Pending {
    const pending: Pending = this.#pending.get(table) ?? {
      before: tableOf(this.#before, table),
      operations: [],
      values: new Map(),
    };
    pending.operations.push(operation);
    this.#pending.set(table, pending);
    return pending;
  }

  create(table: TableIr, operation: Operation): void {
    this.#pending.set(table.name, { before: null, operations: [operation], values: new Map() });
  }

  drop(operation: OperationOf<"dropTable">): void {
    const { table } = operation;
    const pending = this.#pending.get(table);
    this.#pending.delete(table);
    if (pending?.before === null) return;
    const texts = tableOf(this.#before, table).indexes.filter(
      ({ fullText }) => fullText !== undefined,
    );
    const statements = [
      // Triggers go with their table, tables of words don't.
      ...texts.map(({ name }) => `DROP TABLE IF EXISTS ${quote(name)}`),
      `DROP TABLE ${quote(table)}`,
    ];
    this.#drops.push(...statements.map((sql) => ({ sql, operations: [operation] })));
  }

  flush(): void {
    this.#make([]);
  }

  /** Children would be deleted with the tables that go, were foreign keys enforced. */
  #dropTables(): void {
    const drops = this.#drops;
    this.#drops = [];
    if (drops.length === 0) return;
    this.#make(drops);
  }

  /** All in one segment: in between, keys may point to what is no key any more. */
  #make(drops: readonly Step[]): void {
    const making = [...this.#pending].map(([name, pending]) =>
      makeTable(pending, tableOf(this.#before, name)),
    );
    this.#pending.clear();
    const tables: RebuiltTable[] = [];
    const steps: Step[] = [];
    for (const table of making) {
      if (table.rebuilt === undefined) {
        for (const { sql, operations } of table.steps) this.plan.add(sql, ...operations);
      } else {
        tables.push(table.rebuilt);
        steps.push(...table.steps);
      }
    }
    steps.push(...drops);
    if (steps.length > 0) this.plan.put({ kind: "rebuild", tables, steps });
  }
}
