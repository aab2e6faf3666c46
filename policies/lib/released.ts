import { ATTESTATIONS, attestedDigests, readAttestations, tenantSubject } from "./attestations.ts";
import { checkout } from "./checkout.ts";
import { promotionFile, readPromotion } from "./promotions.ts";

/** What may run in a stack, by the files of the checkout. */
export interface Released {
  /** Attestations that are not to be believed: their paths, and why. */
  readonly refused: readonly { readonly file: string; readonly reason: string }[];
  /** Path of the promotion. */
  readonly promotion: string;
  /** Hash of what each tenant is promoted to; undefined: nothing was promoted. */
  readonly promoted: ReadonlyMap<string, string> | undefined;
  /** Whether staging's tests have passed with what a tenant is promoted to. */
  isAttested(tenant: string): boolean;
  /**
   * Whether they have passed with an image and the tenant, or with the image at all if there is no tenant. Not only with what
   * the tenant is promoted to: while a wave is brought up, the tenants of the later ones still have the image from before.
   */
  hasPassed(image: Image, tenant: string | undefined): boolean;
}

/** An image that is pinned. */
export interface Image {
  readonly repository: string;
  /** SHA-256, 64 hexadecimal digits. */
  readonly digest: string;
}

const known = new Map<string, Released>();

/** What may run in a stack. Read once a process: the pack is started for each operation of the engine. */
export function releasedTo(stack: string): Released {
  const key = `${checkout.root}\0${stack}`;
  const found = known.get(key) ?? read(checkout.root, stack);
  // Stryker disable next-line CallExpression: Read again each time: the same answer, later.
  known.set(key, found);
  return found;
}

function read(root: string, stack: string): Released {
  const attestations = readAttestations(root);
  const promotion = readPromotion(root, stack);
  const promoted = promotion && new Map(Object.entries(promotion.tenants));
  const all = attestedDigests(attestations);
  const byTenant = new Map(
    // Stryker disable next-line ArrayDeclaration: Stands in for no promotion, without which every tenant is refused.
    [...(promoted?.keys() ?? [])].map((tenant) => {
      const ofTenant = attestations.valid.filter(({ statement }) =>
        statement.subject.some(({ name }) => name === tenantSubject(tenant)),
      );
      return [tenant, attestedDigests({ valid: ofTenant, refused: [] })] as const;
    }),
  );
  return {
    refused: attestations.refused.map(({ file, reason }) => ({ file: `${ATTESTATIONS}/${file}`, reason })),
    promotion: promotionFile(stack),
    promoted,
    // Stryker disable next-line StringLiteral: Stands in for a tenant that was not promoted: no digest equals either.
    isAttested: (tenant) => all.get(tenantSubject(tenant))?.has(promoted?.get(tenant) ?? "") === true,
    hasPassed: ({ repository, digest }, tenant) =>
      // Stryker disable next-line OptionalChaining: Images of a tenant that is not attested are not asked about.
      (tenant === undefined ? all : byTenant.get(tenant))?.get(repository)?.has(digest) === true,
  };
}
