// The bare script that the program's first `up` is compared with: node main.ts <items.json>. It makes every object of a
// finished stack in the same order of dependencies, straight through SQL, Keycloak's and Kubernetes' REST API, as many at
// once as each service's connections let it. It knows no state, no diff and no policies.
import { readFileSync } from "node:fs";
import { analyticsSchema } from "../../providers/odoosql/analyticsSchema.ts";
import { databaseSetup } from "../../providers/odoosql/databaseSetup.ts";
import { inputSchemas } from "../../providers/odoosql/inputs.ts";
import { reportingViews } from "../../providers/odoosql/reportingViews.ts";
import type { Item, Value } from "../state.ts";
import { Keycloak } from "./keycloak.ts";
import { Kubernetes } from "./kubernetes.ts";
import { Postgres } from "./postgres.ts";
import { record, text } from "./values.ts";
import type { Plain, Properties } from "./values.ts";

type Service = Keycloak | Kubernetes | Postgres;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node main.ts <items.json>");
// The file is what the benchmark wrote, moments ago.
const items = JSON.parse(readFileSync(file, "utf8")) as readonly Item[];
const services = new Map<string, Service>();
const ids = new Map<string, string>();
const made = new Map<string, Promise<void>>();

for (const item of items) {
  if (item.isProvider) services.set(item.key, connect(item));
  else
    made.set(
      item.key,
      Promise.all(item.dependsOn.flatMap((key) => made.get(key) ?? [])).then(() => make(item)),
    );
}
try {
  await Promise.all(made.values());
  console.log(`${made.size} objects`);
} finally {
  for (const service of services.values()) await service.close();
}

function connect({ type, inputs }: Item): Service {
  const settings = resolved(inputs);
  switch (type) {
    case "pulumi:providers:keycloak":
      return new Keycloak(settings);
    case "pulumi:providers:kubernetes":
      return new Kubernetes(text(settings["kubeconfig"]));
    case "pulumi:providers:postgresql":
      return new Postgres(settings);
    default:
      throw new Error(`bench/script/main.ts does not know provider ${type}`);
  }
}

async function make({ key, type, provider, inputs }: Item): Promise<void> {
  ids.set(key, await makeObject(type, services.get(provider ?? ""), resolved(inputs)));
}

async function makeObject(type: string, service: Service | undefined, inputs: Properties): Promise<string> {
  if (service instanceof Keycloak) return await service.make(type, inputs);
  if (service instanceof Kubernetes) return await service.make(inputs);
  if (service instanceof Postgres) return await service.make(type, inputs);
  // A password is in the items already, where it is used.
  if (type === "random:index/randomPassword:RandomPassword") return "none";
  // It is in Pulumi's state and nowhere else.
  if (type === "odoosql:index:TenantLifecycle") return "none";
  if (type === "odoosql:index:DatabaseSetup") await databaseSetup.apply(inputSchemas.DatabaseSetup.parse(inputs));
  else if (type === "odoosql:index:ReportingViews")
    await reportingViews.apply(inputSchemas.ReportingViews.parse(inputs));
  else if (type === "odoosql:index:AnalyticsSchema")
    await analyticsSchema.apply(inputSchemas.AnalyticsSchema.parse(inputs));
  else throw new Error(`bench/script/main.ts does not know how to make a ${type}`);
  return "";
}

function resolved(inputs: Item["inputs"]): Properties {
  return record(plain(inputs));
}

function plain(value: Value): Plain {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (value["$secret"] !== undefined) return plain(value["$secret"]);
  if (typeof value["$ref"] === "string") return ids.get(value["$ref"]);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
