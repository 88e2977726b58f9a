/**
 * What users of other libraries suffer from, by the numbers under which it was written down, and the
 * tests that show that users of this one don't. Here are those about data; pains-of-work.ts has the rest.
 *
 * A test is told by its file and a part of its title.
 */
import type { Requirement } from "./requirements.ts";

const db = (name: string): string => `test/db/${name}.test.ts`;
const behaviour = (name: string): string => db(`behaviour/${name}`);
const unit = (name: string): string => `test/unit/${name}.test.ts`;

/** Silent loss, corruption and exposure. */
export const painsOfData: Readonly<Record<string, Requirement>> = {
  R1: {
    promise: "A value that is missing never takes a condition away",
    shown: [
      [db("pains"), "R1 %s in any operator, under any verb, throws and sends nothing"],
      [db("pains"), "R1 the error names the model and the field"],
      [db("pains"), "R1 in values to write, too"],
    ],
  },
  R2: {
    promise: "A change of all rows has to be said",
    shown: [[db("pains"), "R2 a change without a condition throws"]],
  },
  R3: {
    promise: "What is no condition is never taken for one, nor dropped",
    shown: [[db("pains"), "R3 a lambda that gives no condition throws"]],
  },
  R4: {
    promise: "A key that is missing gives no row, and not the first",
    shown: [[db("pains"), "R4 get takes a whole key and nothing else"]],
  },
  R5: {
    promise: "Empty lists and combinations mean one thing",
    shown: [
      [db("pains"), "R5 empty lists and empty combinations have one meaning"],
      [db("predicates"), "say of every row what a plain evaluator says, NULLs included"],
    ],
  },
  R6: {
    promise: "Not equal keeps the rows that hold NULL",
    shown: [
      [db("pains"), "R6 not equal keeps NULL"],
      [db("predicates"), "have an exact complement"],
    ],
  },
  R7: {
    promise: "What is special in LIKE is plain text in contains, startsWith and endsWith",
    shown: [
      [db("pains"), "R7 what is special in LIKE is plain text"],
      [unit("sql/pattern"), ""],
    ],
  },
  R8: {
    promise: "every and none of no rows are true, and a delete can be counted before",
    shown: [[db("pains"), "R8 every and none are true of no rows"]],
  },
  R9: {
    promise: "A SQLite table made anew loses no child, trigger, index or view",
    shown: [[db("plan-rows"), "keeps children, triggers, views, indexes, sequence and rowids"]],
  },
  R10: {
    promise: "Auto-migrate only adds",
    shown: [
      [db("contract/schema"), "autoMigrate creates what is missing and leaves the rest"],
      [db("contract/schema"), "updates add columns, destructive drops them; each is its own word"],
    ],
  },
  R11: {
    promise: "What no model declares is never in a plan",
    shown: [[db("unmanaged"), "are all that is touched on"]],
  },
  R12: {
    promise: "A rename is asked for, never guessed",
    shown: [
      [db("migrate"), "a rename is asked for, never guessed"],
      [unit("migration/diff"), "renamedFrom on the field answers"],
    ],
  },
  R13: {
    promise: "Another type keeps every value, or says which rows are in the way",
    shown: [
      [db("prechecks"), "texts that all have a form go over"],
      [db("prechecks"), "a text that a limit would cut"],
      [db("plan-rows"), "every row of every table and column that stays is there after"],
    ],
  },
  R14: {
    promise: "Rows in the way of a constraint are found before anything is changed",
    shown: [
      [db("prechecks"), "many rows are counted"],
      [db("migrate"), "rows in the way are found before anything is changed"],
    ],
  },
  R15: {
    promise: "What loses something needs its reason",
    shown: [[db("migrate"), "what loses something needs a reason, or leave"]],
  },
  R16: {
    promise: "No revision is skipped unseen, whatever its date",
    shown: [
      [db("migrate-run"), "applies what is missing, in order, and writes it down"],
      [db("migrate"), "two heads are named, and each may be chosen"],
    ],
  },
  R17: {
    promise: "Values of enums come and go under whatever stands on them",
    shown: [
      [db("plan-rows"), "an enum loses values under defaults, lists, partial indexes and checks"],
      [unit("dialect/plan"), "an enum's new value is committed before it may be used"],
    ],
  },
  R18: {
    promise: "A second run changes nothing",
    shown: [
      [db("create-columns"), "are all created, and running it again changes nothing"],
      [db("create-tables"), "a second run reads the catalog and writes nothing"],
    ],
  },
  R19: {
    promise: "A value is the same whichever way its row was loaded",
    shown: [[db("value-paths"), "a value is the same whichever way its row was loaded"]],
  },
  R20: {
    promise: "64-bit integers are never rounded",
    shown: [
      [db("driver-conformance"), "2^53+1 leaves small integers beside it as they are"],
      [db("driver-conformance"), "a write that returns a large integer happens once"],
      [db("value-paths"), "what is written is what is read"],
    ],
  },
  R21: {
    promise: "Decimals are never floats",
    shown: [
      [db("values"), "decimals sort as numbers, however many digits they have"],
      [db("value-paths"), "what is written is what is read"],
    ],
  },
  R22: {
    promise: "Days and moments don't shift with the time zone",
    shown: [[db("value-paths"), "values on every path, in"]],
  },
  R23: {
    promise: "Moments with microseconds are found, compared and paged",
    shown: [
      [db("page"), "microseconds that a Date can't hold lose no row"],
      [db("issues/definitions"), "the present moment as a default is found again by its value"],
      [db("contract/models"), "a Date compares by its millisecond"],
    ],
  },
  R24: {
    promise: "JSON is encoded once and decoded once",
    shown: [
      [db("value-paths"), "what is written is what is read"],
      [db("values"), "the JSON value %j is stored as a %s"],
      [db("issues/queries"), "null in JSON without NULL is a value"],
    ],
  },
  R25: {
    promise: "Elements of lists come back as they went in",
    shown: [
      [unit("codec/reading"), "array literals keep every hostile text"],
      [db("value-paths"), "what is written is what is read"],
    ],
  },
  R26: {
    promise: "Every driver takes and gives the same values",
    shown: [[db("driver-conformance"), "come back as they went in"]],
  },
  R27: {
    promise: "A save writes what was assigned, and no more",
    shown: [
      [db("pains-rows"), "R27 a save writes what was assigned"],
      [db("crud"), "save writes only what changed, and nothing when nothing did"],
    ],
  },
  R28: {
    promise: "Rows of a bulk insert get the defaults of what they leave out",
    shown: [
      [db("bulk-create"), "gives instances in the order of the rows, whatever each leaves"],
      [db("crud"), "bulkCreate takes keys given and left out in one call"],
    ],
  },
  R29: {
    promise: "Rows that were not named are never deleted or cleared",
    shown: [[db("pains-rows"), "R29 rows that were not named are never deleted"]],
  },
  R30: {
    promise: "Callers at once make one row, and none fails",
    shown: [
      [db("find-or-create"), "fifty callers at once make one row, by a unique column"],
      [db("upsert"), "fifty"],
    ],
  },
  R31: {
    promise: "Long names never stand for each other",
    shown: [[db("pains-rows"), "R31 three long names that begin alike"]],
  },
  R32: {
    promise: "Limits count rows, and pages are the whole",
    shown: [
      [db("pains-rows"), "R32 pages are the whole, and limits count rows"],
      [db("page"), "walking forward and back is the full list, in any order"],
    ],
  },
  R33: {
    promise: "What isn't known is refused, and never left out unseen",
    shown: [
      [db("pains"), "R33 unknown and misspelt keys are refused everywhere"],
      [db("pains-input"), "R33 what a call doesn't take is refused"],
    ],
  },
  R34: {
    promise: "Foreign keys are enforced on every SQLite connection",
    shown: [[behaviour("url"), "B011 URL-11 foreign keys are enforced"]],
  },
  R35: {
    promise: "A transaction goes round all of its asynchronous work",
    shown: [[behaviour("transactions"), "R35 a write, a timer and a throw leave no row"]],
  },
  R36: {
    promise: "What is left of a transaction runs nowhere else",
    shown: [[behaviour("transactions"), "R36, kysely#1604 one branch of Promise.all fails"]],
  },
  R37: {
    promise: "Nobody's statement falls into another's transaction",
    shown: [
      [behaviour("sqlite"), "R37 writers from 50 concurrent callers"],
      [behaviour("sqlite"), "R37 a bystander's write never falls into somebody's transaction"],
    ],
  },
  R38: {
    promise: "Nested transactions are savepoints, one after the other",
    shown: [
      [behaviour("transactions"), "R38 sibling savepoints of the handle run one after the other"],
      [behaviour("transactions"), "B131 TX-07 an inner failure undoes the inner scope alone"],
    ],
  },
  R39: {
    promise: "Each caller sees its own session, whatever woke it",
    shown: [
      [behaviour("session-options"), "R39 a hundred sessions over a pool of two keep theirs"],
      [behaviour("session-options"), "R39 a waiter goes on in its own context"],
    ],
  },
  R40: {
    promise: "The session is decided when a query runs",
    shown: [[behaviour("session-options"), "R40 the session is decided when the query runs"]],
  },
  R41: {
    promise: "The identity map is the session's own, and no cache",
    shown: [
      [behaviour("identity-map"), "B155 IDM-07 it is no cache"],
      [behaviour("identity-map"), "B160 IDM-12 delete() evicts the instance"],
    ],
  },
  R42: {
    promise: "Reading writes nothing",
    shown: [[db("pains-rows"), "R42 reading writes nothing"]],
  },
  R43: {
    promise: "Settings of one tenant never reach another",
    shown: [
      [behaviour("transactions"), "R43 two tenants over a pool of one"],
      [db("pooler"), "a failed statement of one tenant leaves nothing to the other"],
    ],
  },
  R44: {
    promise: "The program's own error comes out, and no dirty connection goes back",
    shown: [[behaviour("transactions"), "P5, R44 the program's own error comes out"]],
  },
  R45: {
    promise: "A stale instance is refused",
    shown: [
      [db("kept-columns"), "each save counts, and a stale instance is refused"],
      [db("kept-columns"), "bulkUpdate refuses stale instances"],
    ],
  },
  R46: {
    promise: "Keys of JSON are values",
    shown: [
      [db("pains-input"), "R46 keys of JSON are values"],
      [db("json-paths"), "values and keys are bound"],
    ],
  },
  R47: {
    promise: "Names are those that were declared, and quoted",
    shown: [
      [db("pains-input"), "R47 a name that no one declared is refused"],
      [db("pains-input"), "R47 a field may have any name"],
      [db("create-hostile"), "hostile names stay names"],
    ],
  },
  R48: {
    promise: "Data is never SQL",
    shown: [
      [db("sql-expressions"), "R48: %s, as it comes out of JSON, is never SQL"],
      [db("pains-input"), "R48 a look-alike of SQL is no SQL"],
    ],
  },
  R49: {
    promise: "An object where a value belongs is refused",
    shown: [[db("pains-input"), "R49 an object, a list or a function where a value belongs"]],
  },
  R50: {
    promise: "Keys are values, and no conditions",
    shown: [[db("pains"), "R4 get takes a whole key and nothing else"]],
  },
  R51: {
    promise: "Text never becomes a type",
    shown: [[db("pains-input"), "R51 text in a key never becomes a type"]],
  },
  R52: {
    promise: "Counts, directions and modes are checked when they run",
    shown: [[db("pains-input"), "R52 counts, directions, modes and names are checked"]],
  },
  R53: {
    promise: "Literals mean what they say, whatever the server's settings",
    shown: [
      [db("create-hostile"), "conforming strings %s"],
      [db("driver-conformance"), "text means the same whatever the server's settings were"],
    ],
  },
  R54: {
    promise: "No data reaches a prototype",
    shown: [[db("pains-input"), "R54 __proto__, constructor and prototype are data or refused"]],
  },
  R55: {
    promise: "Values and passwords are in no error and no log",
    shown: [
      [db("issues/error-values"), "has no value that the database refused"],
      [db("contract/around"), "values are in no event"],
      [unit("connect/redact"), "a password written raw never shows"],
    ],
  },
};
