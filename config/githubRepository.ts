/**
 * Names that the repository's settings, its workflows and the commands share. A name that is changed here alone would leave
 * the branch waiting for a check that never comes, or a label that nobody sets.
 */

/**
 * Checks that must pass before a pull request is merged and that GitHub Actions reports: names of the jobs `validate` in
 * `.github/workflows/preview.yml` and `test` in `.github/workflows/test.yml`. Both workflows run as the branch has them, so a
 * branch can make them report anything, in sight of the reviewers.
 */
export const REQUIRED_CHECKS = ["validate", "test"] as const;

/** The check that main's own workflow reports, by an app of its own: `.github/workflows/plan.yml`. */
export const PREVIEW_CHECK = "preview";

/** Number of the app GitHub Actions on github.com. */
export const ACTIONS_APP = 15_368;

/**
 * Environments of the repository that a stack has, by what they are for: how the name begins, before the stack's name. Each gives the
 * cloud role of its own to one kind of job, and to `main` alone.
 */
export const STACK_ENVIRONMENTS = {
  /** Updates the stack. */
  deploy: "",
  /** Reads the state, by main's program: previews of a branch's data, drift. */
  preview: "preview-",
  /** Reads the state, by a branch's program that a person has released. */
  review: "review-",
  /** Writes and reads backups, by main's program. */
  backup: "backup-",
} as const;

/** Environments that hold the key of an app: `checks` reports {@link PREVIEW_CHECK}, `requests` takes the steps of requests. */
export const APP_ENVIRONMENTS = ["checks", "requests"] as const;

/**
 * Variables that an environment alone has: who a job is in the cloud, and as which app it speaks. As variables of the repository they would be
 * those of every job, whatever workflow a branch brings along.
 */
export const ENVIRONMENTS_VARIABLE = /(?:_ROLE|_APP_CLIENT_ID)$/i;

/** What an environment of a stack is for. */
export type EnvironmentUse = keyof typeof STACK_ENVIRONMENTS;

/** Name of a stack's environment. */
export function environmentOf(use: EnvironmentUse, stack: string): string {
  return `${STACK_ENVIRONMENTS[use]}${stack}`;
}

/**
 * What the OIDC token of a job in an environment says in its claim `sub`, and a cloud role has to demand word by word. A job outside of
 * an environment has `ref:…` or `pull_request` in it, whatever workflow a branch brings along.
 */
export function oidcSubject(
  { owner, repository }: { readonly owner: string; readonly repository: string },
  environment: string,
): string {
  return `repo:${owner}/${repository}:environment:${environment}`;
}

/** Labels by what they are for; `color` as GitHub has it, without #. */
export const LABELS = {
  /** Set by a person on a pull request that deletes or replaces what holds data. */
  dataLoss: {
    name: "data-loss-acknowledged",
    color: "b60205",
    description: "Deleting or replacing data was read and is meant",
  },
  drift: { name: "drift", color: "d93f0b", description: "What runs differs from what is in main" },
  promotion: { name: "promotion", color: "0e8a16", description: "Moves prod to what staging attested" },
  attestation: { name: "attestation", color: "c2e0c6", description: "Adds what staging was tested with" },
  tenantRequest: { name: "tenant-request", color: "1d76db", description: "Opened by a request workflow" },
} as const;

/** The code owners' file: generated, see `npx odoo-saas generate codeowners`. */
export const CODEOWNERS_FILE = ".github/CODEOWNERS";

/** Whose the repository is, as far as code owners go. */
type OwningTeams = {
  readonly owner: string;
  readonly platformTeam: string;
  /** Default: the platform's. */
  readonly securityTeam?: string;
};

/** A tenant and the team that owns it. */
type OwnedTenant = { readonly id: string; readonly owner: { readonly team: string } };

/** What the platform's team owns, in this order; what is in none of these, such as a new folder, is the security team's. */
const PLATFORM_PATHS = [
  "/archive/",
  "/bundles/",
  "/companies.yaml",
  "/docs/",
  "/modules/",
  "/plans.yaml",
  "/prices/",
  "/promotions/",
  "/releases/",
  "/tenants/",
  "/test/",
];

/** What is the security team's all the same. */
const SECURITY_PATHS = ["/docs/security.md", "/releases/attestations/keys/", "/test/policies/", "/test/workflows/"];

/**
 * Text of {@link CODEOWNERS_FILE}: a tenant's file belongs to the team that owns the tenant and to the platform's; other data, documents and
 * tests to the platform's; everything else, such as program, policies, providers, workflows and zones, to the security team. GitHub reads it
 * from the branch that a pull request goes to, so that nobody makes himself an owner.
 *
 * @param tenants tenants and the teams that own them
 */
export function codeOwners(github: OwningTeams, tenants: readonly OwnedTenant[]): string {
  return [
    "# Made by npx odoo-saas generate codeowners from tenants/*.yaml (owner.team); npm run check refuses a line that says something else.",
    ...fixedLines(github),
    // Stryker disable next-line EqualityOperator: No tenant is there twice.
    ...[...tenants].sort((a, b) => (a.id < b.id ? -1 : 1)).map((tenant) => lineOf(github, tenant)),
    "",
  ].join("\n");
}

/**
 * What a text of {@link CODEOWNERS_FILE} has that it must not have. A tenant without a line is no problem: its file is the
 * platform's team's until the next renewal. Nor is a line of a tenant that is gone.
 *
 * @returns what was expected, a line of text a problem
 */
export function codeOwnerProblems(text: string, github: OwningTeams, tenants: readonly OwnedTenant[]): string[] {
  const lines = text
    .split("\n")
    .flatMap((line, index) => (/^\s*(?:#|$)/.test(line) ? [] : [{ line, number: index + 1 }]));
  const expected = new Map(tenants.map((tenant) => [fileOf(tenant.id), lineOf(github, tenant)]));
  const fixed = fixedLines(github);
  const problems = fixed.flatMap((line, index) => {
    const found = lines[index];
    if (found?.line === line) return [];
    return [
      `${CODEOWNERS_FILE}:${found?.number ?? lines.length + 1}: expected "${line}" as line ${index + 1} of those that name owners`,
    ];
  });
  for (const { line, number } of lines.slice(fixed.length)) {
    // Stryker disable next-line StringLiteral: For the compiler: a line has a first word, even if it is empty.
    const [file = ""] = line.split(" ");
    const right = expected.get(file);
    if (right === undefined ? TENANT_FILE.test(file) : line === right) continue;
    problems.push(`${CODEOWNERS_FILE}:${number}: expected ${right === undefined ? "no such line" : `"${right}"`}`);
  }
  return problems;
}

const TENANT_FILE = /^\/tenants\/[a-z0-9-]+\.yaml$/;

/** The last line that fits a path decides: wide ones first. */
function fixedLines(github: OwningTeams): string[] {
  const security = handle(github, github.securityTeam ?? github.platformTeam);
  return [
    `* ${security}`,
    ...PLATFORM_PATHS.map((path) => `${path} ${handle(github, github.platformTeam)}`),
    ...SECURITY_PATHS.map((path) => `${path} ${security}`),
  ];
}

// Without columns: a longer name would change every line, and two branches be in each other's way.
function lineOf(github: OwningTeams, { id, owner }: OwnedTenant): string {
  return [fileOf(id), ...new Set([handle(github, owner.team), handle(github, github.platformTeam)])].join(" ");
}

function fileOf(id: string): string {
  return `/tenants/${id}.yaml`;
}

function handle({ owner }: OwningTeams, team: string): string {
  return `@${owner}/${team}`;
}
