import { describe, expectTypeOf, test } from "vitest";
import type { Predicate } from "../../src/query/expression-types.ts";
import { Agency } from "./cycle/a.ts";
import type { Branch } from "./cycle/b.ts";
import { Clerk } from "./cycle/c.ts";

declare const clerk: Clerk;

describe("three models in a circle of files", () => {
  test("relations lead all the way round", async () => {
    const agency = await clerk.agency;
    const branch = await agency.mainBranch;
    const chief = await branch.chief;

    expectTypeOf(agency).toEqualTypeOf<Agency>();
    expectTypeOf(branch).toEqualTypeOf<Branch>();
    expectTypeOf(chief).toEqualTypeOf<Clerk | null>();
    expectTypeOf(agency.title).toEqualTypeOf<string>();
  });

  test("shadows have the type of the target's key", async () => {
    const agency = await clerk.agency;
    const branch = await agency.mainBranch;

    expectTypeOf(clerk.agencyId).toEqualTypeOf<number>();
    expectTypeOf(agency.mainBranchId).toEqualTypeOf<string>();
    expectTypeOf(branch.chiefId).toEqualTypeOf<bigint | null>();
  });

  test("paths lead all the way round", () => {
    Clerk.where((t) => {
      expectTypeOf(t.agency.mainBranch.chief.agency.name.eq("a")).toEqualTypeOf<Predicate>();
      return t.agency.clerks.some((other) => other.leads.none((b) => b.city.eq("Oslo")));
    });
  });

  test("input takes either side of a link", () => {
    expectTypeOf(Agency.create({ name: "a", mainBranchId: "u" })).toEqualTypeOf<Promise<Agency>>();
  });
});
