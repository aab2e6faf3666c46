import { z } from "zod";
import {
  bundleName,
  cellName,
  email,
  expecting,
  explained,
  hostName,
  judged,
  singleLine,
  list,
  mapping,
  moduleName,
  oneOf,
  planName,
  releaseName,
  reportingModel,
  teamName,
  text,
  integer,
} from "./common.ts";
import { day } from "./archive.ts";
import { tenantBilling } from "./billing.ts";
import { company } from "./company.ts";
import { egressList } from "./egress.ts";
import { storage } from "./plan.ts";
import { IDENTITY_PROVIDER_ADDRESS, identityProviderFault } from "../identityProviders.ts";
import { BACKUP_DAYS_APART, BACKUP_HOURS_APART, backupScheduleProblem } from "../backupSchedule.ts";
import { LIFECYCLES } from "../lifecycle.ts";

/** Environments a tenant may exist in. The stack `sandbox` takes every tenant without being named. */
export const TENANT_ENVIRONMENTS = ["staging", "prod"] as const;

const environment = mapping(
  {
    domains: list(hostName, "a list of host names", 20)
      .default([])
      .describe("The tenant's own host names, in addition to the platform's: below a zone that zones.yaml assigns to the owner's team, and not a name of the platform or of another tenant. Each gets a certificate, and an alias if the platform manages the zone's DNS."),
    plan: planName.exactOptional().describe("Plan in this environment, where it differs from the tenant's."),
    release: releaseName
      .exactOptional()
      .describe("Release in this environment, where it differs from the stack's: to upgrade one tenant before the others."),
    canary: z
      .boolean(expecting("true or false"))
      .exactOptional()
      .describe("Whether a deployment brings the tenant up and tests it before the stack's others. Default false."),
    egress: egressList.exactOptional(),
  },
  "a mapping ({} takes the defaults)",
).describe("What differs in this environment; {} takes the defaults.");

