import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M144 } from "./model144.ts";
import { M142 } from "./model142.ts";
import { M150 } from "./model150.ts";
import { M136 } from "./model136.ts";

export class M143 extends Model("M143", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft143", "published", "archived"]),
  kind: z.literal("kind143"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a143: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M144, { relatedName: "owned" }) },
  get owned() { return backRef(M142) },
  get peers() { return manyToMany(M150, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M136) },
}) {
  get label() { return this.name.toUpperCase() }
}
