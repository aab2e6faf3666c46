import library from "@pulumi/policy/deserialize.js";

/**
 * Has `@pulumi/policy` unpack the properties of a resource once for all policies instead of once for each, which is two
 * thirds of the pack's time. Policies only read properties, so that they can share them.
 *
 * @returns whether the library still unpacks them where 1.21 does. If not, the pack is slower and says the same.
 */
export function memoizeDeserialization(): boolean {
  const unpack: unknown = Reflect.get(library, "deserializeProperties");
  if (typeof unpack !== "function") return false;
  const unpacked = new WeakMap<object, unknown>();
  return Reflect.set(library, "deserializeProperties", (message: object, keepSecrets: boolean): unknown => {
    // With secrets kept apart is how remediations want them: once for each resource, and in a form of their own.
    const known = keepSecrets ? undefined : unpacked.get(message);
    if (known !== undefined) return known;
    const properties: unknown = Reflect.apply(unpack, library, [message, keepSecrets]);
    if (!keepSecrets) unpacked.set(message, properties);
    return properties;
  });
}
