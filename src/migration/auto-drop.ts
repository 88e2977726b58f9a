import { MigrationError } from "../errors/errors.ts";
import type { IndexIr, TableIr, UniqueIr } from "../ir/schema.ts";
import { indexUses } from "../ir/users.ts";
import type { AutoContext } from "./auto.ts";

/** Drops the columns that the model no longer has, with the indexes that stand in the way. */
export function dropColumns(context: AutoContext, live: TableIr, wanted: TableIr): void {
  const { dialect, drops } = context;
  const { foldIdentifier: fold, quote, quoteName, dropIndex } = dialect.ddl;
  const kept = new Set(wanted.columns.map(({ name }) => fold(name)));
  const dropped = new Set<string>();
  for (const { name } of live.columns) {
    if (kept.has(fold(name))) continue;
    const place = `${live.name}.${name}`;
    if (live.primaryKey.includes(name)) {
      throw new MigrationError(
        `Cannot drop column '${place}': it is part of the primary key. Primary-key changes must be made with a versioned migration.`,
      );
    }
    if (dialect.reconcile.dropsIndexesFirst) {
      assertNoConstraint(live, name);
      const inTheWay = indexesOn(live, name).filter((index) => !isMadeAnew(index, wanted));
      for (const index of inTheWay.filter((each) => !dropped.has(each.name))) {
        dropped.add(index.name);
        drops.push(...dropIndex(live.name, index).map((sql) => ({ sql, table: live.name })));
      }
    }
    drops.push({
      sql: `ALTER TABLE ${quoteName(live.name)} DROP COLUMN ${quote(name)}`,
      table: live.name,
      problem: (message) =>
        `Cannot drop column '${place}': ${message}. Columns referenced by constraints, foreign keys, triggers, or views must be changed with a versioned migration.`,
    });
  }
}

/** A unique that is part of the table can't be dropped by itself; the index behind it has a number. */
function assertNoConstraint(live: TableIr, column: string): void {
  const inTable = live.uniques.filter(({ inline, constraint }) => inline || constraint === true);
  const at = inTable.findIndex(({ columns }) => columns.includes(column));
  if (at === -1) return;
  throw new MigrationError(
    `Cannot drop column '${live.name}.${column}': it is enforced by a UNIQUE constraint ('sqlite_autoindex_${live.name}_${at + 1}'), which SQLite cannot drop separately from the table definition. Use a versioned migration for this change.`,
  );
}

/** A full-text index is made anew without the columns that go. */
function isMadeAnew(index: IndexIr | UniqueIr, wanted: TableIr): boolean {
  const isText = (each: IndexIr | UniqueIr): boolean => "fullText" in each;
  return isText(index) && wanted.indexes.some((each) => isText(each) && each.name === index.name);
}

function indexesOn(live: TableIr, column: string): readonly (IndexIr | UniqueIr)[] {
  return [
    ...live.indexes.filter((index) => indexUses(index, column)),
    ...live.uniques
      .filter(({ inline, constraint }) => !inline && constraint !== true)
      .filter(({ columns }) => columns.includes(column)),
  ];
}
