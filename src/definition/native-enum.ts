/** Named enums of all models: one name, one list of values. */
import { SchemaError } from "../errors/errors.ts";
import type { EnumIr } from "../ir/schema.ts";
import type { StorageType } from "../ir/type.ts";
import { byName, distinct, sameList } from "../util/lists.ts";
import type { ModelDefinition } from "./definition.ts";
import { checkIdentifier } from "./naming.ts";

type EnumType = Extract<StorageType, { kind: "enum" }>;

/**
 * The enum types that the models need where the database has such types.
 *
 * @throws {SchemaError} One name has two lists, or a list mixes texts and numbers.
 */
export function readNativeEnums(models: readonly ModelDefinition[]): readonly EnumIr[] {
  const found = new Map<string, { values: readonly string[]; user: string }>();
  for (const { user, type } of models.flatMap(enumColumns)) {
    const native = readNativeEnum(type, user);
    if (native === undefined) continue;
    const other = found.get(native.name);
    if (other !== undefined && !sameList(other.values, native.values)) {
      throw new SchemaError(
        `${other.user} and ${user} both use the enum type "${native.name}" but list different values`,
        { hint: "share one list, in one order, or give one of them another name" },
      );
    }
    found.set(native.name, other ?? { values: native.values, user });
  }
  return [...found].map(([name, { values }]) => ({ name, values })).sort(byName);
}

function enumColumns(model: ModelDefinition): readonly { type: EnumType; user: string }[] {
  return model.columns.flatMap(({ type, property }) => {
    const inner = type.kind === "array" ? type.element : type;
    return inner.kind === "enum" ? [{ type: inner, user: `${model.name}.${property}` }] : [];
  });
}

function readNativeEnum(type: EnumType, user: string): EnumIr | undefined {
  const values = distinct(type.values);
  const texts = values.filter((value) => typeof value === "string");
  const integers = values.filter((value) => Number.isSafeInteger(value));
  if (values.length === 0 || ![texts.length, integers.length].includes(values.length)) {
    throw new SchemaError(`the enum ${user} must list texts only or integers only`, {
      hint: "a column holds one type; map mixed values with z.codec",
    });
  }
  if (type.name === null || type.dbType !== undefined || integers.length > 0) return undefined;
  checkIdentifier(type.name, `the enum type of ${user}`);
  for (const value of texts) checkIdentifier(value, `a value of the enum type of ${user}`);
  return { name: type.name, values: texts };
}
