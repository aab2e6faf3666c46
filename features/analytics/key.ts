import { createHash } from "node:crypto";

/** Namespace of the keys, a UUID made for this purpose: changing it makes every object of every Superset another one. */
const NAMESPACE = "6e2c1f0a-7b1d-4c53-9f0a-0d5f4f1f7d34";

/**
 * Key of an object in Superset: the name-based UUID (version 5, RFC 9562) of its path. The same path is the same object in every
 * run, and no tenant's object has another tenant's key.
 *
 * @param path stack, tenant, model, kind and name
 */
export function keyOf(...path: readonly string[]): string {
  const namespace = Buffer.from(NAMESPACE.replaceAll("-", ""), "hex");
  const hash = createHash("sha1").update(namespace).update(path.join("/")).digest().subarray(0, 16);
  // Version and variant.
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
