/** The migrations folder: one folder for each revision, and nothing that they share. */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { RevisionError } from "../errors/migration.ts";
import { fileHash } from "./hash.ts";
import type { Revision, RevisionSpec } from "./revision.ts";
import { type KeptSource, writeRevision } from "./source.ts";

/** A revision, and where it was read. */
export interface FiledRevision extends Revision {
  /** The name of its folder; undefined for one that was given as data. */
  readonly folder?: string;
  /** The path of its file, as it was asked for. */
  readonly file?: string;
  readonly fileHash?: string;
  /** The text of the plans beside it, by database. */
  readonly plans?: Readonly<Record<string, string>>;
}

const folderPattern = /^\d{8}T\d{6}-(?:.*-)?(?<id>[0-9a-f]{12})$/;
const fileNames = ["migration.ts", "migration.js", "migration.mjs"];

/**
 * Reads every revision of a folder, in the order of their names; a folder that isn't there has none.
 *
 * @throws {RevisionError} A file can't be read as a revision.
 */
export async function readFolder(folder: string): Promise<readonly FiledRevision[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  });
  const names = entries.filter((entry) => entry.isDirectory() && folderPattern.test(entry.name));
  return Promise.all(
    names
      .map(({ name }) => name)
      .sort()
      .map((name) => readRevision(folder, name)),
  );
}

async function readRevision(folder: string, name: string): Promise<FiledRevision> {
  const files = await readdir(join(folder, name));
  const fileName = fileNames.find((each) => files.includes(each));
  if (fileName === undefined) {
    throw unreadable(join(folder, name), `it has no ${fileNames[0]}`);
  }
  const file = join(folder, name, fileName);
  const [revision, text] = await Promise.all([importRevision(file), readFile(file, "utf8")]);
  const id = folderPattern.exec(name)?.groups?.["id"];
  if (revision.id !== id) {
    throw unreadable(file, `its folder ends in ${id}, and it says that its id is ${revision.id}`);
  }
  const plans = await Promise.all(
    files.flatMap((each) => {
      const database = /^plan\.(\w+)\.sql$/.exec(each)?.[1];
      if (database === undefined) return [];
      return [readFile(join(folder, name, each), "utf8").then((plan) => [database, plan] as const)];
    }),
  );
  return {
    ...revision,
    folder: name,
    file,
    fileHash: fileHash(text),
    plans: Object.fromEntries(plans),
  };
}

async function importRevision(file: string): Promise<Revision> {
  let module: unknown;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw unreadable(file, message, cause);
  }
  const revision: unknown = Reflect.get(Object(module), "default");
  const isRevision =
    typeof revision === "object" && revision !== null && "id" in revision && "up" in revision;
  if (!isRevision) throw unreadable(file, "it does not export migration({ … }) as its default");
  return revision as Revision;
}

function unreadable(file: string, reason: string, cause?: unknown): RevisionError {
  const old = codeOf(cause) === "ERR_UNKNOWN_FILE_EXTENSION";
  return new RevisionError("UNREADABLE", `can't read ${file}: ${reason}`, {
    cause,
    hint: old
      ? "this Node doesn't run TypeScript files: use 22.18 or newer, or call the file migration.mjs"
      : "a migration file is erasable TypeScript and ends in `export default migration({ … })`",
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** A new revision's id. */
export function newRevisionId(): string {
  return randomBytes(6).toString("hex");
}

/** What is written for a revision: its folder's name, and the files in it. */
export interface RevisionFiles {
  readonly folder: string;
  readonly files: Readonly<Record<string, string>>;
}

/** The folder and files of a revision. Pure: nothing is written. */
export function revisionFiles(
  spec: RevisionSpec,
  plans: Readonly<Record<string, string>>,
  at: Date,
  kept?: KeptSource,
): RevisionFiles {
  const stamp = at.toISOString().replaceAll(/[-:]|\.\d+Z$/g, "");
  const slug = spec.message
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 50)
    .replace(/-+$/, "");
  const names = Object.entries(plans).map(([database, text]) => [`plan.${database}.sql`, text]);
  return {
    folder: [stamp, ...(slug === "" ? [] : [slug]), spec.id].join("-"),
    files: { "migration.ts": writeRevision(spec, kept), ...Object.fromEntries(names) },
  };
}

/** Writes them into the migrations folder; gives the path of the revision's folder. */
export async function saveRevision(
  root: string,
  { folder, files }: RevisionFiles,
): Promise<string> {
  const path = join(root, folder);
  await mkdir(path, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return path;
}
