import type { Release } from "../../config/index.ts";

/** An image that no release has yet. */
export const THIRD_IMAGE = { repository: "docker.io/library/nginx", digest: `sha256:${"3".repeat(64)}` };

/** A release whose schema has been given a third image, of a component `proxy`. */
export function withThirdImage(release: Release): Release & { readonly proxy: { readonly image: Release["image"] } } {
  return { ...release, proxy: { image: THIRD_IMAGE } };
}
