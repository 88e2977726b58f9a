/** Whether a type is `any`. */
export type IsAny<Type> = 0 extends 1 & Type ? true : false;

/** The properties of `Type` that are `any`, or are functions that take or answer `any`. */
export type AnyKeys<Type> = {
  [Key in keyof Type]-?: HoldsAny<Type[Key]> extends true ? Key : never;
}[keyof Type];

type HoldsAny<Type> =
  IsAny<Type> extends true
    ? true
    : Type extends (...input: infer Input) => infer Output
      ? IsAny<Output> extends true
        ? true
        : true extends { [Key in keyof Input]: IsAny<Input[Key]> }[number]
          ? true
          : Output extends PromiseLike<infer Value>
            ? IsAny<Value>
            : false
      : Type extends PromiseLike<infer Value>
        ? IsAny<Value>
        : false;
