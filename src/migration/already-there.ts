/** A database without a history that has what its first revisions would make. */
import { MigrationError } from "../errors/errors.ts";
import { schemasIn } from "../util/identifier.ts";
import { readRelations } from "./create.ts";
import type { MigrationTarget } from "./target.ts";
import type { PlannedRevision } from "./upgrade.ts";

/**
 * Looks for tables that no revision made, where revisions are about to make some of that name.
 *
 * @throws {MigrationError} There are such; the hint says how the database is taken over.
 */
export async function assertNotThere(
  { connection, dialect }: MigrationTarget,
  planned: readonly PlannedRevision[],
): Promise<void> {
  const operations = planned.flatMap((each) => each.operations);
  // SQL and code may take away what is in the way.
  const known = operations.findIndex(({ op }) => op === "sql" || op === "data");
  const made = operations
    .slice(0, known === -1 ? undefined : known)
    .flatMap((each) => (each.op === "createTable" ? [each.table.name] : []));
  if (made.length === 0) return;
  const present = await readRelations(connection, schemasIn(made), dialect.ddl);
  const there = made.filter((name) => present.has(dialect.ddl.foldIdentifier(name)));
  if (there.length === 0) return;
  const shown = there.slice(0, 3).map((name) => `"${name}"`);
  const more = there.length > shown.length ? ` and ${there.length - shown.length} more` : "";
  throw new MigrationError(
    `the database has ${shown.join(", ")}${more} already, and no history of revisions; nothing was changed`,
    {
      hint: "if autoMigrate, another tool or a copy made them: `ferro stamp <revision>` compares the database with what that revision makes, and writes down that it is there; the rest is `ferro upgrade`",
    },
  );
}
