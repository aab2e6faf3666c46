import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { HttpClient } from "./http.ts";
import { list, record, text } from "./values.ts";
import type { Plain, Properties } from "./values.ts";

const CONNECTIONS = 16;
/** Time between two looks at an object that is waited for, in milliseconds. */
const POLL_MS = 200;
/** Longest wait for an object, in seconds: as the program's. */
const WAIT_SECONDS = 300;

/** When an object of a kind is ready; others are once they exist. The same kinds as the Pulumi provider waits for. */
const READY: Readonly<Record<string, (object: Properties) => boolean>> = {
  Job: (object) => hasCondition(object, "Complete"),
  Deployment: (object) => hasCondition(object, "Available"),
  PersistentVolumeClaim: (object) => record(object["status"])["phase"] === "Bound",
};

/** The Kubernetes API with a token. */
export class Kubernetes {
  readonly #http: HttpClient;
  readonly #headers: Record<string, string>;

  /** @param kubeconfig with one cluster and one user, as the sandbox writes it. */
  constructor(kubeconfig: string) {
    const config = record(parse(kubeconfig));
    const cluster = record(record(list(config["clusters"])[0])["cluster"]);
    const user = record(record(list(config["users"])[0])["user"]);
    const ca = Buffer.from(text(cluster["certificate-authority-data"]), "base64").toString();
    this.#http = new HttpClient({ url: text(cluster["server"]), ca, connections: CONNECTIONS });
    this.#headers = { authorization: `Bearer ${text(user["token"])}`, "content-type": "application/json" };
  }

  /** Makes an object and waits until it is ready; gives the id that Pulumi would. */
  async make(object: Properties): Promise<string> {
    const { name, namespace, annotations = {} } = record(object["metadata"]);
    const path = collectionPath(text(object["apiVersion"]), text(object["kind"]), namespace);
    await this.#send("POST", path, object);
    // As the provider does: a volume may wait for its first pod.
    const isAwaited = record(annotations)["pulumi.com/skipAwait"] !== "true";
    const isReady = isAwaited ? READY[text(object["kind"])] : undefined;
    const deadline = Date.now() + WAIT_SECONDS * 1000;
    while (isReady !== undefined && !isReady(await this.#send("GET", `${path}/${text(name)}`))) {
      if (Date.now() > deadline)
        throw new Error(`Kubernetes: ${path}/${text(name)} was not ready after ${WAIT_SECONDS} s`);
      await sleep(POLL_MS);
    }
    return namespace === undefined ? text(name) : `${text(namespace)}/${text(name)}`;
  }

  close(): void {
    this.#http.close();
  }

  async #send(method: string, path: string, body?: Properties): Promise<Properties> {
    const answer = await this.#http.request(
      method,
      path,
      this.#headers,
      body === undefined ? undefined : JSON.stringify(body),
    );
    if (answer.status >= 300)
      throw new Error(`Kubernetes: ${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    return record(JSON.parse(answer.text));
  }
}

/** `/apis/apps/v1/namespaces/odoo-acme/deployments`: the plural is the kind's, by the rules of English. */
export function collectionPath(apiVersion: string, kind: string, namespace: Plain): string {
  const word = kind.toLowerCase();
  const plural = /[^aeiou]y$/.test(word) ? word.replace(/y$/, "ies") : word.endsWith("s") ? `${word}es` : `${word}s`;
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespace === undefined ? `${base}/${plural}` : `${base}/namespaces/${text(namespace)}/${plural}`;
}

function hasCondition(object: Properties, type: string): boolean {
  return list(record(object["status"])["conditions"])
    .map(record)
    .some((condition) => condition["type"] === type && condition["status"] === "True");
}
