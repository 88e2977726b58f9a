import { z } from "zod";
import { backRef, bytes, decimal, field, foreignKey, id, json, manyToMany, Model } from "../surface.ts";
import { M137 } from "./model137.ts";
import { M135 } from "./model135.ts";
import { M143 } from "./model143.ts";
import { M129 } from "./model129.ts";

export class M136 extends Model("M136", {
  id: id(),
  name: z.string().min(1).max(200),
  email: field(z.email(), { unique: true }),
  slug: field(z.string(), { index: true, dbType: "varchar(80)" }),
  status: z.enum(["draft136", "published", "archived"]),
  kind: z.literal("kind136"),
  rank: field(z.int(), { index: true }),
  price: decimal(10, 2),
  meta: json(z.object({ a136: z.string(), tags: z.array(z.string()) })),
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
  get owner() { return foreignKey(M137, { relatedName: "owned" }) },
  get owned() { return backRef(M135) },
  get peers() { return manyToMany(M143, { relatedName: "peerOf" }) },
  get peerOf() { return backRef(M129) },
}) {
  get label() { return this.name.toUpperCase() }
}
