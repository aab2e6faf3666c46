import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PodSpec, VolumeSpec } from "./spec.ts";

type Data = Promise<{ readonly data?: Readonly<Record<string, string>> }>;

/** Reads Secrets and ConfigMaps; the client's `CoreV1Api` fits. */
export interface ConfigurationApi {
  readonly readNamespacedSecret: (of: { readonly name: string; readonly namespace: string }) => Data;
  readonly readNamespacedConfigMap: (of: { readonly name: string; readonly namespace: string }) => Data;
}

/** Changes a file of a Secret before a pod sees it. */
export type Edit = (name: string, content: string) => string;

/**
 * Makes a pod's volumes as folders: Secrets and ConfigMaps with what the cluster holds now, claims that outlive the pod, and
 * empty ones.
 *
 * @param claims folder below which each claim has its own, by namespace and name
 * @param own folder of this pod alone; emptied first
 * @param edit Default: files are as the cluster holds them
 * @returns the folder of each volume by its name
 */
export async function makeVolumes(
  api: ConfigurationApi,
  namespace: string,
  spec: PodSpec,
  { claims, own, edit }: { readonly claims: string; readonly own: string; readonly edit?: Edit | undefined },
): Promise<Map<string, string>> {
  rmSync(own, { recursive: true, force: true });
  const folders = new Map<string, string>();
  for (const volume of spec.volumes ?? []) {
    const claim = volume.persistentVolumeClaim?.claimName;
    const folder = claim === undefined ? join(own, volume.name) : join(claims, namespace, claim);
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of await filesOf(api, namespace, volume)) {
      const isEdited = edit !== undefined && volume.secret !== undefined;
      writeFileSync(join(folder, name), isEdited ? edit(name, content.toString()) : content, { mode: 0o400 });
      chmodSync(join(folder, name), 0o440);
    }
    folders.set(volume.name, folder);
  }
  return folders;
}

async function filesOf(api: ConfigurationApi, namespace: string, volume: VolumeSpec): Promise<[string, Buffer][]> {
  const { secret, configMap } = volume;
  if (secret?.secretName !== undefined) {
    const { data = {} } = await api.readNamespacedSecret({ name: secret.secretName, namespace });
    return pick(`the Secret ${secret.secretName}`, Object.entries(data), secret.items).map(([name, text]) => [
      name,
      Buffer.from(text, "base64"),
    ]);
  }
  if (configMap?.name !== undefined) {
    const { data = {} } = await api.readNamespacedConfigMap({ name: configMap.name, namespace });
    return pick(`the ConfigMap ${configMap.name}`, Object.entries(data), configMap.items).map(([name, text]) => [
      name,
      Buffer.from(text),
    ]);
  }
  return [];
}

function pick(
  holder: string,
  entries: readonly [string, string][],
  items: readonly { readonly key: string; readonly path: string }[] | undefined,
): [string, string][] {
  if (items === undefined) return [...entries];
  const all = new Map(entries);
  return items.map(({ key, path }): [string, string] => {
    const value = all.get(key);
    if (value === undefined) throw new Error(`${holder} has no key ${key}, which the pod mounts`);
    return [path, value];
  });
}
