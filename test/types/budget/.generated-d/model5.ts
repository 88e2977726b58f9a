import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M6 } from "./model6.ts";
import { M4 } from "./model4.ts";
import { M12 } from "./model12.ts";
import { M198 } from "./model198.ts";

export class M5 extends Model("M5", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft5", "published", "archived"]),
  kind: z.literal("kind5"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a5: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M6, { relatedName: "owned" }) },
  get owned() { return backRef(M4) },
  get peers() { return manyToMany(M12, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M198) },
}) {
  get label() { return this.name.toUpperCase() }
}
