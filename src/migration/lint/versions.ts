/** FM140: what an older PostgreSQL can't read. */
import { isAtLeast } from "../../ddl/version.ts";
import type { Operation } from "../../ir/migration.ts";
import type { ForeignKeyIr, IndexIr, UniqueIr } from "../../ir/schema.ts";
import { dotted, type LintContext, newColumns, type Rule } from "./rule.ts";

/** What came with which version. */
const news: readonly (readonly [version: string, words: RegExp])[] = [
  [
    "15",
    /\bNULLS NOT DISTINCT\b|^MERGE\b|\bSECURITY_INVOKER\b|\bON DELETE SET (?:NULL|DEFAULT) ?\(|\bREGEXP_(?:COUNT|INSTR|LIKE|SUBSTR)\(/,
  ],
  ["16", /\b(?:ANY_VALUE|PG_INPUT_IS_VALID|JSON_ARRAYAGG|JSON_OBJECTAGG)\(/],
  ["17", /\bJSON_TABLE\(|\bSET EXPRESSION\b|^MERGE\b.*\bRETURNING\b/],
  [
    "18",
    /\)\s?VIRTUAL\b|\bNOT ENFORCED\b|\bWITHOUT OVERLAPS\b|^ALTER TABLE\b.*\bADD (?:CONSTRAINT \S+ )?NOT NULL\b|\bUUIDV[47]\(|\bRETURNING (?:WITH\b|(?:OLD|NEW)\.)/,
  ],
];

/** The version that words need, where the oldest that is served has them not. */
function neededBy(words: string, { targets: { postgres } }: LintContext): string | null {
  if (postgres === undefined) return null;
  return (
    news.findLast(([since, form]) => !isAtLeast(postgres, since) && form.test(words))?.[0] ?? null
  );
}

interface Parts {
  readonly keys: readonly ForeignKeyIr[];
  readonly distinct: readonly (UniqueIr | IndexIr)[];
}

const none: Parts = { keys: [], distinct: [] };

function partsOf(operation: Operation): Parts {
  switch (operation.op) {
    case "createTable": {
      const { foreignKeys, uniques, indexes } = operation.table;
      return { keys: foreignKeys, distinct: [...uniques, ...indexes] };
    }
    case "addForeignKey":
      return { ...none, keys: [operation.foreignKey] };
    case "addUnique":
      return { ...none, distinct: [operation.unique] };
    case "createIndex":
      return { ...none, distinct: [operation.index] };
    default:
      return none;
  }
}

/** What an operation needs, as the words that say it. */
function wordsOf(operation: Operation): readonly (readonly [name: string, words: string])[] {
  const { keys, distinct } = partsOf(operation);
  const generated =
    operation.op === "setGenerated"
      ? [[operation.table, { name: operation.column, generated: operation.generated }] as const]
      : newColumns(operation);
  return [
    ...generated.flatMap(([table, { name, generated: made }]) =>
      made?.stored === false ? [[dotted(table, name), "() VIRTUAL"] as const] : [],
    ),
    ...keys.flatMap(({ name, setColumns }) =>
      setColumns === undefined ? [] : [[dotted(name), "ON DELETE SET NULL ("] as const],
    ),
    ...distinct.flatMap(({ name, nullsNotDistinct }) =>
      nullsNotDistinct === true ? [[dotted(name), "NULLS NOT DISTINCT"] as const] : [],
    ),
  ];
}

/** The rules. */
export const versionRules: readonly Rule[] = [
  {
    id: "FM140",
    severity: "error",
    database: "postgres",
    when: "SQL or a part of a table that needs a newer PostgreSQL than `target` names",
    why: "there it is a syntax error",
    rewrite: "an older form; or raise `target` in ferro.config.ts",
    find: (operation, context) => {
      for (const [name, words] of wordsOf(operation)) {
        const version = neededBy(words, context);
        if (version !== null) return `${name}, from ${version} on`;
      }
      return null;
    },
    findSql: ({ text }, context) => neededBy(text, context) !== null,
  },
];
