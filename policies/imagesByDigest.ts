import { containers, podTemplate, WORKLOADS } from "./lib/pods.ts";
import { resourcePolicy } from "./lib/policy.ts";

/** `repository[:tag]@sha256:<64 hexadecimal digits>`; a tag beside a digest is only a note, the digest decides. */
const BY_DIGEST = /^[a-z0-9][a-z0-9._/:-]*@sha256:[a-f0-9]{64}$/;

/** A tag can be pushed again; a digest is what was tested. */
export const imagesByDigest = resourcePolicy({
  name: "images-by-digest",
  description: "Every container image must be pinned by its digest.",
  types: WORKLOADS,
  check({ type, props }, report) {
    for (const container of containers(podTemplate(type, props).at("spec"))) {
      const image = container.at("image");
      // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
      if (!image.known || BY_DIGEST.test(image.text ?? "")) continue;
      report(
        image,
        `is ${image.shown}, expected repository@sha256:… with 64 hexadecimal digits`,
        "Pin it in releases/<release>.yaml; `docker buildx imagetools inspect` prints the digest",
      );
    }
  },
});
