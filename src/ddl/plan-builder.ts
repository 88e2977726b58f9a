import type { Operation } from "../ir/migration.ts";
import type { Aside, Plan, Segment, Step } from "./plan.ts";

const nothing: Aside = { columns: [], types: [] };

/** Puts a plan together: statements go into one transaction until something asks for a new one. */
export class PlanBuilder {
  readonly #segments: Segment[] = [];
  #steps: Step[] = [];
  /** What the open transaction holds locks on. */
  #holds: string | undefined;
  #aside: Aside = nothing;

  /** A statement in the open transaction. */
  add(sql: string, ...operations: readonly Operation[]): void {
    this.#steps.push({ sql, operations });
  }

  /** A statement that locks something: a transaction holds no two such things. */
  addOn(what: string, sql: string, ...operations: readonly Operation[]): void {
    if (this.#holds !== undefined && this.#holds !== what) this.cut();
    this.#holds = what;
    this.add(sql, ...operations);
  }

  /** In the open transaction, what stands on a column or a type makes way. */
  setAside({ columns = [], types = [] }: Partial<Aside>): void {
    this.#aside = {
      columns: [...this.#aside.columns, ...columns],
      types: [...this.#aside.types, ...types],
    };
  }

  /** Ends the open transaction: what comes after sees it committed. */
  cut(): void {
    if (this.#steps.length > 0) {
      const { columns, types } = this.#aside;
      const isNeeded = columns.length + types.length > 0;
      this.#segments.push({
        kind: "transaction",
        steps: this.#steps,
        ...(isNeeded && { aside: this.#aside }),
      });
      this.#aside = nothing;
    }
    this.#steps = [];
    this.#holds = undefined;
  }

  /** A segment of another kind, after what came before. */
  put(segment: Segment): void {
    this.cut();
    this.#segments.push(segment);
  }

  build(): Plan {
    this.cut();
    return { segments: this.#segments };
  }
}
