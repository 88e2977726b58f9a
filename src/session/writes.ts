/** Counts what was written through a connection, so that rows read ahead are not taken for the present ones. */
import type { ModelDefinition } from "../definition/definition.ts";
import type { Query } from "../ir/query.ts";
import type { Connection, Executor } from "./connection.ts";
import { keysTowards } from "./foreign-keys.ts";
import { Transaction } from "./transaction.ts";

/** The writes of one connection: numbers that only grow. */
class Writes {
  #everywhere = 0;
  readonly #tables = new Map<string, number>();

  /** @param table - Undefined where nobody knows what was written. */
  add(table: string | undefined): void {
    if (table === undefined) this.#everywhere += 1;
    else this.#tables.set(table, (this.#tables.get(table) ?? 0) + 1);
  }

  /** Equal to an earlier one as long as none of these tables was written. */
  stamp(tables: readonly string[]): number {
    let sum = this.#everywhere;
    for (const table of tables) sum += this.#tables.get(table) ?? 0;
    return sum;
  }
}

const known = new WeakMap<Connection, Writes>();

/** The writes of a connection. */
export function writesOf(connection: Connection): Writes {
  let writes = known.get(connection);
  if (writes === undefined) {
    writes = new Writes();
    known.set(connection, writes);
  }
  return writes;
}

/** The name under which it is counted that rows went, or were changed without their objects. */
export function goneFrom(table: string): string {
  return `-${table}`;
}

/** Notes that objects of a model may not be what their rows are. */
export function noteEviction(executor: Executor, { table }: ModelDefinition): void {
  note(executor, goneFrom(table));
}

/** Notes that a statement has run: it may have written, and in a transaction others see it later. */
export function noteQuery(executor: Executor, query: Query, model: ModelDefinition): void {
  if (query.kind === "insert") note(executor, query.table);
  if (query.kind !== "update" && query.kind !== "delete") return;
  const { table } = query.from;
  note(executor, table);
  // Deleted rows may take others along.
  if (query.kind !== "delete") return;
  note(executor, goneFrom(table));
  for (const each of reachOf(model)) {
    note(executor, each);
    note(executor, goneFrom(each));
  }
}

/** Notes that a statement of the user's own has run; what it wrote, nobody knows. */
export function noteAnything(executor: Executor): void {
  note(executor, undefined);
}

function note(executor: Executor, table: string | undefined): void {
  const writes = writesOf(executor.connection);
  writes.add(table);
  const transaction = executor.inside ?? executor;
  if (!(transaction instanceof Transaction)) return;
  if (transaction.written === undefined) {
    const tables = new Set<string | undefined>();
    const addAll = () => {
      for (const each of tables) writes.add(each);
    };
    transaction.written = tables;
    transaction.onCommit(addAll);
    transaction.onRollback(addAll);
  }
  transaction.written.add(table);
}

const reaches = new WeakMap<ModelDefinition, readonly string[]>();

/** The tables whose rows may go with a deleted row of a model. */
function reachOf(model: ModelDefinition): readonly string[] {
  let tables = reaches.get(model);
  if (tables === undefined) {
    const keys = keysTowards(model);
    const models = new Set([model, ...keys.flatMap((key) => key.model ?? [])]);
    const links = [...models].flatMap(({ relations }) =>
      [...relations.values()].flatMap((each) => (each.kind === "link" ? each.join.table : [])),
    );
    tables = [...new Set([...keys.map(({ table }) => table), ...links])];
    reaches.set(model, tables);
  }
  return tables;
}
