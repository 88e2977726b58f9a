import { join } from "node:path";
import { UsageError } from "../../index.ts";
import {
  compareAgainst,
  compareDrift,
  compareModels,
  type FiledRevision,
  type Finding,
  lintRevisions,
  makeRevision,
  migration,
  modelSchema,
  type NewRevision,
  type Operation,
  planners,
  saveRevision,
  writeOperation,
} from "../../migrate.ts";
import { type Command, command, targetOption } from "../command.ts";
import { anchorUrl, type Config, loadModels } from "../config.ts";
import { decide, decisionOptions } from "../decide.ts";
import { printFinding } from "../findings.ts";
import { lintSettings } from "../lint-scope.ts";
import { revisionsOf, withDatabase } from "../revisions.ts";

/** `ferro revision` */
export const revisionCommand: Command = command({
  name: "revision",
  summary: "write a new revision, from the models or empty",
  about:
    "With --autogenerate the models are compared with the revisions; no database is asked. What the\ncomparison can't tell, a rename for instance, is asked on a terminal; elsewhere the command ends with 2 and\nprints the flags that answer. With --from-drift a change that was made in the database by hand becomes a revision.",
  options: {
    autogenerate: {
      type: "boolean",
      short: "a",
      about: "write the difference between models and revisions",
    },
    against: {
      type: "string",
      value: "<url>",
      about: "with --autogenerate: compare the models with this database instead of the revisions",
    },
    "from-drift": {
      type: "boolean",
      about: "write what was changed in the database by hand, so that it is kept",
    },
    empty: {
      type: "boolean",
      about: "write a revision without operations, to be filled in by hand",
    },
    data: {
      type: "string",
      multiple: true,
      value: "<table>",
      about:
        "begin a data step, with models.ts: this table as it is at this revision; more than once",
    },
    message: { type: "string", short: "m", value: "<text>", about: "what the revision is for" },
    "no-pin": { type: "boolean", about: "write no plan.<database>.sql beside it" },
    ...decisionOptions,
    ...targetOption,
  },
  examples: [
    'ferro revision --autogenerate -m "posts have slugs"',
    'ferro revision -a --rename posts.title=headline --fill "posts.slug=lower(headline)"',
    'ferro revision --empty --data author --data post -m "greetings"',
    'ferro revision --from-drift -m "the index that was made by hand"',
  ],
  async run({ options, config, output, prompt }) {
    const source = sourceOf(options);
    const revisions = await revisionsOf(config);
    const operations = await sources[source](
      { revisions, config, against: options.against },
      (compare) => decide(compare, options, prompt),
    );
    if (source !== "empty" && operations.length === 0 && options.data === undefined) {
      output.say(
        source === "from-drift" ? "the database is what its revisions make" : "nothing has changed",
      );
      return { result: { revision: null } };
    }
    const pinned =
      config.pin && options["no-pin"] !== true ? planners(config.databases, config.targets) : [];
    const made = makeRevision(revisions, operations, {
      message: options.message ?? "",
      planners: pinned,
      data: options.data,
    });
    for (const operation of made.spec.up) output.print(`  ${writeOperation(operation, 2)}`);
    const saved =
      options["dry-run"] === true ? null : await saveRevision(config.migrations, made.files);
    const path = saved === null ? null : config.show(saved);
    output.print(path === null ? "would write this" : `wrote ${path}`);
    const findings = lintNew(made, saved, revisions, config);
    for (const finding of findings) printFinding(finding, config, output);
    if (source === "from-drift" && saved !== null) {
      output.say("this database has it already: `ferro stamp head` writes that down");
    }
    const { id, up } = made.spec;
    const files = Object.keys(made.files.files);
    return { result: { revision: id, path, operations: up, files, findings } };
  },
});

/** Where the operations of a revision come from. */
type SourceName = "autogenerate" | "from-drift" | "empty";

const names: readonly SourceName[] = ["autogenerate", "from-drift", "empty"];

function sourceOf(options: { readonly [Name in SourceName]?: boolean }): SourceName {
  const [source, ...others] = names.filter((name) => options[name] === true);
  if (source !== undefined && others.length === 0) return source;
  throw new UsageError("ferro revision needs one of --autogenerate, --from-drift and --empty", {
    hint: "the first compares the models with the revisions, the second the database with them, the third writes a file to fill in",
  });
}

type Compare = Parameters<typeof decide>[0];
type Decide = (compare: Compare) => ReturnType<typeof decide>;

interface Source {
  readonly revisions: readonly FiledRevision[];
  readonly config: Config;
  readonly against: string | undefined;
}

const sources: Readonly<
  Record<SourceName, (source: Source, answer: Decide) => Promise<readonly Operation[]>>
> = {
  autogenerate: fromModels,
  "from-drift": fromDrift,
  empty: () => Promise.resolve([]),
};

async function fromModels(
  { revisions, config, against }: Source,
  answer: Decide,
): Promise<readonly Operation[]> {
  await loadModels(config);
  const models = modelSchema();
  if (against === undefined) {
    const compare: Compare = (answers) => compareModels(revisions, models, answers);
    return compare(await answer(compare)).operations;
  }
  return withDatabase({ ...config, url: anchorUrl(against, process.cwd()) }, async (target) => {
    const compare = await compareAgainst(target, revisions, models);
    return compare(await answer(compare)).operations;
  });
}

function fromDrift({ revisions, config }: Source): Promise<readonly Operation[]> {
  return withDatabase(config, async (target) => (await compareDrift(target, revisions)).operations);
}

/** What lint says of it is told now, while it can still be changed. */
function lintNew(
  { spec, files }: NewRevision,
  folder: string | null,
  revisions: readonly FiledRevision[],
  config: Config,
): readonly Finding[] {
  const file = folder === null ? {} : { file: join(folder, "migration.ts") };
  return lintRevisions([...revisions, { ...migration(spec), ...file }], {
    ...lintSettings(config),
    revisions: new Set([spec.id]),
    textOf: () => files.files["migration.ts"],
  }).filter(({ severity }) => severity !== "info");
}
