import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M185 } from "./model185.ts";
import { M183 } from "./model183.ts";
import { M191 } from "./model191.ts";
import { M177 } from "./model177.ts";

export class M184 extends Model("M184", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft184", "published", "archived"]),
  kind: z.literal("kind184"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a184: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M185, { relatedName: "owned" }) },
  get owned() { return backRef(M183) },
  get peers() { return manyToMany(M191, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M177) },
}) {
  get label() { return this.name.toUpperCase() }
}