/** Keycloak connects to these addresses from inside the platform's network. */
const providerUrl = judged(
  (value) => identityProviderFault(value) === undefined,
  IDENTITY_PROVIDER_ADDRESS,
  /^https:\/\/[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+(?:\/[!-~]*)?$/,
);

const identityProvider = mapping({
  alias: text(/^[a-z][a-z0-9-]{1,29}$/, 'a short lower-case name such as "entra"').describe(
    "Name in the realm's addresses; part of the callback that the company registers.",
  ),
  displayName: singleLine("the text of the button on the login page", 60).describe("Text of the button on the login page."),
  issuer: providerUrl.describe("Issuer of the company's OpenID Connect provider, as in its discovery document."),
  authorizationUrl: providerUrl.describe("authorization_endpoint of the discovery document."),
  tokenUrl: providerUrl.describe("token_endpoint of the discovery document."),
  jwksUrl: providerUrl.describe("jwks_uri of the discovery document."),
  clientId: text(/^[\x21-\x7e]{1,255}$/, 'a client id such as "odoo-platform"').describe(
    "Client id that the company registered. Its secret is in the stack configuration, key odoo-saas:brokerSecrets.",
  ),
});

const keep = mapping({
  daily: integer(0, 366).default(7).describe("Newest daily backups kept. Default 7."),
  weekly: integer(0, 520).default(4).describe("Newest weekly backups kept. Default 4."),
  monthly: integer(0, 120).default(3).describe("Newest monthly backups kept. Default 3."),
})
  .refine((value) => value.daily + value.weekly + value.monthly > 0, {
    error: "keeps no backup, expected at least one of daily, weekly, monthly above 0",
  })
  .prefault({})
  .describe("How many backups are kept.");

const decommission = mapping({
  holdUntil: day.describe(
    "First day (UTC) on which the data may be deleted: at least 30 days after the lifecycle became decommissioning. It can be moved to a later day, but not to an earlier one.",
  ),
  release: z
    .boolean(expecting("true or false"))
    .default(false)
    .describe(
      "true lifts the protection of the tenant's data: from holdUntil on, with a record in archive/ that has a verified last backup. Then the file may be deleted. Default false.",
    ),
}).describe("How the tenant ends; only with lifecycle: decommissioning.");

/** For editors: `decommission` belongs to `lifecycle: decommissioning`, and the other way round. */
const DECOMMISSION_RULE = {
  if: { properties: { lifecycle: { const: "decommissioning" } }, required: ["lifecycle"] },
  then: { required: ["decommission"] },
  else: { properties: { decommission: false } },
};

const generation = integer(1, 9999).default(1);

/** A tenant file, `tenants/<tenant-id>.yaml`. The file name is the tenant's permanent id. */
export const tenantSchema = mapping({
  displayName: singleLine("the company's or department's name").describe("Display name."),
  owner: mapping({
    team: teamName.describe("Team responsible for the tenant; a label on all its objects."),
    email: email.describe("The team's mail address."),
  }).describe("Who is responsible for the tenant."),
  company,
  billing: tenantBilling.exactOptional(),
  lifecycle: oneOf(LIFECYCLES)
    .default("active")
    .describe(
      "active: runs. paused: no pods and no logins; data and backups are kept. decommissioning: as paused, until it is deleted: see decommission. Default active.",
    ),
  decommission: decommission.exactOptional(),
  plan: planName.default("standard").describe("Plan of plans.yaml. Default standard."),
  storage: storage
    .optional()
    .describe("Size of the filestore volume. Default: the plan's. A volume never shrinks: before a change to a smaller plan, keep the size here."),
  cell: cellName
    .default("main")
    .describe("Cell that serves the tenant: one stack per environment and cell. Default main. A change moves the tenant."),
  bundles: list(bundleName, "a list of bundles", 20)
    .min(1, { error: "is empty, expected at least one bundle of bundles/" })
    .describe("Bundles of bundles/; the platform's own is always included, and must not be named."),
  modules: mapping({
    add: list(moduleName, "a list of modules").default([]).describe("Modules in addition to the bundles'."),
    remove: list(moduleName, "a list of modules").default([]).describe("Modules of the bundles that the tenant does not install."),
  })
    .prefault({})
    .describe("How the tenant's modules differ from its bundles'."),
  environments: mapping({
    staging: environment.exactOptional(),
    prod: environment.exactOptional(),
  })
    .refine((value) => value.staging !== undefined || value.prod !== undefined, {
      error: "names no environment, expected at least one of staging, prod",
    })
    .describe("Where the tenant exists, and what differs there."),
  analytics: mapping({
    models: list(reportingModel, "a list of reporting models", 20)
      .default([])
      .describe("Reporting models in addition to those of the bundles."),
  })
    .prefault({})
    .describe("What is copied to the analytics server."),
  backup: mapping({
    schedule: explained(backupScheduleProblem, 'a cron schedule such as "0 2 * * *"')
      .default("0 2 * * *")
      .describe(
        `When backups are made: five cron fields, UTC, at least ${BACKUP_HOURS_APART} hours and at most ${BACKUP_DAYS_APART} days between two. Default 0 2 * * *.`,
      ),
    keep,
  })
    .prefault({})
    .describe("Backups of the database and the filestore."),
  sso: mapping({
    template: oneOf(["standard"]).default("standard").describe("Realm template. Default standard."),
    identityProvider: identityProvider.exactOptional().describe("The company's own identity provider, to which the realm delegates logins."),
  })
    .prefault({})
    .describe("Single sign-on."),
  credentials: mapping({
    database: generation.describe("Generation of the passwords of the tenant's database roles. Increase by one to rotate. Default 1."),
    realm: generation.describe("Generation of the secret of Odoo's client in the realm. Increase by one to rotate. Default 1."),
    analytics: generation.describe("Generation of the password of the analytics reader. Increase by one to rotate. Default 1."),
  })
    .prefault({})
    .describe("Counters that rotate passwords: increase one of them by 1, and the next update generates a new password."),
})
  .superRefine(({ lifecycle, decommission: end }, context) => {
    // Stryker disable next-line StringLiteral: Of the kinds of issues only wrong and unknown keys are distinguished.
    const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (lifecycle === "decommissioning" && end === undefined) {
      refuse("lifecycle", 'is "decommissioning", expected a key decommission beside it, such as { holdUntil: 2027-02-28 }');
    }
    if (lifecycle !== "decommissioning" && end !== undefined) {
      refuse("decommission", `is set with lifecycle ${lifecycle}, expected it only with lifecycle: decommissioning`);
    }
  })
  .meta(DECOMMISSION_RULE)
  .describe("A tenant of the platform.");

/** A tenant file as it is after parsing, defaults filled in. */
export type TenantFile = z.output<typeof tenantSchema>;
