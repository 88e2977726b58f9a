import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M29 } from "./model29.ts";
import { M27 } from "./model27.ts";
import { M35 } from "./model35.ts";
import { M21 } from "./model21.ts";

export class M28 extends Model("M28", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft28", "published", "archived"]),
  kind: z.literal("kind28"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a28: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M29, { relatedName: "owned" }) },
  get owned() { return backRef(M27) },
  get peers() { return manyToMany(M35, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M21) },
}) {
  get label() { return this.name.toUpperCase() }
}
