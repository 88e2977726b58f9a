import fc from "fast-check";
import { expect, test } from "vitest";
import { engines } from "../../src/index.ts";
import { describeEachDatabase } from "../support/databases.ts";
import { useDatabase } from "../support/use-database.ts";
import { Author, Employee, Post, Profile, Tag } from "./models.ts";

/** The relations of each model: where they lead, and whether to many rows. */
const relations: Readonly<Record<string, Readonly<Record<string, readonly [string, boolean]>>>> = {
  Author: { posts: ["Post", true], reviews: ["Post", true], profile: ["Profile", false] },
  Post: { author: ["Author", false], reviewer: ["Author", false], tags: ["Tag", true] },
  Tag: { posts: ["Post", true] },
  Profile: { user: ["Author", false] },
};

/** What is wanted of one relation. */
interface Wanted {
  readonly relation: string;
  readonly many: boolean;
  readonly lambda: boolean;
  readonly minimum: number | undefined;
  readonly descending: boolean | undefined;
  readonly offset: number | undefined;
  readonly limit: number | undefined;
  readonly inner: readonly Wanted[];
}

const treeOf = (model: string, depth: number): fc.Arbitrary<readonly Wanted[]> =>
  fc
    .subarray(Object.keys(relations[model] ?? {}))
    .chain((names) => fc.tuple(...names.map((name) => wanted(model, name, depth))));

function wanted(model: string, relation: string, depth: number): fc.Arbitrary<Wanted> {
  const [target, many] = relations[model]?.[relation] ?? ["", false];
  return fc.record({
    relation: fc.constant(relation),
    many: fc.constant(many),
    lambda: fc.boolean(),
    minimum: fc.option(fc.nat(8), { nil: undefined }),
    descending: fc.option(fc.boolean(), { nil: undefined }),
    offset: many ? fc.option(fc.nat(2), { nil: undefined }) : fc.constant(undefined),
    limit: many ? fc.option(fc.nat(3), { nil: undefined }) : fc.constant(undefined),
    inner: depth > 1 ? treeOf(target, depth - 1) : fc.constant([]),
  });
}

type Query = Record<string, (...given: unknown[]) => Query>;

/** The steps of a refinement, on whatever has them: a lambda's parameter, or a relation's own query. */
function refine(query: Query, { minimum, descending, offset, limit }: Wanted): Query {
  let refined = query;
  if (minimum !== undefined) {
    refined = call(refined, "where", (t: { id: { gte(value: number): unknown } }) =>
      t.id.gte(minimum),
    );
  }
  if (descending !== undefined) {
    refined = call(refined, "orderBy", "id", descending ? "desc" : "asc");
  }
  if (offset !== undefined) refined = call(refined, "offset", offset);
  if (limit !== undefined) refined = call(refined, "limit", limit);
  return refined;
}

const call = (query: Query, method: string, ...given: unknown[]) =>
  (query[method] as (...given: unknown[]) => Query).apply(query, given);

const includeOf = (tree: readonly Wanted[]): Record<string, unknown> =>
  Object.fromEntries(
    tree.map((want) => {
      const inner = includeOf(want.inner);
      const plain = want.inner.length === 0 ? true : inner;
      if (!want.lambda) return [want.relation, plain];
      const one = { ...want, descending: undefined };
      const lambda = (q: Query) => call(refine(q, want.many ? want : one), "include", inner);
      return [want.relation, lambda];
    }),
  );

interface Shown {
  readonly id: unknown;
  readonly [relation: string]: unknown;
}

/** What was loaded, as plain data; lists without an order, or a limit, which needs one, are sorted. */
function shown(row: object, tree: readonly Wanted[]): Shown {
  const entity = row as Record<string, unknown>;
  const found: Record<string, unknown> = { id: entity["id"] };
  for (const want of tree) {
    const value = entity[want.relation] as object | null;
    found[want.relation] = Array.isArray(value)
      ? settled(
          value.map((each: object) => shown(each, want.inner)),
          want,
        )
      : value && shown(value, want.inner);
  }
  return found as Shown;
}

const settled = (list: Shown[], { lambda, descending }: Wanted) =>
  lambda && descending !== undefined ? list : list.sort((a, b) => Number(a.id) - Number(b.id));

