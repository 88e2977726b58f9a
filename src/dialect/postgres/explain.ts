import { type PlanStep, summarize } from "../../ir/explanation.ts";
import type { ExplainDialect } from "../explain.ts";

type Json = Readonly<Record<string, unknown>>;

/** PostgreSQL's plan comes as JSON, in one cell. */
export const postgresExplain: ExplainDialect = {
  statement: (sql, analyze) => `explain (format json${analyze ? ", analyze" : ""}) ${sql}`,
  read(rows) {
    const raw = String(rows[0]?.[0] ?? "[]");
    const [root = {}] = JSON.parse(raw) as Json[];
    const plan = root["Plan"];
    return {
      ...summarize(plan === undefined ? [] : [stepOf(plan as Json)]),
      milliseconds: numberOf(root["Execution Time"]),
      raw,
    };
  },
};

const conditions = [
  "Index Cond",
  "Recheck Cond",
  "Hash Cond",
  "Merge Cond",
  "Join Filter",
  "Filter",
  "Sort Key",
  "Group Key",
];

function stepOf(node: Json): PlanStep {
  const operation = String(node["Node Type"]);
  const loops = numberOf(node["Actual Loops"]);
  const perLoop = numberOf(node["Actual Rows"]);
  const time = numberOf(node["Actual Total Time"]);
  const inner = Array.isArray(node["Plans"]) ? (node["Plans"] as Json[]) : [];
  return {
    operation,
    table: textOf(node["Relation Name"]),
    index: textOf(node["Index Name"]),
    readsWholeTable: operation === "Seq Scan",
    estimatedRows: numberOf(node["Plan Rows"]),
    actualRows:
      loops === undefined || perLoop === undefined ? undefined : Math.round(perLoop * loops),
    cost: numberOf(node["Total Cost"]),
    milliseconds: loops === undefined || time === undefined ? undefined : time * loops,
    detail: conditions
      .filter((name) => node[name] !== undefined)
      .map((name) => `${name}: ${String(node[name])}`)
      .join("; "),
    steps: inner.map(stepOf),
  };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
