/**
 * Writes a graph of models and typed queries, to measure what checking it costs.
 *
 * Models stand in a ring: each has 20 columns, a required foreign key, a
 * many-to-many link, and the two back references; every file imports others in
 * a circle. Four queries for each model go through its columns, a foreign key,
 * a to-many path and its input.
 *
 * Run as a program: `node generate.ts <directory> <models> <package>`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes `count` models and four queries for each below `directory`. */
export function generate(directory: string, count: number, packagePath: string): void {
  mkdirSync(directory, { recursive: true });
  for (let index = 0; index < count; index++) {
    writeFileSync(join(directory, `model${index}.ts`), modelSource(index, count, packagePath));
    writeFileSync(join(directory, `queries${index}.ts`), querySource(index, count));
  }
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(config(directory), null, 2));
}

function modelSource(index: number, count: number, packagePath: string): string {
  const wrap = (offset: number) => (index + offset + count) % count;
  const [next, previous, peer, peerOf] = [wrap(1), wrap(-1), wrap(7), wrap(-7)];
  const imports = [...new Set([next, previous, peer, peerOf])]
    .filter((other) => other !== index)
    .map((other) => `import { M${other} } from "./model${other}.ts";`);

  return `import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "${packagePath}";
${imports.join("\n")}

export class M${index} extends Model("M${index}", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  title: z.string(),
  summary: z.string().nullable(),
  nickname: z.string().optional(),
  status: z.enum(["draft${index}", "published", "archived"]),
  kind: z.literal("kind${index}"),
  views: z.int().default(0),
  score: z.number(),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  total: z.bigint(),
  active: z.boolean().default(true),
  avatar: bytes(),
  meta: json(z.object({ a${index}: z.string(), tags: z.array(z.string()) })),
  address: z.object({ city${index}: z.string(), zip: z.string().nullable() }).nullable(),
  createdAt: z.date().default(() => new Date()),
  updatedAt: z.date().nullable(),
  get owner() { return foreignKey(M${next}, { relatedName: "owned" }) },
  get owned() { return backRef(M${previous}) },
  get peers() { return manyToMany(M${peer}, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M${peerOf}) },
}) {
  get label() { return this.name.toUpperCase() }
}
`;
}

function querySource(index: number, count: number): string {
  const next = (index + 1) % count;
  return `import { M${index} } from "./model${index}.ts";
import { M${next} } from "./model${next}.ts";

export async function query1(): Promise<string[]> {
  const rows = await M${index}.where((t) => t.name.startsWith("a").and(t.owner.email.eq("x@y.z")))
    .orderBy((t) => t.createdAt.desc())
    .limit(10)
    .all();
  return rows.map((row) => row.label + row.status);
}
export async function query2(): Promise<number> {
  return M${index}.where((t) => t.owned.some((o) => o.views.gt(10).and(o.peers.none((p) => p.active.eq(true)))))
    .count();
}
export async function query3(owner: M${next}): Promise<M${index}> {
  const made = await M${index}.create({
    name: "a", email: "x@y.z", slug: "s", title: "t", status: "draft${index}", kind: "kind${index}", score: 1.5,
    rank: 1, price: "1.50", total: 5n, avatar: new Uint8Array(), meta: { a${index}: "x", tags: [] }, owner,
  });
  const parent = await made.owner;
  parent.label.length;
  return made.save();
}
export async function query4(key: number): Promise<number> {
  const row = await M${index}.get(key);
  const ranked = await row.owned.where({ active: true }).orderBy((t) => t.rank, "desc").all();
  ranked[0]?.owner.then((owner) => owner.label);
  return M${index}.where((t) => t.ownerId.eq(row.ownerId)).update((t) => ({ views: t.views.plus(1), title: "u" }));
}
`;
}

function config(directory: string): object {
  return {
    compilerOptions: {
      target: "es2024",
      lib: ["es2024", "esnext.disposable"],
      module: "nodenext",
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      allowImportingTsExtensions: true,
      noEmit: true,
      skipLibCheck: true,
      types: ["node"],
    },
    include: [`${directory}/*.ts`],
  };
}

if (import.meta.main) {
  const [directory, count, packagePath] = process.argv.slice(2);
  if (directory === undefined || count === undefined || packagePath === undefined) {
    throw new Error("usage: node generate.ts <directory> <models> <package>");
  }
  generate(directory, Number(count), packagePath);
}
