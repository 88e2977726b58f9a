/** The public surface as the type tests see it. */
import type { ModelFactory } from "../../../src/model/types.ts";

export declare const Model: ModelFactory;
export {
  array,
  backRef,
  bigintId,
  bytes,
  decimal,
  field,
  foreignKey,
  id,
  json,
  manyToMany,
  namedEnum,
  uuidId,
} from "../../../src/definition/field.ts";
