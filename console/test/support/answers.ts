import { ACTIONS, reach, TENANT_ADMIN } from "../../api/access.ts";
import type { Role } from "../../api/access.ts";
import { billingSchema, documentSchema, lineEventsSchema, moneyTabSchema } from "../../api/billing.ts";
import { auditSchema, dashboardSchema, searchSchema } from "../../api/dashboard.ts";
import { optionsSchema, preflightSchema, requestSchema, requestsSchema } from "../../api/requests.ts";
import { aboutSchema, sessionSchema } from "../../api/session.ts";
import {
  accessSchema,
  changesSchema,
  dataSchema,
  infraSchema,
  modulesSchema,
  tenantSchema,
  tenantsSchema,
} from "../../api/tenants.ts";

const AT = "2026-11-30T08:00:00Z";

const sources = [
  { name: "files", readAt: AT, asOf: AT, state: "fresh" },
  { name: "inventories", readAt: AT, state: "failed", problem: "inventory-prod.json is not JSON" },
];
const row = {
  id: "tbwa-finance",
  displayName: "TBWA Finance",
  team: "finance-ops",
  country: "PH",
  status: "in prod",
  reason: "Deployed to prod",
  flags: [
    { flag: "drifted", reason: "prod: 2 resources differ from what was deployed" },
    { flag: "unwatched", reason: "Nothing watches its pods" },
  ],
  plan: "standard",
  bundles: ["finance-ppm"],
  environments: ["staging", "prod"],
  release: "18.0-2026.11",
  cost: { amount: 540, currency: "USD" },
  alerts: 2,
  alert: "critical",
};
const placements = [
  {
    stack: "prod",
    environment: "prod",
    hosts: ["tbwa-finance.odoo.example"],
    namespace: "odoo-tbwa-finance",
    database: "odoo_tbwa_finance",
    realm: "tbwa-finance",
    resources: 71,
  },
];
const diff = "@@ -6 +6 @@\n-plan: standard\n+plan: large\n";
const list = { total: 1, page: 1, pageSize: 50 };

const chargeLine = {
  ...{ position: 1, tenant: "tbwa-finance", environment: "prod", costCentre: "finance", meter: "plan" },
  ...{ name: "tbwa-finance (prod): plan standard", from: "2026-11-11", to: "2026-11-30", quantity: "20" },
  ...{ price: "22600.00", baseQuantity: "30", amount: "15066.67" },
};

/** A request, as it waits for its approval. */
export const request = requestSchema.parse({
  id: "20261130-change-1",
  action: "change",
  tenant: "tbwa-finance",
  requester: "juan-cruz",
  approver: "kim-reyes",
  reason: "The quarter closes",
  state: "waiting",
  openedAt: AT,
  updatedAt: AT,
  deadline: "2026-12-03T08:00:00Z",
  pull: { number: 42, url: "https://github.com/tbwa/odoo-saas/pull/42" },
  diff,
  steps: [
    { name: "received", state: "done", at: AT },
    { name: "opened", state: "done", at: AT },
    { name: "checks", state: "done", at: AT },
    { name: "approval", state: "active" },
    { name: "merged", state: "waiting" },
    { name: "deployed", state: "waiting" },
  ],
  checks: [{ name: "validate", state: "passed", summary: "4 tenants are valid", startedAt: AT, completedAt: AT }],
});

/** What the check of a form answers. */
export const preflight = preflightSchema.parse({
  ok: true,
  diagnostics: [],
  yaml: "displayName: Acme\n",
  diff,
  effects: [{ part: "pods", effect: "run as the plan says" }],
  touches: ["tbwa-finance"],
  modules: 90,
  hosts: ["acme.odoo.example"],
  cost: { after: { amount: 390, currency: "USD" } },
});

