/**
 * What migrations promise, by the numbers under which it was asked for, and the tests that show it.
 *
 * A test is told by its file and a part of its title.
 */
export interface Requirement {
  readonly promise: string;
  readonly shown: readonly (readonly [file: string, title: string])[];
}

const db = (name: string): string => `test/db/${name}.test.ts`;
const unit = (name: string): string => `test/unit/migration/${name}.test.ts`;
const soak = (name: string): string => `test/soak/${name}.test.ts`;

export const requirements: Readonly<Record<string, Requirement>> = {
  "R-1": {
    promise: "Operations are plain data in a file that Node runs as it is",
    shown: [
      [unit("source"), "gives a file that exports exactly the operations, and they are plain data"],
      [db("ferro"), "from models to a database and back"],
    ],
  },
  "R-2": {
    promise: "The state is what the operations make of nothing; no snapshot is kept",
    shown: [[unit("diff.property"), "starts from nothing and ends there"]],
  },
  "R-3": {
    promise: "A comparison of models and revisions asks no database",
    shown: [[db("migrate"), "is empty after its revision, with no database asked"]],
  },
  "R-4": {
    promise: "Branches: heads are named, and joined",
    shown: [
      [unit("graph"), "two are named, with the place where they part"],
      [db("migrate"), "two heads are named, and each may be chosen"],
    ],
  },
  "R-5": {
    promise: "Operations that commute do so on both databases",
    shown: [
      [unit("commute"), "those that commute give one schema in either order"],
      [db("commute"), "give one catalog in either order"],
      [soak("commute"), "give one catalog in either order"],
    ],
  },
  "R-6": {
    promise: "What was applied can't be changed unseen; comments may",
    shown: [
      [unit("hash"), ""],
      [db("migrate"), "a changed file is refused until it is accepted"],
    ],
  },
  "R-7": {
    promise: "Files that are missing or mean something else each have an error",
    shown: [[db("migrate-run"), "a revision without a file"]],
  },
  "R-8": {
    promise: "Several revisions become one, and databases anywhere among them come to the same",
    shown: [
      [unit("squash"), "any range of them makes what the originals make"],
      [unit("squash"), "which of a squash and its originals are in use"],
      [db("squash"), "leaves the catalog that the originals leave"],
      [db("squash"), "a database at %s ends as one that ran the originals"],
      [db("squash"), "keeps data steps with what they import, and the squash runs them"],
    ],
  },
  "R-9": {
    promise: "What can be undone is undone by itself",
    shown: [
      [unit("diff.property"), "brings back the schema before"],
      [db("plan-rows"), "up, down and up again: the catalog is what it was each time"],
      [soak("plans"), "go up, down and up again"],
    ],
  },
  "R-10": {
    promise: "The SQL that was reviewed is the SQL that runs",
    shown: [
      [db("ferro"), "several heads, losses and pinned plans are refused"],
      [db("plan-versions"), "a file that tells no versions apart is run as it was reviewed"],
    ],
  },
  "R-11": {
    promise: "Data steps have typed models of their time, which stay when the program's change",
    shown: [
      [db("frozen-models"), "a data step has all of queries on the tables of its time, and stays"],
      [db("frozen-models"), "compiles as it is begun and filled in, and knows no later column"],
      [db("frozen-models"), "a frozen model is in no schema, and another may have its name"],
    ],
  },
  "R-13": {
    promise: "From any schema to any other, and a second comparison is empty",
    shown: [
      [unit("diff.property"), "leads from any schema to any other"],
      [db("plan"), "lead to the catalog of a database made fresh"],
      [soak("plans"), "lead to the catalog of a database made fresh"],
    ],
  },
  "R-14": {
    promise: "A rename is asked for, never guessed",
    shown: [
      [unit("diff"), "a column that goes while one comes is asked about"],
      [unit("diff"), "two columns may swap names, and three go round"],
      [unit("diff"), "a rename may come with another type"],
      [unit("diff"), "a table that is split asks about both halves"],
      [db("migrate"), "a rename is asked for, never guessed"],
    ],
  },
  "R-15": {
    promise: "Rows get a value once, with no default left behind",
    shown: [[db("plan-fill"), "existing rows get"]],
  },
  "R-16": {
    promise: "Expressions are compared in the database's own words",
    shown: [
      [db("spellings"), "are no difference"],
      [db("spellings"), "is no different once it is made anew"],
      ["test/unit/dialect/same-sql.test.ts", "are one"],
    ],
  },
  "R-17": {
    promise: "Spellings of types are no difference",
    shown: [[db("align"), "is no different"]],
  },
  "R-18": {
    promise: "Enum values come, go, change places and names under whatever stands on them",
    shown: [
      [db("plan-views"), "what stands on an enum's columns"],
      [db("plan-rows"), "an enum loses values under defaults, lists, partial indexes and checks"],
      [unit("diff"), "a value is added in its place"],
    ],
  },
  "R-19": {
    promise: "The order of columns is no difference",
    shown: [[db("rebuild-edit"), "the rest stays as it was written"]],
  },
  "R-20": {
    promise: "Names as long as the database holds them, in any letters",
    shown: [[db("plan-names"), "are found as they were made"]],
  },
  "R-21": {
    promise: "What no revision made is left alone",
    shown: [
      [db("unmanaged"), "are all that is touched"],
      [db("migrate"), "what no revision made is left alone"],
    ],
  },
  "R-22": {
    promise: "Every kind of key, constraint and index is compared and changed",
    shown: [[db("plan-kinds"), "a change of one kind"]],
  },
  "R-26": {
    promise: "Operations come in an order that works, circles too",
    shown: [
      ["test/unit/ddl/order.test.ts", "takes a chain longer than the call stack"],
      [unit("diff"), "tables that point in a circle are made first, and their keys after"],
    ],
  },
  "R-27": {
    promise: "A revision is cut into segments, each of which is done or not",
    shown: [["test/unit/dialect/plan.test.ts", "without blocking readers and writers"]],
  },
  "R-28": {
    promise: "Tables in use are changed without blocking readers and writers",
    shown: [
      ["test/unit/dialect/plan.test.ts", "without blocking readers and writers"],
      [db("lint-locks"), ""],
    ],
  },
  "R-29": {
    promise: "A lock is waited for briefly, again and again",
    shown: [[db("migration-locks"), "readers get by while an upgrade waits"]],
  },
  "R-30": {
    promise: "One process migrates at a time, and each revision runs once",
    shown: [
      [db("ferro"), "three upgrade one database at once"],
      [soak("ferro"), "eight upgrade one database at once"],
    ],
  },
  "R-31": {
    promise: "Behind a pooler the lock is a lease: renewed, taken over, and fenced",
    shown: [
      [db("migration-lease"), "a transaction under it is never overtaken"],
      [db("migration-lease"), "one that comes back after it was taken over stops"],
      [db("migration-lease-processes"), "one that was killed is followed by another"],
      [db("migration-lease"), "a pooler is noticed, and the server itself"],
    ],
  },
  "R-32": {
    promise: "Killed at any point, the same command goes on",
    shown: [
      [soak("ferro"), "killed at any segment, the same command completes it"],
      [db("migrate-run"), "a statement by itself that was done is not run again"],
    ],
  },
  "R-33": {
    promise:
      "A SQLite table made anew loses nothing; where the version has a statement, it isn't made anew",
    shown: [
      [db("plan-rows"), "keeps children, triggers, views, indexes, sequence and rowids"],
      [db("rebuild-edit"), "the rest stays as it was written"],
      [db("real-rebuild"), "made anew one by one"],
      [db("plan-versions"), "the one that fits the database is run"],
    ],
  },
  "R-34": {
    promise: "Rows that a statement would fail on are found before anything is changed",
    shown: [
      [db("prechecks"), "a column without a default that takes no NULL"],
      [db("prechecks"), "many rows are counted"],
    ],
  },
  "R-35": {
    promise: "What loses something needs a reason, and says how many rows",
    shown: [
      [db("losses"), "what loses something"],
      [db("plan-rows"), "every row of every table and column that stays is there after"],
    ],
  },
  "R-36": {
    promise:
      "Backfills go in batches, rest, say when they are done, and go on where they were stopped",
    shown: [
      [db("backfill"), "tells after each batch how far it is"],
      [db("backfill"), "rests after each batch for a multiple of its time"],
      [db("backfill"), "a batch that takes too long is tried with half its rows"],
      [db("backfill"), "killed in the middle and run again, it changes each row once"],
      [soak("ferro"), "a million rows"],
    ],
  },
  "R-40": {
    promise: "Lint rules, and the locks that they are about, measured",
    shown: [
      [unit("lint"), ""],
      [db("lint-locks"), ""],
      [db("lock-matrix"), "rules say what was measured"],
      [db("lock-matrix"), "is what was written down"],
      [db("trace"), "is measured, and taken back"],
    ],
  },
  "R-41": {
    promise: "Lint and plans know the history, and the versions that are served",
    shown: [
      [unit("lint"), ""],
      [unit("targets"), "names the form that it has"],
      [unit("targets"), "are used by nobody yet"],
      [db("lint-scope"), "is what the database hasn't run"],
      [db("plan-versions"), "a target leaves older forms out"],
      [db("trace"), "locks weigh little on small tables"],
    ],
  },
  "R-42": {
    promise: "Findings say where, why and what instead, and are rewritten",
    shown: [
      [unit("lint"), ""],
      [db("lint-fix"), ""],
      [unit("lint-fix"), ""],
    ],
  },
  "R-43": {
    promise: "One check for CI",
    shown: [
      [db("ferro"), "from models to a database and back"],
      [db("migrate"), "a rehearsal goes up, down and up again"],
    ],
  },
  "R-44": {
    promise: "Scripts leave what upgrade leaves, and end where they don't start",
    shown: [
      [db("migration-script"), "leaves what upgrade leaves"],
      [db("migration-script"), "with nothing changed"],
    ],
  },
  "R-45": {
    promise: "Edits by hand are found, and nothing else",
    shown: [[db("drift"), "there is none where nobody touched it"]],
  },
  "R-46": {
    promise: "Each outcome has its exit code",
    shown: [[db("ferro"), "each exit code on its way"]],
  },
  "R-47": {
    promise: "Commands answer in JSON and never ask without a terminal",
    shown: [["test/unit/cli/answers.test.ts", ""]],
  },
  "R-48": {
    promise:
      "What is asked about shows operations, SQL, locks, scans, rewrites and rows; what runs tells how far it is",
    shown: [
      [db("preview"), "as text and as JSON"],
      [db("preview"), "is what is measured: %s"],
      [db("preview"), "a run tells of each statement and how long it took"],
      [db("preview"), "an index that is being built tells its phase"],
    ],
  },
  "R-49": {
    promise: "Pulled models make the same database, and a comparison is empty",
    shown: [[db("real-schemas"), "pulled models make the same database"]],
  },
  "R-50": {
    promise: "What the models of a database make is that database",
    shown: [[db("real-schemas"), "pulled models make the same database"]],
  },
  "R-51": {
    promise: "Pulled models compile under strict",
    shown: [[db("real-schemas"), "pulled models compile under strict and are formatted"]],
  },
  "R-52": { promise: "What can't be said is listed", shown: [[db("pull"), ""]] },
  "R-53": { promise: "Names of pulled models never meet", shown: [[unit("pull-names"), ""]] },
  "R-54": {
    promise: "The catalog is asked a constant number of times (npm run bench -- introspect)",
    shown: [[db("introspect"), "asks the catalog as often for two hundred tables as for five"]],
  },
  "R-55": {
    promise: "SQLite's own statements are read, and printed back as they are",
    shown: [["test/unit/dialect/sqlite-ddl-text.test.ts", ""]],
  },
  "R-56": {
    promise: "A second pull keeps names, comments and edits, and shows what it changes",
    shown: [
      [db("pull-again"), "brings columns, indexes, tables and relations, and keeps every edit"],
      [db("pull-again"), "tells a change that meets an edit, and leaves the edit"],
      [db("pull-again"), "shows what changes, and keeps what people wrote"],
    ],
  },
  "R-59": {
    promise: "A database that autoMigrate made is taken over",
    shown: [[db("migrate"), "is taken over by stamp, and its first comparison is empty"]],
  },
  "R-60": {
    promise: "Auto-migrate changes nothing where revisions look after the database",
    shown: [
      [db("versioned-database"), "refuses to change it, and says what to do"],
      [db("versioned-database"), "stays up where nothing would change, and is warned"],
      [db("versioned-database"), "how a database that autoMigrate made is taken over"],
    ],
  },
};
