import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  type BackRefViewField,
  backRef,
  foreignKey,
  id,
  Model,
  type Query,
} from "../../src/index.ts";

/** Two models that each see some of the other's rows: the compiler needs to be told what the views are. */
class Team extends Model("Team", {
  id: id(),
  name: z.string(),
  isOpen: z.boolean(),
  get members() {
    return backRef(Member);
  },
  get active(): BackRefViewField<typeof Member> {
    return backRef(Member, { where: (member) => member.isActive.eq(true).and(member.age.gt(17)) });
  },
  get lead() {
    return foreignKey(Member, { relatedName: "leads", nullable: true });
  },
}) {}

class Member extends Model("Member", {
  id: id(),
  isActive: z.boolean(),
  age: z.int(),
  get team() {
    return foreignKey(Team, { relatedName: "members" });
  },
  get leads() {
    return backRef(Team);
  },
  get openLeads(): BackRefViewField<typeof Team> {
    return backRef(Team, { relatedName: "leads", where: (team) => team.isOpen.eq(true) });
  },
}) {}

/** A circle of links in which one side has views: nothing needs to be told. */
class Shelf extends Model("Shelf", {
  id: id(),
  get volumes() {
    return backRef(Volume);
  },
  get thick() {
    return backRef(Volume, { where: (volume) => volume.pages.gt(500) });
  },
  get favourite() {
    return foreignKey(Volume, { relatedName: "favouredBy", nullable: true });
  },
}) {}

class Volume extends Model("Volume", {
  id: id(),
  pages: z.int(),
  get shelf() {
    return foreignKey(Shelf, { relatedName: "volumes" });
  },
  get favouredBy() {
    return backRef(Shelf);
  },
}) {}

class Node extends Model("Node", {
  id: id(),
  hidden: z.boolean(),
  get parent() {
    return foreignKey(Node, { relatedName: "children", nullable: true });
  },
  get children() {
    return backRef(Node);
  },
  get shown(): BackRefViewField<typeof Node> {
    return backRef(Node, { where: (node) => node.hidden.eq(false) });
  },
}) {}

declare const shelf: Shelf;
declare const volume: Volume;
declare const node: Node;
declare const team: Team;
declare const member: Member;

describe("a back reference with a condition", () => {
  test("is a query over the target, on both sides of a circle", async () => {
    expectTypeOf(team.active).toEqualTypeOf<Query<typeof Member>>();
    expectTypeOf(member.openLeads).toEqualTypeOf<Query<typeof Team>>();
    expectTypeOf(await team.active.all()).toEqualTypeOf<Member[]>();
    expectTypeOf(team.name).toEqualTypeOf<string>();
    expectTypeOf(member.teamId).toEqualTypeOf<number>();
    // @ts-expect-error -- a view makes no rows
    team.active.create;
  });

  test("is typed in a circle of links, and of a model with itself", async () => {
    expectTypeOf(shelf.thick).toEqualTypeOf<Query<typeof Volume>>();
    expectTypeOf((await volume.shelf).thick.all()).toEqualTypeOf<Promise<Volume[]>>();
    expectTypeOf(node.shown).toEqualTypeOf<Query<typeof Node>>();
  });

  test("is included as a list", async () => {
    const found = await Team.include({ active: (q) => q.limit(2), members: true }).one();
    const [first] = found.active;
    expectTypeOf(first).toEqualTypeOf<Member | undefined>();
    const counted = await Team.include({ active: (q) => q.combine({ n: q.count() }) }).one();
    expectTypeOf(counted.active.n).toEqualTypeOf<number>();
  });

  test("is a path to many rows", () => {
    Team.where((t) => t.active.some((m) => m.openLeads.none((o) => o.name.eq("x"))));
    // @ts-expect-error -- no such column
    Team.where((t) => t.active.some((m) => m.nothing.eq(1)));
  });

  test("is no part of input", () => {
    Team.create({ name: "a", isOpen: true });
    // @ts-expect-error -- a view is not given
    Team.create({ name: "a", isOpen: true, active: [] });
  });

  test("takes a condition on columns of the target", () => {
    // @ts-expect-error -- no such column
    backRef(Member, { where: (m) => m.nothing.eq(1) });
    // @ts-expect-error -- a relation is no column
    backRef(Member, { where: (m) => m.team.name.eq("a") });
    // @ts-expect-error -- no condition
    backRef(Member, { where: (m) => m.age });
  });
});
