/** Names of classes and properties: those of the database, in the spelling of a program, each once. */
import { reservedProperties } from "../../definition/read.ts";
import { bareName } from "../../util/identifier.ts";
import { isIdentifier } from "./code.ts";

/** Names that are given once. */
export class NameSpace {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  /** The first of the candidates that is free; the last one with a number where none is. */
  take(...candidates: readonly [string, ...string[]]): string {
    const free = candidates.find((name) => !this.#taken.has(name));
    let name = free ?? candidates[candidates.length - 1] ?? candidates[0];
    for (let n = 2; this.#taken.has(name); n += 1) name = `${candidates.at(-1)}${n}`;
    this.#taken.add(name);
    return name;
  }
}

/** The words of a name: `OrderDetails`, `order_details` and `Order Details` have the same two. */
export function wordsOf(name: string): readonly string[] {
  const parts = name.normalize("NFC").match(/[\p{L}\p{N}]+/gu) ?? [];
  return parts.flatMap(
    (part) =>
      part.match(/\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}+(?!\p{Ll})\p{N}*|\p{Lu}?[^\p{Lu}]+|\p{Lu}/gu) ??
      [],
  );
}

/** `order_id` as `orderId`; what no identifier may begin with gets a `_` before it. */
export function camelCase(name: string): string {
  const [first = "", ...rest] = wordsOf(name);
  const joined = first.toLowerCase() + rest.map(capitalised).join("");
  return identifier(joined, "column");
}

/** `order_details` as `OrderDetails`. */
export function pascalCase(name: string): string {
  return identifier(wordsOf(name).map(capitalised).join(""), "Table");
}

function capitalised(word: string): string {
  const [first = "", ...rest] = word.toLowerCase();
  return first.toUpperCase() + rest.join("");
}

function identifier(name: string, otherwise: string): string {
  if (name === "") return otherwise;
  if (isIdentifier(name)) return name;
  const prefixed = `_${name}`;
  return isIdentifier(prefixed) ? prefixed : otherwise;
}

/** A property that an instance may have. */
export function safeProperty(name: string): string {
  return reservedProperties.has(name) ? `${name}_` : name;
}

const irregular: Readonly<Record<string, string>> = {
  people: "person",
  children: "child",
  men: "man",
  women: "woman",
  mice: "mouse",
  feet: "foot",
  teeth: "tooth",
  indices: "index",
  vertices: "vertex",
  matrices: "matrix",
  analyses: "analysis",
  statuses: "status",
  addresses: "address",
  aliases: "alias",
  buses: "bus",
  movies: "movie",
  cookies: "cookie",
  caches: "cache",
};
const uncounted: ReadonlySet<string> = new Set([
  "data",
  "media",
  "news",
  "series",
  "species",
  "sms",
  "dns",
  "https",
  "gps",
  "details",
  "settings",
  "metadata",
  "credentials",
  "stats",
  "analytics",
]);

/** The last word of a name in the singular. */
export function singular(name: string): string {
  const words = wordsOf(name);
  const last = words.at(-1)?.toLowerCase() ?? "";
  return [...words.slice(0, -1), singularWord(last)].join("_");
}

function singularWord(word: string): string {
  if (uncounted.has(word)) return word;
  const known = irregular[word];
  if (known !== undefined) return known;
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|zz)es$/.test(word)) return word.slice(0, -2);
  if (/(?:ss|us|is)$/.test(word) || !/[^s]s$/.test(word)) return word;
  return word.slice(0, -1);
}

/** A name in the plural. */
export function plural(name: string): string {
  if (/(?:s|sh|ch|x|z)$/i.test(name))
    return /[^s]s$/i.test(name) && !/(?:us|is|as|os)$/i.test(name) ? name : `${name}es`;
  if (/[^aeiou]y$/i.test(name)) return `${name.slice(0, -1)}ies`;
  return `${name}s`;
}

/** Names that a class in a module of models can't have. */
const takenClasses: readonly string[] = [
  "Model",
  "Object",
  "Function",
  "Array",
  "String",
  "Number",
  "Boolean",
  "Symbol",
  "Date",
  "Promise",
  "Map",
  "Set",
  "Error",
  "Proxy",
  "Reflect",
  "Infinity",
  "NaN",
];

/** The class of each table. */
export function nameClasses(
  tables: readonly string[],
  known: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const space = new NameSpace([...takenClasses, ...known.values()]);
  // Model names give the default table in lower case, so that they may not differ in case alone.
  const folded = new NameSpace([...known.values()].map((name) => name.toLowerCase()));
  const classes = new Map(
    tables.flatMap((name) => {
      const given = known.get(name);
      return given === undefined ? [] : [[name, given] as const];
    }),
  );
  // A table that is in the singular already has the first right to its name.
  const bySingular = (name: string) =>
    pascalCase(singular(bareName(name))) === pascalCase(bareName(name));
  const inUse = (name: string) => bareName(name) === name;
  // So has one in the schema in use before those in others.
  const ranked = [...tables.filter(inUse), ...tables.filter((name) => !inUse(name))];
  const order = [...ranked.filter(bySingular), ...ranked.filter((name) => !bySingular(name))];
  for (const table of order) {
    if (classes.has(table)) continue;
    const bare = bareName(table);
    const candidates = [
      pascalCase(singular(bare)),
      pascalCase(bare),
      ...(bare === table ? [] : [pascalCase(table)]),
      `${pascalCase(table)}Row`,
    ];
    const free = candidates.find((name) => !space.has(name) && !folded.has(name.toLowerCase()));
    let name = free ?? candidates[1] ?? "Table";
    for (let n = 2; space.has(name) || folded.has(name.toLowerCase()); n += 1) {
      name = `${candidates[1]}${n}`;
    }
    space.take(name);
    folded.take(name.toLowerCase());
    classes.set(table, name);
  }
  return classes;
}
