/**
 * Names that the repository's settings, its workflows and the commands share. A name that is changed here alone would leave
 * the branch waiting for a check that never comes, or a label that nobody sets.
 */

/**
 * Checks that must pass before a pull request is merged: names of jobs in `.github/workflows/preview.yml`. A job that was left
 * out counts as passed, hence `changes`, without which there is no comment; the previews are a matrix, whose jobs have other
 * names, and `comment` fails when one of them has.
 */
export const REQUIRED_CHECKS = ["validate", "changes", "comment"] as const;

/** Environments of the repository that deployments go through. */
export const DEPLOYMENT_ENVIRONMENTS = ["staging", "prod"] as const;

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

/** The code owners' file: generated, see `npm run codeowners`. */
export const CODEOWNERS_FILE = ".github/CODEOWNERS";

/** Whose the repository is, as far as code owners go. */
type OwningTeams = { readonly owner: string; readonly platformTeam: string };

/** A tenant and the team that owns it. */
type OwnedTenant = { readonly id: string; readonly owner: { readonly team: string } };

/**
 * Text of {@link CODEOWNERS_FILE}: a tenant's file belongs to the team that owns the tenant and to the platform's; everything
 * else to the platform's. GitHub reads it from the branch that a pull request goes to, so that nobody makes himself an owner.
 *
 * @param tenants tenants and the teams that own them
 */
export function codeOwners(github: OwningTeams, tenants: readonly OwnedTenant[]): string {
  return [
    "# Made by npm run codeowners from tenants/*.yaml (owner.team); npm run check refuses a line that says something else.",
    everything(github),
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
  const [first, ...others] = lines;
  const problems =
    first?.line === everything(github)
      ? []
      : [`${CODEOWNERS_FILE}:${first?.number ?? 1}: expected "${everything(github)}" before all others`];
  for (const { line, number } of others) {
    const [file = ""] = line.split(" ");
    const right = expected.get(file);
    if (right === undefined ? TENANT_FILE.test(file) : line === right) continue;
    problems.push(`${CODEOWNERS_FILE}:${number}: expected ${right === undefined ? "no such line" : `"${right}"`}`);
  }
  return problems;
}

const TENANT_FILE = /^\/tenants\/[a-z0-9-]+\.yaml$/;

function everything(github: OwningTeams): string {
  return `* ${handle(github, github.platformTeam)}`;
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
