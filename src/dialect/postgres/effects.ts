/** What statements lock, read and write anew, told by their text; test/db/preview.test.ts measures each. */
import type { StatementEffect } from "../migration.ts";

const moment = { reads: false, rewrites: false };
const scan = { reads: true, rewrites: false };
const rewrite = { reads: true, rewrites: true };
const everyone = { lock: "ACCESS EXCLUSIVE", waiting: "everyone" } as const;
const nobody = { lock: "SHARE UPDATE EXCLUSIVE", waiting: "nobody" } as const;
const writers = { lock: "SHARE", waiting: "writers" } as const;
const keys = { lock: "SHARE ROW EXCLUSIVE", waiting: "writers" } as const;
const rows = { lock: "ROW EXCLUSIVE", waiting: "nobody" } as const;

const volatile =
  /\bDEFAULT\b.*\b(?:GEN_RANDOM_UUID|UUID_GENERATE_V\w+|UUIDV\d|RANDOM|CLOCK_TIMESTAMP|NEXTVAL|TIMEOFDAY)\(/;

type Entry = readonly [statement: RegExp, effect: StatementEffect | null];

/** The first that fits counts. Statements are one line, words in upper case. */
const table: readonly Entry[] = [
  [/^CREATE (?:UNIQUE )?INDEX CONCURRENTLY\b/, { ...nobody, ...scan }],
  [/^CREATE (?:UNIQUE )?INDEX\b/, { ...writers, ...scan }],
  [/^DROP INDEX CONCURRENTLY\b/, { ...nobody, ...moment }],
  [/^DROP (?:INDEX|TABLE|TRIGGER)\b/, { ...everyone, ...moment }],
  [/^TRUNCATE\b/, { ...everyone, ...moment }],
  [/^REINDEX\b.*\bCONCURRENTLY\b/, { ...nobody, ...scan }],
  [/^REINDEX\b/, { ...writers, ...scan }],
  [/^(?:CLUSTER\b|VACUUM\b.*\bFULL\b)/, { ...everyone, ...rewrite }],
  [/^CREATE (?:OR REPLACE )?(?:CONSTRAINT )?TRIGGER\b/, { ...keys, ...moment }],
  [/^COMMENT ON (?:TABLE|COLUMN)\b/, { ...nobody, ...moment }],
  [/^(?:UPDATE|DELETE|MERGE)\b/, { ...rows, ...scan }],
  [/^INSERT\b/, { ...rows, ...moment }],
  [/^ALTER TABLE\b.*\bALTER(?: COLUMN)? \S+ (?:SET DATA )?TYPE\b/, { ...everyone, ...rewrite }],
  [/^ALTER TABLE\b.*\bSET (?:LOGGED|UNLOGGED|TABLESPACE)\b/, { ...everyone, ...rewrite }],
  [
    /^ALTER TABLE\b.*\bADD COLUMN\b.*\b(?:STORED|IDENTITY|(?:BIG|SMALL)?SERIAL)\b/,
    { ...everyone, ...rewrite },
  ],
  [
    new RegExp(`^ALTER TABLE\\b.*\\bADD COLUMN\\b.*${volatile.source}`),
    { ...everyone, ...rewrite },
  ],
  [/^ALTER TABLE\b.*\bADD COLUMN\b.*\b(?:CHECK|UNIQUE|PRIMARY KEY)\b/, { ...everyone, ...scan }],
  [/^ALTER TABLE\b.*\bSET NOT NULL\b/, { ...everyone, ...scan }],
  [/^ALTER TABLE\b.*\bVALIDATE CONSTRAINT\b/, { ...nobody, ...scan }],
  [/^ALTER TABLE\b.*\bADD\b.*\bFOREIGN KEY\b.*\bNOT VALID\b/, { ...keys, ...moment }],
  [/^ALTER TABLE\b.*\bADD\b.*\bFOREIGN KEY\b/, { ...keys, ...scan }],
  [/^ALTER TABLE\b.*\bADD\b.*\b(?:USING INDEX|NOT VALID)\b/, { ...everyone, ...moment }],
  [
    /^ALTER TABLE\b.*\bADD (?:CONSTRAINT \S+ )?(?:CHECK|UNIQUE|PRIMARY KEY|EXCLUDE|NOT NULL)\b/,
    { ...everyone, ...scan },
  ],
  [/^ALTER TABLE\b.*\b(?:ENABLE|DISABLE) (?:REPLICA |ALWAYS )?TRIGGER\b/, { ...keys, ...moment }],
  [
    /^ALTER TABLE\b.*\b(?:SET STATISTICS|DETACH PARTITION \S+ CONCURRENTLY|ATTACH PARTITION)\b/,
    { ...nobody, ...moment },
  ],
  [/^ALTER TABLE \S+ (?:SET|RESET) ?\(/, { ...nobody, ...moment }],
  [/^ALTER TABLE\b/, { ...everyone, ...moment }],
];

/** What a statement does to the table that it is about; null for one that is about none, or isn't known. */
export function effectOf(statement: string): StatementEffect | null {
  return table.find(([form]) => form.test(statement))?.[1] ?? null;
}
