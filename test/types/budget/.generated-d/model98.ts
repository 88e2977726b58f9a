import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M99 } from "./model99.ts";
import { M97 } from "./model97.ts";
import { M105 } from "./model105.ts";
import { M91 } from "./model91.ts";

export class M98 extends Model("M98", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft98", "published", "archived"]),
  kind: z.literal("kind98"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a98: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M99, { relatedName: "owned" }) },
  get owned() { return backRef(M97) },
  get peers() { return manyToMany(M105, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M91) },
}) {
  get label() { return this.name.toUpperCase() }
}
