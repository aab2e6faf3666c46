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

/**
 * Text of {@link CODEOWNERS_FILE}: a tenant's file belongs to the team that owns the tenant and to the platform's; everything
 * else to the platform's. GitHub reads it from the branch that a pull request goes to, so that nobody makes himself an owner.
 *
 * @param tenants tenants and the teams that own them
 */
export function codeOwners(
  github: { readonly owner: string; readonly platformTeam: string },
  tenants: readonly { readonly id: string; readonly owner: { readonly team: string } }[],
): string {
  const handle = (team: string) => `@${github.owner}/${team}`;
  const platform = handle(github.platformTeam);
  const files = [...tenants]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, owner }) => [`/tenants/${id}.yaml`, [...new Set([handle(owner.team), platform])].join(" ")] as const);
  const width = Math.max(1, ...files.map(([file]) => file.length));
  return [
    "# Made by npm run codeowners from tenants/*.yaml (owner.team); npm run check refuses another text.",
    `${"*".padEnd(width)} ${platform}`,
    ...files.map(([file, owners]) => `${file.padEnd(width)} ${owners}`),
    "",
  ].join("\n");
}
