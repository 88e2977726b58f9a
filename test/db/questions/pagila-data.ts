/** A small video shop's data, the same each time: its schema comes without rows. */
import {
  Actor,
  Address,
  Category,
  City,
  Country,
  Customer,
  Film,
  FilmActor,
  FilmCategory,
  Inventory,
  Language,
  Payment,
  Rental,
} from "./pagila.ts";

/** The rows that hang together in a circle, or that no model has: stores and staff. */
export const shopScript: string = `
  insert into country (country_id, country, last_update) values (99, 'Nowhere', '2022-01-01');
  insert into city (city_id, city, country_id, last_update) values (99, 'None', 99, '2022-01-01');
  insert into address (address_id, address, district, city_id, phone, last_update)
    values (99, 'Shop street', 'D', 99, '0', '2022-01-01');
  insert into store (store_id, manager_staff_id, address_id, last_update)
    values (1, 1, 99, '2022-01-01'), (2, 2, 99, '2022-01-01');
  insert into staff (staff_id, first_name, last_name, address_id, store_id, username, last_update)
    values (1, 'Mike', 'Hillyer', 99, 1, 'mike', '2022-01-01'), (2, 'Jon', 'Stephens', 99, 2, 'jon', '2022-01-01');
`;

/** Fills the shop through the models. */
export async function fillShop(): Promise<void> {
  await Country.bulkCreate(
    ["Chad", "Chile", "China", "Cuba"].map((country, place) => ({ id: place + 1, country })),
  );
  await City.bulkCreate(
    range(10).map((id) => ({ id, city: `City ${id}`, countryId: 1 + (id % 4) })),
  );
  await Address.bulkCreate(
    range(30).map((id) => ({
      id,
      address: `${id} Main Street`,
      district: id % 3 === 0 ? "North" : "South",
      phone: String(1000 + id),
      cityId: 1 + (id % 10),
    })),
  );
  await Customer.bulkCreate(
    range(30).map((id) => ({
      id,
      storeId: 1 + (id % 2),
      firstName: `First${id % 7}`,
      lastName: `Last${id}`,
      email: id % 5 === 0 ? null : `c${id}@example.com`,
      addressId: id,
    })),
  );
  await Language.bulkCreate([
    { id: 1, name: "English".padEnd(20) },
    { id: 2, name: "Italian".padEnd(20) },
  ]);
  await Category.bulkCreate(
    ["Action", "Comedy", "Drama", "Horror", "Music"].map((name, place) => ({
      id: place + 1,
      name,
    })),
  );
  await Actor.bulkCreate(
    range(20).map((id) => ({ id, firstName: `Act${id % 6}`, lastName: `Or${id}` })),
  );
  await Film.bulkCreate(
    range(40).map((id) => ({
      id,
      title: `Film ${String(id).padStart(2, "0")}`,
      rentalDuration: 3 + (id % 5),
      rentalRate: ["0.99", "2.99", "4.99"][id % 3] as string,
      length: id % 8 === 0 ? null : 60 + id * 2,
      replacementCost: `${10 + (id % 20)}.99`,
      languageId: 1 + (id % 9 === 0 ? 1 : 0),
    })),
  );
  await FilmActor.bulkCreate(
    range(40)
      .flatMap((filmId) =>
        range(1 + (filmId % 4)).map((step) => ({ filmId, actorId: 1 + ((filmId * step) % 18) })),
      )
      .filter(unique(({ filmId, actorId }) => `${filmId}-${actorId}`)),
  );
  await FilmCategory.bulkCreate(
    range(40).map((filmId) => ({ filmId, categoryId: 1 + ((filmId * 7) % 4) })),
  );
  await Inventory.bulkCreate(
    range(60).map((id) => ({ id, storeId: 1 + (id % 2), filmId: 1 + ((id * 3) % 38) })),
  );
  await Rental.bulkCreate(
    range(200).map((id) => ({
      id,
      rentalDate: day(id),
      returnDate: id % 6 === 0 ? null : day(id + 2 + (id % 8)),
      staffId: 1 + (id % 2),
      inventoryId: 1 + ((id * 11) % 30),
      customerId: 1 + ((id * 7) % 27),
    })),
  );
  await Payment.bulkCreate(
    range(180).map((id) => ({
      id,
      staffId: 1 + (id % 2),
      amount: `${1 + (id % 9)}.99`,
      paymentDate: day(id + 1),
      customerId: 1 + ((id * 7) % 27),
      rentalId: id,
    })),
  );
}

/** 1 to `count`. */
function range(count: number): number[] {
  return Array.from({ length: count }, (_, place) => place + 1);
}

/** A day of the first half of 2022: the partitions of payments end there. */
function day(place: number): Date {
  return new Date(Date.UTC(2022, 0, 2 + (place % 170), place % 24));
}

function unique<Row>(keyOf: (row: Row) => string): (row: Row) => boolean {
  const seen = new Set<string>();
  return (row) => {
    const key = keyOf(row);
    return seen.has(key) ? false : seen.add(key) !== undefined;
  };
}
