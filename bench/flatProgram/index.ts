// The flat program: every resource of a finished stack by its type and inputs, one after the other, as a program without
// components, configuration or policies would register them. It reads `flat.json` beside it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { FlatData } from "../flat.ts";
import type { Value } from "../state.ts";

// The file is what bench/flat.ts wrote, moments ago.
const { items } = JSON.parse(readFileSync(join(import.meta.dirname, "flat.json"), "utf8")) as FlatData;
class Resource extends pulumi.CustomResource {}
class Provider extends pulumi.ProviderResource {}

const resources = new Map<string, pulumi.CustomResource>();

for (const { key, type, name, isProvider, provider, version, inputs, dependsOn } of items) {
  const props = Object.fromEntries(Object.entries(inputs).map(([input, value]) => [input, toInput(value)]));
  const opts: pulumi.CustomResourceOptions = {
    ...(version === undefined ? {} : { version }),
    dependsOn: dependsOn.flatMap((other) => resources.get(other) ?? []),
  };
  if (isProvider) {
    resources.set(key, new Provider(type.replace("pulumi:providers:", ""), name, props, opts));
    continue;
  }
  const made = provider === undefined ? undefined : resources.get(provider);
  if (made instanceof pulumi.ProviderResource) opts.provider = made;
  resources.set(key, new Resource(type, name, props, opts));
}

function toInput(value: Value): pulumi.Input<unknown> {
  if (Array.isArray(value)) return value.map(toInput);
  if (typeof value !== "object" || value === null) return value;
  if (value["$secret"] !== undefined) return pulumi.secret(toInput(value["$secret"]));
  const reference = value["$ref"];
  if (typeof reference === "string") return resources.get(reference)?.id;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toInput(inner)]));
}
