import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M12 } from "./model12.ts";
import { M10 } from "./model10.ts";
import { M18 } from "./model18.ts";
import { M4 } from "./model4.ts";

export class M11 extends Model("M11", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft11", "published", "archived"]),
  kind: z.literal("kind11"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a11: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M12, { relatedName: "owned" }) },
  get owned() { return backRef(M10) },
  get peers() { return manyToMany(M18, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M4) },
}) {
  get label() { return this.name.toUpperCase() }
}
