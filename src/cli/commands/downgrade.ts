import { downgrade, previewRevisions } from "../../migrate.ts";
import { type Command, command } from "../command.ts";
import { seconds } from "../numbers.ts";
import { printPreview } from "../preview-text.ts";
import { revisionsOf, withDatabase } from "../revisions.ts";
import { tell } from "../watch.ts";
import { patienceOf, resultOf, runOptions } from "./upgrade.ts";

/** `ferro downgrade` */
export const downgradeCommand: Command = command({
  name: "downgrade",
  summary: "take revisions back, the last one first",
  about:
    "Without a word it takes one revision back. What can't be undone is refused before anything is touched.\nRows that the revision's tables and columns hold are lost.",
  words: "[revision]",
  options: runOptions,
  examples: ["ferro downgrade", "ferro downgrade -2", "ferro downgrade base"],
  async run({ words, options, config, output, prompt }) {
    const revisions = await revisionsOf(config);
    const settings = {
      to: words[0],
      lockWaitMs: seconds("lock-wait", options["lock-wait"]),
      patience: patienceOf(options),
      appVersion: options["app-version"],
      listen: tell(output),
    };
    return withDatabase(config, async (target) => {
      if (options["dry-run"] === true || prompt.interactive) {
        const report = await downgrade(target, revisions, { ...settings, dryRun: true });
        const preview = await previewRevisions(target, report.planned);
        printPreview(preview, output);
        if (options["dry-run"] === true) return { result: resultOf(report, true, preview) };
        if (
          report.revisions.length > 0 &&
          !(await prompt.confirm(`Take back from ${target.label}?`))
        ) {
          return { result: { ...resultOf(report, true, preview), declined: true }, exitCode: 3 };
        }
      }
      const report = await downgrade(target, revisions, settings);
      const { length } = report.revisions;
      const place = report.heads.length === 0 ? "base" : report.heads.join(", ");
      output.print(length === 0 ? "nothing to do" : `${length} taken back; now at ${place}`);
      return { result: resultOf(report, false) };
    });
  },
});
