import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M20 } from "./model20.ts";
import { M18 } from "./model18.ts";
import { M26 } from "./model26.ts";
import { M12 } from "./model12.ts";

export class M19 extends Model("M19", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft19", "published", "archived"]),
  kind: z.literal("kind19"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a19: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M20, { relatedName: "owned" }) },
  get owned() { return backRef(M18) },
  get peers() { return manyToMany(M26, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M12) },
}) {
  get label() { return this.name.toUpperCase() }
}
