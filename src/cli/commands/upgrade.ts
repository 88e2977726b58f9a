import { UsageError } from "../../index.ts";
import {
  type Patience,
  type PreviewedRevision,
  previewRevisions,
  type RunReport,
  upgrade,
} from "../../migrate.ts";
import { type Command, command } from "../command.ts";
import { ratio, seconds } from "../numbers.ts";
import type { Output } from "../output.ts";
import { previewResult, printPreview } from "../preview-text.ts";
import { revisionsOf, withDatabase } from "../revisions.ts";
import { tell } from "../watch.ts";

/** Options of upgrade and downgrade. */
export const runOptions = {
  "lock-wait": {
    type: "string",
    value: "<seconds>",
    about: "how long to wait for another process that migrates; 60 when left out",
  },
  "lock-timeout": {
    type: "string",
    value: "<seconds>",
    about:
      "how long a statement waits for a table's lock before its segment is tried again; 3 when left out",
  },
  throttle: {
    type: "string",
    value: "<ratio>",
    about:
      "how long to rest after each batch of a backfill: 1 for as long as it took, 0 for not at all; what its operation says when left out",
  },
  "batch-timeout": {
    type: "string",
    value: "<seconds>",
    about:
      "PostgreSQL: how long a batch of a backfill may run before it is tried with half its rows; 30 when left out, 0 for ever",
  },
  tries: { type: "string", value: "<n>", about: "how often a segment is tried; 10 when left out" },
  "app-version": { type: "string", value: "<text>", about: "kept with each revision" },
} as const;

/** `ferro upgrade` */
export const upgradeCommand: Command = command({
  name: "upgrade",
  summary: "apply the revisions that the database lacks",
  about:
    "Each revision is cut into segments; each segment is a transaction and is written down in it. What was\nstopped half way goes on where it stands when the same command is run again.",
  words: "[revision]",
  options: {
    ...runOptions,
    phase: {
      type: "string",
      value: "<expand|contract>",
      about:
        "expand: only what programs that run don't feel, before a release; contract: all of it, after it",
    },
    "allow-destructive": {
      type: "boolean",
      about: "run operations that lose something and don't say why",
    },
  },
  examples: ["ferro upgrade", "ferro upgrade +1", "ferro upgrade 9f3c --dry-run"],
  async run({ words, options, config, output, prompt }) {
    const revisions = await revisionsOf(config);
    const settings = {
      to: words[0],
      lockWaitMs: seconds("lock-wait", options["lock-wait"]),
      patience: patienceOf(options),
      phase: phaseOf(options.phase),
      allowDestructive: options["allow-destructive"],
      appVersion: options["app-version"],
      listen: tell(output),
    };
    return withDatabase(config, async (target) => {
      if (options["dry-run"] === true || prompt.interactive) {
        const report = await upgrade(target, revisions, { ...settings, dryRun: true });
        const preview = await previewRevisions(target, report.planned);
        printPreview(preview, output);
        sayHeld(report, output);
        if (options["dry-run"] === true) return { result: resultOf(report, true, preview) };
        if (report.revisions.length > 0 && !(await prompt.confirm(`Apply to ${target.label}?`))) {
          return { result: { ...resultOf(report, true, preview), declined: true }, exitCode: 3 };
        }
      }
      const report = await upgrade(target, revisions, settings);
      const { length } = report.revisions;
      output.print(
        length === 0 ? "nothing to do" : `${length} applied; now at ${report.heads.join(", ")}`,
      );
      sayHeld(report, output);
      return { result: resultOf(report, false) };
    });
  },
});

function phaseOf(text: string | undefined): "expand" | undefined {
  if (text === undefined || text === "contract") return undefined;
  if (text === "expand") return text;
  throw new UsageError(`--phase takes expand or contract, and was given "${text}"`);
}

function sayHeld({ held }: RunReport, output: Output): void {
  for (const { id, message, because } of held) {
    const reason = because === null ? "it follows one that is left" : because;
    output.say(`left for --phase contract: ${id} ${message} (${reason})`);
  }
}

/** The patience that options ask for; what is left out is the runner's own. */
export function patienceOf(options: {
  readonly "lock-timeout"?: string;
  readonly "batch-timeout"?: string;
  readonly throttle?: string;
  readonly tries?: string;
}): Partial<Patience> {
  const lockTimeoutMs = seconds("lock-timeout", options["lock-timeout"]);
  const batchTimeoutMs = seconds("batch-timeout", options["batch-timeout"]);
  const throttle = ratio("throttle", options.throttle);
  return {
    ...(lockTimeoutMs !== undefined && { lockTimeoutMs }),
    ...(batchTimeoutMs !== undefined && { batchTimeoutMs }),
    ...(throttle !== undefined && { throttle }),
    ...(options.tries !== undefined && { tries: Number(options.tries) }),
  };
}

/** A report as JSON; with a preview, what would be run. */
export function resultOf(
  report: RunReport,
  dryRun: boolean,
  preview: readonly PreviewedRevision[] = [],
): object {
  return {
    direction: report.direction,
    dryRun,
    revisions: report.revisions,
    heads: report.heads,
    ...(report.held.length > 0 && { held: report.held }),
    ...(dryRun && { plans: previewResult(preview) }),
  };
}
