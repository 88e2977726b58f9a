/** From the body of a request to a row: what is wrong with it is told, what is right is saved. */
import assert from "node:assert/strict";
import {
  connect,
  disconnect,
  field,
  id,
  Model,
  UniqueViolationError,
  ValidationError,
} from "ferro-orm";
import { z } from "zod";

class User extends Model("User", {
  id: id(),
  email: field(z.email().toLowerCase(), { unique: true }),
  name: z.string().trim().min(1),
  isAdmin: z.boolean().default(false),
}) {}

/** What anybody may send: not `isAdmin`. */
const Signup = User.schema.pick({ email: true, name: true });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function signUp(json: string): Promise<Answer> {
  const body = Signup.safeParse(JSON.parse(json));
  if (!body.success) return { status: 422, body: body.error.issues.map(({ message }) => message) };
  try {
    return { status: 201, body: await User.create(body.data) };
  } catch (error) {
    if (error instanceof UniqueViolationError) {
      return { status: 409, body: `taken: ${error.columns.join(", ")}` };
    }
    if (error instanceof ValidationError) return { status: 422, body: error.issues };
    throw error;
  }
}

await connect("sqlite::memory:", { autoMigrate: true, implicitRouting: "allow" });

for (const body of [
  { email: "Ann@Example.com", name: " Ann " },
  { email: "ann@example.com", name: "Another Ann" },
  { email: "bo", name: "" },
  { email: "cy@example.com", name: "Cy", isAdmin: true },
]) {
  const answer = await signUp(JSON.stringify(body));
  console.log(answer.status, JSON.stringify(answer.body));
}

const ann = await User.one();
assert.equal(ann.email, "ann@example.com");
assert.equal(ann.name, "Ann");
assert.equal(ann.isAdmin, false);

await disconnect();
