/** Questions to the music shop that take sets, pages, dates, and queries inside queries. */
import {
  and,
  denseRank,
  exists,
  firstValue,
  from,
  intersect,
  lag,
  lead,
  max,
  notExists,
  or,
  scalar,
  union,
} from "../../../src/index.ts";
import type { Chinook } from "./chinook.ts";
import type { Question } from "./chinook-questions.ts";

export const chinookHardQuestions: readonly Question<Chinook>[] = [
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
