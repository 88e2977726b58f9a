/** Tables of ours; the differ leaves them alone, as it does every table that no revision made. */
export const historyTables: readonly string[] = [
  "ferro_migrations",
  "ferro_migration_steps",
  "ferro_migration_log",
  "ferro_migration_lease",
];
