/** Ten questions to the video shop, each as a query and as SQL by hand. */
import { and, notExists, rank, scalar } from "../../../src/index.ts";
import type { Question } from "./chinook-questions.ts";
import { Actor, Category, City, Customer, Film, Inventory, Payment, Rental } from "./pagila.ts";

export const pagilaQuestions: readonly Question<undefined>[] = [
  {
    text: "Which films are in stock and were never rented?",
    ask: () =>
      Film.where((t) =>
        and(
          t.inventory.some(),
          t.inventory.none((copy) => copy.rentals.some()),
        ),
      )
        .orderBy("id")
        .select("id", "title")
        .all(),
    sql: `select film_id as id, title from film f where exists (select 1 from inventory i where i.film_id = f.film_id)
          and not exists (select 1 from inventory i join rental r on r.inventory_id = i.inventory_id where i.film_id = f.film_id) order by id`,
  },
  {
    text: "How many films has each category?",
    ask: () =>
      Category.orderBy("id")
        .select((t) => ({ name: t.name, films: t.films.count() }))
        .all(),
    sql: `select c.name, (select count(*) from film_category fc where fc.category_id = c.category_id) as films
          from category c order by c.category_id`,
  },
  {
    text: "Which customers still have a film, and how many?",
    ask: () =>
      Rental.where((t) => t.returnDate.isNull())
        .groupBy((t) => ({ id: t.customerId, name: t.customer.lastName }))
        .select((key, rows) => ({ name: key.name, out: rows.count(), id: key.id }))
        .orderBy("id")
        .all(),
    sql: `select c.last_name as name, count(*) as out, c.customer_id as id from rental r join customer c on c.customer_id = r.customer_id
          where r.return_date is null group by c.customer_id, c.last_name order by id`,
  },
  {
    text: "How do customers rank by what they paid?",
    ask: () =>
      Payment.groupBy((t) => ({ id: t.customerId }))
        .select((key, rows) => ({ id: key.id, paid: rows.sum((t) => t.amount) }))
        .orderBy("paid", "desc")
        .orderBy("id")
        .limit(8)
        .all(),
    sql: `select customer_id as id, sum(amount) as paid from payment group by customer_id
          order by round(cast(sum(amount) as numeric), 2) desc, id limit 8`,
  },
  {
    text: "What place has each film among those of its rate, by length?",
    ask: () =>
      Film.where((t) => t.length.isNotNull())
        .orderBy("id")
        .select((t) => ({
          id: t.id,
          place: rank().over({ partitionBy: t.rentalRate, orderBy: t.length.desc() }),
        }))
        .all(),
    sql: `select film_id as id, rank() over (partition by rental_rate order by length desc) as place
          from film where length is not null order by id`,
  },
  {
    text: "Which actors never played in a comedy?",
    ask: () =>
      Actor.where((t) =>
        t.roles.none((role) => role.film.categories.some((c) => c.category.name.eq("Comedy"))),
      )
        .orderBy("id")
        .select("id")
        .all(),
    sql: `select actor_id as id from actor a where not exists (select 1 from film_actor fa join film_category fc on fc.film_id = fa.film_id
          join category c on c.category_id = fc.category_id where fa.actor_id = a.actor_id and c.name = 'Comedy') order by id`,
  },
  {
    text: "Which cities have no customer?",
    ask: () =>
      City.where((t) => notExists(Customer.where((c) => c.address.cityId.eq(t.id))))
        .orderBy("id")
        .select((t) => ({ city: t.city, country: t.country.country }))
        .all(),
    sql: `select ci.city, co.country from city ci join country co on co.country_id = ci.country_id
          where not exists (select 1 from customer c join address a on a.address_id = c.address_id where a.city_id = ci.city_id) order by ci.city_id`,
  },
  {
    text: "How often was each copy of the first film rented, and to whom last?",
    ask: () =>
      Inventory.where((t) => t.film.title.in(["Film 01", "Film 04"]))
        .orderBy("id")
        .select((t) => ({
          id: t.id,
          times: t.rentals.count(),
          last: scalar(
            Rental.where((r) => r.inventoryId.eq(t.id))
              .orderBy("rentalDate", "desc")
              .orderBy("id", "desc")
              .limit(1)
              .select((r) => r.customer.lastName),
          ),
        }))
        .all(),
    sql: `select i.inventory_id as id, (select count(*) from rental r where r.inventory_id = i.inventory_id) as times,
          (select c.last_name from rental r join customer c on c.customer_id = r.customer_id where r.inventory_id = i.inventory_id
           order by r.rental_date desc, r.rental_id desc limit 1) as last
          from inventory i join film f on f.film_id = i.film_id where f.title in ('Film 01', 'Film 04') order by id`,
  },
  {
    text: "What was paid in each month?",
    ask: () =>
      Payment.groupBy((t) => ({ month: t.paymentDate.month() }))
        .select((key, rows) => ({
          month: key.month,
          payments: rows.count(),
          paid: rows.sum((t) => t.amount),
          largest: rows.max((t) => t.amount),
        }))
        .orderBy("month")
        .all(),
    sql: `select :month(payment_date) as month, count(*) as payments, sum(amount) as paid, max(amount) as largest
          from payment group by :month(payment_date) order by month`,
  },
  {
    text: "Who are the actors of the five longest films?",
    ask: async () => {
      const films = await Film.orderBy((t) => t.length, "desc", { nulls: "last" })
        .limit(5)
        .include({ roles: { actor: true } })
        .all();
      return films.flatMap(({ title, roles }) =>
        roles
          .map(({ actor }) => ({ title, actor: actor.lastName, id: actor.id }))
          .sort((a, b) => a.id - b.id),
      );
    },
    sql: `select f.title, a.last_name as actor, a.actor_id as id
          from (select * from film where length is not null order by length desc limit 5) f
          join film_actor fa on fa.film_id = f.film_id join actor a on a.actor_id = fa.actor_id order by f.length desc, id`,
  },
];
