/** A relation to one row that is not loaded. */
import type { RelationDefinition } from "../definition/definition.ts";
import { RelationError } from "../errors/errors.ts";

/** Loads when awaited, once. */
export class LazyRow implements PromiseLike<object | null> {
  readonly #relation: RelationDefinition;
  readonly #load: () => Promise<object | null>;
  #loading: Promise<object | null> | undefined;

  constructor(relation: RelationDefinition, load: () => Promise<object | null>) {
    this.#relation = relation;
    this.#load = load;
  }

  /** The relation behind one. */
  static relationOf(value: unknown): RelationDefinition | undefined {
    return typeof value === "object" && value !== null && #relation in value
      ? value.#relation
      : undefined;
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting it is how a relation is loaded
  then<Value, Failure>(
    onValue?: ((row: object | null) => Value | PromiseLike<Value>) | null,
    onFailure?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    this.#loading ??= this.#load();
    return this.#loading.then(onValue, onFailure) as Promise<Value | Failure>;
  }
}

/** What a program finds that takes the relation for the row: an error, where undefined would go on unnoticed. */
const members = new Proxy(Object.prototype, {
  get(target, property, receiver) {
    const relation = LazyRow.relationOf(receiver);
    if (typeof property === "string" && relation !== undefined && isMember(relation, property)) {
      const { model, property: name } = relation;
      throw new RelationError(`${model.name}.${name} is not loaded, so it has no ${property}`, {
        hint: `write (await row.${name}).${property}, or load it with the rows: ${model.name}.include({ ${name}: true })`,
      });
    }
    return Reflect.get(target, property, receiver);
  },
});
Object.setPrototypeOf(LazyRow.prototype, members);

function isMember({ target, targetClass }: RelationDefinition, property: string): boolean {
  if (property in Object.prototype || property === "toJSON") return false;
  return (
    target.byProperty.has(property) || property in (targetClass.prototype as unknown as object)
  );
}
