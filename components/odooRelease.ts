import * as pulumi from "@pulumi/pulumi";
import { LimitRange } from "@pulumi/kubernetes/core/v1/limitRange.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim.js";
import { ResourceQuota } from "@pulumi/kubernetes/core/v1/resourceQuota.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import { Chart } from "@pulumi/kubernetes/helm/v4/chart.js";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { backupCredentials, placeImages, releaseImages } from "../config/index.ts";
import type { ObjectStoreKeys, StackConfig, TenantSpec } from "../config/index.ts";
import {
  backupRepository,
  databaseName,
  databaseRole,
  namespaceName,
  realmName,
  tenantLabels,
} from "../config/names.ts";
import { configRevision, cronServerWideModules, databaseRootCertificate, renderOdooFiles } from "./odooConfig.ts";
import type { OdooSettings } from "./odooConfig.ts";
import { backupStorage, connectionBudget, podLimits, quota } from "./odooSizing.ts";
import { AWAITED, NOT_AWAITED, RESTRICTED_PODS, objectMetadata } from "./kubernetes.ts";
import type { Platform } from "./platform.ts";

/** Inputs of {@link OdooRelease}. */
export interface OdooReleaseArgs {
  /** What the tenant's file, its bundles, plan and release say together. */
  readonly tenant: TenantSpec;
  /**
   * What of the stack's settings the release needs. `protect` keeps namespace, volumes and the backups' password on deletion.
   *
   * @default `mail`: none, Odoo sends no mail
   * @default `objectStore`: none, backups stay in a volume of the tenant's namespace; with one, `backupCredentials` has keys for
   * each tenant
   */
  readonly stack: Pick<
    StackConfig,
    | "environment"
    | "protect"
    | "tenantsDatabase"
    | "keycloak"
    | "kubernetes"
    | "mail"
    | "objectStore"
    | "backupCredentials"
  >;
  /** Gives the priority classes, which must exist before pods do. */
  readonly platform: Pick<Platform, "priorityClasses">;
  readonly database: {
    /** Of the role that owns the tenant's database. */
    readonly password: pulumi.Input<string>;
    /** What must be done in the database before Odoo connects to it. */
    readonly setup: pulumi.Resource;
  };
  readonly realm: {
    /** @example "https://login.example/realms/acme" */
    readonly issuer: pulumi.Input<string>;
    /** @example "odoo" */
    readonly clientId: pulumi.Input<string>;
    readonly clientSecret: pulumi.Input<string>;
  };
}

/** Names inside the tenant's namespace that others refer to. */
export const RELEASE_NAMES = {
  /** Service of the web pods: 8069, and 8072 for websockets. */
  service: "odoo",
  serviceAccount: "odoo",
  /** Secret that pods mount at `/etc/odoo`. */
  configSecret: "odoo-config",
  filestore: "odoo-filestore",
  backup: "odoo-backup",
} as const;

/** Where the chart is, from the project's root, in which Pulumi runs; relative, or state would name this machine's path. */
const CHART = "./charts/odoo";

/**
 * A tenant's Odoo on Kubernetes: namespace with quota and limits, configuration, volumes, and the chart `charts/odoo` with
 * everything that changes with a release.
 *
 * Beside the chart is what holds secrets (chart values are not secret in the state) or data (a protected chart could not
 * replace its Jobs). The namespace and the volumes are protected and kept on deletion where `protect` says so.
 */
export class OdooRelease extends pulumi.ComponentResource {
  /** The tenant's namespace. */
  readonly namespace: pulumi.Output<string>;
  /** Resolved when the init Job has finished and the workloads are ready. */
  readonly ready: readonly pulumi.Resource[];
  /** The tenant's backups: restic's repository as pods reach it, and its password, which is secret. */
  readonly backup: { readonly repository: string; readonly password: pulumi.Output<string> };

