/**
 * Property tests draw from one seed, so that a commit's gate says the same each time it runs.
 * `FERRO_SEED=random` (or a number) draws others: `npm run test:random` looks for new examples.
 */
import fc from "fast-check";

const asked = process.env["FERRO_SEED"];

if (asked !== "random") fc.configureGlobal({ seed: Number(asked ?? 20_261_121) });
