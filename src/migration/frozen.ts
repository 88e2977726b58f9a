/** Models for data steps: tables as they are at one revision, whatever the program's own models become. */
import { MigrationError, UsageError } from "../errors/errors.ts";
import { applyOperation } from "../ir/apply.ts";
import { canonicalSchema } from "../ir/canonical.ts";
import type { Operation, OperationOf } from "../ir/migration.ts";
import { sameData } from "../ir/same.ts";
import type { SchemaPayload, TableIr } from "../ir/schema.ts";
import { attachStep } from "./data-step.ts";
import { pullModels } from "./pull/pull.ts";
import type { KeptSource } from "./source.ts";

/** The file beside a revision. */
export const frozenFile = "models.ts";

const head = "// Tables as this revision finds them, for its data steps: ";
const foot =
  "\n// Made by ferro; after a change of migration.ts, `ferro replan` makes it anew.\n\n";

/**
 * Writes the models of some tables as the data steps of a revision find them; as the revision leaves them, where
 * it has no step.
 *
 * @param before - The schema that the revision is applied to.
 * @throws {UsageError} There is no such table then.
 * @throws {MigrationError} Two steps find different tables: one file can't have both.
 */
export function writeFrozen(
  before: SchemaPayload,
  up: readonly Operation[],
  tables: readonly string[],
): string {
  const found = statesOfSteps(before, up);
  const [first, ...others] = found;
  const state = first.state;
  for (const name of tables) {
    const table = tableOf(state, name);
    for (const { step, state: later } of others) {
      if (
        sameTable(
          table,
          later.tables.find((each) => each.name === name),
        )
      )
        continue;
      throw new MigrationError(
        `the data steps "${first.step}" and "${step}" find the table "${name}" in two forms`,
        {
          hint: "write the later step in a revision of its own: `ferro revision --empty --data …`",
        },
      );
    }
  }
  const chosen = new Set(tables);
  const kept: SchemaPayload = {
    enums: state.enums,
    tables: state.tables
      .filter(({ name }) => chosen.has(name))
      .map((table) => ({
        ...table,
        foreignKeys: table.foreignKeys.filter((key) => chosen.has(key.referencedTable)),
      })),
  };
  const used = new Set(JSON.stringify(kept.tables).match(/"name":"(?:[^"\\]|\\.)*"/g));
  const enums = kept.enums.filter(({ name }) => used.has(`"name":${JSON.stringify(name)}`));
  const { files } = pullModels({ ...kept, enums }, { frozen: true });
  return `${head}${[...chosen].sort().join(", ")}${foot}${files[0]?.text ?? ""}`;
}

/** The tables of a file that {@link writeFrozen} wrote; undefined for another one. */
export function tablesOfFrozen(text: string): readonly string[] | undefined {
  const [line = ""] = text.split("\n", 1);
  return line.startsWith(head) ? line.slice(head.length).trim().split(", ") : undefined;
}

/** A data step to be filled in. */
export function beginStep(message: string): OperationOf<"data"> {
  return attachStep({ op: "data", name: message === "" ? "data" : message }, async () => {});
}

/** How it is written: its code begins with a model, so that the file compiles as it is. */
export function stepSource(step: OperationOf<"data">, models: string): KeptSource {
  const name = /export class (\w+)/.exec(models)?.[1] ?? "";
  const code = [
    `op.data(${JSON.stringify(step.name)}, async ({ log }) => {`,
    `      log(\`\${await m.${name}.count()} rows\`);`,
    "    })",
  ];
  const imports = [`import * as m from "./${frozenFile}";`];
  return { imports, calls: new Map([[step, code.join("\n")]]) };
}

interface Found {
  readonly step: string;
  readonly state: SchemaPayload;
}

function statesOfSteps(
  before: SchemaPayload,
  up: readonly Operation[],
): readonly [Found, ...Found[]] {
  const found: Found[] = [];
  let state = before;
  for (const operation of up) {
    if (operation.op === "data") found.push({ step: operation.name, state });
    state = applyOperation(state, operation);
  }
  const [first, ...others] = found;
  return first === undefined ? [{ step: "", state }] : [first, ...others];
}

function tableOf({ tables }: SchemaPayload, name: string): TableIr {
  const table = tables.find((each) => each.name === name);
  if (table !== undefined) return table;
  const names = tables.map((each) => `"${each.name}"`).join(", ");
  throw new UsageError(`there is no table "${name}" at this revision`, {
    hint: names === "" ? "there are no tables yet" : `its tables are ${names}`,
  });
}

function sameTable(left: TableIr, right: TableIr | undefined): boolean {
  const as = (table: TableIr): unknown => canonicalSchema({ tables: [table], enums: [] });
  return right !== undefined && sameData(as(left), as(right));
}
