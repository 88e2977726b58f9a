/** Pulled models, loaded: from a database to models and back to a schema. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findDefinition } from "../../src/definition/key.ts";
import { toSchemaIr } from "../../src/definition/to-schema-ir.ts";
import { clearRegistry } from "../../src/index.ts";
import type { SchemaIr, SchemaPayload } from "../../src/ir/schema.ts";
import { type PulledModels, pullModels } from "../../src/migration/pull/pull.ts";

const root = new URL("../../.tmp/", import.meta.url);

/** A folder for pulled models inside the repository, where they find the package. */
export class PulledFolder {
  readonly path: string;

  constructor() {
    mkdirSync(root, { recursive: true });
    this.path = mkdtempSync(join(root.pathname, "pulled-"));
  }

  /** Writes the models of a schema as `name`.ts and reads them as a program does. */
  async load(name: string, payload: SchemaPayload): Promise<LoadedModels> {
    const pulled = pullModels(payload, { file: `${name}.ts`, from: "ferro-orm" });
    const text = String(pulled.files[0]?.text);
    const file = join(this.path, `${name}.ts`);
    writeFileSync(file, text);
    const module: Record<string, unknown> = await import(pathToFileURL(file).href);
    const definitions = Object.values(module).flatMap((value) => findDefinition(value) ?? []);
    const { ir, warnings } = toSchemaIr(definitions);
    clearRegistry();
    return { ...pulled, text, file, ir, warnings: warnings.map(({ message }) => message) };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Models that were pulled and read again. */
export interface LoadedModels extends PulledModels {
  readonly text: string;
  readonly file: string;
  readonly ir: SchemaIr;
  readonly warnings: readonly string[];
}
