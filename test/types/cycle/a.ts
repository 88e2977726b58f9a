import { z } from "zod";
import { backRef, foreignKey, id, Model } from "../support/model.ts";
// biome-ignore lint/suspicious/noImportCycles: the circle is what is tested
import { Branch } from "./b.ts";
// biome-ignore lint/suspicious/noImportCycles: the circle is what is tested
import { Clerk } from "./c.ts";

/** A -> B -> C -> A, each in a file of its own. */
export class Agency extends Model("Agency", {
  id: id(),
  name: z.string(),
  get mainBranch() {
    return foreignKey(Branch, { relatedName: "agencies" });
  },
  get clerks() {
    return backRef(Clerk);
  },
}) {
  get title(): string {
    return `${this.name} ${this.mainBranchId}`;
  }
}
