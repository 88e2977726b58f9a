import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M101 } from "./model101.ts";
import { M99 } from "./model99.ts";
import { M107 } from "./model107.ts";
import { M93 } from "./model93.ts";

export class M100 extends Model("M100", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft100", "published", "archived"]),
  kind: z.literal("kind100"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a100: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M101, { relatedName: "owned" }) },
  get owned() { return backRef(M99) },
  get peers() { return manyToMany(M107, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M93) },
}) {
  get label() { return this.name.toUpperCase() }
}
