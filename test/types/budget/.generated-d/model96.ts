import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M97 } from "./model97.ts";
import { M95 } from "./model95.ts";
import { M103 } from "./model103.ts";
import { M89 } from "./model89.ts";

export class M96 extends Model("M96", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft96", "published", "archived"]),
  kind: z.literal("kind96"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a96: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M97, { relatedName: "owned" }) },
  get owned() { return backRef(M95) },
  get peers() { return manyToMany(M103, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M89) },
}) {
  get label() { return this.name.toUpperCase() }
}
