import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M182 } from "./model182.ts";
import { M180 } from "./model180.ts";
import { M188 } from "./model188.ts";
import { M174 } from "./model174.ts";

export class M181 extends Model("M181", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft181", "published", "archived"]),
  kind: z.literal("kind181"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a181: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M182, { relatedName: "owned" }) },
  get owned() { return backRef(M180) },
  get peers() { return manyToMany(M188, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M174) },
}) {
  get label() { return this.name.toUpperCase() }
}