  constructor(name: string, args: OdooReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:OdooRelease", name, {}, opts);
    const { tenant, stack } = args;
    const labels = tenantLabels(tenant);
    const child: pulumi.CustomResourceOptions = { parent: this, customTimeouts: AWAITED };
    const keep: pulumi.CustomResourceOptions = { ...child, protect: stack.protect, retainOnDelete: stack.protect };

    const namespace = new Namespace(
      name,
      { metadata: { name: namespaceName(tenant.id), labels: { ...labels, ...RESTRICTED_PODS } } },
      keep,
    );
    const inNamespace: InNamespace = (object, annotations = {}) =>
      objectMetadata(object, namespace.metadata.name, labels, annotations);

    const limits = addLimits(name, tenant, inNamespace, child);
    const account = addServiceAccount(name, inNamespace, child);
    const settings = odooSettings(tenant, stack);
    const backupPassword = addBackupPassword(name, keep);
    const config = addConfigSecret(
      name,
      { ...args, backupPassword: backupPassword.result },
      settings,
      inNamespace,
      child,
    );
    const volumes = addVolumes(name, args, inNamespace, { ...keep, dependsOn: [limits.quota] });
    const chart = new Chart(
      `${name}-chart`,
      {
        chart: CHART,
        // Helm's release name; objects are named by the chart alone.
        name: tenant.id,
        namespace: namespaceName(tenant.id),
        values: chartValues(args, settings, labels),
      },
      {
        parent: this,
        dependsOn: [
          namespace,
          limits.quota,
          limits.range,
          account,
          config,
          ...volumes,
          args.database.setup,
          ...args.platform.priorityClasses,
        ],
      },
    );

    this.namespace = namespace.metadata.name;
    this.ready = [chart];
    this.backup = { repository: backupRepository(stack, tenant.id), password: backupPassword.result };
    this.registerOutputs({ namespace: this.namespace });
  }
}

/** Metadata of an object in the tenant's namespace, once that exists. */
type InNamespace = (object: string, annotations?: Record<string, string>) => ReturnType<typeof objectMetadata>;

/** What the namespace may use altogether, and each pod and container in it. */
function addLimits(name: string, tenant: TenantSpec, inNamespace: InNamespace, opts: pulumi.CustomResourceOptions) {
  return {
    quota: new ResourceQuota(
      `${name}-quota`,
      { metadata: inNamespace("odoo"), spec: { hard: quota(tenant.plan) } },
      opts,
    ),
    range: new LimitRange(`${name}-limits`, { metadata: inNamespace("odoo"), spec: limitRange(tenant) }, opts),
  };
}

/** Account of all pods, without a token: none of them talks to Kubernetes. */
function addServiceAccount(name: string, inNamespace: InNamespace, opts: pulumi.CustomResourceOptions): ServiceAccount {
  return new ServiceAccount(
    `${name}-account`,
    { metadata: inNamespace(RELEASE_NAMES.serviceAccount), automountServiceAccountToken: false },
    opts,
  );
}

/** It has no generation: without the password that a repository was made with, its backups are lost (docs/adr/0007-backups.md). */
function addBackupPassword(name: string, opts: pulumi.CustomResourceOptions): RandomPassword {
  return new RandomPassword(`${name}-backup-password`, { length: 40, special: false }, opts);
}

/**
 * The filestore, and the backups of a stack without an object store.
 *
 * @param opts with the quota among what they depend on: a volume grows only as far as the quota lets it
 */
function addVolumes(
  name: string,
  { tenant, stack }: OdooReleaseArgs,
  inNamespace: InNamespace,
  opts: pulumi.CustomResourceOptions,
): readonly PersistentVolumeClaim[] {
  const volume = (role: string, object: string, storage: string) =>
    new PersistentVolumeClaim(
      `${name}-${role}`,
      {
        metadata: inNamespace(object, NOT_AWAITED),
        spec: {
          accessModes: [stack.kubernetes.filestoreAccessMode],
          storageClassName: stack.kubernetes.storageClassName,
          resources: { requests: { storage } },
        },
      },
      opts,
    );
  return [
    volume("filestore", RELEASE_NAMES.filestore, tenant.plan.storage),
    volume("backup-volume", RELEASE_NAMES.backup, backupStorage(tenant.plan)),
  ];
}

/** The configuration but for its secrets, from what is known before anything exists. */
function odooSettings(tenant: TenantSpec, stack: OdooReleaseArgs["stack"]): OdooSettings {
  return {
    database: {
      host: stack.tenantsDatabase.clusterHost,
      port: stack.tenantsDatabase.clusterPort,
      name: databaseName(tenant.id),
      role: databaseRole(tenant.id),
      sslmode: stack.tenantsDatabase.sslmode,
    },
    plan: tenant.plan,
    modules: tenant.modules,
    ...(stack.mail === undefined ? {} : { mail: mailSettings(stack.mail) }),
    oidc: {
      issuer: `${stack.keycloak.url}/realms/${realmName(tenant.id)}`,
      displayName: tenant.displayName,
      administrator: tenant.owner.email,
    },
    environment: stack.environment,
    hosts: tenant.hosts,
    company: tenant.company,
    egress: tenant.egress.map((way) => way.for),
  };
}

