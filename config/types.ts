import type { Output } from "@pulumi/pulumi";
import type { Diagnostic } from "./diagnostics.ts";
import type { ModuleTables } from "./moduleIndex.ts";
import type { ArchiveFile } from "./schemas/archive.ts";
import type { CompaniesFile, PriceList } from "./schemas/billing.ts";
import type { BundleFile } from "./schemas/bundle.ts";
import type { WayOut } from "./schemas/egress.ts";
import type { PlanFile } from "./schemas/plan.ts";
import type { ReleaseFile } from "./schemas/release.ts";
import type { StackSettings } from "./schemas/stack.ts";
import type { TenantFile } from "./schemas/tenant.ts";

export type { CompaniesFile, PriceList } from "./schemas/billing.ts";
export type { DnsPeer, GatewayPeer } from "./schemas/cluster.ts";
export type { WayOut } from "./schemas/egress.ts";
export type { GithubSettings } from "./schemas/github.ts";
export type { StackSettings } from "./schemas/stack.ts";

/** A plan and its name. */
export type Plan = PlanFile & { readonly name: string };

/** A release and its name, which is its file's. */
export type Release = ReleaseFile & { readonly name: string };

/** A bundle and its name, which is its file's. */
export type Bundle = BundleFile & { readonly name: string };

/** A tenant file and the tenant's id, which is the file's name. */
export type Tenant = TenantFile & { readonly id: string };

/** An archive record and the id of the tenant that it is of, which is the file's name. */
export type ArchiveRecord = ArchiveFile & { readonly id: string };

/** Everything that the files say, checked. Maps are sorted by name. */
export interface ProjectFiles {
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** What stays of tenants that are gone, or about to go. */
  readonly archive: ReadonlyMap<string, ArchiveRecord>;
  readonly bundles: ReadonlyMap<string, Bundle>;
  readonly plans: ReadonlyMap<string, Plan>;
  readonly releases: ReadonlyMap<string, Release>;
  /** Who charges and who pays; absent: the project has no companies.yaml, and charges nobody. */
  readonly companies?: CompaniesFile;
  /** Dated price lists by currency, each currency's oldest first. */
  readonly prices: ReadonlyMap<string, readonly PriceList[]>;
  /** The index of modules, which every closure is solved with. */
  readonly tables: ModuleTables;
}

/** What {@link loadProjectFiles} answers: the project files, or everything that is wrong, sorted by file and position. */
export type ProjectFilesResult =
  | { readonly ok: true; readonly projectFiles: ProjectFiles }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** A company's own identity provider, which the tenant's realm brokers to. */
export type IdentityProviderSpec = NonNullable<TenantFile["sso"]["identityProvider"]>;

/** Keys of a tenant's file that are resolved for {@link TenantSpec}, or that only say how. */
type ResolvedKey =
  "billing" | "company" | "decommission" | "plan" | "storage" | "bundles" | "modules" | "environments" | "analytics";

/**
 * A tenant in one stack: names resolved, overlays applied, nothing optional left but what may be absent. Everything that
 * only the file decides is as the file has it.
 */
export interface TenantSpec extends Readonly<Omit<Tenant, ResolvedKey>> {
  /** What the first installation makes of the company. */
  readonly company: TenantFile["company"] & { readonly name: string };
  /** How it ends; exactly with lifecycle `decommissioning`. */
  readonly decommission?: NonNullable<TenantFile["decommission"]> & {
    /** Snapshot of the verified last backup, once the tenant has an archive record. */
    readonly lastBackup?: string;
  };
  readonly plan: Plan;
  readonly release: Release;
  /** Bundles by name, sorted, without the platform's. */
  readonly bundles: readonly string[];
  /** Modules to install: the platform's, the bundles' and its own, with all that they depend on but `base`, sorted. */
  readonly modules: readonly string[];
  /** What its pods may reach beyond what every tenant's may, sorted by module. */
  readonly egress: readonly WayOut[];
  /** Host names, unique over all tenants. */
  readonly hosts: { readonly platform: string; readonly custom: readonly string[] };
  /** Reporting models such as `core/v1`, sorted: the bundles' and the tenant's own. */
  readonly analytics: Omit<TenantFile["analytics"], "models"> & { readonly models: readonly string[] };
  readonly environment: StackSettings["environment"];
}

/** Stack configuration: what `Pulumi.<stack>.yaml` says, secrets as outputs. */
export type StackConfig = Omit<
  StackSettings,
  "tenantsDatabase" | "analyticsDatabase" | "keycloak" | "kubernetes" | "mail" | "watchdog" | "console"
> & {
  readonly tenantsDatabase: StackSettings["tenantsDatabase"] & { readonly password: Output<string> };
  readonly analyticsDatabase: StackSettings["analyticsDatabase"] & { readonly password: Output<string> };
  readonly keycloak: StackSettings["keycloak"] & { readonly clientSecret: Output<string> };
  readonly kubernetes: StackSettings["kubernetes"] & {
    /** Contents of a kubeconfig. Absent: the ambient one (KUBECONFIG, ~/.kube/config). */
    readonly kubeconfig?: Output<string>;
  };
  readonly watchdog: StackSettings["watchdog"] & {
    /** Of its role on each server. */
    readonly passwords: { readonly tenants: Output<string>; readonly analytics: Output<string> };
  };
  /** Outgoing mail; absent in a sandbox that sends none. */
  readonly mail?: NonNullable<StackSettings["mail"]> & {
    /** Password of `user`; present exactly with it. */
    readonly password?: Output<string>;
  };
  /** The console; absent: the stack has none. */
  readonly console?: ConsoleConfig;
  /** Token that the repository is kept with. Absent: the ambient one (GITHUB_TOKEN). */
  readonly githubToken?: Output<string>;
  /** Client secrets of the tenants' own identity providers by tenant id; secret. Read it with {@link brokerSecret}. */
  readonly brokerSecrets?: Output<Record<string, string>>;
  /** Keys to each tenant's part of the backups' bucket, by tenant id; secret. Read it with `backupCredentials`. */
  readonly backupCredentials?: Output<Record<string, ObjectStoreKeys>>;
};

/** What a stack says of its console. */
export type ConsoleConfig = NonNullable<StackSettings["console"]> & {
  /** By which its requests are accepted: n8n's shared secret, and the key (PEM) that signs. */
  readonly secrets: {
    readonly requestsSecret: Output<string>;
    readonly requestsKey: Output<string>;
    /** Read the bucket; present exactly with `projections`. */
    readonly store?: { readonly keyId: Output<string>; readonly key: Output<string> };
    /** Reads the repository; present exactly with `github`. */
    readonly githubToken?: Output<string>;
  };
};

/** Keys to an S3 object store. */
export interface ObjectStoreKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What a stack takes of the project files. A {@link StackConfig} is one. */
export interface TenantSelection {
  readonly environment: StackSettings["environment"];
  readonly cell: string;
  readonly baseDomain: string;
  readonly release: string;
}
