import { createHash } from "node:crypto";
import { z } from "zod";

/** An attestation beside an image, as a release file names it. */
export interface Attestation {
  readonly platform: string;
  readonly digest: string;
}

const indexSchema = z.looseObject({
  mediaType: z.literal("application/vnd.oci.image.index.v1+json"),
  manifests: z.array(
    z.looseObject({
      digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
      platform: z.looseObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() }),
      annotations: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

/**
 * What an image index says: its own digest, and the attestations that BuildKit put beside each platform's image.
 *
 * @param bytes the index as the registry has it, byte for byte: its digest is their SHA-256
 * @throws Error with one line that says what is wrong.
 */
export function readImageIndex(bytes: Buffer): {
  readonly digest: string;
  readonly attestations: readonly Attestation[];
} {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new Error("is not JSON, expected an image index as `docker buildx imagetools inspect --raw` prints it");
  }
  const read = indexSchema.safeParse(json);
  if (!read.success) throw new Error("is not an OCI image index, expected one with an attestation beside each image");
  const { manifests } = read.data;
  const images = manifests.filter(({ platform }) => platform.os !== "unknown");
  const attestations = images.map(({ digest, platform }): Attestation => {
    const name = [platform.os, platform.architecture, platform.variant].filter((part) => part !== undefined).join("/");
    const found = manifests.find(
      ({ annotations }) =>
        annotations["vnd.docker.reference.type"] === "attestation-manifest" &&
        annotations["vnd.docker.reference.digest"] === digest,
    );
    if (found === undefined)
      throw new Error(`has no attestation for ${name}, expected provenance and SBOM beside each image`);
    return { platform: name, digest: found.digest };
  });
  if (attestations.length === 0) throw new Error("has no image, expected one per platform");
  return { digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`, attestations };
}