/** The settings of outgoing mail without the password. */
function mailSettings({ host, port, tls, user, generation, from }: NonNullable<StackConfig["mail"]>) {
  return { host, port, tls, generation, from, ...(user === undefined ? {} : { user }) };
}

/** The Secret that pods mount, with Odoo's administration password, which no person needs. */
function addConfigSecret(
  name: string,
  args: OdooReleaseArgs & { readonly backupPassword: pulumi.Output<string> },
  settings: OdooSettings,
  inNamespace: InNamespace,
  opts: pulumi.CustomResourceOptions,
): Secret {
  const admin = new RandomPassword(
    `${name}-admin-password`,
    { length: 40, special: false, keepers: { generation: String(args.tenant.credentials.database) } },
    opts,
  );
  const odoo = pulumi
    .all([
      args.database.password,
      admin.result,
      args.realm.issuer,
      args.realm.clientId,
      args.realm.clientSecret,
      pulumi.output(args.stack.mail?.password),
    ] as const)
    .apply(([databasePassword, adminPassword, issuer, clientId, clientSecret, mailPassword]) =>
      renderOdooFiles(
        { ...settings, oidc: { ...settings.oidc, issuer } },
        {
          databasePassword,
          adminPassword,
          clientId,
          clientSecret,
          ...(mailPassword === undefined ? {} : { mailPassword }),
        },
      ),
    );
  const keys = backupCredentials(args.stack, args.tenant.id) ?? pulumi.output(undefined);
  const files = pulumi
    .all([odoo, args.backupPassword, keys] as const)
    .apply(([rendered, password, own]) => ({ ...rendered, ...renderBackupFiles(args.tenant, password, own) }));
  const metadata = inNamespace(RELEASE_NAMES.configSecret);
  return new Secret(`${name}-config`, { metadata, type: "Opaque", stringData: pulumi.secret(files) }, opts);
}

/** What only the backup's pod mounts. Apart from Odoo's files, whose change restarts Odoo. */
function renderBackupFiles(tenant: TenantSpec, password: string, keys?: ObjectStoreKeys): Record<string, string> {
  return {
    "tenant.json": `${JSON.stringify(tenant, undefined, 2)}\n`,
    "backup-password": `${password}\n`,
    "backup-credentials":
      keys === undefined
        ? ""
        : `[default]\naws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\n`,
  };
}

/** Limits of a container that names none, and the most that a container and a pod may ask for. */
function limitRange({ plan }: TenantSpec) {
  const max = { cpu: plan.cpu.limit, memory: plan.memory.limit };
  const requests = { cpu: plan.cpu.request, memory: plan.memory.request };
  return {
    limits: [
      { type: "Container", default: max, defaultRequest: requests, max: max },
      { type: "Pod", max: podLimits(plan) },
    ],
  };
}

/**
 * Values of `charts/odoo`. All of them are known before anything exists: with one unknown value the provider would not
 * render the chart in a preview, and policies would judge a tenant without its pods. Each image of the release has the same
 * place here as in the release.
 */
function chartValues({ tenant, stack }: OdooReleaseArgs, settings: OdooSettings, labels: Record<string, string>) {
  const { plan, release, backup, credentials } = tenant;
  return placeImages(releaseImages(release), {
    tenant: tenant.id,
    chartVersion: release.chartVersion,
    lifecycle: tenant.lifecycle,
    labels,
    modules: [...tenant.modules],
    configRevision: configRevision(settings, credentials),
    databaseRootCertificate: databaseRootCertificate(settings.database.sslmode),
    serviceAccount: RELEASE_NAMES.serviceAccount,
    configSecret: RELEASE_NAMES.configSecret,
    filestore: {
      claim: RELEASE_NAMES.filestore,
      shared: stack.kubernetes.filestoreAccessMode === "ReadWriteMany",
    },
    resources: {
      requests: { cpu: plan.cpu.request, memory: plan.memory.request },
      limits: { cpu: plan.cpu.limit, memory: plan.memory.limit },
    },
    web: { replicas: plan.replicas, workers: plan.workers },
    cron: {
      threads: plan.cronWorkers,
      databaseConnections: connectionBudget(plan).cron,
      jobSeconds: plan.jobMinutes * 60,
      load: cronServerWideModules(tenant.modules),
    },
    init: { deadlineSeconds: stack.kubernetes.initSeconds },
    backup: {
      claim: RELEASE_NAMES.backup,
      repository: backupRepository(stack, tenant.id),
      schedule: backup.schedule,
      keep: { ...backup.keep },
    },
  });
}
