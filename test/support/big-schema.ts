/** The statements of a schema as large as is wished: keys, indexes, checks and comments on every table. */

/** Statements that make `count` tables of twenty columns each. */
export function bigSchema(backend: "sqlite" | "postgres", count: number): string {
  return Array.from({ length: count }, (_, at) => tableText(backend, at, count).join(";\n")).join(
    ";\n",
  );
}

function tableText(backend: "sqlite" | "postgres", at: number, count: number): string[] {
  const name = `table_${at}`;
  const columns = [
    backend === "sqlite" ? "id integer PRIMARY KEY NOT NULL" : "id serial PRIMARY KEY",
    "code varchar(20) NOT NULL UNIQUE",
    "kind text NOT NULL DEFAULT 'a' CHECK (kind IN ('a', 'b', 'c'))",
    "price decimal(10, 2) DEFAULT 0 CHECK (price >= 0)",
    "made timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP",
    ...Array.from({ length: 12 }, (_, number) => `column_${number} text`),
    ...[1, 2, 3].map((number) => `parent_${number} integer`),
  ];
  // A key leads to a table made before, or to its own.
  const keys = [1, 2, 3].map((number) => {
    const parent = Math.max(0, at - number * 7) % count;
    return `CONSTRAINT fk_${name}_${number} FOREIGN KEY (parent_${number}) REFERENCES table_${parent} (id) ON DELETE SET NULL`;
  });
  const comments = ["code", "kind"].map(
    (column) => `COMMENT ON COLUMN ${name}.${column} IS 'the ${column} of a ${name}'`,
  );
  return [
    `CREATE TABLE ${name} (${[...columns, ...keys].join(", ")})`,
    `CREATE INDEX ${name}_by_text ON ${name} (column_0, column_1 DESC)`,
    `CREATE INDEX ${name}_by_case ON ${name} (lower(column_2)) WHERE kind = 'a'`,
    ...(backend === "sqlite" ? [] : [`COMMENT ON TABLE ${name} IS 'about ${name}'`, ...comments]),
  ];
}
