/** A row that an expression speaks about: the query's own, one reached over to-one relations, or an inner one. */
import type {
  BackRelation,
  ColumnDefinition,
  ForeignKeyRelation,
  ModelDefinition,
} from "../definition/definition.ts";

/** A relation that leads to at most one row. */
export type ToOneRelation = ForeignKeyRelation | (BackRelation & { readonly kind: "backOne" });

/** Identity is what counts: lowering gives each scope one alias. */
export class Scope {
  readonly model: ModelDefinition;
  /** The scope this one hangs on, and by which relation; undefined for a root. */
  readonly via: { readonly parent: Scope; readonly relation: ToOneRelation } | undefined;
  readonly #children = new Map<string, Scope>();

  readonly #missing: boolean;

  /** @param missing - Whether a row of a root may be missing. */
  constructor(model: ModelDefinition, via?: Scope["via"], missing: boolean = false) {
    this.model = model;
    this.via = via;
    this.#missing = missing;
  }

  /** The scope behind a to-one relation; the same object each time, so that paths share a join. */
  child(relation: ToOneRelation): Scope {
    let child = this.#children.get(relation.property);
    if (child === undefined) {
      child = new Scope(relation.target, { parent: this, relation });
      this.#children.set(relation.property, child);
    }
    return child;
  }

  /** Whether there may be no row here: the path goes over a link that can be empty. */
  get optional(): boolean {
    if (this.via === undefined) return this.#missing;
    const { parent, relation } = this.via;
    return parent.optional || relation.kind === "backOne" || relation.nullable;
  }

  /** The scope that the path begins at. */
  get root(): Scope {
    return this.via === undefined ? this : this.via.parent.root;
  }

  /** How a user would write a column of this scope, for messages. */
  describe(column: ColumnDefinition): string {
    return `${this.path()}.${column.property}`;
  }

  private path(): string {
    if (this.via === undefined) return this.model.name;
    return `${this.via.parent.path()}.${this.via.relation.property}`;
  }
}

const proposals = new WeakMap<ModelDefinition, Scope>();

/** The scope of the row that an upsert would have inserted. */
export function proposedScope(model: ModelDefinition): Scope {
  let scope = proposals.get(model);
  if (scope === undefined) {
    scope = new Scope(model);
    proposals.set(model, scope);
  }
  return scope;
}

const roots = new WeakMap<ModelDefinition, Scope>();

/** The scope of a query's own rows; one for each model, so that prebuilt predicates fit any query of it. */
export function rootScope(model: ModelDefinition): Scope {
  let scope = roots.get(model);
  if (scope === undefined) {
    scope = new Scope(model);
    roots.set(model, scope);
  }
  return scope;
}
