/** Every command, each in a module that is loaded when it is called. */
import { UsageError } from "../index.ts";
import type { Command } from "./command.ts";

const modules: Readonly<
  Record<string, () => Promise<{ readonly default?: never } & Record<string, unknown>>>
> = {
  init: () => import("./commands/init.ts"),
  revision: () => import("./commands/revision.ts"),
  upgrade: () => import("./commands/upgrade.ts"),
  downgrade: () => import("./commands/downgrade.ts"),
  current: () => import("./commands/current.ts"),
  history: () => import("./commands/history.ts"),
  heads: () => import("./commands/heads.ts"),
  merge: () => import("./commands/merge.ts"),
  squash: () => import("./commands/squash.ts"),
  check: () => import("./commands/check.ts"),
  sql: () => import("./commands/sql.ts"),
  stamp: () => import("./commands/stamp.ts"),
  repair: () => import("./commands/repair.ts"),
  replan: () => import("./commands/replan.ts"),
  lint: () => import("./commands/lint.ts"),
  drift: () => import("./commands/drift.ts"),
  pull: () => import("./commands/pull.ts"),
  diagram: () => import("./commands/diagram.ts"),
};

/**
 * Loads one command.
 *
 * @throws {UsageError} There is none of that name.
 */
export async function findCommand(name: string): Promise<Command> {
  const load = Object.hasOwn(modules, name) ? modules[name] : undefined;
  if (load !== undefined) return (await load())[`${name}Command`] as Command;
  throw new UsageError(`there is no command "${name}"`, {
    hint: `its commands are ${Object.keys(modules).join(", ")}`,
  });
}

/** Loads all of them, for help. */
export function loadCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.keys(modules).map(findCommand));
}
