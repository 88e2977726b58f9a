import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M127 } from "./model127.ts";
import { M125 } from "./model125.ts";
import { M133 } from "./model133.ts";
import { M119 } from "./model119.ts";

export class M126 extends Model("M126", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft126", "published", "archived"]),
  kind: z.literal("kind126"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a126: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M127, { relatedName: "owned" }) },
  get owned() { return backRef(M125) },
  get peers() { return manyToMany(M133, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M119) },
}) {
  get label() { return this.name.toUpperCase() }
}
