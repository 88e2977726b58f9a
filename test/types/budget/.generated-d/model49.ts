import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M50 } from "./model50.ts";
import { M48 } from "./model48.ts";
import { M56 } from "./model56.ts";
import { M42 } from "./model42.ts";

export class M49 extends Model("M49", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft49", "published", "archived"]),
  kind: z.literal("kind49"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a49: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M50, { relatedName: "owned" }) },
  get owned() { return backRef(M48) },
  get peers() { return manyToMany(M56, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M42) },
}) {
  get label() { return this.name.toUpperCase() }
}
