import { M185 } from "./model185.ts";
import { M186 } from "./model186.ts";

export async function query1(): Promise<string[]> {
  const rows = await M185.where((t) => t.name.startsWith("a").and(t.owner.email.eq("x@y.z")))
    .orderBy((t) => t.createdAt.desc())
    .limit(10)
    .all();
  return rows.map((row) => row.label + row.status);
}
export async function query2(): Promise<number> {
  return M185.where((t) => t.owned.some((o) => o.views.gt(10).and(o.peers.none((p) => p.active.eq(true)))))
    .count();
}
export async function query3(owner: M186): Promise<M185> {
  const made = await M185.create({
    name: "a", email: "x@y.z", slug: "s", title: "t", score: 1.5, rank: 1, total: 5n,
    avatar: new Uint8Array(), uuid: crypto.randomUUID(), owner, status: "draft185", kind: "kind185", price: "1.50", meta: { a185: "x", tags: [] },
  });
  const parent = await made.owner;
  parent.label.length;
  return made.save();
}
export async function query4(key: number): Promise<number> {
  const row = await M185.get(key);
  const ranked = await row.owned.where({ active: true }).orderBy((t) => t.rank, "desc").all();
  ranked[0]?.owner.then((owner) => owner.label);
  return M185.where((t) => t.ownerId.eq(row.ownerId)).update((t) => ({ views: t.views.plus(1), title: "u" }));
}
