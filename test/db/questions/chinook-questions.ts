/** Twenty questions to the music shop, each as a query and as SQL by hand. */
import { and, caseWhen, exists, not, notExists, or, sum } from "../../../src/index.ts";
import type { Chinook } from "./chinook.ts";

/** A question: what a program would write, and what it must equal. */
export interface Question<Models> {
  readonly text: string;
  /** Plain rows in a fixed order. */
  readonly ask: (models: Models) => Promise<readonly object[]>;
  /** Names in double quotes are written as PostgreSQL has them. */
  readonly sql: string;
}

export const chinookQuestions: readonly Question<Chinook>[] = [
  {
    text: "Which ten tracks sold best?",
    ask: ({ InvoiceLine }) =>
      InvoiceLine.groupBy((t) => ({ id: t.trackId, name: t.track.name }))
        .select((key, rows) => ({ name: key.name, sold: rows.sum((t) => t.quantity), id: key.id }))
        .orderBy("sold", "desc")
        .orderBy("id")
        .limit(10)
        .all(),
    sql: `select t."name" as name, sum(l."quantity") as sold, t."track_id" as id
          from "invoice_line" l join "track" t on t."track_id" = l."track_id"
          group by t."track_id", t."name" order by sold desc, id limit 10`,
  },
  {
    text: "What does each country bring in?",
    ask: ({ Invoice }) =>
      Invoice.groupBy("billingCountry")
        .select((key, rows) => ({
          country: key.billingCountry,
          total: rows.sum((t) => t.total),
          invoices: rows.count(),
        }))
        .orderBy("total", "desc")
        .orderBy("country")
        .all(),
    sql: `select "billing_country" as country, sum("total") as total, count(*) as invoices
          from "invoice" group by "billing_country" order by round(cast(sum("total") as numeric), 2) desc, country`,
  },
  {
    text: "Which artists have more than ten albums?",
    ask: ({ Artist }) =>
      Artist.where((t) => t.albums.count().gt(10))
        .orderBy("id")
        .select((t) => ({ name: t.name, albums: t.albums.count() }))
        .all(),
    sql: `select ar."name" as name, count(*) as albums from "artist" ar join "album" al on al."artist_id" = ar."artist_id"
          group by ar."artist_id", ar."name" having count(*) > 10 order by ar."artist_id"`,
  },
  {
    text: "Which tracks were never sold and are longer than ten minutes?",
    ask: ({ Track }) =>
      Track.where((t) => and(t.lines.none(), t.milliseconds.gt(600_000)))
        .orderBy("id")
        .select("id", "name")
        .all(),
    sql: `select "track_id" as id, "name" as name from "track" t where "milliseconds" > 600000
          and not exists (select 1 from "invoice_line" l where l."track_id" = t."track_id") order by id`,
  },
  {
    text: "Which customers bought classical music?",
    ask: ({ Customer }) =>
      Customer.where((t) =>
        t.invoices.some((invoice) =>
          invoice.lines.some((line) => line.track.genre.name.eq("Classical")),
        ),
      )
        .orderBy("id")
        .select((t) => ({ id: t.id, name: t.firstName.concat(" ", t.lastName) }))
        .all(),
    sql: `select distinct c."customer_id" as id, c."first_name" || ' ' || c."last_name" as name
          from "customer" c join "invoice" i on i."customer_id" = c."customer_id"
          join "invoice_line" l on l."invoice_id" = i."invoice_id" join "track" t on t."track_id" = l."track_id"
          join "genre" g on g."genre_id" = t."genre_id" where g."name" = 'Classical' order by id`,
  },
  {
    text: "What is the longest track of each genre?",
    ask: ({ Genre }) =>
      Genre.orderBy("id")
        .select((t) => ({ genre: t.name, longest: t.tracks.max((track) => track.milliseconds) }))
        .all(),
    sql: `select g."name" as genre, (select max("milliseconds") from "track" t where t."genre_id" = g."genre_id") as longest
          from "genre" g order by g."genre_id"`,
  },
  {
    text: "Who reports to whom?",
    ask: ({ Employee }) =>
      Employee.orderBy("id")
        .select((t) => ({ name: t.lastName, manager: t.manager.lastName }))
        .all(),
    sql: `select e."last_name" as name, m."last_name" as manager from "employee" e
          left join "employee" m on m."employee_id" = e."reports_to" order by e."employee_id"`,
  },
  {
    text: "How much did the customers of each support agent spend?",
    ask: ({ Invoice }) =>
      Invoice.groupBy((t) => ({ agent: t.customer.supportRep.lastName }))
        .select((key, rows) => ({ agent: key.agent, spent: rows.sum((t) => t.total) }))
        .orderBy("agent")
        .all(),
    sql: `select e."last_name" as agent, sum(i."total") as spent from "invoice" i
          join "customer" c on c."customer_id" = i."customer_id"
          left join "employee" e on e."employee_id" = c."support_rep_id" group by e."last_name" order by agent`,
  },
  {
    text: "How many invoices were written in each year, and what is their average?",
    ask: ({ Invoice }) =>
      Invoice.groupBy((t) => ({ year: t.invoiceDate.year() }))
        .select((key, rows) => ({
          year: key.year,
          invoices: rows.count(),
          average: rows.avg((t) => t.total),
        }))
        .orderBy("year")
        .all(),
    sql: `select :year("invoice_date") as year, count(*) as invoices, avg("total") as average
          from "invoice" group by :year("invoice_date") order by year`,
  },
  {
    text: "Which invoices are above the average of their customer?",
    ask: ({ Invoice }) =>
      Invoice.where((t) => t.total.gt(t.customer.invoices.avg((other) => other.total)))
        .orderBy("id")
        .select("id")
        .all(),
    sql: `select i."invoice_id" as id from "invoice" i where i."total" >
          (select avg(o."total") from "invoice" o where o."customer_id" = i."customer_id") order by id`,
  },
  {
    text: "Which albums hold tracks of more than one genre?",
    ask: ({ Track }) =>
      Track.groupBy((t) => ({ id: t.albumId, title: t.album.title }))
        .having((_, rows) => rows.count((t) => t.genreId, { distinct: true }).gt(1))
        .select((key, rows) => ({
          title: key.title,
          genres: rows.count((t) => t.genreId, { distinct: true }),
          id: key.id,
        }))
        .orderBy("id")
        .all(),
    sql: `select a."title" as title, count(distinct t."genre_id") as genres, a."album_id" as id from "track" t
          join "album" a on a."album_id" = t."album_id" group by a."album_id", a."title"
          having count(distinct t."genre_id") > 1 order by id`,
  },
  {
    text: "Which customers live in a city that no employee lives in, in a country that some employee lives in?",
    ask: ({ Customer, Employee }) =>
      Customer.where((t) =>
        and(
          t.country.in(Employee.select((e) => e.country)),
          not(t.city.in(Employee.select((e) => e.city))),
        ),
      )
        .orderBy("id")
        .select("id", "city")
        .all(),
    sql: `select "customer_id" as id, "city" as city from "customer" c
          where "country" in (select "country" from "employee")
          and not exists (select 1 from "employee" e where e."city" = c."city") order by id`,
  },
  {
    text: "Which playlists hold every track of the album Facelift?",
    ask: ({ Playlist, Track }) =>
      Playlist.where((t) =>
        notExists(
          Track.where((track) => track.album.title.eq("Facelift")).where((track) =>
            track.placements.none((p) => p.playlistId.eq(t.id)),
          ),
        ),
      )
        .orderBy("id")
        .select("id", "name")
        .all(),
    sql: `select p."playlist_id" as id, p."name" as name from "playlist" p where
          (select count(*) from "playlist_track" pt join "track" t on t."track_id" = pt."track_id"
           join "album" a on a."album_id" = t."album_id" where pt."playlist_id" = p."playlist_id" and a."title" = 'Facelift')
          = (select count(*) from "track" t join "album" a on a."album_id" = t."album_id" where a."title" = 'Facelift') order by id`,
  },
  {
    text: "What is the running total of the invoices of customer 1?",
    ask: ({ Invoice }) =>
      Invoice.where((t) => t.customerId.eq(1))
        .orderBy("id")
        .select((t) => ({ id: t.id, running: sum(t.total).over({ orderBy: t.id }) }))
        .all(),
    sql: `select "invoice_id" as id, sum("total") over (order by "invoice_id") as running
          from "invoice" where "customer_id" = 1 order by id`,
  },
  {
    text: "Which three tracks are the most expensive of each media type, by price and length?",
    ask: async ({ MediaType }) => {
      const types = await MediaType.include({
        tracks: (q) =>
          q
            .orderBy((t) => t.unitPrice, "desc")
            .orderBy((t) => t.milliseconds, "desc")
            .orderBy("id")
            .limit(3),
      })
        .orderBy("id")
        .all();
      return types.flatMap(({ name, tracks }) =>
        tracks.map((track, place) => ({ media: name, name: track.name, place: place + 1 })),
      );
    },
    sql: `select media, name, place from (select m."name" as media, t."name" as name, m."media_type_id" as mid,
          row_number() over (partition by t."media_type_id" order by t."unit_price" desc, t."milliseconds" desc, t."track_id") as place
          from "track" t join "media_type" m on m."media_type_id" = t."media_type_id") r where place <= 3 order by mid, place`,
  },
  {
    text: "Which tracks name both Plant and Page as composers, or nobody and cost more than a dollar?",
    ask: ({ Track }) =>
      Track.where((t) =>
        or(
          and(t.composer.contains("Plant"), t.composer.contains("Page")),
          and(t.composer.isNull(), t.unitPrice.gt(1)),
        ),
      )
        .orderBy("id")
        .select("id")
        .all(),
    sql: `select "track_id" as id from "track" where ("composer" like '%Plant%' and "composer" like '%Page%')
          or ("composer" is null and "unit_price" > 1) order by id`,
  },
  {
    text: "How do tracks divide into short, middling and long?",
    ask: ({ Track }) =>
      Track.groupBy((t) => ({
        kind: caseWhen(t.milliseconds.lt(180_000), "short")
          .when(t.milliseconds.lt(360_000), "middling")
          .else("long"),
      }))
        .select((key, rows) => ({ kind: key.kind, tracks: rows.count() }))
        .orderBy("kind")
        .all(),
    sql: `select case when "milliseconds" < 180000 then 'short' when "milliseconds" < 360000 then 'middling' else 'long' end as kind,
          count(*) as tracks from "track" group by 1 order by kind`,
  },
  {
    text: "Who are the five best customers, with what they bought last?",
    ask: async ({ Customer }) => {
      const best = await Customer.orderBy((t) => t.invoices.sum((i) => i.total), "desc")
        .orderBy("id")
        .limit(5)
        .include({ invoices: (q) => q.orderBy((i) => i.invoiceDate, "desc").limit(1) })
        .all();
      return best.map(({ fullName, invoices }) => ({ fullName, last: invoices[0]?.id }));
    },
    sql: `select c."first_name" || ' ' || c."last_name" as fullName,
          (select i."invoice_id" from "invoice" i where i."customer_id" = c."customer_id" order by i."invoice_date" desc limit 1) as last
          from "customer" c order by (select round(cast(sum(i."total") as numeric), 2) from "invoice" i where i."customer_id" = c."customer_id") desc, c."customer_id" limit 5`,
  },
  {
    text: "Which genres sell nothing in Canada?",
    ask: ({ Genre }) =>
      Genre.where((t) =>
        t.tracks.none((track) =>
          track.lines.some((line) => line.invoice.billingCountry.eq("Canada")),
        ),
      )
        .orderBy("id")
        .select("id", "name")
        .all(),
    sql: `select "genre_id" as id, "name" as name from "genre" g where not exists (
          select 1 from "track" t join "invoice_line" l on l."track_id" = t."track_id"
          join "invoice" i on i."invoice_id" = l."invoice_id" where t."genre_id" = g."genre_id" and i."billing_country" = 'Canada') order by id`,
  },
  {
    text: "Which pairs of customers share a city?",
    ask: ({ Customer }) =>
      Customer.where((t) =>
        exists(
          Customer.where((other) =>
            and(other.city.eq(t.city), other.country.eq(t.country), other.id.ne(t.id)),
          ),
        ),
      )
        .orderBy("id")
        .select("id", "city")
        .all(),
    sql: `select "customer_id" as id, "city" as city from "customer" c where exists (
          select 1 from "customer" o where o."city" = c."city" and o."country" = c."country" and o."customer_id" <> c."customer_id") order by id`,
  },
];
