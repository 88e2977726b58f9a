import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M83 } from "./model83.ts";
import { M81 } from "./model81.ts";
import { M89 } from "./model89.ts";
import { M75 } from "./model75.ts";

export class M82 extends Model("M82", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft82", "published", "archived"]),
  kind: z.literal("kind82"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a82: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M83, { relatedName: "owned" }) },
  get owned() { return backRef(M81) },
  get peers() { return manyToMany(M89, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M75) },
}) {
  get label() { return this.name.toUpperCase() }
}
