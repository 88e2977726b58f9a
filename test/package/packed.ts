import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<
    Record<string, string | { readonly types: string; readonly default: string }>
  >;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A project with the packed package installed, and what a user of it installs beside. */
export interface PackedProject extends Disposable {
  readonly folder: string;
  /** Where the package lies in it. */
  readonly packageFolder: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];
  readonly manifest: Manifest;
  /** Doors as a user names them: `ferro-orm`, `ferro-orm/sqlite`. */
  readonly doors: readonly string[];
}

/** Packs the package and unpacks it into a project of its own. Nothing is fetched: links stand for installs. */
export function packProject(): PackedProject {
  if (!existsSync(join(root, "dist", "index.js"))) throw new Error("run npm run build first");
  const folder = mkdtempSync(join(tmpdir(), "ferro-package-"));
  const modules = join(folder, "node_modules");
  const packageFolder = join(modules, "ferro-orm");
  mkdirSync(packageFolder, { recursive: true });

  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  ) as [{ filename: string; files: { path: string }[] }];
  const tarball = join(folder, packed.filename);
  execFileSync("tar", ["-xzf", tarball, "-C", packageFolder, "--strip-components=1"]);

  const manifest = JSON.parse(
    readFileSync(join(packageFolder, "package.json"), "utf8"),
  ) as Manifest;
  // Kysely as well: who imports its door has installed it.
  for (const name of [...installedBeside(manifest), "@types/node", "kysely"]) {
    mkdirSync(join(modules, name, ".."), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name), "junction");
  }

  return {
    folder,
    packageFolder,
    files: packed.files.map(({ path }) => path),
    manifest,
    doors: Object.keys(manifest.exports)
      .filter((door) => door !== "./package.json")
      .map((door) => `ferro-orm${door.slice(1)}`),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What `npm i ferro-orm zod` puts beside the package: its dependencies and required peers. */
export function installedBeside(manifest: Manifest): string[] {
  const peers = Object.keys(manifest.peerDependencies).filter(
    (name) => manifest.peerDependenciesMeta[name]?.optional !== true,
  );
  return [...Object.keys(manifest.dependencies), ...peers];
}

interface LockEntry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
}

/** Every package that a production install of `names` brings, by its place in the lock file. */
export function productionTree(names: readonly string[]): Map<string, LockEntry> {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, LockEntry>>;
  };
  const found = new Map<string, LockEntry>();
  const visit = (name: string, from: string) => {
    const own = `${from}/node_modules/${name}`;
    const place = lock.packages[own] ? own : `node_modules/${name}`;
    const entry = lock.packages[place];
    if (entry === undefined) throw new Error(`${name} is not in the lock file`);
    if (found.has(place)) return;
    found.set(place, entry);
    for (const next of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      visit(next, place);
    }
  };
  for (const name of names) visit(name, "");
  return found;
}
