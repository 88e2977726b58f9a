import { type PlanStep, summarize } from "../../ir/explanation.ts";
import type { ExplainDialect } from "../explain.ts";

interface Line {
  readonly id: number;
  readonly parent: number;
  readonly detail: string;
}

/** SQLite's plan comes as lines that name their parent; it estimates nothing and never runs. */
export const sqliteExplain: ExplainDialect = {
  statement: (sql) => `explain query plan ${sql}`,
  read(rows, tables) {
    const lines = rows.map(
      ([id, parent, , detail]): Line => ({
        id: Number(id),
        parent: Number(parent),
        detail: String(detail),
      }),
    );
    const under = (parent: number): PlanStep[] =>
      lines
        .filter((line) => line.parent === parent && line.id !== parent)
        .map((line) => stepOf(line.detail, tables, under(line.id)));
    return {
      ...summarize(under(0)),
      milliseconds: undefined,
      raw: lines.map(({ detail }) => detail).join("\n"),
    };
  },
};

/** "SEARCH t1 USING COVERING INDEX name (a=?)", "SCAN post AS t0", "USE TEMP B-TREE FOR ORDER BY". */
const access =
  /^(?<operation>SCAN|SEARCH) (?<name>\S+)(?: AS (?<alias>\S+))?(?: USING (?:AUTOMATIC )?(?:PARTIAL )?(?:COVERING )?(?:INDEX (?<index>\S+)|(?<key>INTEGER PRIMARY KEY|PRIMARY KEY)))?/u;

function stepOf(
  detail: string,
  tables: ReadonlyMap<string, string>,
  steps: readonly PlanStep[],
): PlanStep {
  const found = access.exec(detail)?.groups;
  const name = found?.["alias"] ?? found?.["name"];
  const isIndex = found?.["index"] !== undefined && !/^AUTOMATIC/u.test(found["index"]);
  return {
    operation: found?.["operation"] ?? detail,
    table: name === undefined ? undefined : tables.get(name),
    index: isIndex ? found?.["index"] : undefined,
    readsWholeTable: found?.["operation"] === "SCAN" && found["index"] === undefined,
    estimatedRows: undefined,
    actualRows: undefined,
    cost: undefined,
    milliseconds: undefined,
    detail,
    steps,
  };
}
