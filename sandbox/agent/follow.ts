import { ApiException, makeInformer } from "@kubernetes/client-node";
import type { KubeConfig, KubernetesListObject, KubernetesObject } from "@kubernetes/client-node";

/** How long to wait before looking again after the API was away, in milliseconds. */
const AGAIN_AFTER = 1000;

/** What failed is tried again after these milliseconds. An object whose turn never succeeds is given up after the last. */
const RETRIES = [1000, 3000, 10_000, 30_000];

/** What to follow, and what to do about it. */
export interface Following<T extends KubernetesObject> {
  /** Path of the list in the API. */
  readonly path: string;
  readonly list: () => Promise<KubernetesListObject<T>>;
  /** Only objects with these labels. Default: all. */
  readonly labelSelector?: string;
  /** Called with each object when it is there, and when it changes; never twice at a time for one object. */
  readonly onObject: (object: T) => Promise<void>;
}

/** Calls `onObject` for every object that exists or appears, without end; the API may go away and come back. */
export function follow<T extends KubernetesObject>(config: KubeConfig, following: Following<T>): void {
  const busy = new Map<string, T | undefined>();
  const handle = async (object: T, tries = 0): Promise<void> => {
    const uid = object.metadata?.uid ?? "";
    if (busy.has(uid)) {
      busy.set(uid, object);
      return;
    }
    busy.set(uid, undefined);
    let retry: number | undefined;
    try {
      await following.onObject(object);
    } catch (error) {
      retry = RETRIES[tries];
      log(`${nameOf(object)}: ${messageOf(error)}${retry === undefined ? "; given up" : ""}`);
    }
    const newer = busy.get(uid);
    busy.delete(uid);
    if (newer !== undefined) await handle(newer);
    else if (retry !== undefined) setTimeout(() => void handle(object, tries + 1), retry);
  };
  const informer = makeInformer<T>(config, following.path, following.list, following.labelSelector);
  informer.on("add", (object) => void handle(object));
  informer.on("update", (object) => void handle(object));
  const start = () => {
    informer.start().catch((error: unknown) => again(error));
  };
  const again = (error: unknown) => {
    log(`${following.path}: ${messageOf(error)}; asking again`);
    setTimeout(start, AGAIN_AFTER);
  };
  informer.on("error", again);
  start();
}

function messageOf(error: unknown): string {
  if (error instanceof ApiException) return `the API answers ${error.code}: ${String(error.body)}`;
  return error instanceof Error ? error.message : String(error);
}

/** An object's namespace and name, as logs show them. */
export function nameOf({ metadata }: KubernetesObject): string {
  return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
}

/** Writes a line to the agent's log. */
export function log(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
}
