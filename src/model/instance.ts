/** Puts columns on new instances, and looks once at what a class adds to them. */
import { parseInput } from "../definition/input.ts";
import { definitionKey } from "../definition/key.ts";
import type { Definition } from "../definition/read.ts";
import { refuseShadowing } from "../definition/shadowing.ts";
import { SchemaError } from "../errors/errors.ts";
import { InstanceState } from "../session/state.ts";

/** A model class as its constructor sees it. */
interface ProbedClass {
  new (input: unknown): object;
  readonly [definitionKey]: Definition;
}

const probed = new WeakSet<object>();
let probing = false;

/** Whether the instance that is being made is only looked at; asked once for each. */
export function takeProbe(): boolean {
  const taken = probing;
  probing = false;
  return taken;
}

/**
 * Makes one instance of a class for a look at what its fields do, the first time the class is used.
 *
 * A class field that repeats a column or a relation would silently replace it after
 * our constructor ran. Any other field is missing on instances that are read from
 * rows, for which no constructor runs.
 */
export function probeFields(constructor: ProbedClass, input: unknown): void {
  if (probed.has(constructor)) return;
  refuseShadowing(constructor[definitionKey], constructor.prototype);
  probed.add(constructor);
  probing = true;
  try {
    Reflect.construct(constructor, [input]);
  } catch (error) {
    probed.delete(constructor);
    throw error;
  } finally {
    probing = false;
  }
}

/** An instance that tells which fields its class defines on it. */
export function watchFields<Instance extends object>(
  instance: Instance,
  definition: Definition,
  input: unknown,
): Instance {
  const { name, relationNames, byProperty } = definition;
  const values = parseInput(definition, input);
  const watched = new Proxy(fill(instance, definition, values), {
    defineProperty(target, property, descriptor) {
      if (typeof property === "symbol" || !("configurable" in descriptor)) {
        return Reflect.defineProperty(target, property, descriptor);
      }
      if (byProperty.has(property) || relationNames.includes(property)) {
        throw new SchemaError(
          `the class field ${property} of ${name} replaces what the model declares`,
          {
            hint: `write "declare ${property}: …", or leave the field out`,
          },
        );
      }
      process.emitWarning(
        `the class field ${property} of ${name} is missing on instances that are read from the database; make it a getter`,
        "FerroWarning",
        "CLASS_FIELD",
      );
      return Reflect.defineProperty(target, property, descriptor);
    },
  });
  InstanceState.fresh(watched, values);
  return watched;
}

/** Puts validated values on an instance; what the database fills in is undefined until then. */
export function fill<Instance extends object>(
  instance: Instance,
  definition: Definition,
  values: Record<string, unknown>,
): Instance {
  const target = instance as Record<string, unknown>;
  for (const column of definition.columns) {
    const value = values[column.property];
    target[column.property] = value === undefined ? absent(column) : value;
  }
  InstanceState.fresh(instance, values);
  return instance;
}

function absent(column: Definition["columns"][number]): null | undefined {
  const filled = column.autoincrement || column.generated !== null || column.default() !== null;
  return filled || !column.nullable ? undefined : column.nullAs;
}
