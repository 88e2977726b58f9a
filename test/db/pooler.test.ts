/** What a pooler in transaction mode must not break; `npm run test:pooler` puts one in between. */
import { afterEach, expect, test } from "vitest";
import {
  type Connection,
  connect,
  execute,
  fetchOne,
  resetEngine,
  transaction,
} from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";

describeEachDatabase(
  "tenants in schemas of one database",
  (db) => {
    afterEach(() => resetEngine());

    const tenants = ["tenant_a", "tenant_b"] as const;

    const open = (tenant: string): Promise<Connection> => {
      const url = new URL(db.url);
      url.searchParams.set("ferro_search_path", tenant);
      return connect(url.href, { name: tenant, pool: { maxConnections: 4 } });
    };

    test("R-1.4 2,000 interleaved reads and as many transactions see their own schema, never the other", async () => {
      await connect(db.url, { name: "plain" });
      for (const tenant of tenants) {
        await execute(`create schema ${tenant}`, [], { using: "plain" });
        await execute(`create table ${tenant}.owner as select '${tenant}' as name`, [], {
          using: "plain",
        });
        await open(tenant);
      }
      let crossings = 0;
      let reads = 0;
      const note = (tenant: string, row: Record<string, unknown> | null | undefined) => {
        reads += 1;
        if (row?.["name"] !== tenant || row["path"] !== tenant) crossings += 1;
      };
      const question = "select name, current_schema()::text as path from owner";

      let next = 0;
      const caller = async (): Promise<void> => {
        while (next < 2000) {
          const tenant = tenants[next % 2]!;
          next += 1;
          note(tenant, await fetchOne(question, [], { using: tenant }));
          await transaction(async (tx) => note(tenant, await tx.fetchOne(question)), {
            using: tenant,
          });
        }
      };
      await Promise.all(Array.from({ length: 20 }, caller));

      expect(reads).toBe(4000);
      expect(crossings).toBe(0);
      // Nor does the setting stay behind for who sets none.
      const found = await Promise.all(
        Array.from({ length: 50 }, () =>
          fetchOne("select current_schema()::text as path", [], { using: "plain" }),
        ),
      );
      expect(found.map((row) => row?.["path"])).toEqual(found.map(() => "public"));
    });

    test("a failed statement of one tenant leaves nothing to the other", async () => {
      for (const tenant of tenants) await open(tenant);

      for (let round = 0; round < 50; round += 1) {
        await expect(
          fetchOne("select * from no_such_table", [], { using: "tenant_a" }),
        ).rejects.toThrow();
        expect(await fetchOne("select name from owner", [], { using: "tenant_b" })).toEqual({
          name: "tenant_b",
        });
      }
    });
  },
  { on: ["postgres"] },
);
