/** The public surface that the type tests use. */
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
  Model,
  manyToMany,
  namedEnum,
  uuidId,
} from "../../../src/index.ts";
