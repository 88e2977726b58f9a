import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M71 } from "./model71.ts";
import { M69 } from "./model69.ts";
import { M77 } from "./model77.ts";
import { M63 } from "./model63.ts";

export class M70 extends Model("M70", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft70", "published", "archived"]),
  kind: z.literal("kind70"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a70: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M71, { relatedName: "owned" }) },
  get owned() { return backRef(M69) },
  get peers() { return manyToMany(M77, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M63) },
}) {
  get label() { return this.name.toUpperCase() }
}
