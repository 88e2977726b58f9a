/** DESIGN 2.10, errors, as its text would be followed. */
import {
  CheckViolationError,
  CommitOutcomeUnknownError,
  ConnectionError,
  ConnectionLostError,
  DatabaseError,
  DeadlockError,
  execute,
  FerroError,
  ForeignKeyViolationError,
  fetchAll,
  MigrationError,
  ModelDoesNotExistError,
  NoConnectionError,
  NotNullViolationError,
  PoolTimeoutError,
  QueryCancelledError,
  QueryTimeoutError,
  RelationError,
  RoutingError,
  SchemaError,
  SerializationError,
  SessionClosedError,
  sql,
  TransactionClosedError,
  UniqueViolationError,
  UsageError,
  ValidationError,
} from "ferro-orm";
import { describe, expect, test } from "vitest";
import { describeEachDatabase } from "../../support/databases.ts";
import { Author, fillBlog, Post, Profile, useBlog } from "./blog.ts";

const promised = {
  ModelDoesNotExistError,
  ValidationError,
  UniqueViolationError,
  ForeignKeyViolationError,
  NotNullViolationError,
  CheckViolationError,
  SerializationError,
  DeadlockError,
  QueryTimeoutError,
  QueryCancelledError,
  ConnectionError,
  ConnectionLostError,
  PoolTimeoutError,
  NoConnectionError,
  RoutingError,
  SessionClosedError,
  TransactionClosedError,
  CommitOutcomeUnknownError,
  RelationError,
  SchemaError,
  MigrationError,
  UsageError,
};

describe("contract 2.10", () => {
  test.each(Object.entries(promised))(
    "%s extends FerroError and has its own name",
    (name, type) => {
      expect(type.prototype).toBeInstanceOf(FerroError);
      expect(type.prototype.name).toBe(name);
    },
  );
});

describeEachDatabase("contract 2.10", (db) => {
  useBlog(db);

  test("constraint errors tell model, columns and constraint, alike on both databases", async () => {
    const { ann } = await fillBlog();
    const secret = "ann@example.com";
    const unique = await Author.create({ name: "x", email: secret }).catch((e: unknown) => e);
    const foreign = await Post.create({ title: "x", authorId: 99_999 }).catch((e: unknown) => e);
    const one = await Profile.create({ user: ann, bio: "x" });
    const missing = await execute(sql`update profile set bio = ${null} where id = ${one.id}`).catch(
      (e: unknown) => e,
    );

    expect(unique).toBeInstanceOf(UniqueViolationError);
    expect(unique).toMatchObject({ code: "UNIQUE_VIOLATION", model: "Author", columns: ["email"] });
    expect(foreign).toBeInstanceOf(ForeignKeyViolationError);
    expect(foreign).toMatchObject({ model: "Post", columns: ["authorId"] });
    expect(missing).toBeInstanceOf(NotNullViolationError);
    expect(CheckViolationError.prototype).toBeInstanceOf(DatabaseError);
    for (const error of [unique, foreign, missing] as Error[]) {
      expect(error).toBeInstanceOf(FerroError);
      expect(error.cause).toBeInstanceOf(Error);
      expect(error.stack).toContain("errors.test.ts");
      expect(String(error)).not.toContain(secret);
    }
  });

  test("a failing statement keeps its cause, the caller's stack, and no values", async () => {
    const error = (await fetchAll(sql`select nope from post where title = ${"secret value"}`).catch(
      (e: unknown) => e,
    )) as FerroError;

    expect(error).toBeInstanceOf(DatabaseError);
    expect(error.code).toBe("DATABASE");
    expect(error.cause).toBeInstanceOf(Error);
    expect(error.stack).toContain("errors.test.ts");
    expect(`${error.message}${error.stack}`).not.toContain("secret value");
  });
});
