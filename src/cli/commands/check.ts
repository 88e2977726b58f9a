import {
  checkRevisions,
  describeDrift,
  findDrift,
  modelSchema,
  openMigrations,
  type Problem,
  planners,
  readGraph,
  readStatus,
  rehearse,
  replay,
  throwawayUrl,
} from "../../migrate.ts";
import { type Command, command, targetOption } from "../command.ts";
import { type Config, loadModels } from "../config.ts";
import { printFinding } from "../findings.ts";
import { lintScope, lintSettings, scopeOptions } from "../lint-scope.ts";
import type { Output } from "../output.ts";
import { revisionsOf, withDatabase } from "../revisions.ts";

/** What is wrong, and the exit code that says so. */
interface Found {
  readonly kind: Problem["kind"] | "pending" | "drift" | "replay";
  readonly message: string;
}

const codes: Readonly<Record<Found["kind"], number>> = {
  heads: 6,
  models: 3,
  plan: 8,
  squash: 8,
  lint: 5,
  pending: 3,
  drift: 4,
  replay: 1,
};

/** `ferro check` */
export const checkCommand: Command = command({
  name: "check",
  summary: "check everything that can be wrong before a deployment; for CI",
  about:
    "Without a database: one head, models equal to the revisions, plans as they were reviewed, lint of what the\nconfigured database hasn't run yet (of everything, where it doesn't answer). --db also looks at\nthe database. --replay runs every revision up, down and up again in a database that is thrown away.",
  options: {
    ...scopeOptions,
    ...targetOption,
    db: { type: "boolean", about: "also check the database: pending revisions, drift" },
    replay: {
      type: "boolean",
      about: "rehearse on a throwaway database: SQLite in memory, or PGlite",
    },
    "replay-url": {
      type: "string",
      value: "<url>",
      about: "rehearse on this empty database instead",
    },
  },
  examples: ["ferro check", "ferro check --replay", "ferro check --db --json"],
  async run({ options, config, output }) {
    const revisions = await revisionsOf(config);
    if (config.models.length > 0) await loadModels(config);
    const models = config.models.length > 0 ? modelSchema() : undefined;
    const scope = await lintScope(config, revisions, options);
    if (scope.note !== null) output.say(scope.note);
    const { problems, findings } = checkRevisions(revisions, {
      models,
      planners: planners(config.databases, config.targets),
      lint: {
        ...lintSettings(config),
        revisions: scope.revisions,
        unapplied: scope.unapplied,
      },
    });
    const found: Found[] = problems.map(({ kind, message }) => ({ kind, message }));
    for (const finding of findings) {
      if (finding.severity === "error") printFinding(finding, config, output);
    }
    if (options.db === true) found.push(...(await checkDatabase(config, revisions)));
    for (const url of replayUrls(config, options)) {
      found.push(...(await checkReplay(url, revisions, models, output)));
    }
    for (const { kind, message } of found) output.print(`${output.style("red", kind)} ${message}`);
    if (found.length === 0) output.print("all is well");
    const [first] = found;
    return {
      result: { problems: found, findings },
      exitCode: first === undefined ? 0 : codes[first.kind],
    };
  },
});

function replayUrls(
  { databases }: Config,
  {
    replay = false,
    "replay-url": url,
  }: { readonly replay?: boolean; readonly "replay-url"?: string },
): readonly string[] {
  if (url !== undefined) return [url];
  return replay ? databases.map(throwawayUrl) : [];
}

async function checkDatabase(
  config: Config,
  revisions: Awaited<ReturnType<typeof revisionsOf>>,
): Promise<readonly Found[]> {
  return withDatabase(config, async (target) => {
    const { pending, schema } = await readStatus(target, revisions);
    const found: Found[] = [];
    if (pending.length > 0) found.push({ kind: "pending", message: pending.join(", ") });
    const { items } = await findDrift(target, schema());
    const drifted = items.filter(({ kind }) => kind !== "unmanaged").map(describeDrift);
    return [...found, ...drifted.map((message) => ({ kind: "drift" as const, message }))];
  });
}

async function checkReplay(
  url: string,
  revisions: Awaited<ReturnType<typeof revisionsOf>>,
  models: ReturnType<typeof modelSchema> | undefined,
  output: Output,
): Promise<readonly Found[]> {
  const target = await openMigrations(url);
  const graph = readGraph(revisions);
  const wanted = models ?? replay(graph, new Set(graph.ordered.map(({ id }) => id)));
  try {
    const { differences, comesBack, irreversible } = await rehearse(target, revisions, wanted);
    if (irreversible !== null) {
      output.say(`${target.label}: rehearsed back as far as it goes: ${irreversible}`);
    }
    const messages = differences.map(describeDrift);
    if (!comesBack) messages.push("going down and up again gave another schema");
    const found = messages.map((message) => ({
      kind: "replay" as const,
      message: `${target.label}: ${message}`,
    }));
    return found;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ kind: "replay", message: `${target.label}: ${message}` }];
  } finally {
    await target.close();
  }
}
