import { MigrationError } from "../errors/errors.ts";
import { applyOperation } from "../ir/apply.ts";
import type { Answer, Answers, Decision, Operation } from "../ir/migration.ts";
import type { ColumnIr, SchemaPayload, TableIr } from "../ir/schema.ts";

/**
 * A diff on its way: each operation found is replayed at once, so that what comes
 * after sees the schema as it will be then.
 */
export class DiffState {
  readonly operations: Operation[] = [];
  readonly decisions: Decision[] = [];
  readonly to: SchemaPayload;
  readonly #answers: Answers;
  readonly #wanted: ReadonlyMap<string, TableIr>;
  #state: SchemaPayload;

  constructor(from: SchemaPayload, to: SchemaPayload, answers: Answers) {
    this.#state = from;
    this.to = to;
    this.#answers = answers;
    this.#wanted = new Map(to.tables.map((table) => [table.name, table]));
  }

  /** The schema after the operations so far. */
  get state(): SchemaPayload {
    return this.#state;
  }

  emit(operation: Operation): void {
    this.#state = applyOperation(this.#state, operation);
    this.operations.push(operation);
  }

  table(name: string): TableIr | undefined {
    return this.#state.tables.find((table) => table.name === name);
  }

  column(table: string, name: string): ColumnIr | undefined {
    return this.table(table)?.columns.find((column) => column.name === name);
  }

  /** The table as it shall be. */
  wanted(name: string): TableIr | undefined {
    return this.#wanted.get(name);
  }

  /** The tables that are there and stay, as they are now and as they shall be. */
  common(): readonly (readonly [now: TableIr, then: TableIr])[] {
    return this.#state.tables.flatMap((now) => {
      const then = this.wanted(now.name);
      return then === undefined ? [] : [[now, then] as const];
    });
  }

  answer(id: string): Answer | undefined {
    return Object.hasOwn(this.#answers, id) ? this.#answers[id] : undefined;
  }

  /** The new name that was answered; null for "not renamed", undefined when nobody answered. */
  rename(id: string): string | null | undefined {
    const answer = this.answer(id);
    if (answer === undefined) return undefined;
    if ("rename" in answer) return answer.rename;
    throw new MigrationError(`the answer to "${id}" is no rename`, {
      hint: 'answer { "rename": "new name" }, or { "rename": null }',
    });
  }
}
