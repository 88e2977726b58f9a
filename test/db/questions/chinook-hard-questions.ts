/** Questions to the music shop that take windows, recursion, sets, and queries of queries. */
import {
  and,
  avg,
  caseWhen,
  count,
  cte,
  denseRank,
  except,
  exists,
  firstValue,
  from,
  intersect,
  lag,
  lead,
  max,
  notExists,
  or,
  rank,
  recursive,
  rowNumber,
  scalar,
  sum,
  union,
  unionAll,
} from "../../../src/index.ts";
import type { Chinook } from "./chinook.ts";
import type { Question } from "./chinook-questions.ts";

export const chinookHardQuestions: readonly Question<Chinook>[] = [
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
  {
    text: "Which tracks have the same name as another of another album?",
    ask: ({ Track }) =>
      Track.where((t) =>
        exists(Track.where((other) => and(other.name.eq(t.name), other.albumId.ne(t.albumId)))),
      )
        .orderBy("name")
        .orderBy("id")
        .limit(60)
        .select("name", "id")
        .all(),
    sql: `select "name" as name, "track_id" as id from "track" t where exists (select 1 from "track" o
          where o."name" = t."name" and o."album_id" <> t."album_id") order by name, id limit 60`,
  },
  {
    text: "Which small playlists lie within a larger one?",
    ask: ({ Playlist, PlaylistTrack }) =>
      Playlist.where((t) =>
        and(
          t.placements.count().between(1, 30),
          exists(
            Playlist.where((other) =>
              and(
                other.placements.count().gt(t.placements.count()),
                notExists(
                  PlaylistTrack.where((p) => p.playlistId.eq(t.id)).where((p) =>
                    notExists(
                      PlaylistTrack.where((o) =>
                        and(o.playlistId.eq(other.id), o.trackId.eq(p.trackId)),
                      ),
                    ),
                  ),
                ),
              ),
            ),
          ),
        ),
      )
        .orderBy("id")
        .select("id", "name")
        .all(),
    sql: `with n as (select "playlist_id" as id, count(*) as c from "playlist_track" group by 1)
          select p."playlist_id" as id, p."name" as name from "playlist" p join n on n.id = p."playlist_id" where n.c between 1 and 30
          and exists (select 1 from n o where o.c > n.c and not exists (select "track_id" from "playlist_track" where "playlist_id" = p."playlist_id"
          except select "track_id" from "playlist_track" where "playlist_id" = o.id)) order by id`,
  },
  {
    text: "What did the first and the last invoice of each customer of Brazil come to?",
    ask: ({ Customer, Invoice }) =>
      Customer.where({ country: "Brazil" })
        .orderBy("id")
        .select((t) => ({
          id: t.id,
          first: scalar(
            Invoice.where((i) => i.customerId.eq(t.id))
              .orderBy("invoiceDate")
              .select((i) => i.total),
          ),
          last: scalar(
            Invoice.where((i) => i.customerId.eq(t.id))
              .orderBy("invoiceDate", "desc")
              .select((i) => i.total),
          ),
        }))
        .all(),
    sql: `select distinct c."customer_id" as id, first_value(i."total") over (partition by c."customer_id" order by i."invoice_date") as f,
          first_value(i."total") over (partition by c."customer_id" order by i."invoice_date" desc) as l
          from "customer" c join "invoice" i on i."customer_id" = c."customer_id" where c."country" = 'Brazil' order by id`,
  },
  {
    text: "Which is the newest invoice of each country, and what is the largest of the country?",
    ask: ({ Invoice }) =>
      Invoice.orderBy("invoiceDate", "desc")
        .distinctOn("billingCountry")
        .select((t) => ({ country: t.billingCountry, id: t.id, total: t.total }))
        .all(),
    sql: `select country, id, total from (select "billing_country" as country, "invoice_id" as id, "total" as total, "invoice_date" as at,
          row_number() over (partition by "billing_country" order by "invoice_date" desc, "invoice_id" desc) as n from "invoice") r
          where n = 1 order by at desc, id desc`,
  },
  {
    text: "Page by page: what are the tracks by composer, those of none first, and long before short?",
    ask: async ({ Track }) => {
      const order = Track.where((t) => or(t.genreId.eq(2), t.genreId.eq(5)))
        .orderBy((t) => t.composer.asc({ nulls: "first" }))
        .orderBy((t) => t.milliseconds, "desc");
      const found: { id: number; composer: string | null }[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof order.page>> = await order.page({ size: 17, after });
        found.push(...page.items.map(({ id, composer }) => ({ id, composer })));
        after = page.next;
      } while (after !== null);
      return found;
    },
    sql: `select "track_id" as id, "composer" as composer from "track" where "genre_id" in (2, 5)
          order by "composer" is not null, "composer", "milliseconds" desc, "track_id" desc`,
  },
  {
    text: "And backwards from the end, by price up, composer down with none last?",
    ask: async ({ Track }) => {
      const order = Track.where({ mediaTypeId: 3 })
        .orderBy((t) => t.unitPrice)
        .orderBy((t) => t.composer.desc({ nulls: "last" }))
        .orderBy("id");
      const found: { id: number }[] = [];
      const last = await order.page({ size: 1000 });
      let before = last.end;
      while (before !== null) {
        const page: Awaited<ReturnType<typeof order.page>> = await order.page({ size: 23, before });
        found.unshift(...page.items.map(({ id }) => ({ id })));
        before = page.previous;
      }
      return found;
    },
    sql: `select id from (select "track_id" as id, row_number() over (order by "unit_price", "composer" is null, "composer" desc, "track_id") as n,
          count(*) over () as c from "track" where "media_type_id" = 3) r where n < c order by n`,
  },
  {
    text: "In which months of 2022 was less sold than in the month before and the one after?",
    ask: async ({ Invoice }) => {
      const months = Invoice.where((t) => t.invoiceDate.year().eq(2022))
        .groupBy((t) => ({ month: t.invoiceDate.truncate("month") }))
        .select((key, rows) => ({ month: key.month, total: rows.sum((t) => t.total) }));
      const beside = from(months).select((t) => ({
        month: t.month,
        total: t.total,
        before: lag(t.total).over({ orderBy: t.month }),
        after: lead(t.total).over({ orderBy: t.month }),
      }));
      return from(beside)
        .where((t) => and(t.total.lt(t.before), t.total.lt(t.after)))
        .orderBy("month")
        .select((t) => ({ month: t.month.month(), total: t.total }))
        .all();
    },
    sql: `with m as (select :month("invoice_date") as month, round(cast(sum("total") as numeric), 2) as total from "invoice"
          where :year("invoice_date") = 2022 group by 1) select month, total from (select month, total, lag(total) over (order by month) as b,
          lead(total) over (order by month) as a from m) r where total < b and total < a order by month`,
  },
  {
    text: "What is the dearest hour of music, by genre: price for its length, of those with ten tracks or more?",
    ask: ({ Track }) =>
      Track.groupBy((t) => ({ genre: t.genre.name }))
        .having((_, rows) => rows.count().gte(10))
        .select((key, rows) => ({
          genre: key.genre,
          price: rows
            .sum((t) => t.unitPrice)
            .asFloat()
            .times(3_600_000)
            .dividedBy(rows.sum((t) => t.milliseconds).asFloat()),
        }))
        .orderBy("price", "desc")
        .limit(5)
        .all(),
    sql: `select g."name" as genre, sum(t."unit_price") * 3600000.0 / sum(t."milliseconds") as price from "track" t
          join "genre" g on g."genre_id" = t."genre_id" group by g."name" having count(*) >= 10 order by price desc limit 5`,
  },
  {
    text: "Who bought what on the day that the shop sold most?",
    ask: async ({ Invoice }) => {
      const days = Invoice.groupBy((t) => ({ day: t.invoiceDate.truncate("day") })).select(
        (key, rows) => ({ day: key.day, total: rows.sum((t) => t.total) }),
      );
      return Invoice.where((t) =>
        t.invoiceDate.truncate("day").eq(
          scalar(
            from(days)
              .orderBy("total", "desc")
              .orderBy("day")
              .select((d) => d.day),
          ),
        ),
      )
        .orderBy("id")
        .select((t) => ({ id: t.id, name: t.customer.lastName, lines: t.lines.count() }))
        .all();
    },
    sql: `select i."invoice_id" as id, c."last_name" as name, (select count(*) from "invoice_line" l where l."invoice_id" = i."invoice_id") as lines
          from "invoice" i join "customer" c on c."customer_id" = i."customer_id" where i."invoice_date" = (
          select "invoice_date" from "invoice" group by "invoice_date" order by round(cast(sum("total") as numeric), 2) desc, "invoice_date" limit 1) order by id`,
  },
  {
    text: "How do agents place in each year, by what their customers spent, and whose year was it?",
    ask: async ({ Invoice }) => {
      const spent = Invoice.groupBy((t) => ({
        year: t.invoiceDate.year(),
        agent: t.customer.supportRep.lastName,
      })).select((key, rows) => ({
        year: key.year,
        agent: key.agent,
        spent: rows.sum((t) => t.total),
      }));
      return from(spent)
        .select((t) => ({
          year: t.year,
          agent: t.agent,
          place: denseRank().over({ partitionBy: t.year, orderBy: t.spent.desc() }),
          best: firstValue(t.agent).over({ partitionBy: t.year, orderBy: t.spent.desc() }),
          most: max(t.spent).over({ partitionBy: t.year }),
        }))
        .orderBy("year")
        .orderBy("place")
        .all();
    },
    sql: `with s as (select :year(i."invoice_date") as year, e."last_name" as agent, round(cast(sum(i."total") as numeric), 2) as spent from "invoice" i
          join "customer" c on c."customer_id" = i."customer_id" left join "employee" e on e."employee_id" = c."support_rep_id" group by 1, 2)
          select year, agent, dense_rank() over (partition by year order by spent desc) as place,
          first_value(agent) over (partition by year order by spent desc) as best, max(spent) over (partition by year) as most
          from s order by year, place`,
  },
  {
    text: "Which names do artists share with albums or with tracks?",
    ask: ({ Artist, Album, Track }) =>
      intersect(
        Artist.select((t) => ({ name: t.name })),
        union(
          Album.select((t) => ({ name: t.title })),
          Track.select((t) => ({ name: t.name })),
        ),
      )
        .orderBy("name")
        .all(),
    sql: `select "name" as name from "artist" where "name" in (select "title" from "album") or "name" in (select "name" from "track") order by name`,
  },
];