/** Who is logged in, by role. */
export const session = (role: Role) =>
  sessionSchema.parse({
    login: "maria-reyes",
    name: "Maria Reyes",
    roles: [role],
    tenant: role === TENANT_ADMIN ? "tbwa-finance" : undefined,
    actions: ACTIONS.filter(
      (action) =>
        reach(
          { login: "maria-reyes", roles: [role], ...(role === TENANT_ADMIN && { tenant: "tbwa-finance" }) },
          action,
        ) !== "none",
    ),
    expiresAt: "2026-12-01T08:00:00Z",
  });

/** Answers of the server by path, each checked against the interface. */
export const ANSWERS: Readonly<Record<string, unknown>> = {
  "/api/about": aboutSchema.parse({ brand: { name: "Acme platform" }, version: "0.1.0", environment: "test" }),
  "/api/dashboard": dashboardSchema.parse({
    inbox: [
      {
        kind: "approve",
        severity: "warning",
        title: "Approve the change of TBWA Finance",
        request: request.id,
        at: AT,
      },
      {
        kind: "run-failed",
        severity: "critical",
        title: "Look into the failed deployment",
        link: "https://ci.example/1",
      },
    ],
    tenants: {
      total: 1,
      byStatus: [{ status: "in prod", count: 1 }],
      byStack: [{ stack: "prod", count: 1, resources: 71, updatedAt: AT }],
    },
    deployments: [{ id: "1", kind: "deployment", stack: "prod", at: AT, seconds: 200, outcome: "failed", actor: "ci" }],
    backups: { total: 1, withinDay: 0, older: 0, unknown: 1, drills: { within30Days: 1, older: 0, unknown: 0 } },
    cost: [{ amount: 540, currency: "USD" }],
    activity: [{ day: "2026-11-30", succeeded: 3, failed: 1 }],
    sources,
    unwatched: [{ what: "Pods", why: "The console does not ask Kubernetes" }],
    watch: {
      analytics: { tenants: 1, late: 1, failed: 1, oldest: AT },
      pods: { pods: 3, ready: 2, tenants: 1, unready: 1 },
      measurement: {
        tenants: 1,
        availability: 0.9987,
        responseSeconds: 0.12,
        lowest: { tenant: "tbwa-finance", availability: 0.9987 },
      },
    },
  }),
  "/api/tenants": tenantsSchema.parse({
    ...list,
    rows: [row],
    counts: {
      status: { "in prod": 1, paused: 2 },
      flag: { drifted: 1 },
      plan: { standard: 1 },
      bundle: { "finance-ppm": 1 },
      environment: { prod: 1 },
      alert: { critical: 1 },
    },
    sources,
  }),
  "/api/tenants/tbwa-finance": tenantSchema.parse({
    ...row,
    email: "finance-ops@tbwa.example",
    lifecycle: "active",
    company: { country: "PH", currency: "PHP" },
    next: [{ what: "Backup", at: AT }],
    placements,
    yaml: "displayName: TBWA Finance\nplan: standard\n",
    watch: {
      sync: { dataAsOf: AT, rows: 1234, tables: 9, attemptedAt: AT, succeeded: false, error: "server away (08001)" },
      pods: { pods: 3, ready: 2, restarts: 4, problem: "CrashLoopBackOff" },
      alerts: [
        {
          fingerprint: "1",
          name: "OdooTenantDown",
          severity: "critical",
          summary: "tbwa-finance does not answer",
          runbook: "docs/runbooks/alert-tenant-down.md",
          since: AT,
          state: "active",
        },
        {
          fingerprint: "2",
          name: "OdooTenantSlow",
          severity: "warning",
          summary: "tbwa-finance takes 3 s to answer",
          since: AT,
          state: "silenced",
          silence: "Silenced by kim until 2026-12-01T00:00Z: a load test",
        },
      ],
      measurement: { availability: 0.9987, responseSeconds: 0.12 },
      certificates: [{ hosts: ["erp.tbwa.example"], endsAt: AT, isReady: true }],
    },
    changeable: {
      displayName: "TBWA Finance",
      owner: { team: "finance-ops", email: "finance-ops@tbwa.example" },
      plan: "standard",
      bundles: ["finance-ppm"],
      environments: { staging: { plan: "small" }, prod: { egress: ["api.example"] } },
    },
    sources,
  }),
  "/api/tenants/tbwa-finance/changes": changesSchema.parse({
    ...list,
    rows: [
      { id: "1", at: AT, kind: "commit", title: "Use the plan large", actor: "kim-reyes", diff, outcome: "succeeded" },
    ],
    sources,
  }),
  "/api/tenants/tbwa-finance/modules": modulesSchema.parse({
    modules: [{ name: "account", title: "Invoicing", why: ["mis_builder", "account"], bundle: "finance-ppm" }],
    features: [{ bundle: "finance-ppm", name: "Bank feeds", coverage: "none" }],
  }),
  "/api/tenants/tbwa-finance/infra": infraSchema.parse({
    placements,
    resources: [
      {
        stack: "prod",
        part: "database",
        type: "postgresql:Database",
        name: "main",
        protected: true,
        waitsForDeletion: false,
      },
    ],
    sources,
  }),
  "/api/tenants/tbwa-finance/data": dataSchema.parse({
    plan: { schedule: "0 2 * * *", daily: 7, weekly: 4, monthly: 12 },
    places: [
      {
        stack: "prod",
        environment: "prod",
        backup: { state: "late", at: AT, hours: 28 },
        drill: { state: "unknown", days: 8 },
        restore: [
          { text: "Pause the tenant." },
          { text: "Restore it.", code: "npx odoo-saas backup restore tbwa-finance --to tbwa-finance_restored" },
        ],
      },
    ],
    backups: [
      {
        id: "1",
        at: AT,
        stack: "prod",
        outcome: "succeeded",
        snapshot: "ab".repeat(32),
        bytes: 1_500_000_000,
        seconds: 65,
        actor: "ci",
        link: "https://ci.example/1",
      },
      { id: "2", at: AT, outcome: "failed", reason: "the database does not answer", seconds: 3, actor: "ci" },
    ],
    drills: [{ id: "3", at: AT, stack: "prod", outcome: "succeeded", takenAt: AT, seconds: 70, actor: "maria-reyes" }],
    sources,
  }),
  "/api/tenants/tbwa-finance/access": accessSchema.parse({
    template: "standard",
    identityProvider: { alias: "entra", displayName: "TBWA account", issuer: "https://login.tbwa.example/v2.0" },
    places: [
      {
        stack: "prod",
        environment: "prod",
        realm: "https://login.odoo.example/realms/tbwa-finance",
        hosts: ["tbwa-finance.odoo.example"],
        egress: [{ for: "currency_rate_update", networks: ["203.0.113.0/24"] }],
      },
    ],
    credentials: [
      { kind: "database", generation: 2, raisedAt: AT, raisedBy: "kim-reyes" },
      { kind: "realm", generation: 1 },
      { kind: "analytics", generation: 3 },
    ],
    sources,
  }),
  "/api/options": optionsSchema.parse({
    bundles: [
      {
        name: "finance-ppm",
        title: "Finance PPM",
        summary: "Accounting",
        needsCountry: true,
        features: [{ name: "Bank feeds", coverage: "none" }],
      },
    ],
    plans: ["small", "standard", "large"].map((name, index) => ({
      name,
      displayName: name,
      workers: 2,
      replicas: 1,
      storage: "10Gi",
      databaseConnections: 56,
      price: { amount: 150 * (index + 1), currency: "USD" },
    })),
    environments: [{ name: "staging", baseDomain: "staging.odoo.example" }, { name: "prod" }],
    approvers: ["kim-reyes"],
    countries: [{ code: "PH", name: "Philippines" }],
    timezones: ["Asia/Manila"],
    currencies: ["PHP"],
    teams: [{ team: "finance-ops", email: "finance-ops@tbwa.example" }],
    modules: [{ name: "account" }],
    changeable: ["displayName", "owner", "plan", "bundles", "modules", "environments", "backup", "credentials"],
  }),
  "/api/preflight": preflight,
  "/api/requests": requestsSchema.parse({ ...list, rows: [request], sources }),
  [`/api/requests/${request.id}`]: request,
  "/api/billing": billingSchema.parse({
    months: [
      { month: "2026-12", state: "open" },
      { month: "2026-11", state: "draft" },
    ],
    month: "2026-11",
    state: "draft",
    collectUntil: "2026-12-03",
    draftedBy: "ana-cruz",
    isForecast: false,
    companies: [
      {
        ...{ id: "tbwa", legalName: "TBWA Philippines, Inc.", currency: "PHP", net: "24800.00", gross: "27776.00" },
        ...{ before: "25000.00", difference: "-200.00" },
        costCentres: [{ id: "finance", name: "Finance", net: "24800.00" }],
      },
    ],
    documents: [
      {
        ...{ id: "7", kind: "statement", number: "STM-2026-0001", issued: "2026-12-05", draftedBy: "ana-cruz" },
        ...{ company: "TBWA Philippines, Inc.", currency: "PHP", gross: "27776.00" },
      },
    ],
    changes: [
      {
        ...{ day: "2026-11-11", tenant: "tbwa-finance", environment: "prod", from: "small", to: "standard" },
        ...{ priceBefore: "8700.00", priceAfter: "22600.00" },
      },
    ],
    holes: [{ tenant: "tbwa-finance", environment: "prod", meter: "database_gib", days: ["2026-11-03"] }],
    notBillable: [{ tenant: "tbwa-hr", environment: "prod", reason: "tenants/tbwa-hr.yaml names no company" }],
    conflicts: 1,
    prices: [
      {
        ...{ currency: "PHP", validFrom: "2026-01-01", isNow: true, tax: "12 % (S)" },
        plans: [{ plan: "small", month: "8700.00", paused: "2200.00" }],
        overage: [{ meter: "database_gib", price: "120.00" }],
      },
    ],
  }),
  "/api/billing/documents/7": documentSchema.parse({
    ...{ id: "7", kind: "statement", number: "STM-2026-0001", issued: "2026-12-05", month: "2026-11" },
    ...{ company: "TBWA Philippines, Inc.", currency: "PHP", net: "24800.00", tax: "2976.00", gross: "27776.00" },
    lines: [chargeLine],
    taxes: [{ category: "S", percent: "12", taxable: "24800.00", amount: "2976.00" }],
  }),
  "/api/billing/documents/7/lines/1": lineEventsSchema.parse({
    events: [
      {
        ...{ day: "2026-11-11", source: "deploy:prod", id: "tbwa-finance/prod/plan/2026-11-11" },
        ...{ value: "standard, active", recordedAt: AT },
      },
    ],
  }),
  "/api/tenants/tbwa-finance/money": moneyTabSchema.parse({
    payer: { company: "tbwa", legalName: "TBWA Philippines, Inc.", costCentre: "Finance" },
    month: "2026-12",
    charges: [
      { month: "2026-12", state: "open", currency: "PHP", net: "22600.00" },
      { month: "2026-11", state: "final", number: "STM-2026-0001", document: "7", currency: "PHP", net: "24800.00" },
    ],
    lines: [chargeLine],
    notBillable: [],
  }),
  "/api/audit": auditSchema.parse({
    ...list,
    rows: [{ id: "1", at: AT, login: "maria-reyes", action: "tenant:read", outcome: "denied", tenant: "tbwa-hr" }],
  }),
  "/api/search": searchSchema.parse({
    results: [{ kind: "tenant", title: "TBWA Finance", to: "/tenants/tbwa-finance" }],
  }),
};
