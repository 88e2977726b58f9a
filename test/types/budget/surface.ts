/** What the measured graph imports: signatures only, as a program sees the package through its declarations. */
import type * as fields from "../../../src/definition/field.ts";
import type * as backRefs from "../../../src/model/back-ref.ts";
import type { ModelFactory } from "../../../src/model/types.ts";

export declare const Model: ModelFactory;
export declare const backRef: typeof backRefs.backRef;
export declare const bytes: typeof fields.bytes;
export declare const decimal: typeof fields.decimal;
export declare const field: typeof fields.field;
export declare const foreignKey: typeof fields.foreignKey;
export declare const id: typeof fields.id;
export declare const json: typeof fields.json;
export declare const manyToMany: typeof fields.manyToMany;
