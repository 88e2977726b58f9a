/** Questions to the music shop that take windows, recursion, and queries of queries. */
import {
  and,
  avg,
  caseWhen,
  count,
  cte,
  except,
  from,
  intersect,
  lag,
  max,
  rank,
  recursive,
  rowNumber,
  scalar,
  sum,
  unionAll,
} from "../../../src/index.ts";
import type { Chinook } from "./chinook.ts";
import type { Question } from "./chinook-questions.ts";

export const chinookWindowQuestions: readonly Question<Chinook>[] = [
  {
    text: "Who stands below Nancy Edwards, however far down, and how far?",
    ask: ({ Employee }) =>
      recursive(
        Employee.where({ lastName: "Edwards" }),
        (child, parent) => child.managerId.eq(parent.id),
        { maxDepth: 9 },
      )
        .orderBy("id")
        .select((t, depth) => ({ name: t.lastName, depth }))
        .all(),
    sql: `with recursive r(id, name, depth) as (select "employee_id", "last_name", 0 from "employee" where "last_name" = 'Edwards'
          union all select e."employee_id", e."last_name", r.depth + 1 from "employee" e join r on e."reports_to" = r.id)
          select name, depth from r order by id`,
  },
  {
    text: "Which way leads from the head of the shop to each employee?",
    ask: ({ Employee }) =>
      cte(
        "way",
        Employee.where((t) => t.managerId.isNull()).select((t) => ({ id: t.id, path: t.lastName })),
        (found) =>
          Employee.with(found, (t, above) => t.managerId.eq(above.id)).select((t, above) => ({
            id: t.id,
            path: above.path.concat(" > ", t.lastName),
          })),
      )
        .orderBy("id")
        .all(),
    sql: `with recursive way(id, path) as (select "employee_id", cast("last_name" as text) from "employee" where "reports_to" is null
          union all select e."employee_id", way.path || ' > ' || e."last_name" from "employee" e join way on e."reports_to" = way.id)
          select id, path from way order by id`,
  },
  {
    text: "How many people stand below each manager, at any depth?",
    ask: async ({ Employee }) => {
      const below = cte(
        "below",
        Employee.select((t) => ({ top: t.id, id: t.id })),
        (found) =>
          Employee.with(found, (t, above) => t.managerId.eq(above.id)).select((t, above) => ({
            top: above.top,
            id: t.id,
          })),
      );
      return Employee.select((t) => ({
        name: t.lastName,
        below: scalar(
          below.where((row) => row.top.eq(t.id).and(row.id.ne(t.id))).select(() => count()),
        ),
      }))
        .orderBy("id")
        .all();
    },
    sql: `with recursive b(top, id) as (select "employee_id", "employee_id" from "employee"
          union select b.top, e."employee_id" from "employee" e join b on e."reports_to" = b.id)
          select e."last_name" as name, (select count(*) from b where b.top = e."employee_id" and b.id <> e."employee_id") as below
          from "employee" e order by e."employee_id"`,
  },
  {
    text: "Which invoice of each customer is the largest, and what part of all that was bought is it?",
    ask: ({ Invoice }) =>
      from(
        Invoice.select((t) => ({
          id: t.id,
          customer: t.customerId,
          total: t.total,
          all: sum(t.total).over({ partitionBy: t.customerId }),
          place: rowNumber().over({ partitionBy: t.customerId, orderBy: [t.total.desc(), t.id] }),
        })),
      )
        .where((t) => t.place.eq(1))
        .orderBy("customer")
        .select((t) => ({
          customer: t.customer,
          id: t.id,
          part: t.total.dividedBy(t.all).round(3),
        }))
        .all(),
    sql: `select customer, id, round(cast(total / bought as numeric), 3) as part from (select "customer_id" as customer, "invoice_id" as id,
          "total" as total, sum("total") over (partition by "customer_id") as bought,
          row_number() over (partition by "customer_id" order by "total" desc, "invoice_id") as place from "invoice") r
          where place = 1 order by customer`,
  },
  {
    text: "How many days passed between the invoices of a customer, where it was more than half a year?",
    ask: async ({ Invoice }) => {
      const gaps = from(
        Invoice.select((t) => ({
          customer: t.customerId,
          id: t.id,
          at: t.invoiceDate,
          before: lag(t.invoiceDate).over({ partitionBy: t.customerId, orderBy: t.id }),
        })),
      );
      const rows = await gaps
        .where((t) => t.before.lt(t.at.minus({ days: 200 })))
        .orderBy("id")
        .all();
      return rows.map(({ id, at, before }) => ({
        id,
        days: Math.round((at.getTime() - (before?.getTime() ?? 0)) / 86_400_000),
      }));
    },
    sql: `select id, days from (select "invoice_id" as id, :days("invoice_date",
          lag("invoice_date") over (partition by "customer_id" order by "invoice_id")) as days from "invoice") r
          where days > 200 order by id`,
  },
  {
    text: "Which genre is bought most in each country? All of those that share the first place.",
    ask: async ({ InvoiceLine }) => {
      const sold = InvoiceLine.groupBy((t) => ({
        country: t.invoice.billingCountry,
        genre: t.track.genre.name,
      })).select((key, rows) => ({ country: key.country, genre: key.genre, n: rows.count() }));
      return from(
        from(sold).select((t) => ({
          country: t.country,
          genre: t.genre,
          n: t.n,
          place: rank().over({ partitionBy: t.country, orderBy: t.n.desc() }),
        })),
      )
        .where((t) => t.place.eq(1))
        .orderBy("country")
        .orderBy("genre")
        .select((t) => ({ country: t.country, genre: t.genre, n: t.n }))
        .all();
    },
    sql: `select country, genre, n from (select country, genre, n, rank() over (partition by country order by n desc) as place from (
          select i."billing_country" as country, g."name" as genre, count(*) as n from "invoice_line" l
          join "invoice" i on i."invoice_id" = l."invoice_id" join "track" t on t."track_id" = l."track_id"
          left join "genre" g on g."genre_id" = t."genre_id" group by 1, 2) s) r where place = 1 order by country, genre`,
  },
  {
    text: "What did each year bring in, and how does it compare with the year before?",
    ask: async ({ Invoice }) => {
      const years = cte(
        "years",
        Invoice.groupBy((t) => ({ year: t.invoiceDate.year() })).select((key, rows) => ({
          year: key.year,
          total: rows.sum((t) => t.total),
        })),
      );
      return years
        .select((t) => ({
          year: t.year,
          total: t.total,
          more: t.total.minus(lag(t.total).over({ orderBy: t.year })),
        }))
        .orderBy("year")
        .all();
    },
    sql: `with y as (select :year("invoice_date") as year, sum("total") as total from "invoice" group by 1)
          select year, total, total - lag(total) over (order by year) as more from y order by year`,
  },
  {
    text: "What is the mean of three invoices, this one and its neighbours, of customer 5?",
    ask: ({ Invoice }) =>
      Invoice.where({ customerId: 5 })
        .orderBy("id")
        .select((t) => ({
          id: t.id,
          mean: avg(t.total.asFloat()).over({ orderBy: t.id, frame: { from: -1, to: 1 } }),
        }))
        .all(),
    sql: `select "invoice_id" as id, avg("total") over (order by "invoice_id" rows between 1 preceding and 1 following) as mean
          from "invoice" where "customer_id" = 5 order by id`,
  },
  {
    text: "Which customers bought rock and jazz, but never metal?",
    ask: async ({ Customer, InvoiceLine }) => {
      const bought = (genre: string) =>
        InvoiceLine.where((t) => t.track.genre.name.eq(genre)).select((t) => t.invoice.customerId);
      const chosen = except(intersect(bought("Rock"), bought("Jazz")), bought("Metal"));
      return Customer.where((t) => t.id.in(chosen))
        .orderBy("id")
        .select("id")
        .all();
    },
    sql: `with b as (select distinct i."customer_id" as id, g."name" as genre from "invoice_line" l
          join "invoice" i on i."invoice_id" = l."invoice_id" join "track" t on t."track_id" = l."track_id"
          join "genre" g on g."genre_id" = t."genre_id")
          select id from (select id from b where genre = 'Rock' intersect select id from b where genre = 'Jazz'
          except select id from b where genre = 'Metal') r order by id`,
  },
  {
    text: "Which cities do customers and employees live in, and how many of either?",
    ask: ({ Customer, Employee }) =>
      from(
        unionAll(
          Customer.select((t) => ({ city: t.city, customer: caseWhen(t.id.gt(0), 1).else(0) })),
          Employee.select((t) => ({ city: t.city, customer: caseWhen(t.id.gt(0), 0).else(1) })),
        ),
      )
        .groupBy((t) => ({ city: t.city }))
        .having((_, rows) => rows.count().gt(1))
        .select((key, rows) => ({
          city: key.city,
          customers: rows.sum((t) => t.customer),
          people: rows.count(),
        }))
        .orderBy("city")
        .all(),
    sql: `select city, sum(c) as customers, count(*) as people from (select "city" as city, 1 as c from "customer"
          union all select "city", 0 from "employee") r group by city having count(*) > 1 order by city`,
  },
  {
    text: "What share of a genre's tracks has a composer?",
    ask: ({ Genre }) =>
      Genre.orderBy("id")
        .select((t) => ({
          name: t.name,
          with: t.tracks.count((track) => track.composer.isNotNull()),
          share: t.tracks.count((track) => track.composer).dividedBy(t.tracks.count()),
        }))
        .all(),
    sql: `select g."name" as name, count(t."composer") as w, cast(count(t."composer") as real) / count(t."track_id") as share
          from "genre" g left join "track" t on t."genre_id" = g."genre_id" group by g."genre_id", g."name" order by g."genre_id"`,
  },
  {
    text: "Which artists sell more than the average artist that sells at all?",
    ask: async ({ InvoiceLine, Artist }) => {
      const sales = cte(
        "sales",
        InvoiceLine.groupBy((t) => ({ artist: t.track.album.artistId })).select((key, rows) => ({
          artist: key.artist,
          total: rows.sum((t) => t.unitPrice.times(t.quantity)),
        })),
      );
      return Artist.with(sales, (t, sale) => sale.artist.eq(t.id))
        .where((_, sale) => sale.total.gt(scalar(sales.select((row) => avg(row.total)))))
        .select((t, sale) => ({ name: t.name, total: sale.total }))
        .orderBy("total", "desc")
        .orderBy("name")
        .limit(30)
        .all();
    },
    sql: `with s as (select a."artist_id" as artist, round(cast(sum(l."unit_price" * l."quantity") as numeric), 2) as total from "invoice_line" l
          join "track" t on t."track_id" = l."track_id" join "album" a on a."album_id" = t."album_id" group by 1)
          select ar."name" as name, s.total from s join "artist" ar on ar."artist_id" = s.artist
          where s.total > (select avg(total) from s) order by total desc, name limit 30`,
  },
  {
    text: "Of which albums was a third or more bought in one invoice, of those with six tracks or more?",
    ask: async ({ Album, InvoiceLine }) => {
      const baskets = cte(
        "baskets",
        InvoiceLine.groupBy((t) => ({ invoice: t.invoiceId, album: t.track.albumId })).select(
          (key, rows) => ({
            album: key.album,
            n: rows.count((t) => t.trackId, { distinct: true }),
          }),
        ),
      );
      return Album.where((t) =>
        and(
          t.tracks.count().gte(6),
          t.tracks
            .count()
            .lte(
              scalar(baskets.where((row) => row.album.eq(t.id)).select((row) => max(row.n))).times(
                3,
              ),
            ),
        ),
      )
        .orderBy("id")
        .select("id", "title")
        .all();
    },
    sql: `with b as (select l."invoice_id" as i, t."album_id" as album, count(distinct l."track_id") as n from "invoice_line" l
          join "track" t on t."track_id" = l."track_id" group by 1, 2)
          select a."album_id" as id, a."title" as title from "album" a join (select "album_id", count(*) as tracks from "track" group by 1) c
          on c."album_id" = a."album_id" where c.tracks >= 6 and c.tracks <= 3 * (select max(n) from b where b.album = a."album_id") order by id`,
  },
];
