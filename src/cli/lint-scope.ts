/** Which revisions are linted: by default those that can still be changed. */
import { readFileSync } from "node:fs";
import { basename, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../index.ts";
import {
  type FiledRevision,
  type LintOptions,
  openMigrations,
  readGraph,
  readStatus,
  resolveRevision,
} from "../migrate.ts";
import type { Config } from "./config.ts";

/** Options of commands that lint. */
export const scopeOptions = {
  all: { type: "boolean", about: "lint every revision, those that were run too" },
  since: {
    type: "string",
    value: "<revision>",
    about: "lint what follows this revision, or what a commit or branch of git doesn't have",
  },
} as const;

/** What was asked for. */
export interface ScopeRequest {
  readonly all?: boolean;
  readonly since?: string;
  /** One revision alone. */
  readonly revision?: string | undefined;
}

/** The revisions to lint; undefined: every one. */
export interface LintScope {
  readonly revisions: ReadonlySet<string> | undefined;
  /** Revisions that no database in use has run, where that is known. */
  readonly unapplied?: ReadonlySet<string>;
  /** What is left out and why, for a reader. */
  readonly note: string | null;
}

/** How the configuration lints. */
export function lintSettings(config: Config): LintOptions {
  return {
    ...(config.databases.length > 0 && { databases: config.databases }),
    severities: config.lint,
    rules: config.rules,
    targets: config.targets,
    textOf: ({ file }) => (file === undefined ? undefined : readFileSync(file, "utf8")),
  };
}

/**
 * The revisions that a command lints.
 *
 * @throws {UsageError} `since` is neither a revision nor known to git.
 */
export async function lintScope(
  config: Config,
  revisions: readonly FiledRevision[],
  { all = false, since, revision }: ScopeRequest,
): Promise<LintScope> {
  if (since !== undefined) {
    const fresh = await idsSince(config, revisions, since);
    return { revisions: fresh, unapplied: fresh, note: null };
  }
  const applied = await appliedIds(config, revisions);
  const left = revisions.filter(({ id }) => !applied.has(id));
  // An empty database tells nothing about those that are in use.
  const known = left.length < revisions.length;
  const unapplied = new Set(left.map(({ id }) => id));
  if (revision !== undefined) {
    const id = resolveRevision(readGraph(revisions), revision);
    const one = new Set(id === null ? [] : [id]);
    return { revisions: one, ...(known && { unapplied }), note: null };
  }
  if (all || !known) return { revisions: undefined, ...(known && { unapplied }), note: null };
  return {
    revisions: unapplied,
    unapplied,
    note: `lint: ${left.length} of ${revisions.length} revisions; the others are applied to the configured database (--all takes them in)`,
  };
}

async function idsSince(
  config: Config,
  revisions: readonly FiledRevision[],
  since: string,
): Promise<ReadonlySet<string>> {
  const graph = readGraph(revisions);
  const id = /^[0-9a-f]{2,12}$/.test(since)
    ? revisions.find((each) => each.id.startsWith(since))?.id
    : undefined;
  if (id !== undefined) {
    const before = graph.lineage([graph.hidden.get(id)?.by ?? id]);
    return new Set(graph.ordered.map((each) => each.id).filter((each) => !before.has(each)));
  }
  const known = await foldersIn(config, since);
  const fresh = revisions.filter(({ folder }) => folder === undefined || !known.has(folder));
  return new Set(fresh.map((each) => each.id));
}

/** The revisions' folders as a commit has them. */
async function foldersIn(config: Config, ref: string): Promise<ReadonlySet<string>> {
  if (ref.startsWith("-")) throw new UsageError(`--since takes a revision, and was given "${ref}"`);
  const { execFile } = await import("node:child_process");
  const path = relative(config.folder, config.migrations) || ".";
  const listed = await new Promise<string>((resolve, reject) => {
    const words = ["ls-tree", "--name-only", ref, "--", `${path}/`];
    execFile("git", words, { cwd: config.folder }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(error);
    });
  }).catch((cause: unknown) => {
    throw new UsageError(`--since ${ref} is no revision, and git doesn't know it here`, {
      cause,
      hint: "name a revision by the first digits of its id, or a branch or commit; in CI, fetch it first",
    });
  });
  return new Set(listed.split("\n").map((line) => basename(line)));
}

/** What the configured database has run; nothing where there is none, or it doesn't answer soon. */
async function appliedIds(
  config: Config,
  revisions: readonly FiledRevision[],
): Promise<ReadonlySet<string>> {
  const { url } = config;
  if (url === undefined || revisions.length === 0) return new Set();
  const late = new AbortController();
  const none: ReadonlySet<string> = new Set();
  const tooLate = sleep(patienceMs, none, { signal: late.signal }).catch(() => none);
  try {
    // Opened to be read: a file that isn't there is not made.
    const asked = askApplied(url.replace(/\bmode=rwc\b/, "mode=rw"), config, revisions);
    return await Promise.race([asked.catch(() => none), tooLate]);
  } finally {
    late.abort();
  }
}

const patienceMs = 3_000;

async function askApplied(
  url: string,
  config: Config,
  revisions: readonly FiledRevision[],
): Promise<ReadonlySet<string>> {
  const target = await openMigrations(url, { sqlite: config.sqlite });
  try {
    const { has } = await readStatus(target, revisions);
    return new Set(revisions.map(({ id }) => id).filter(has));
  } finally {
    await target.close();
  }
}
