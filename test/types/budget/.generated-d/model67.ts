import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M68 } from "./model68.ts";
import { M66 } from "./model66.ts";
import { M74 } from "./model74.ts";
import { M60 } from "./model60.ts";

export class M67 extends Model("M67", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft67", "published", "archived"]),
  kind: z.literal("kind67"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a67: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M68, { relatedName: "owned" }) },
  get owned() { return backRef(M66) },
  get peers() { return manyToMany(M74, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M60) },
}) {
  get label() { return this.name.toUpperCase() }
}
