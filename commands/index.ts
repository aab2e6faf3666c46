import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** Commands of one subject: `odoo-saas <group> <verb>`. */
export interface Group {
  readonly name: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  /** Whether the help omits it: only workflows call it. */
  readonly hidden?: boolean;
  /** The verbs, in the order of the help. A command is loaded only when it is called, because most need large libraries. */
  readonly commands: Readonly<Record<string, () => Promise<{ readonly default: CommandUnknownOpts }>>>;
}

/** The command line, in the order of its help. */
export const GROUPS: readonly Group[] = [
  {
    name: "sandbox",
    summary: "Run the whole platform on this machine",
    commands: {
      start: () => import("./sandbox/start.ts"),
      preview: () => import("./sandbox/preview.ts"),
      up: () => import("./sandbox/up.ts"),
      status: () => import("./sandbox/status.ts"),
      env: () => import("./sandbox/env.ts"),
      stop: () => import("./sandbox/stop.ts"),
      reset: () => import("./sandbox/reset.ts"),
      toolchain: () => import("./sandbox/toolchain.ts"),
    },
  },
  {
    name: "tenant",
    summary: "Check and change tenants",
    commands: {
      look: () => import("./tenant/look.ts"),
      validate: () => import("./tenant/validate.ts"),
      changes: () => import("./tenant/changes.ts"),
      decommission: () => import("./tenant/decommission.ts"),
      request: () => import("./tenant/request.ts"),
    },
  },
  {
    name: "backup",
    summary: "Back up, restore and copy tenants",
    commands: {
      create: () => import("./backup/create.ts"),
      restore: () => import("./backup/restore.ts"),
      drill: () => import("./backup/drill.ts"),
      copy: () => import("./backup/copy.ts"),
    },
  },
  {
    name: "module",
    summary: "Look after Odoo's modules and their pins",
    commands: {
      changes: () => import("./module/changes.ts"),
      audit: () => import("./module/audit.ts"),
      refresh: () => import("./module/refresh.ts"),
      "odoo-lists": () => import("./module/odooLists.ts"),
    },
  },
  {
    name: "image",
    summary: "Build, check and release Odoo's image and the chart",
    commands: {
      check: () => import("./image/check.ts"),
      lock: () => import("./image/lock.ts"),
      verify: () => import("./image/verify.ts"),
      context: () => import("./image/context.ts"),
      "console-context": () => import("./image/consoleContext.ts"),
      vulnerabilities: () => import("./image/vulnerabilities.ts"),
      release: () => import("./image/release.ts"),
      "chart-check": () => import("./image/chartCheck.ts"),
      "chart-publish": () => import("./image/chartPublish.ts"),
    },
  },
  {
    name: "deploy",
    summary: "Deploy stacks, and promote from staging to prod",
    commands: {
      up: () => import("./deploy/up.ts"),
      smoke: () => import("./deploy/smoke.ts"),
      attest: () => import("./deploy/attest.ts"),
      promote: () => import("./deploy/promote.ts"),
      rollback: () => import("./deploy/rollback.ts"),
      drift: () => import("./deploy/drift.ts"),
      inventory: () => import("./deploy/inventory.ts"),
      events: () => import("./deploy/events.ts"),
      publish: () => import("./deploy/publish.ts"),
      adopt: () => import("./deploy/adopt.ts"),
      preflight: () => import("./deploy/preflight.ts"),
    },
  },
  {
    name: "billing",
    summary: "Meter tenants, and make statements of charges",
    commands: {
      meter: () => import("./billing/meter.ts"),
      close: () => import("./billing/close.ts"),
      draft: () => import("./billing/draft.ts"),
      finalise: () => import("./billing/finalise.ts"),
      export: () => import("./billing/export.ts"),
      credit: () => import("./billing/credit.ts"),
      verify: () => import("./billing/verify.ts"),
    },
  },
  {
    name: "analytics",
    summary: "Look after Superset's dashboards",
    commands: {
      sync: () => import("./analytics/sync.ts"),
      check: () => import("./analytics/check.ts"),
    },
  },
  {
    name: "generate",
    summary: "Write the files that are made from others",
    commands: {
      all: () => import("./generate/all.ts"),
      schemas: () => import("./generate/schemas.ts"),
      codeowners: () => import("./generate/codeowners.ts"),
      alerts: () => import("./generate/alerts.ts"),
      catalog: () => import("./generate/catalog.ts"),
      n8n: () => import("./generate/n8n.ts"),
    },
  },
  {
    name: "test",
    summary: "Run suites of tests, some too long for npm test",
    commands: {
      suite: () => import("./test/suite.ts"),
      odoo: () => import("./test/odoo.ts"),
      faults: () => import("./test/faults.ts"),
      mutation: () => import("./test/mutation.ts"),
      golden: () => import("./test/golden.ts"),
    },
  },
  {
    name: "ci",
    summary: "Steps of the workflows",
    hidden: true,
    commands: {
      validate: () => import("./ci/validate.ts"),
      take: () => import("./ci/take.ts"),
      changes: () => import("./ci/changes.ts"),
      stacks: () => import("./ci/stacks.ts"),
      owners: () => import("./ci/owners.ts"),
      realms: () => import("./ci/realms.ts"),
      preview: () => import("./ci/preview.ts"),
      check: () => import("./ci/check.ts"),
      comment: () => import("./ci/comment.ts"),
    },
  },
];
