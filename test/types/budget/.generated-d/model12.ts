import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M13 } from "./model13.ts";
import { M11 } from "./model11.ts";
import { M19 } from "./model19.ts";
import { M5 } from "./model5.ts";

export class M12 extends Model("M12", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft12", "published", "archived"]),
  kind: z.literal("kind12"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a12: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M13, { relatedName: "owned" }) },
  get owned() { return backRef(M11) },
  get peers() { return manyToMany(M19, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M5) },
}) {
  get label() { return this.name.toUpperCase() }
}
