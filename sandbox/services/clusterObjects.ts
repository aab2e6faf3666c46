import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { SandboxError, writeSecretFile } from "../instance.ts";
import type { Instance } from "../instance.ts";
import { callKubernetes } from "./kubernetes.ts";

/** How long the API may take to serve a new resource type, in seconds. Measured: 1 to 2. */
const TYPE_SECONDS = 60;

/** All objects here belong to the cluster, none to a namespace. */
const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
type ClusterObject = z.infer<typeof objectSchema>;

/**
 * Puts the resource types and what cluster.yaml lists into the cluster. Done once for each content: later runs compare a
 * hash, without asking the API.
 */
export async function prepareCluster(instance: Instance, crdDir: string): Promise<void> {
  const types = readdirSync(crdDir)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(crdDir, name));
  const files = [...types, join(PROJECT_ROOT, "sandbox", "kubernetes", "cluster.yaml")].map((path) =>
    readFileSync(path, "utf8"),
  );
  const hash = createHash("sha256").update(files.join("\0")).digest("hex");
  const record = join(instance.home, "kubernetes", "prepared");
  if (existsSync(record) && readFileSync(record, "utf8") === hash) return;

  const objects = files
    .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as unknown))
    .filter((object) => object !== null)
    .map((object) => objectSchema.parse(object));
  const isType = ({ kind }: ClusterObject) => kind === "CustomResourceDefinition";
  await Promise.all(objects.filter(isType).map((object) => apply(instance, object)));
  await Promise.all(objects.filter((object) => !isType(object)).map((object) => apply(instance, object)));

  // New nodes are tainted until a node controller has looked at them, and there is none here.
  for (const { metadata } of objects.filter(({ kind }) => kind === "Node")) {
    await callKubernetes(instance, "PATCH", `/api/v1/nodes/${metadata.name}`, {
      type: "application/merge-patch+json",
      body: { spec: { taints: null } },
    });
  }
  writeSecretFile(record, hash);
}

/** Server-side apply. A type that was just made known is waited for. */
async function apply(instance: Instance, object: ClusterObject): Promise<void> {
  const { apiVersion, kind, metadata } = object;
  // The API's names are the kinds', lower-case and plural; true of all kinds here.
  const plural = `${kind.toLowerCase()}${kind.endsWith("s") ? "es" : "s"}`;
  const path = `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}/${plural}/${metadata.name}`;
  const deadline = Date.now() + TYPE_SECONDS * 1000;
  for (;;) {
    const answer = await callKubernetes(instance, "PATCH", `${path}?fieldManager=sandbox&force=true`, {
      type: "application/apply-patch+yaml",
      body: object,
    });
    if (answer.status < 300) return;
    // A storage class cannot be changed. Volumes refer to it by name, and stay.
    if (answer.status === 422 && kind === "StorageClass" && (await remove(instance, path))) continue;
    if (answer.status !== 404 || Date.now() > deadline) {
      throw new SandboxError(
        `${kind} ${metadata.name} cannot be put into the cluster: ${answer.status} ${answer.text}`,
      );
    }
    await sleep(200);
  }
}

/** Whether there was an object to remove. */
async function remove(instance: Instance, path: string): Promise<boolean> {
  return (await callKubernetes(instance, "DELETE", path)).status < 300;
}
