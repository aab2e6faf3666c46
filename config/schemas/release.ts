import { z } from "zod";
import { expecting, httpsUrl, judged, list, mapping, moduleName, oneOf, text } from "./common.ts";

const digest = text(/^sha256:[0-9a-f]{64}$/, "sha256: and 64 hexadecimal digits");

const REPOSITORY = /^(?=.{3,255}$)[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._-]+)+$/;

function isPortOrNone(digits = "443"): boolean {
  return /^[1-9]\d{0,4}$/.test(digits) && Number(digits) <= 65535;
}

/** Where an image is, pinned. */
export const imageSchema = mapping({
  repository: judged(
    (value) => REPOSITORY.test(value) && isPortOrNone(/:(\d+)\//.exec(value)?.[1]),
    'a registry and repository without a tag such as "docker.io/library/odoo"',
    REPOSITORY,
  ).describe("Registry and repository, without tag."),
  digest: digest.describe("Digest of the image or image index: tags move, digests do not."),
});

/** A release file, `releases/<release>.yaml`: what runs, pinned. A release is never changed once a tenant has had it. */
export const releaseSchema = mapping({
  odoo: oneOf(["18.0"]).describe("Odoo's series. Every module's version begins with it."),
  image: imageSchema.describe("Image that every pod of Odoo runs."),
  backup: mapping({
    image: imageSchema.describe("Image of restic 0.17 or later, whose program /usr/bin/restic is copied out of it."),
  }).describe("What backups need in addition to the image of Odoo."),
  chartVersion: text(/^\d+\.\d+\.\d+$/, 'a version such as "0.1.0"').describe(
    "Version of charts/odoo that the release was tested with.",
  ),
  oca: list(
    mapping({
      repository: text(/^[\w-]+\/[\w.-]+$/, 'a GitHub repository such as "OCA/server-auth"').describe("owner/name on GitHub."),
      commit: text(/^[0-9a-f]{40}$/, "a commit of 40 hexadecimal digits").describe("Commit of branch 18.0 that the image holds."),
    }),
    "a list of repositories with their commits",
    200,
  )
    .default([])
    .describe("Module repositories that are in the image, each at a commit."),
  requirements: digest
    .exactOptional()
    .describe("SHA-256 of the image/requirements.txt that the image was built with. Absent: the image adds no Python packages."),
  modules: z
    .record(
      moduleName,
      text(/^18\.0\.\d+(?:\.\d+){0,4}$/, 'a version of series 18.0 such as "18.0.1.1.0"'),
      expecting("a mapping from modules to their versions"),
    )
    .exactOptional()
    .describe("Versions of the modules that the image adds to Odoo Community, by module. Absent: it adds none."),
  attestations: list(
    mapping({
      platform: text(/^linux\/[a-z0-9/]+$/, 'a platform such as "linux/amd64"').describe("Platform of the attested image."),
      digest: digest.describe("Digest of the attestation manifest beside the image."),
      predicate: httpsUrl.exactOptional().describe("Predicate type, where it is known."),
    }),
    "a list of attestations",
  )
    .default([])
    .describe("in-toto attestations (provenance, SBOM) that were published with the image."),
}).describe("A release: the image, the chart and the module repositories, pinned.");

/** A release file as it is after parsing. */
export type ReleaseFile = z.output<typeof releaseSchema>;
