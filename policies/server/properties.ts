import { createRequire } from "node:module";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { SECRET, SIGNATURE } from "../../lib/pulumiMarks.ts";

/**
 * A resource's properties as `@pulumi/policy` unpacks them for its policies: secrets are plain values. Its own function needs
 * the whole SDK, which takes half a second to load; it is asked for what no resource of this project has, such as assets.
 *
 * @throws Error without properties, or where the library would throw
 */
export function unpackProperties(properties: struct.Struct | undefined): Record<string, unknown> {
  if (properties === undefined) throw new Error("The engine shows a resource without properties");
  return unpackObject(properties.toJavaScript());
}

function unpackObject(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const unpacked: Record<string, unknown> = {};
  for (const key of Object.keys(object)) unpacked[key] = unpackValue(object[key]);
  return unpacked;
}

function unpackValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpackValue);
  if (!isObject(value)) return value;
  const signature = value[SIGNATURE];
  if (signature === undefined) return unpackObject(value);
  if (signature === SECRET && value["value"] !== undefined) return unpackValue(value["value"]);
  return unpackByLibrary(value);
}

interface Library {
  readonly deserializeProperties: (properties: struct.Struct, keepSecrets: boolean) => Record<string, unknown>;
}

function unpackByLibrary(value: object): unknown {
  const library: unknown = createRequire(import.meta.url)("@pulumi/policy/deserialize.js");
  if (!isLibrary(library)) throw new Error("@pulumi/policy/deserialize.js has no deserializeProperties");
  return library.deserializeProperties(struct.Struct.fromJavaScript({ value }), false)["value"];
}

function isLibrary(exports: unknown): exports is Library {
  return isObject(exports) && "deserializeProperties" in exports;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
