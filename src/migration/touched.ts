/** What of a database a run has not changed so far. */
import { enumColumns } from "../ir/apply-enum.ts";
import type { Operation } from "../ir/migration.ts";
import type { ColumnIr, SchemaPayload } from "../ir/schema.ts";

type Quote = (name: string) => string;

/** What is still as it was when the run began. */
export class Touched {
  readonly #schema: SchemaPayload;
  readonly #tables = new Set<string>();
  readonly #columns = new Set<string>();
  /** New columns in which every row has the same value. */
  readonly #copies = new Set<string>();
  #everything = false;

  constructor(schema: SchemaPayload) {
    this.#schema = schema;
  }

  /** Whether a table and its columns are there under these names, with the values of the beginning. */
  stands(table: string, columns: readonly string[]): boolean {
    const found = this.#schema.tables.find(({ name }) => name === table);
    if (this.#everything || found === undefined || this.#tables.has(table)) return false;
    return columns.every(
      (column) =>
        found.columns.some(({ name }) => name === column) &&
        !this.#columns.has(JSON.stringify([table, column])),
    );
  }

  /** A column as it was in the beginning, if it still is that. */
  column(table: string, name: string): ColumnIr | undefined {
    if (!this.stands(table, [name])) return undefined;
    return this.#schema.tables
      .find((each) => each.name === table)
      ?.columns.find((each) => each.name === name);
  }

  /** The columns of an enum that still are what they were, with the values that it had. */
  enumColumns(name: string): readonly {
    readonly table: string;
    readonly column: ColumnIr;
    readonly had: readonly string[];
  }[] {
    const had = this.#schema.enums.find((each) => each.name === name)?.values;
    if (had === undefined) return [];
    return this.#schema.tables.flatMap((table) =>
      enumColumns(table, name)
        .filter((column) => this.stands(table.name, [column.name]))
        .map((column) => ({ table: table.name, column, had })),
    );
  }

  /** Whether a run has added these columns with one value for all rows that were there. */
  areCopies(table: string, columns: readonly string[]): boolean {
    return columns.every((column) => this.#copies.has(JSON.stringify([table, column])));
  }

  isTouched(table: string): boolean {
    const columns = [...this.#columns].some((each) => (JSON.parse(each) as string[])[0] === table);
    return columns || !this.stands(table, []);
  }

  /** A row's key as SQL text; a row without one can't be named. */
  keyText(table: string, quote: Quote): string {
    const key = this.#schema.tables.find(({ name }) => name === table)?.primaryKey ?? [];
    return key.length > 0 && this.stands(table, key) ? keyText(key, quote) : "'a row'";
  }

  note(operation: Operation): void {
    switch (operation.op) {
      case "sql":
      case "data":
        this.#everything = true;
        break;
      case "createTable":
        this.#tables.add(operation.table.name);
        break;
      case "renameTable":
        this.#tables.add(operation.table);
        this.#tables.add(operation.to);
        break;
      case "dropTable":
        this.#tables.add(operation.table);
        break;
      case "backfill":
        for (const column of Object.keys(operation.set)) this.#note(operation.table, column);
        break;
      case "renameColumn":
        this.#note(operation.table, operation.column);
        this.#note(operation.table, operation.to);
        break;
      case "addColumn":
        this.#note(operation.table, operation.column.name);
        if ((operation.fill ?? operation.column.default)?.kind === "literal") {
          this.#copies.add(JSON.stringify([operation.table, operation.column.name]));
        }
        break;
      case "renameEnum":
        for (const { table, column } of this.enumColumns(operation.name)) {
          this.#note(table, column.name);
        }
        break;
      case "renameEnumValue":
      case "swapEnum":
        for (const { table, column } of this.enumColumns(operation.enum)) {
          this.#note(table, column.name);
        }
        break;
      case "dropColumn":
      case "setType":
        this.#note(operation.table, operation.column);
        break;
      default:
    }
  }

  #note(table: string, column: string): void {
    this.#columns.add(JSON.stringify([table, column]));
    this.#copies.delete(JSON.stringify([table, column]));
  }
}

/** Columns as one text. */
export function keyText(
  columns: readonly string[],
  quote: (name: string) => string,
  prefix = "",
): string {
  const parts = columns.map((name) => `CAST(${prefix}${quote(name)} AS text)`);
  return parts.join(" || ', ' || ");
}
