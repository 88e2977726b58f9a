/** Which versions of databases a project serves: rules and plans go by the oldest. */
import { isAtLeast } from "../ddl/version.ts";
import { UsageError } from "../errors/errors.ts";

/** A database and the oldest version of it that is served: "postgres@14". */
export type TargetVersion = `${"sqlite" | "postgres"}@${string}`;

/** The oldest versions that are served, by database; none is said where one is missing. */
export interface Targets {
  readonly sqlite?: string;
  readonly postgres?: string;
}

/** The oldest versions that Ferro itself supports. */
const supported = { sqlite: "3.35", postgres: "14" } as const;

/**
 * Reads targets as they are written: `"postgres@14"`, or several.
 *
 * @param written - One target or a list, one for each database.
 * @returns The versions by database.
 * @throws {UsageError} One isn't `<database>@<version>`, is older than what Ferro supports, or names a
 * database a second time.
 *
 * @example
 * ```ts
 * import { readTargets } from "ferro-orm/migrate";
 *
 * readTargets(["postgres@14", "sqlite@3.40"]); // => { postgres: "14", sqlite: "3.40" }
 * ```
 */
export function readTargets(written: string | readonly string[]): Targets {
  const targets: { sqlite?: string; postgres?: string } = {};
  for (const text of typeof written === "string" ? [written] : written) {
    const [, name, version] = /^(sqlite|postgres)@(\d+(?:\.\d+){0,2})$/.exec(text) ?? [];
    if (!isDatabase(name) || version === undefined) {
      throw new UsageError(`a target is a database and a version, and this is ${show(text)}`, {
        hint: "write postgres@14 or sqlite@3.40",
      });
    }
    if (targets[name] !== undefined) {
      throw new UsageError(`${name} has two targets: ${targets[name]} and ${version}`, {
        hint: "name the oldest version that is served; newer ones are served with it",
      });
    }
    if (!isAtLeast(version, supported[name])) {
      throw new UsageError(`${text} is older than what Ferro supports`, {
        hint: `the oldest is ${name}@${supported[name]}`,
      });
    }
    targets[name] = version;
  }
  return targets;
}

function isDatabase(name: string | undefined): name is keyof typeof supported {
  return name !== undefined && Object.hasOwn(supported, name);
}

function show(text: unknown): string {
  return typeof text === "string" ? `"${text}"` : `a value of type ${typeof text}`;
}
