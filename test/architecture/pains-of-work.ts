/** What users of other libraries suffer from at work: outages, migrations, types, speed and days. See pains.ts. */
import type { Requirement } from "./requirements.ts";

const db = (name: string): string => `test/db/${name}.test.ts`;
const behaviour = (name: string): string => db(`behaviour/${name}`);
const unit = (name: string): string => `test/unit/${name}.test.ts`;

export const painsOfWork: Readonly<Record<string, Requirement>> = {
  R56: {
    promise: "A lost connection fails the calls on it, and nothing else",
    shown: [
      [db("faults/backends"), "R56, P1 idle: the pool notices"],
      [db("faults/backends"), "R56, P1 busy: the running statement fails"],
    ],
  },
  R57: {
    promise: "A transaction never waits for itself",
    shown: [[behaviour("pool"), "P7, R57 a pool of one serves nested transactions"]],
  },
  R58: {
    promise: "Waiting for a connection ends, and leaks none",
    shown: [[db("faults/backends"), "R58, P8 1,000 waits that end in vain leak no connection"]],
  },
  R59: {
    promise: "Behind a pooler in transaction mode each tenant sees its own",
    shown: [
      [db("pooler"), "2,000 interleaved reads and as many transactions see their own schema"],
    ],
  },
  R60: {
    promise: "A connection runs one statement at a time",
    shown: [[behaviour("transactions"), "B129 TX-05 work issued at once is run one by one"]],
  },
  R61: {
    promise: "No lock of SQLite reaches the program, and no update is lost",
    shown: [
      [behaviour("sqlite"), "R61, P15 two processes with 200 read-modify-write transactions each"],
      ["test/soak/sqlite.test.ts", "R61 2 processes x 1,000 read-modify-write transactions"],
    ],
  },
  R62: {
    promise: "Waiting for SQLite leaves the event loop free",
    shown: [
      [behaviour("sqlite"), "P15 another process's lock is waited for without holding up"],
      [unit("driver/pool-turns"), "leaves the event loop its turns"],
    ],
  },
  R63: {
    promise: "A database of one connection serves many callers",
    shown: [
      [behaviour("sqlite"), "a memory database is one for many callers at once"],
      [behaviour("pool"), "P7, R57 a pool of one serves nested transactions"],
    ],
  },
  R64: {
    promise: "Reloads reuse the connection",
    shown: [
      [behaviour("registry"), "100 reloads keep the number of connections constant"],
      [behaviour("registry"), "an equal name and configuration gives the same connection again"],
    ],
  },
  R65: {
    promise: "sslmode means what libpq documents",
    shown: [
      [unit("connect/url"), "sslmode"],
      [behaviour("url"), "B013 URL-13 sslmode=require fails against a server without TLS"],
    ],
  },
  R66: {
    promise: "Passwords hold what they like, and an URL that can't be read shows none",
    shown: [
      [unit("connect/url"), "user and password may be given beside the URL, as they are"],
      [behaviour("url"), "B014 URL-14 percent-encoded characters of user and password"],
    ],
  },
  R67: {
    promise: "A statement can be ended by a signal and by time",
    shown: [
      [
        behaviour("transaction-options"),
        "R67 a signal cancels the running statement on the server",
      ],
      [db("limits"), "PostgreSQL stops working on it"],
    ],
  },
  R68: {
    promise: "Deadlocks and serialization failures are typed, and retried whole",
    shown: [
      [behaviour("transaction-options"), "R68 the whole outermost block is run again"],
      [behaviour("transaction-options"), "each attempt has a fresh identity map"],
    ],
  },
  R69: {
    promise: "An idle pool keeps no process alive",
    shown: [
      [behaviour("pool"), "R69 an idle pool does not keep the process alive"],
      [behaviour("registry"), "disconnect() lets running work end and refuses new work"],
    ],
  },
  R70: {
    promise: "A process that was killed leaves no lock behind",
    shown: [["test/soak/ferro.test.ts", "killed at any segment, the same command completes it"]],
  },
  R71: {
    promise: "Many may upgrade at once, and each revision runs once",
    shown: [["test/soak/ferro.test.ts", "eight upgrade one database at once"]],
  },
  R72: {
    promise: "No question is asked without a terminal",
    shown: [[unit("cli/answers"), ""]],
  },
  R73: {
    promise: "What can't stand in a transaction runs by itself, and is gone on from",
    shown: [
      [db("migrate-run"), "a statement by itself that was done is not run again"],
      [unit("dialect/plan"), "without blocking readers and writers"],
    ],
  },
  R74: {
    promise: "What went up goes down, and what failed leaves no trace",
    shown: [
      [db("plan-rows"), "up, down and up again: the catalog is what it was each time"],
      [db("migrate-run"), "a failing statement takes its segment back"],
    ],
  },
  R75: {
    promise: "A comparison after a revision is empty",
    shown: [
      [db("migrate"), "is empty after its revision, with no database asked"],
      [db("spellings"), "is no different once it is made anew"],
    ],
  },
  R76: {
    promise: "Branches merge, and conflicts are told",
    shown: [
      [db("migrate"), "branches that change the same thing conflict"],
      [unit("migration/commute"), "those that commute give one schema in either order"],
    ],
  },
  R77: {
    promise: "Line endings are no change of a revision",
    shown: [
      [unit("migration/hash"), ""],
      [db("migrate"), "a changed file is refused until it is accepted"],
    ],
  },
  R78: {
    promise: "Revisions can be imported, and a folder that is not there is named",
    shown: [
      [db("connect-migrations"), "revisions are read from a folder; none at all is a mistake"],
    ],
  },
  R79: {
    promise: "The name of a class is no identity",
    shown: [["test/package/package.test.ts", "when it is bundled and minified with the package"]],
  },
  R80: {
    promise: "Tables in use are changed in forms that don't block",
    shown: [
      [db("lint-locks"), "nobody waits for a scan"],
      [db("migration-locks"), "readers get by while an upgrade waits"],
    ],
  },
  R81: {
    promise: "Types stay cheap in large programs",
    shown: [
      ["test/types/budget/budget.test.ts", "a further model costs the same in a large graph"],
    ],
  },
  R82: {
    promise: "Models in circles are typed in full",
    shown: [["test/types/cycle.test-d.ts", "relations lead all the way round"]],
  },
  R83: {
    promise: "Files of models load in any order",
    shown: [[unit("definition/import-order"), "three models in a ring of files load with"]],
  },
  R84: {
    promise: "Class fields take nothing from a row unseen",
    shown: [
      [db("definitions"), "a class field that repeats a column is refused"],
      ["test/types/types.test.ts", "keeps the promises of %s"],
    ],
  },
  R85: {
    promise: "Minified classes are told apart",
    shown: [["test/package/package.test.ts", "when it is bundled and minified with the package"]],
  },
  R86: {
    promise: "Two copies of the package are refused with their paths",
    shown: [[unit("connect/copies"), "one copy is fine, two are refused with both paths"]],
  },
  R87: {
    promise: "Schemas are known by what they are",
    shown: [[db("issues/zod-mini"), "its schemas make columns"]],
  },
  R88: {
    promise: "Types say what was loaded, and what may be missing",
    shown: [
      [db("loved-list"), "3.5 the compiler knows what was loaded"],
      ["test/types/include.test-d.ts", "gives rows whose relations are there"],
      ["test/types/select.test-d.ts", ""],
    ],
  },
  R90: {
    promise: "No number of rows or values is too large for one call",
    shown: [
      [db("bulk-create"), "takes 200,000 rows in one call"],
      [db("loved-list"), "4.16 a list of any length is one parameter"],
    ],
  },
  R91: {
    promise: "Relations loaded together multiply nothing",
    shown: [
      [db("contract/relations"), "includes of several lists multiply nothing"],
      [db("include"), "loads relations in one statement each, however many rows there are"],
    ],
  },
  R92: {
    promise: "Loops of statements are found, and a loop over a relation is one statement",
    shown: [
      [db("n-plus-one"), "names the relation, the place and what to include"],
      [db("lazy"), "a foreign key in a loop is one statement"],
    ],
  },
  R93: {
    promise: "Streams hold no more than a batch, and give their connection back",
    shown: [
      ["test/soak/stream.test.ts", "R93 streaming 1,000,000 rows"],
      [db("stream"), "break frees the connection at once"],
    ],
  },
  R94: {
    promise: "A change of many rows is one statement, and what is known of them is let go",
    shown: [[behaviour("identity-map"), "B159 IDM-11 bulk update() and delete() evict the model"]],
  },
  R95: {
    promise: "Many keys are one parameter",
    shown: [[db("loved-list"), "4.16 a list of any length is one parameter"]],
  },
  R96: {
    promise: "Errors tell the line that called",
    shown: [[db("errors"), "the caller's line is in the stack of a model call as well"]],
  },
  R97: {
    promise: "Constraint errors are typed, alike on both databases",
    shown: [[db("contract/errors"), "constraint errors tell model, columns and constraint"]],
  },
  R98: {
    promise: "A call outside any session works, and says so once",
    shown: [[db("contract/sessions"), "without any, implicitRouting decides"]],
  },
  R99: {
    promise: "Kept columns are set on every path; hooks run where it is said",
    shown: [
      [db("kept-columns"), "get a value with each change, whichever way it is written"],
      [db("hooks"), "don't run for statements about many rows"],
    ],
  },
  R101: {
    promise: "The command loads TypeScript as it is",
    shown: [[db("ferro"), "from models to a database and back"]],
  },
  R102: {
    promise: "Installing compiles nothing",
    shown: [["test/package/package.test.ts", "no install scripts"]],
  },
  R103: {
    promise: "The SQL of a query can be seen, before and while it runs",
    shown: [
      [db("explain"), "toSQL() shows the statement of each terminal, and runs none"],
      [db("must-list"), "15. a log of statements with duration"],
    ],
  },
  R104: {
    promise: "A session that is aborted gives its connection back",
    shown: [[behaviour("session-options"), "R104 signal: a session that was aborted holds"]],
  },
};

/** Those without a test, and why. */
export const notShown: Readonly<Record<string, string>> = {
  R89: "Speed is measured by npm run bench, not by tests",
  R100: "There is no helper for tests yet that rolls back what a test wrote",
};
