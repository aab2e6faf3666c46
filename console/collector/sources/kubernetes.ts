import { ApiException, CoreV1Api, CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import type { V1Pod } from "@kubernetes/client-node";
import { sql } from "kysely";
import { z } from "zod";
import { namespaceName, PLATFORM_NAMESPACE, TENANT_LABEL } from "../../../config/names.ts";
import { UserError } from "../../../lib/userError.ts";
import type { Source } from "../source.ts";

/** Objects of one answer. */
const PAGE = 500;

const certificateSchema = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
  spec: z.object({ dnsNames: z.array(z.string()).default([]) }),
  status: z
    .object({
      notAfter: z.iso.datetime({ offset: true }).optional(),
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
    })
    .optional(),
});
const certificatesSchema = z.object({
  metadata: z.object({ continue: z.string().optional() }),
  items: z.array(certificateSchema),
});
type Certificate = z.output<typeof certificateSchema>;

/**
 * Pods of tenants, and certificates, as the cluster has them. Only lists are asked for.
 *
 * @param kubeconfig as text
 * @param seconds that the API server has for an answer. @default 10
 */
export function kubernetesSource(kubeconfig: string, seconds = 10): Source {
  return {
    name: "kubernetes",
    rhythm: 60,
    pause: 15,
    read: async ({ database }) => {
      const at = new Date();
      const { pods, certificates } = await ask(kubeconfig, seconds);
      const tenants = await database.selectFrom("tenants").select("id").execute();
      const ids = new Set(tenants.map(({ id }) => id));
      const byTenant = Map.groupBy(pods.filter(isLasting), tenantOf);
      const rows = [...byTenant].flatMap(([tenant, own]) =>
        tenant !== undefined && ids.has(tenant) ? [{ tenant, ...summary(own) }] : [],
      );
      await database.transaction().execute(async (transaction) => {
        await sql`DELETE FROM pods`.execute(transaction);
        await sql`
          INSERT INTO pods (tenant, pods, ready, restarts, problem)
          SELECT tenant, pods, ready, restarts, problem FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
            AS row (tenant text, pods integer, ready integer, restarts integer, problem text)`.execute(transaction);
        await sql`DELETE FROM certificates`.execute(transaction);
        await sql`
          INSERT INTO certificates (name, tenant, hosts, ends_at, ready)
          SELECT name, tenant, array(SELECT jsonb_array_elements_text(hosts)), ends_at, ready
          FROM jsonb_to_recordset(${JSON.stringify(certificates.map(rowOf))}::jsonb)
            AS row (name text, tenant text, hosts jsonb, ends_at timestamptz, ready boolean)`.execute(transaction);
      });
      return { asOf: at };
    },
  };
}

async function ask(kubeconfig: string, seconds: number) {
  const config = new KubeConfig();
  try {
    config.loadFromString(kubeconfig);
  } catch {
    throw new UserError("CONSOLE_KUBECONFIG is not a kubeconfig: see docs/console.md");
  }
  const core = config.makeApiClient(CoreV1Api);
  const custom = config.makeApiClient(CustomObjectsApi);
  try {
    return {
      pods: await allOf(seconds, async (from) => {
        const list = await core.listPodForAllNamespaces({ labelSelector: TENANT_LABEL, limit: PAGE, ...from });
        return { items: list.items, next: list.metadata?._continue };
      }),
      certificates: await allOf(seconds, async (from) => {
        const list: unknown = await custom.listNamespacedCustomObject({
          group: "cert-manager.io",
          version: "v1",
          namespace: PLATFORM_NAMESPACE,
          plural: "certificates",
          limit: PAGE,
          ...from,
        });
        const { items, metadata } = certificatesSchema.parse(list);
        return { items, next: metadata.continue };
      }),
    };
  } catch (error) {
    const server = config.getCurrentCluster()?.server ?? "no address";
    throw new UserError(
      `The cluster's API server at ${server} ${problemOf(error, seconds)}: see docs/runbooks/console.md`,
    );
  }
}

/** Reads a list page by page. */
async function allOf<Item>(
  seconds: number,
  read: (from: { readonly _continue?: string }) => Promise<{ items: Item[]; next: string | undefined }>,
): Promise<Item[]> {
  const all: Item[] = [];
  let next: string | undefined;
  do {
    const page = await within(seconds, read(next === undefined ? {} : { _continue: next }));
    all.push(...page.items);
    next = page.next;
  } while (next !== undefined && next !== "");
  return all;
}

/** @throws Timeout */
async function within<Value>(seconds: number, answer: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Timeout()), seconds * 1000);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
}

class Timeout extends Error {}

/** Whether a pod is one that goes on: those of Jobs come and go. */
function isLasting({ metadata, status }: V1Pod): boolean {
  const ofJob = metadata?.ownerReferences?.some(({ kind }) => kind === "Job") === true;
  return !ofJob && status?.phase !== "Succeeded" && metadata?.deletionTimestamp === undefined;
}

/** The tenant of a pod that says whose it is, and is in that tenant's namespace. */
function tenantOf({ metadata }: V1Pod): string | undefined {
  const tenant = metadata?.labels?.[TENANT_LABEL];
  return tenant !== undefined && metadata?.namespace === namespaceName(tenant) ? tenant : undefined;
}

function summary(pods: readonly V1Pod[]) {
  const unready = pods.filter(
    ({ status }) => !status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
  );
  const containers = pods.flatMap(({ status }) => status?.containerStatuses ?? []);
  return {
    pods: pods.length,
    ready: pods.length - unready.length,
    restarts: containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
    problem: unready.length === 0 ? null : [...new Set(unready.map(problemOfPod))].sort().join(", "),
  };
}

/** Why a pod is not ready, in the cluster's words, such as `CrashLoopBackOff`. */
function problemOfPod({ status }: V1Pod): string {
  const waiting = status?.containerStatuses?.flatMap(({ state }) => state?.waiting?.reason ?? []) ?? [];
  const scheduling =
    status?.conditions?.flatMap(({ status: is, reason }) => (is === "False" ? (reason ?? []) : [])) ?? [];
  return waiting[0] ?? scheduling[0] ?? status?.phase ?? "unknown";
}

function rowOf({ metadata, spec, status }: Certificate) {
  return {
    name: metadata.name,
    tenant: metadata.labels?.[TENANT_LABEL] ?? null,
    hosts: spec.dnsNames,
    ends_at: status?.notAfter ?? null,
    ready: status?.conditions.some(({ type, status: is }) => type === "Ready" && is === "True") === true,
  };
}

/** What went wrong, without the server's words. */
function problemOf(error: unknown, seconds: number): string {
  if (error instanceof Timeout) return `does not answer within ${seconds} s`;
  if (error instanceof ApiException) {
    return error.code === 401 || error.code === 403
      ? `refuses the console's account (${error.code}), expected one that may list pods and certificates`
      : `answers with status ${error.code}`;
  }
  if (error instanceof z.ZodError || error instanceof SyntaxError) return "answers otherwise than expected";
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return `cannot be asked (${code})`;
}
