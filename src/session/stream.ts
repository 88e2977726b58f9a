/** The rows of a statement in batches, as long as somebody asks for them. */
import type { ModelDefinition } from "../definition/definition.ts";
import type { DriverRow, Statement } from "../driver/driver.ts";
import { openCursor, type RowCursor } from "./cursor.ts";
import { translateError } from "./errors.ts";
import type { Scope } from "./scope.ts";
import { eitherSignal } from "./signals.ts";

/** How a statement is streamed. */
export interface BatchOptions {
  readonly model: ModelDefinition;
  readonly batchSize: number;
  readonly signal: AbortSignal | undefined;
}

/** Batches that are not empty. Leaving the loop frees the connection. */
export async function* streamBatches(
  scope: Scope,
  statement: Statement,
  { model, batchSize, signal: given }: BatchOptions,
): AsyncGenerator<DriverRow[], void, undefined> {
  const signal = eitherSignal(given, scope.session?.signal);
  const attempt = { model, action: "stream" };
  let cursor: RowCursor | undefined;
  try {
    for (;;) {
      let rows: DriverRow[];
      try {
        const label = `a stream of ${model.name}`;
        cursor ??= await openCursor(scope, statement, { label, signal, batchSize });
        rows = await cursor.read(batchSize);
      } catch (error) {
        throw translateError(error, attempt);
      }
      if (rows.length > 0) yield rows;
      if (rows.length < batchSize) return;
    }
  } finally {
    await cursor?.close();
  }
}
