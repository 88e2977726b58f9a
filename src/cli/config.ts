/** `ferro.config.ts`: found, loaded, and filled up with what the command line says. */
import { existsSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "../index.ts";
import { type FerroConfig, readTargets, type Targets } from "../migrate.ts";

/** The configuration with its defaults; paths are absolute. */
export interface Config {
  /** The file; null when there is none. */
  readonly file: string | null;
  readonly folder: string;
  readonly url: string | undefined;
  readonly models: readonly string[];
  readonly migrations: string;
  readonly databases: readonly ("sqlite" | "postgres")[];
  readonly pin: boolean;
  readonly sqlite: FerroConfig["sqlite"];
  readonly lock: FerroConfig["lock"];
  readonly lint: NonNullable<FerroConfig["lint"]>;
  readonly rules: NonNullable<FerroConfig["rules"]>;
  readonly targets: Targets;
  /** A path for a reader: from where the command was called. */
  show(path: string): string;
}

const names = ["ferro.config.ts", "ferro.config.js", "ferro.config.mjs"];

/**
 * Loads the configuration. One that isn't there is empty: flags may say enough.
 *
 * @throws {UsageError} A file that was named isn't there, or exports no configuration.
 */
export async function loadConfig(
  given: {
    readonly config?: string;
    readonly url?: string;
    readonly migrations?: string;
    readonly target?: string | readonly string[];
  },
  workingFolder: string,
): Promise<Config> {
  const file = locate(given.config, workingFolder);
  const config = file === null ? {} : await importConfig(file);
  const folder = file === null ? workingFolder : dirname(file);
  const at = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const url =
    given.url === undefined ? configured(config, folder) : anchorUrl(given.url, workingFolder);
  const { models = [], migrations = "migrations", pin = true, sqlite, lock, lint = {} } = config;
  const { rules = [], target = [] } = config;
  return {
    file,
    folder,
    url,
    models: (typeof models === "string" ? [models] : models).map(at),
    migrations: resolve(workingFolder, given.migrations ?? at(migrations)),
    databases: config.databases ?? (url === undefined ? [] : [databaseOf(url)]),
    pin,
    sqlite,
    lock,
    lint,
    rules,
    targets: readTargets(given.target ?? target),
    show: (path) => relative(workingFolder, path) || ".",
  };
}

function locate(name: string | undefined, workingFolder: string): string | null {
  if (name === undefined) return findFile(workingFolder);
  const file = resolve(workingFolder, name);
  if (existsSync(file)) return file;
  throw new UsageError(`there is no ${name}`, { hint: "`ferro init` makes one" });
}

function configured(config: FerroConfig, folder: string): string | undefined {
  const environment = process.env["FERRO_URL"] ?? process.env["DATABASE_URL"];
  const url = config.directUrl ?? config.url ?? environment;
  return url === undefined ? undefined : anchorUrl(url, folder);
}

/**
 * The URL of the database.
 *
 * @throws {UsageError} There is none.
 */
export function requireUrl({ url }: Config): string {
  if (url !== undefined) return url;
  throw new UsageError("no database is named", {
    hint: "put `url` into ferro.config.ts, pass --url, or set FERRO_URL",
  });
}

/** The nearest configuration, from the folder upwards. */
function findFile(start: string): string | null {
  for (let folder = start; ; folder = dirname(folder)) {
    const name = names.find((each) => existsSync(join(folder, each)));
    if (name !== undefined) return join(folder, name);
    if (dirname(folder) === folder) return null;
  }
}

async function importConfig(file: string): Promise<FerroConfig> {
  const module = await load(file, basename(file));
  const config: unknown = Reflect.get(Object(module), "default");
  if (typeof config === "object" && config !== null) return config;
  throw new UsageError(`${file} exports no configuration`, {
    hint: "write `export default defineConfig({ … })`, with defineConfig from ferro-orm/migrate",
  });
}

/** A SQLite file is meant from where it was written down. */
export function anchorUrl(url: string, folder: string): string {
  const file = /^sqlite:(?:\/\/)?(?!:memory:|\/)([^?]+)/.exec(url)?.[1];
  if (file === undefined || /mode=memory/.test(url)) return url;
  return `sqlite:${join(folder, decodeURIComponent(file))}${url.slice(url.indexOf(file) + file.length)}`;
}

function databaseOf(url: string): "sqlite" | "postgres" {
  return url.startsWith("sqlite:") ? "sqlite" : "postgres";
}

/** Loads what defines the models; the door then knows them. */
export async function loadModels({ models, show }: Config): Promise<void> {
  if (models.length === 0) {
    throw new UsageError("no models are named", {
      hint: 'put `models: "./src/models.ts"` into ferro.config.ts: the modules that define them',
    });
  }
  for (const path of models) await load(path, show(path));
}

async function load(path: string, shown: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    const { code, message } = Object(cause) as { code?: unknown; message?: unknown };
    if (code === "ERR_UNKNOWN_FILE_EXTENSION") {
      throw new UsageError(`can't load ${shown}: Node ${process.version} runs no such files`, {
        cause,
        hint: "for TypeScript use Node 22.18 or newer, or write the file in JavaScript, as .mjs",
      });
    }
    throw new UsageError(`can't load ${shown}: ${String(message ?? cause)}`, { cause });
  }
}
