import { cpSync, existsSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { AppsV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { FORCE } from "../recovery/index.ts";
import { dropDatabase, restoreSnapshot, Session, swapDatabases, withWorkspace } from "../backups/index.ts";
import { git } from "../../lib/git.ts";
import { ConfigError, promotableHash } from "../../config/index.ts";
import { ATTESTATIONS, attestedDigests, readAttestations, tenantSubject } from "../../policies/lib/attestations.ts";
import { promotionFile } from "../../policies/lib/promotions.ts";
import { stackOf, update } from "./deploy.ts";
import type { Log } from "./deploy.ts";
import { runEngine } from "./engine.ts";
import { DeliveryError } from "./deliveryError.ts";
import { planOf } from "./plan.ts";
import { unpromoted } from "./promotion.ts";
import { resolve } from "./resolved.ts";
import { openStack } from "./smoke/access.ts";
import { runSmoke } from "./smoke/run.ts";
import { scopeArguments } from "./scope.ts";
import { takeIn } from "./takeIn.ts";
import { withTree, withTreeFor } from "./tree.ts";

/** Commits of main that are looked through for what a tenant was before. */
const MOST_COMMITS = 200;

/** What a tenant goes back to. */
export interface RollbackTarget {
  readonly commit: string;
  readonly release: string;
}

/** Files that make of a tenant what it is. */
const FILES = ["tenants", "bundles", "releases", "plans.yaml"];

/** What a commit made of a tenant. */
interface Then {
  readonly hash: string;
  readonly release: string;
  /** Whether a stack of prod took all of the commit: promoted and attested. Otherwise: whether the tenant was attested. */
  readonly hasRun: boolean;
}

/**
 * The newest commit whose files make of the tenant something else than now, and that has run: in prod one that the whole stack
 * was promoted to, elsewhere one whose tenant staging has attested.
 *
 * @throws DeliveryError when there is none
 */
export function wayBack(root: string, name: string, tenant: string): RollbackTarget {
  // Who tampers with an attestation cannot keep a tenant from going back to what the others cover.
  const attestations = { ...readAttestations(root), refused: [] };
  const attested = attestedDigests(attestations).get(tenantSubject(tenant)) ?? new Set();
  const look = (folder: string): Then | undefined => {
    const resolved = resolve(folder);
    const stack = resolved.stacks.get(name);
    const spec = stack?.tenants.get(tenant);
    if (stack === undefined || spec === undefined) return undefined;
    const hash = promotableHash(resolved, spec);
    const isProd = stack.settings.environment === "prod";
    const hasRun = isProd ? unpromoted(folder, resolved, stack, attestations).length === 0 : attested.has(hash);
    return { hash, release: spec.release.name, hasRun };
  };
  const now = look(root)?.hash;
  const present = stackOf(resolve(root), name);
  const isProd = present.settings.environment === "prod";
  const paths = isProd ? [promotionFile(name)] : [...FILES, `Pulumi.${name}.yaml`];
  const commits = git(root, [
    "log",
    "--first-parent",
    `--max-count=${MOST_COMMITS}`,
    "--format=%H",
    "HEAD",
    "--",
    ...paths,
  ])
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
  for (const commit of commits) {
    let then: Then | undefined;
    try {
      then = withTree(root, commit, look);
    } catch (error) {
      // Files of a time when another schema held: this program cannot run them.
      if (!(error instanceof ConfigError)) throw error;
    }
    if (then?.hasRun === true && then.hash !== now) return { commit, release: then.release };
  }
  const had = isProd ? "was promoted and is attested" : "staging attested";
  const why =
    commits.length === 0
      ? `no commit has ${paths.join(", ")}, so that nothing ${isProd ? "was promoted" : "was deployed"} yet`
      : `none of the last ${commits.length} commits of ${paths.join(", ")} is a different one that ${had}`;
  const isThere = present.tenants.has(tenant);
  throw new DeliveryError(
    `${tenant} has nothing to roll back to in ${name}${isThere ? "" : `, which has no such tenant now (${[...present.tenants.keys()].join(", ")})`}: ${why}`,
    "rollback",
  );
}

/** What to roll back. */
export interface RollbackRequest {
  readonly root: string;
  readonly stack: string;
  readonly tenant: string;
  /** Snapshot of the data, or its beginning. Default: the newest. `none` leaves the data alone. */
  readonly snapshot: string | undefined;
  readonly log: Log;
}

/**
 * Takes one tenant back: stops it, puts the database and the filestore of the backup in place (what was there is kept under
 * another name), brings up what its files said before, and tests it. The restored data is compared with what the backup
 * recorded before anything is stopped.
 *
 * @throws DeliveryError, BackupError, PulumiError
 */
export async function rollBack({ root, stack, tenant, snapshot, log }: RollbackRequest): Promise<void> {
  stackOf(resolve(root), stack);
  const way = wayBack(root, stack, tenant);
  log(`${tenant} rolls back to commit ${way.commit.slice(0, 7)}, release ${way.release}.`);
  if (snapshot !== "none") await restoreData(root, stack, tenant, snapshot, log);
  const failed = await withTreeFor(root, way.commit, async (folder) => {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    bringAttestations(root, folder);
    Object.assign(process.env, FORCE);
    const { ok, events, text } = await runEngine(folder, "preview", stack);
    const plan = planOf(stack, ok, events);
    if (!ok)
      throw new DeliveryError(
        `The preview of ${stack} as of ${way.commit.slice(0, 7)} failed: ${plan.errors.join("; ") || text}`,
        "rollback",
      );
    const own = plan.all.filter((resource) => resource.tenant === tenant);
    // The pods that were stopped by hand. What the rollback creates cannot be read yet, so not in the same step.
    await takeIn(folder, stack, urnsOf(own.filter(({ isNew }) => !isNew)), "rollback", log);
    await update(folder, stack, log, await scopeArguments(folder, stack, plan, { targets: urnsOf(own) }));
    const report = await runSmoke(folder, stack, [tenant], log);
    return report.results.filter(({ passed }) => !passed);
  });
  if (failed.length > 0) {
    throw new DeliveryError(
      `${tenant} is back at release ${way.release}, but its tests fail: ${failed.map(({ check, message }) => `${check}: ${message}`).join("; ")}`,
      "rollback",
    );
  }
}

/** What was attested later covers the commit too, and what a key has signed that was taken away since does not. */
function bringAttestations(root: string, folder: string): void {
  const refused = new Set(readAttestations(root).refused.map(({ file }) => file));
  rmSync(join(folder, ATTESTATIONS), { recursive: true, force: true });
  cpSync(join(root, ATTESTATIONS), join(folder, ATTESTATIONS), {
    recursive: true,
    filter: (path) => !refused.has(basename(path)),
  });
}

function urnsOf(resources: readonly { readonly urn: string }[]): string[] {
  return resources.map(({ urn }) => urn);
}

async function restoreData(
  root: string,
  stack: string,
  tenant: string,
  snapshot: string | undefined,
  log: Log,
): Promise<void> {
  const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  await withWorkspace(async (folder) => {
    const session = await Session.open({ stack }, folder);
    const { database: own } = session.tenant(tenant);
    const restored = `${own.database}_rollback`;
    const aside = `${own.database}_before_${stamp}`;
    const filestore = (name: string) => join(session.data, "filestore", name);
    // Left by a run that was cut off before the exchange.
    await dropDatabase(session.access.admin, { ...own, database: restored });
    rmSync(filestore(restored), { recursive: true, force: true });
    const proof = await restoreSnapshot({
      tenant,
      repository: session.repository(tenant),
      programs: session.programs,
      snapshot,
      admin: session.access.admin,
      target: { ...own, database: restored },
      filestore: filestore(restored),
      folder,
    });
    log(`Restored ${tenant} of ${proof.takenAt}: identical to what was backed up.`);
    await stopPods(root, stack, tenant);
    await swapDatabases(session.access.admin, own, restored, aside);
    if (existsSync(filestore(own.database))) renameSync(filestore(own.database), filestore(aside));
    if (existsSync(filestore(restored))) renameSync(filestore(restored), filestore(own.database));
    log(`The restored data is in place; the replaced data is in database ${aside}.`);
  });
}

/** Odoo must not write while the database changes; the update starts it again, and takes the field back by force. */
async function stopPods(root: string, stack: string, tenant: string): Promise<void> {
  const access = await openStack(root, stack);
  const own = access.tenants.get(tenant);
  if (own === undefined) throw new DeliveryError(`Stack ${stack} has no tenant ${tenant}`, "rollback");
  const apps = access.kubeConfig.makeApiClient(AppsV1Api);
  const { items } = await apps.listNamespacedDeployment({ namespace: own.namespace });
  for (const { metadata } of items) {
    const deployment = { name: metadata?.name ?? "", namespace: own.namespace };
    await apps.patchNamespacedDeployment(
      { ...deployment, body: { spec: { replicas: 0 } } },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
  }
}
