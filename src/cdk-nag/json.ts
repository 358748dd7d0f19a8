/** What templates are made of, once all tokens are resolved. */
export type Json = unknown;

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectOf(value: Json): JsonObject {
  return isObject(value) ? value : {};
}

export function listOf(value: Json): readonly Json[] {
  const list: readonly unknown[] | null = Array.isArray(value) ? value : null;
  return list ?? (value === undefined || value === null ? [] : [value]);
}

/** An intrinsic function, `{"Ref": …}` or `{"Fn::…": …}`: its name and argument; null for any other value. */
export function intrinsicOf(value: Json): { readonly name: string; readonly argument: Json } | null {
  if (!isObject(value)) return null;
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0 || !(name === "Ref" || name.startsWith("Fn::"))) return null;
  return { name, argument: value[name] };
}

/** `[id, attribute]` of `Fn::GetAtt`, which may also be written `id.attribute`; null when it is put together. */
export function attributeOf(argument: Json): readonly [id: string, attribute: string] | null {
  const parts: readonly unknown[] = typeof argument === "string" ? argument.split(".") : listOf(argument);
  const [id, ...attribute] = parts;
  if (typeof id !== "string" || attribute.length === 0 || !attribute.every((part) => typeof part === "string")) return null;
  return [id, attribute.join(".")];
}

/** A value as it may stand in a sentence: short, on one line. */
export function shownJson(value: Json): string {
  const text = value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
