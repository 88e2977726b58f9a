/** Questions to the video shop that take windows, sets, dates, and aggregates in conditions. */
import {
  and,
  caseWhen,
  count,
  cte,
  exists,
  from,
  lag,
  lead,
  notExists,
  or,
  rowNumber,
  scalar,
  sum,
  union,
} from "../../../src/index.ts";
import type { Question } from "./chinook-questions.ts";
import {
  Actor,
  Category,
  Customer,
  Film,
  FilmActor,
  Inventory,
  Payment,
  Rental,
} from "./pagila.ts";

export const pagilaHardQuestions: readonly Question<undefined>[] = [
  {
    text: "Which pairs of actors played together more than once?",
    ask: () => {
      const roles = FilmActor.select((t) => ({ film: t.filmId, actor: t.actorId }));
      return FilmActor.with(roles, (t, other) =>
        and(other.film.eq(t.filmId), other.actor.gt(t.actorId)),
      )
        .groupBy((t, other) => ({ one: t.actorId, two: other.actor }))
        .having((_, rows) => rows.count().gt(1))
        .select((key, rows) => ({ one: key.one, two: key.two, films: rows.count() }))
        .orderBy("one")
        .orderBy("two")
        .all();
    },
    sql: `select a.actor_id as one, b.actor_id as two, count(*) as films from film_actor a
          join film_actor b on b.film_id = a.film_id and b.actor_id > a.actor_id group by 1, 2 having count(*) > 1 order by one, two`,
  },
  {
    text: "Which actors can be reached from actor 2 over shared films, in at most two steps?",
    ask: async () => {
      const reached = cte(
        "reached",
        Actor.where({ id: 2 }).select((t) => ({ id: t.id, steps: t.id.minus(t.id) })),
        (found) =>
          FilmActor.with(found, (t, before) =>
            and(
              before.steps.lt(2),
              exists(
                FilmActor.where((role) => role.actorId.eq(before.id).and(role.filmId.eq(t.filmId))),
              ),
            ),
          ).select((t, before) => ({ id: t.actorId, steps: before.steps.plus(1) })),
      );
      return reached
        .groupBy((t) => ({ id: t.id }))
        .select((key, rows) => ({ id: key.id, steps: rows.min((t) => t.steps) }))
        .orderBy("id")
        .all();
    },
    sql: `with recursive r(id, steps) as (select 2, 0 union select a.actor_id, r.steps + 1 from r
          join film_actor b on b.actor_id = r.id join film_actor a on a.film_id = b.film_id where r.steps < 2)
          select id, min(steps) as steps from r group by id order by id`,
  },
  {
    text: "Which copies were out when they were rented again, before they came back?",
    ask: () =>
      Rental.where((t) =>
        exists(
          Rental.where((before) =>
            and(
              before.inventoryId.eq(t.inventoryId),
              before.id.ne(t.id),
              before.rentalDate.lt(t.rentalDate),
              or(before.returnDate.isNull(), before.returnDate.gt(t.rentalDate)),
            ),
          ),
        ),
      )
        .orderBy("id")
        .select("id")
        .all(),
    sql: `select rental_id as id from rental t where exists (select 1 from rental b where b.inventory_id = t.inventory_id
          and b.rental_id <> t.rental_id and b.rental_date < t.rental_date and (b.return_date is null or b.return_date > t.rental_date)) order by id`,
  },
  {
    text: "Which customers paid a third in February and May?",
    ask: () =>
      Payment.groupBy("customerId")
        .having((_, rows) =>
          rows
            .sum((t) => t.amount, { filter: (t) => t.paymentDate.month().in([2, 5]) })
            .times(3)
            .gt(rows.sum((t) => t.amount)),
        )
        .select((key, rows) => ({
          id: key.customerId,
          some: rows.sum((t) => t.amount, { filter: (t) => t.paymentDate.month().in([2, 5]) }),
          most: rows.max((t) => t.amount, { filter: (t) => t.paymentDate.month().eq(5) }),
        }))
        .orderBy("id")
        .all(),
    sql: `select id, a, most from (select customer_id as id, round(cast(sum(case when :month(payment_date) in (2, 5) then amount else 0 end) as numeric), 2) as a,
          round(cast(sum(amount) as numeric), 2) as b, max(case when :month(payment_date) = 5 then amount end) as most
          from payment group by 1) r where a * 3 > b order by id`,
  },
  {
    text: "What are the films that each customer rented last, with the one before and after it?",
    ask: () =>
      from(
        Rental.select((t) => ({
          customer: t.customerId,
          film: t.inventory.film.title,
          before: lag(t.inventory.film.title).over({ partitionBy: t.customerId, orderBy: t.id }),
          after: lead(t.inventory.film.title).over({ partitionBy: t.customerId, orderBy: t.id }),
          place: rowNumber().over({ partitionBy: t.customerId, orderBy: t.id.desc() }),
        })),
      )
        .where((t) => t.place.lte(2))
        .orderBy("customer")
        .orderBy("place")
        .all(),
    sql: `select customer, film, before, after, place from (select r.customer_id as customer, f.title as film,
          lag(f.title) over w as before, lead(f.title) over w as after,
          row_number() over (partition by r.customer_id order by r.rental_id desc) as place from rental r
          join inventory i on i.inventory_id = r.inventory_id join film f on f.film_id = i.film_id
          window w as (partition by r.customer_id order by r.rental_id)) s where place <= 2 order by customer, place`,
  },
  {
    text: "Which films bring in more than they cost to replace, of all copies?",
    ask: () =>
      Film.where((t) =>
        scalar(
          Payment.where((p) => p.rental.inventory.filmId.eq(t.id)).select((p) => sum(p.amount)),
        ).gt(t.replacementCost.times(t.inventory.count())),
      )
        .orderBy("id")
        .select((t) => ({ id: t.id, copies: t.inventory.count() }))
        .all(),
    sql: `select film_id as id, (select count(*) from inventory i where i.film_id = f.film_id) as copies from film f
          where (select coalesce(round(cast(sum(p.amount) as numeric), 2), 0) from payment p join rental r on r.rental_id = p.rental_id
          join inventory i on i.inventory_id = r.inventory_id where i.film_id = f.film_id)
          > round(cast(replacement_cost * (select count(*) from inventory i where i.film_id = f.film_id) as numeric), 2) order by id`,
  },
  {
    text: "On which weekdays are films rented, and how many come back within five days?",
    ask: () =>
      Rental.groupBy((t) => ({ day: t.rentalDate.weekday() }))
        .select((key, rows) => ({
          day: key.day,
          rented: rows.count(),
          back: rows.count((t) => t.returnDate.lte(t.rentalDate.plus({ days: 5 }))),
          out: rows.count((t) => t.returnDate.isNull()),
        }))
        .orderBy("day")
        .all(),
    sql: `select :weekday(rental_date) as day, count(*) as rented, count(case when :days(return_date, rental_date) <= 5 then 1 end) as back,
          count(case when return_date is null then 1 end) as o from rental group by 1 order by 1`,
  },
  {
    text: "Which categories have no film that is over two hours, or none in stock?",
    ask: () =>
      union(
        Category.where((t) => t.films.none((link) => link.film.length.gt(120))),
        Category.where((t) =>
          notExists(
            Inventory.where((i) => i.film.categories.some((link) => link.categoryId.eq(t.id))),
          ),
        ),
      )
        .orderBy("id")
        .select((t) => ({
          name: t.name,
          kind: caseWhen(t.films.none(), "empty").else("some"),
        }))
        .all(),
    sql: `select name, case when not exists (select 1 from film_category fc where fc.category_id = c.category_id) then 'empty' else 'some' end as kind
          from category c where not exists (select 1 from film_category fc join film f on f.film_id = fc.film_id
          where fc.category_id = c.category_id and f.length > 120) or not exists (select 1 from inventory i
          join film_category fc on fc.film_id = i.film_id where fc.category_id = c.category_id) order by category_id`,
  },
  {
    text: "Page by page: who are the customers by their address, those without mail first?",
    ask: async () => {
      const order = Customer.orderBy((t) => t.email.desc({ nulls: "first" }))
        .orderBy((t) => t.address.city.country.country)
        .orderBy((t) => t.address.district, "desc");
      const found: { id: number }[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof order.page>> = await order.page({ size: 4, after });
        found.push(...page.items.map(({ id }) => ({ id })));
        after = page.next;
      } while (after !== null);
      return found;
    },
    sql: `select c.customer_id as id from customer c join address a on a.address_id = c.address_id join city ci on ci.city_id = a.city_id
          join country co on co.country_id = ci.country_id
          order by c.email is not null, c.email desc, co.country, a.district desc, c.customer_id desc`,
  },
  {
    text: "Which film of each rate is rented most, and by how many different customers?",
    ask: () =>
      from(
        Film.select((t) => ({
          rate: t.rentalRate,
          title: t.title,
          times: t.inventory.sum((copy) => copy.rentals.count()),
          people: scalar(
            from(
              Rental.where((r) => r.inventory.filmId.eq(t.id))
                .select((r) => ({ id: r.customerId }))
                .distinct(),
            ).select(() => count()),
          ),
        })),
      )
        .orderBy("times", "desc")
        .orderBy("title")
        .select((t) => ({
          rate: t.rate,
          title: t.title,
          times: t.times,
          people: t.people,
        }))
        .limit(10)
        .all(),
    sql: `select f.rental_rate as rate, f.title, count(r.rental_id) as times, count(distinct r.customer_id) as people from film f
          left join inventory i on i.film_id = f.film_id left join rental r on r.inventory_id = i.inventory_id
          group by f.film_id, f.rental_rate, f.title order by times desc, f.title limit 10`,
  },
];
