import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M105 } from "./model105.ts";
import { M103 } from "./model103.ts";
import { M111 } from "./model111.ts";
import { M97 } from "./model97.ts";

export class M104 extends Model("M104", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft104", "published", "archived"]),
  kind: z.literal("kind104"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a104: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M105, { relatedName: "owned" }) },
  get owned() { return backRef(M103) },
  get peers() { return manyToMany(M111, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M97) },
}) {
  get label() { return this.name.toUpperCase() }
}
