/** What the reference page of functions tells: every method of expressions, and every function of queries. */

/** One function, with an example that is compiled for both databases. */
export interface Entry {
  /** As it is called: `substring(start, end?)`. */
  readonly call: string;
  readonly about: string;
  /** What a lambda gives; `t` are the columns of `Post`. */
  readonly example: string;
  /** Where the example stands; by default in `select`. */
  readonly clause?: "select" | "where" | "orderBy";
}

/** Functions that are for the same values. */
export interface Group {
  readonly title: string;
  readonly about: string;
  readonly entries: readonly Entry[];
}

const where = (call: string, about: string, example: string): Entry => ({
  call,
  about,
  example,
  clause: "where",
});
const value = (call: string, about: string, example: string): Entry => ({ call, about, example });

export const groups: readonly Group[] = [
  {
    title: "Comparing",
    about:
      "Of every expression. An operand is a value, or another expression. NULL follows [one rule](../decisions/null-rule.md): `ne` and `notIn` keep rows that hold NULL.",
    entries: [
      where("eq(operand)", "equal; `eq(null)` is IS NULL", 't.title.eq("a")'),
      where("ne(operand)", "not equal", "t.rating.ne(1)"),
      where("isDistinctFrom(operand)", "the same as `ne`", "t.rating.isDistinctFrom(1)"),
      where("isNotDistinctFrom(operand)", "the same as `eq`", "t.rating.isNotDistinctFrom(1)"),
      where("in(values)", "one of an array, or of what a query selects", "t.id.in([1, 2])"),
      where("notIn(values)", "none of them", "t.id.notIn([1, 2])"),
      where("isNull()", "", "t.subtitle.isNull()"),
      where("isNotNull()", "", "t.subtitle.isNotNull()"),
      value("coalesce(...operands)", "the first that is not NULL", "t.rating.coalesce(0)"),
      value("nullif(operand)", "NULL where it is equal", "t.views.nullif(0)"),
    ],
  },
  {
    title: "Ordering",
    about: "Of text, numbers and dates.",
    entries: [
      where("gt(operand)", "", "t.views.gt(1)"),
      where("gte(operand)", "", "t.views.gte(1)"),
      where("lt(operand)", "", "t.views.lt(1)"),
      where("lte(operand)", "", "t.views.lte(1)"),
      where("between(low, high)", "both included", "t.views.between(1, 9)"),
      where("notBetween(low, high)", "", "t.views.notBetween(1, 9)"),
      value("greatest(...operands)", "NULLs don't count", "t.views.greatest(1)"),
      value("least(...operands)", "NULLs don't count", "t.views.least(1)"),
      {
        call: "asc(options?)",
        about: '`{ nulls: "first" | "last" }`',
        example: "t.rating.asc()",
        clause: "orderBy",
      },
      {
        call: "desc(options?)",
        about: "",
        example: 't.rating.desc({ nulls: "last" })',
        clause: "orderBy",
      },
    ],
  },
  {
    title: "Text",
    about:
      "`lower` and `upper` change ASCII letters on SQLite, and all letters of the database's locale on PostgreSQL. The patterns of `like` have the wildcards `%` and `_`; the other matches take their text literally, and `{ ignoreCase: true }`.",
    entries: [
      where("like(pattern)", "", 't.title.like("a%")'),
      where("notLike(pattern)", "", 't.title.notLike("a%")'),
      where("ilike(pattern)", "whatever the case", 't.title.ilike("a%")'),
      where("notIlike(pattern)", "", 't.title.notIlike("a%")'),
      where("startsWith(text, options?)", "", 't.title.startsWith("a")'),
      where("endsWith(text, options?)", "", 't.title.endsWith("a")'),
      where("contains(text, options?)", "", 't.title.contains("a")'),
      value("lower()", "", "t.title.lower()"),
      value("upper()", "", "t.title.upper()"),
      value("trim()", "without the spaces at both ends", "t.title.trim()"),
      value("trimStart()", "", "t.title.trimStart()"),
      value("trimEnd()", "", "t.title.trimEnd()"),
      value("concat(...operands)", "NULL where one of them is", 't.title.concat(": ", t.subtitle)'),
      value(
        "substring(start, end?)",
        "counted from 0, as in JavaScript",
        "t.title.substring(0, 3)",
      ),
      value("replace(search, by)", "every one", 't.title.replace("a", "b")'),
      value("length()", "in code points", "t.title.length()"),
      value(
        "asInteger()",
        "NULL where the text is no number: digits, a point, an exponent of two digits",
        "t.title.asInteger()",
      ),
      value("asBigint()", "", "t.title.asBigint()"),
      value("asFloat()", "", "t.title.asFloat()"),
      value("asDecimal()", "", "t.title.asDecimal()"),
    ],
  },
  {
    title: "Numbers",
    about:
      "Numbers of different kinds are calculated with exactly: beside a decimal the result is a decimal, else beside a bigint a bigint. A float beside one of those is refused. What whole numbers give may be wider than their column; a column that can't hold it refuses it, on both databases.",
    entries: [
      value("plus(operand)", "", "t.views.plus(1)"),
      value("minus(operand)", "", "t.views.minus(t.id)"),
      value("times(operand)", "", "t.price.times(t.views)"),
      value(
        "dividedBy(operand)",
        "numbers get their fraction, bigints stay whole, decimals get 20 digits; NULL by an expression that is 0",
        "t.views.dividedBy(t.id)",
      ),
      value("mod(operand)", "the remainder, with the sign of the first", "t.views.mod(2)"),
      value("abs()", "", "t.views.abs()"),
      value("round(digits?)", "half a unit goes away from zero", "t.price.round(1)"),
      value("floor()", "", "t.rating.floor()"),
      value("ceil()", "", "t.rating.ceil()"),
      value("asText()", "whole numbers and decimals", "t.views.asText()"),
      value("asInteger()", "without its fraction", "t.rating.asInteger()"),
      value("asBigint()", "", "t.views.asBigint()"),
      value("asFloat()", "", "t.price.asFloat()"),
      value("asDecimal()", "", "t.views.asDecimal()"),
    ],
  },
  {
    title: "Dates",
    about:
      "Of `z.date()`, and by `asDate()` of `z.iso.datetime()` and `z.iso.date()`; days have no hours. Parts and beginnings are those of UTC. A span has `years`, `months`, `weeks`, `days`, `hours`, `minutes`, `seconds`; the last day of a month stays within its month.",
    entries: [
      value(
        "asDate()",
        "of a day or moment that is read as text: its functions of dates",
        "t.day.asDate()",
      ),
      value("year()", "", "t.createdAt.year()"),
      value("month()", "from 1", "t.createdAt.month()"),
      value("day()", "", "t.day.asDate().day()"),
      value("hour()", "", "t.createdAt.hour()"),
      value("minute()", "", "t.createdAt.minute()"),
      value("second()", "", "t.createdAt.second()"),
      value("weekday()", "0 is Sunday", "t.day.asDate().weekday()"),
      value(
        "truncate(unit)",
        "the beginning of the year, month, week (its Monday), day, hour, minute or second",
        't.createdAt.truncate("month")',
      ),
      value("plus(span)", "", "t.day.asDate().plus({ days: 3 })"),
      value("minus(span)", "", "t.createdAt.minus({ months: 1 })"),
      value("now()", "the moment of the database's clock", "now()"),
    ],
  },
  {
    title: "JSON and lists",
    about:
      "Keys of a JSON column's schema are properties: `t.meta.city`. [JSON and lists](../guide/json-and-lists.md) tells more.",
    entries: [
      value("at(key)", "under a key, or at an index", "t.meta.tags.at(0)"),
      value("asText()", "NULL where it is no text", "t.meta.other.asText()"),
      value("asNumber()", "", "t.meta.other.asNumber()"),
      value("asBoolean()", "", "t.meta.other.asBoolean()"),
      where("hasKey(key)", "", 't.meta.hasKey("city")'),
      where("has(item)", "", 't.labels.has("a")'),
      where("hasEvery(items)", "", 't.labels.hasEvery(["a", "b"])'),
      where("hasSome(items)", "", 't.labels.hasSome(["a", "b"])'),
      where("isEmpty()", "", "t.labels.isEmpty()"),
      value("length()", "", "t.labels.length()"),
    ],
  },
  {
    title: "Conditions",
    about: "Also as methods of a condition: `a.and(b)`, `a.or(b)`, `a.not()`.",
    entries: [
      where("and(...conditions)", "true of none", "and(t.published.eq(true), t.views.gt(1))"),
      where("or(...conditions)", "false of none", "or(t.published.eq(true), t.views.gt(1))"),
      where("not(condition)", "true where it is not, unknown included", "not(t.views.gt(1))"),
      where("skip", "a condition that is left out", "and(t.published.eq(true), skip)"),
      value(
        "caseWhen(condition, value)",
        "`.when(…)` adds a branch, `.else(value)` or `.end()` ends it",
        'caseWhen(t.views.gt(9), "many").else("few")',
      ),
    ],
  },
  {
    title: "Many rows of a relation",
    about: "Of a relation to many rows. Lambdas get the columns of those rows.",
    entries: [
      where("some(lambda?)", "", "t.author.posts.some((p) => p.views.gt(1))"),
      where("none(lambda?)", "", "t.author.posts.none()"),
      where("every(lambda)", "", "t.author.posts.every((p) => p.views.gt(1))"),
      value(
        "count(lambda?, options?)",
        "options of all aggregates: `{ distinct, filter }`",
        "t.author.posts.count()",
      ),
      value("sum(lambda)", "0 of nothing", "t.author.posts.sum((p) => p.views)"),
      value("avg(lambda)", "NULL of nothing, as those below", "t.author.posts.avg((p) => p.views)"),
      value("min(lambda)", "", "t.author.posts.min((p) => p.views)"),
      value("max(lambda)", "", "t.author.posts.max((p) => p.views)"),
    ],
  },
  {
    title: "Queries inside queries",
    about: "The inner query may speak of the rows around it.",
    entries: [
      where("exists(query)", "", "exists(Author.where((a) => a.id.eq(t.authorId)))"),
      where("notExists(query)", "", "notExists(Author.where((a) => a.id.eq(t.authorId)))"),
      value(
        "scalar(query)",
        "the one value of its first row, or NULL",
        "scalar(Post.select((p) => avg(p.views)))",
      ),
    ],
  },
  {
    title: "Aggregates",
    about:
      "Selected alone they are of all rows; with `.over(window)` they stand beside each row, and `.filter(condition)` leaves rows out. In groups write `rows.sum((t) => t.views)`; for one number await `Post.sum((t) => t.views)`.",
    entries: [
      value("count(of?)", "rows, or values that are not NULL", "count()"),
      value("sum(of)", "0 of nothing", "sum(t.price)"),
      value("avg(of)", "", "avg(t.views)"),
      value("min(of)", "", "min(t.title)"),
      value("max(of)", "", "max(t.title)"),
    ],
  },
  {
    title: "Windows",
    about:
      '`.over({ partitionBy, orderBy, frame })` says which rows are around a row. A frame is `{ mode, from, to }`: `from: -1` is one row before, `"start"`, `"current"` and `"end"` the ends.',
    entries: [
      value("rowNumber()", "from 1", "rowNumber().over({ orderBy: t.id })"),
      value(
        "rank()",
        "equal rows share a place, and the next is left out",
        "rank().over({ orderBy: t.views.desc() })",
      ),
      value("denseRank()", "no place is left out", "denseRank().over({ orderBy: t.views.desc() })"),
      value("lag(of, by?, otherwise?)", "of a row before", "lag(t.views).over({ orderBy: t.id })"),
      value(
        "lead(of, by?, otherwise?)",
        "of a row after",
        "lead(t.views, 1, 0).over({ orderBy: t.id })",
      ),
      value(
        "firstValue(of)",
        "of the first row of the frame",
        "firstValue(t.title).over({ orderBy: t.id })",
      ),
      value(
        "lastValue(of)",
        "of the last row of the frame",
        'lastValue(t.title).over({ orderBy: t.id, frame: { to: "end" } })',
      ),
      value(
        "sum(of).over(window)",
        "as every aggregate",
        "sum(t.views).over({ partitionBy: t.authorId, orderBy: t.id, frame: { from: -1 } })",
      ),
    ],
  },
  {
    title: "SQL of your own",
    about:
      "Values are bound, and columns become their names. `as(schema)` says how the value is read; in `where` it stands as a condition.",
    entries: [
      value("sql`…`.as(schema)", "", "sql`${t.views} * ${2}`.as(z.int())"),
      where("sql`…`", "", "sql`length(${t.title}) = ${4}`"),
    ],
  },
];