/** The same, loaded row by row. */
async function naive(row: object, tree: readonly Wanted[]): Promise<Shown> {
  const entity = row as Record<string, unknown>;
  const found: Record<string, unknown> = { id: entity["id"] };
  for (const want of tree) {
    if (want.many) {
      const ordered = want.lambda
        ? refineWithOrder(entity[want.relation] as Query, want)
        : entity[want.relation];
      const rows = await (ordered as { all(): Promise<object[]> }).all();
      const list: Shown[] = [];
      for (const each of rows) list.push(await naive(each, want.inner));
      found[want.relation] = settled(list, want);
    } else {
      const one = (await entity[want.relation]) as { id: number } | null;
      const kept = one !== null && (!want.lambda || one.id >= (want.minimum ?? 0)) ? one : null;
      found[want.relation] = kept && (await naive(kept, want.inner));
    }
  }
  return found as Shown;
}

/** A list that is cut without an order is cut in the order of the key. */
function refineWithOrder(query: Query, want: Wanted): Query {
  const cut = want.limit !== undefined || want.offset !== undefined;
  return refine(
    query,
    cut && want.descending === undefined ? { ...want, descending: false } : want,
  );
}

const pick = fc.nat(30);
const rows = fc.record({
  authors: fc.integer({ min: 1, max: 4 }),
  posts: fc.array(fc.tuple(pick, fc.option(pick)), { maxLength: 7 }),
  tags: fc.nat(3),
  links: fc.array(fc.tuple(pick, pick), { maxLength: 8 }),
  profiles: fc.subarray([0, 1, 2, 3]),
});
type Rows = typeof rows extends fc.Arbitrary<infer Value> ? Value : never;

async function fill({ authors, posts, tags, links, profiles }: Rows): Promise<void> {
  const at = <Value>(list: readonly Value[], index: number) => list[index % list.length] as Value;
  // Keys begin at 1 in every run, so that conditions on them mean something.
  for (let id = 1; id <= authors; id += 1) {
    await Author.create({ id, name: `a${id}`, email: `a${id}@example.com` });
  }
  const all = await Author.orderBy("id").all();
  for (const [index, author] of all.entries()) {
    if (profiles.includes(index)) await Profile.create({ id: index + 1, user: author });
  }
  const made: Post[] = [];
  for (const [index, [author, reviewer]] of posts.entries()) {
    const reviewed = reviewer === null ? null : at(all, reviewer);
    const input = { id: index + 1, title: `p${index}`, author: at(all, author) };
    made.push(await Post.create({ ...input, reviewer: reviewed }));
  }
  const labels: Tag[] = [];
  for (let id = 1; id <= tags; id += 1) labels.push(await Tag.create({ id, name: `t${id}` }));
  if (made.length === 0 || labels.length === 0) return;
  for (const [post, tag] of links) await at(made, post).tags.add(at(labels, tag));
}

describeEachDatabase("any include", (db) => {
  useDatabase(db);

  test("gives what loading row by row gives, with an identity map and without", async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        treeOf("Author", 3),
        treeOf("Post", 3),
        fc.boolean(),
        async (data, authorTree, postTree, identityMap) => {
          for (const model of [Post, Profile, Tag, Author, Employee])
            await model.allRows().delete();
          await fill(data);
          for (const [model, tree] of [
            [Author, authorTree],
            [Post, postTree],
          ] as const) {
            const expected: Shown[] = [];
            const roots = await (model as typeof Author).lazy("one").orderBy("id").all();
            for (const root of roots) expected.push(await naive(root, tree));

            await engines.session({ identityMap }).run(async () => {
              const included = await (model as typeof Author)
                .include(includeOf(tree) as never)
                .orderBy("id")
                .all();
              // An object of the identity map shows what its last include wanted, so trees that meet themselves are left out.
              if (identityMap) expect(included).toHaveLength(expected.length);
              else expect(included.map((row) => shown(row, tree))).toEqual(expected);
            });
            await engines.session({ identityMap }).run(async () => {
              const lazy: Shown[] = [];
              for (const root of await (model as typeof Author).orderBy("id").all()) {
                lazy.push(await naive(root, tree));
              }
              expect(lazy).toEqual(expected);
            });
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
