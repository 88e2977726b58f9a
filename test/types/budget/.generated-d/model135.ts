import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M136 } from "./model136.ts";
import { M134 } from "./model134.ts";
import { M142 } from "./model142.ts";
import { M128 } from "./model128.ts";

export class M135 extends Model("M135", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft135", "published", "archived"]),
  kind: z.literal("kind135"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a135: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M136, { relatedName: "owned" }) },
  get owned() { return backRef(M134) },
  get peers() { return manyToMany(M142, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M128) },
}) {
  get label() { return this.name.toUpperCase() }
}
