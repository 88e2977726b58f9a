/** What to read of a database. */
export interface IntrospectOptions {
  /** PostgreSQL: schemas to read beside the one in use; "all" for every one but the server's and extensions'. */
  readonly schemas?: readonly string[] | "all" | undefined;
  /**
   * Names of tables and types that are looked for: the schemas that they say are read as well, and what
   * stands in the schema in use is called by its full name where they call it so.
   */
  readonly named?: readonly string[] | undefined;
}
