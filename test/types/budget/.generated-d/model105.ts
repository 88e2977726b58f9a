import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M106 } from "./model106.ts";
import { M104 } from "./model104.ts";
import { M112 } from "./model112.ts";
import { M98 } from "./model98.ts";

export class M105 extends Model("M105", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft105", "published", "archived"]),
  kind: z.literal("kind105"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a105: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M106, { relatedName: "owned" }) },
  get owned() { return backRef(M104) },
  get peers() { return manyToMany(M112, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M98) },
}) {
  get label() { return this.name.toUpperCase() }
}
