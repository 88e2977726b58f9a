/**
 * Writes a graph of models and typed queries, to measure what checking it costs.
 *
 * Models stand in a ring: each has 20 columns, a required foreign key, a
 * many-to-many link, and the two back references; every file imports others in
 * a circle. Four queries for each model go through its columns, a foreign key,
 * a to-many path and its input. Columns are plain ones, or a mix in which the
 * enum, the literal and the JSON are each model's own.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How a graph is written. */
export interface Graph {
  /** How many models; four queries go with each. */
  readonly models: number;
  readonly columns: "plain" | "mixed";
  /** Where the files import the package from. */
  readonly surface: string;
}

/** Writes the files of a graph and a tsconfig below `directory`. */
export function generate(directory: string, graph: Graph): void {
  mkdirSync(directory, { recursive: true });
  for (let index = 0; index < graph.models; index++) {
    writeFileSync(join(directory, `model${index}.ts`), modelSource(index, graph));
    writeFileSync(join(directory, `queries${index}.ts`), querySource(index, graph));
  }
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(config(), null, 2));
}

/** Columns that differ between the two kinds of graph. */
function ownColumns(index: number, columns: Graph["columns"]): string {
  if (columns === "plain") {
    return `email: z.email(),
  slug: z.string(),
  status: z.string(),
  kind: z.string(),
  rank: z.int(),
  price: z.number(),
  meta: z.string(),`;
  }
  return `email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft${index}", "published", "archived"]),
  kind: z.literal("kind${index}"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a${index}: z.string(), tags: z.array(z.string()) })),`;
}

function modelSource(index: number, { models, columns, surface }: Graph): string {
  const wrap = (offset: number) => (index + offset + models) % models;
  const [next, previous, peer, peerOf] = [wrap(1), wrap(-1), wrap(7), wrap(-7)];
  const imports = [...new Set([next, previous, peer, peerOf])]
    .filter((other) => other !== index)
    .map((other) => `import { M${other} } from "./model${other}.ts";`);

  return `import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "${surface}";
${imports.join("\n")}

export class M${index} extends Model("M${index}", {
  id: id(),
  name: z.string().min(1).max(200),
  ${ownColumns(index, columns)}
  title: z.string(),
  summary: z.string().nullable(),
  nickname: z.string().optional(),
  views: z.int().default(0),
  score: z.number(),
  total: z.bigint(),
  active: z.boolean().default(true),
  avatar: bytes(),
  uuid: z.uuid(),
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

function querySource(index: number, { models, columns }: Graph): string {
  const next = (index + 1) % models;
  const given =
    columns === "plain"
      ? `status: "s", kind: "k", price: 1, meta: "m"`
      : `status: "draft${index}", kind: "kind${index}", price: "1.50", meta: { a${index}: "x", tags: [] }`;

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
    name: "a", email: "x@y.z", slug: "s", title: "t", score: 1.5, rank: 1, total: 5n,
    avatar: new Uint8Array(), uuid: crypto.randomUUID(), owner, ${given},
  });
  const parent = await made.owner;
  parent.label.length;
  return made.save();
}
export async function query4(key: number): Promise<number> {
  const row = await M${index}.get(key);
  const ranked = await row.owned.where({ active: true }).orderBy((t) => t.rank, "desc").all();
  (await ranked[0]?.owner)?.label;
  return M${index}.where((t) => t.ownerId.eq(row.ownerId)).update((t) => ({ views: t.views.plus(1), title: "u" }));
}
`;
}

function config(): object {
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
    include: ["./*.ts"],
  };
}
