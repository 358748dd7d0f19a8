/** One call of a wrapped method. `proceed` does what the method does, and throws what it throws. */
export interface Call {
  readonly self: object;
  readonly args: readonly unknown[];
  readonly proceed: () => unknown;
}

/** Puts `around` around a method of a prototype or a module. False: there is no such method. */
export function wrap(holder: object, name: string, around: (call: Call) => unknown): boolean {
  const original: unknown = Reflect.get(holder, name);
  if (typeof original !== "function") return false;
  const { [name]: wrapped } = {
    [name](this: object, ...args: readonly unknown[]): unknown {
      return around({ self: this, args, proceed: () => Reflect.apply(original, this, args) as unknown });
    },
  };
  return Reflect.defineProperty(holder, name, { value: wrapped, writable: true, configurable: true, enumerable: false });
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** A member that may be missing, of a value that may be anything. */
export function member(value: unknown, name: string): unknown {
  return isObject(value) || typeof value === "function" ? Reflect.get(value, name) : undefined;
}
