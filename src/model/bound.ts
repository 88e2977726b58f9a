/** Where the calls of a model class go: the class itself, or bound to a connection by `using()`. */
import type { ModelConstructor } from "../definition/definition.ts";
import { definitionKey, findDefinition } from "../definition/key.ts";
import { UsageError } from "../errors/errors.ts";
import { QueryBuilder, querySpec } from "../query/builder.ts";
import { originOf } from "../session/hydrators.ts";
import { checkName } from "../session/registry.ts";
import { RoutedRunner } from "../session/runner.ts";
import { type Route, resolveScope, type Scope } from "../session/scope.ts";
import type { Session } from "../session/session.ts";
import { InstanceState } from "../session/state.ts";
import type { RuntimeModel, WriteOptions } from "./runtime.ts";

/** On a model bound to a connection: its name. On the proxy only, never on a class. */
const boundTo: unique symbol = Symbol("ferro.using");
const unbound: unique symbol = Symbol("ferro.class");
const inSession: unique symbol = Symbol("ferro.session");

/** A model class, or its proxy that is bound to a connection. */
export type Bound = RuntimeModel & {
  readonly [boundTo]?: string;
  readonly [unbound]?: RuntimeModel;
  readonly [inSession]?: Session;
};

/** A query for all rows of a model, where its calls go. */
export function queryOf(model: Bound): QueryBuilder {
  return queryOn(classOf(model), { using: model[boundTo], session: model[inSession] });
}

/** A query for all rows of a model on a route. */
export function queryOn(constructor: RuntimeModel, route: Route): QueryBuilder {
  const runner = new RoutedRunner(route);
  return new QueryBuilder(querySpec(constructor[definitionKey], constructor, runner));
}

export function classOf(model: Bound): RuntimeModel {
  return model[unbound] ?? model;
}

/** The options of a call, and the connection that its class is bound to. */
export function routeFor(model: Bound, options: WriteOptions | undefined): Route & WriteOptions {
  const bound = model[boundTo];
  if (options?.using !== undefined && bound !== undefined && options.using !== bound) {
    throw new UsageError(`the call names two connections: "${bound}" and "${options.using}"`);
  }
  const session = options?.session ?? model[inSession];
  return { using: options?.using ?? bound, session };
}

const routing: readonly string[] = ["using", "session"];

/**
 * Refuses options that a call doesn't have: one that is misspelt would be left out in silence.
 *
 * @param own - What the call has besides `using` and `session`.
 */
export function checkOptions(
  model: string,
  call: string,
  options: object | undefined,
  own: readonly string[] = [],
): void {
  for (const option in options) {
    if (routing.includes(option) || own.includes(option)) continue;
    throw new UsageError(`${model}.${call}() has no option "${option}"`, {
      hint: `its options are ${[...own, ...routing].join(", ")}`,
    });
  }
}

export function scopeOf(instance: object, options: WriteOptions | undefined): Scope {
  const origin = InstanceState.origin(instance)?.connection;
  return resolveScope({ using: options?.using, session: options?.session, origin });
}

/** The query of a session's `query(Model)`. */
export function sessionQuery(model: unknown, session: Session): unknown {
  const constructor = model as RuntimeModel;
  if (findDefinition(model) === undefined) {
    throw new UsageError("query() expected a model class");
  }
  return queryOn(constructor, { session });
}

/** The same class with another default route: its statics, and instances made through it. */
export function bindModel(
  constructor: RuntimeModel,
  { using }: { readonly using: string },
): unknown {
  checkName(using);
  return new Proxy(constructor, {
    get(target, property, receiver) {
      if (property === boundTo) return using;
      if (property === unbound) return target;
      return Reflect.get(target, property, receiver);
    },
    construct(target, input) {
      const instance = new target(input[0]);
      const { connection } = resolveScope({ using });
      InstanceState.bindTo(
        instance,
        originOf(connection, target[definitionKey], target as ModelConstructor),
      );
      return instance;
    },
  });
}
