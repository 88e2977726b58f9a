/** Schemas for tests of versioned migrations, as models make them. */

import { applyOperations, emptySchema } from "../../src/ir/apply.ts";
import type { SchemaPayload } from "../../src/ir/schema.ts";
import { op } from "../../src/migration/op.ts";

/** Authors with posts. */
export const authors = [
  op.createTable("author", {
    columns: [
      { name: "id", type: "integer", autoincrement: true },
      { name: "name", type: "text" },
    ],
    primaryKey: ["id"],
  }),
  op.createTable("post", {
    columns: [
      { name: "author_id", type: "integer" },
      { name: "id", type: "integer", autoincrement: true },
      { name: "title", type: "text" },
    ],
    primaryKey: ["id"],
    foreignKeys: [{ columns: ["author_id"], references: ["author", "id"], onDelete: "CASCADE" }],
  }),
];

/** Slugs, filled and made unique, and a tag table. */
export const slugs = [
  op.addColumn("post", { name: "slug", type: "varchar(200)", nullable: true }),
  op.backfill("post", { set: { slug: "lower(title)" }, where: "slug is null", batch: 2 }),
  op.setNotNull("post", "slug"),
  op.addUnique("post", { columns: ["slug"] }),
  op.createIndex("post", { columns: ["author_id"] }),
  op.createTable("tag", {
    columns: [
      { name: "id", type: "integer", autoincrement: true },
      { name: "label", type: "text", default: "none" },
    ],
    primaryKey: ["id"],
  }),
];

/** The schema after operations on nothing. */
export function schemaOf(...operations: readonly (typeof authors | typeof slugs)[]): SchemaPayload {
  return applyOperations(emptySchema, operations.flat());
}
