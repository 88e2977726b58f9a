import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyOperation, applyOperations, emptySchema } from "../../../src/ir/apply.ts";
import { canonicalSchema } from "../../../src/ir/canonical.ts";
import { invertOperation, isOperations } from "../../../src/ir/invert.ts";
import type { Answers, Decision } from "../../../src/ir/migration.ts";
import type { SchemaPayload } from "../../../src/ir/schema.ts";
import { diffSchemas } from "../../../src/migration/diff.ts";
import { schemaArbitrary } from "./schemas.ts";

const pair = fc.tuple(schemaArbitrary, schemaArbitrary);
const runs = { numRuns: 500 };

describe("diffSchemas", () => {
  test("leads from any schema to any other", () => {
    fc.assert(
      fc.property(pair, ([from, to]) => {
        const { operations } = diffSchemas(from, to);
        expect(canonicalSchema(applyOperations(from, operations))).toEqual(canonicalSchema(to));
      }),
      runs,
    );
  });

  test("leads there by renames, too, whichever candidate is taken", () => {
    fc.assert(
      fc.property(pair, fc.nat(), ([from, to], seed) => {
        const answers = answerAll(from, to, seed);
        const { operations } = diffSchemas(from, to, { answers });
        expect(canonicalSchema(applyOperations(from, operations))).toEqual(canonicalSchema(to));
      }),
      runs,
    );
  });

  test("finds nothing between a schema and itself", () => {
    fc.assert(
      fc.property(schemaArbitrary, (schema) => {
        const copy: SchemaPayload = JSON.parse(JSON.stringify(schema));
        expect(diffSchemas(schema, copy)).toEqual({ operations: [], decisions: [] });
      }),
      runs,
    );
  });

  test("starts from nothing and ends there", () => {
    fc.assert(
      fc.property(schemaArbitrary, (schema) => {
        const made = applyOperations(emptySchema, diffSchemas(emptySchema, schema).operations);
        expect(canonicalSchema(made)).toEqual(canonicalSchema(schema));
        const { operations } = diffSchemas(made, emptySchema);
        expect(applyOperations(made, operations)).toEqual(emptySchema);
      }),
      runs,
    );
  });
});

describe("invertOperation", () => {
  test("brings back the schema before", () => {
    fc.assert(
      fc.property(pair, ([from, to]) => {
        let state = from;
        for (const operation of diffSchemas(from, to).operations) {
          const after = applyOperation(state, operation);
          const inverse = invertOperation(state, operation);
          if (isOperations(inverse)) {
            const back = canonicalSchema(applyOperations(after, inverse));
            expect(back, operation.op).toEqual(canonicalSchema(state));
          } else {
            expect(["dropTable", "dropColumn", "setGenerated", "swapEnum"]).toContain(operation.op);
          }
          state = after;
        }
      }),
      runs,
    );
  });
});

/** Answers every question, and those that the answers bring up. */
function answerAll(from: SchemaPayload, to: SchemaPayload, seed: number): Answers {
  const answers: Record<string, Answers[string]> = {};
  for (let round = 0; round < 50; round += 1) {
    const decision = diffSchemas(from, to, { answers }).decisions[0];
    if (decision === undefined) return answers;
    answers[decision.id] = answerTo(decision, seed + round);
  }
  throw new Error("there are always more questions");
}

function answerTo(decision: Decision, seed: number): Answers[string] {
  switch (decision.kind) {
    case "rename": {
      const { candidates } = decision;
      return { rename: candidates[seed % (candidates.length + 1)] ?? null };
    }
    case "fill":
      return { fill: seed % 2 === 0 ? null : { kind: "literal", value: "x" } };
    case "enumMapping":
      return { mapping: { [decision.removed[0] ?? ""]: null } };
  }
}
