import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M154 } from "./model154.ts";
import { M152 } from "./model152.ts";
import { M160 } from "./model160.ts";
import { M146 } from "./model146.ts";

export class M153 extends Model("M153", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft153", "published", "archived"]),
  kind: z.literal("kind153"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a153: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M154, { relatedName: "owned" }) },
  get owned() { return backRef(M152) },
  get peers() { return manyToMany(M160, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M146) },
}) {
  get label() { return this.name.toUpperCase() }
}
