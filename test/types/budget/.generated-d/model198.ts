import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M199 } from "./model199.ts";
import { M197 } from "./model197.ts";
import { M5 } from "./model5.ts";
import { M191 } from "./model191.ts";

export class M198 extends Model("M198", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft198", "published", "archived"]),
  kind: z.literal("kind198"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a198: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M199, { relatedName: "owned" }) },
  get owned() { return backRef(M197) },
  get peers() { return manyToMany(M5, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M191) },
}) {
  get label() { return this.name.toUpperCase() }
}
