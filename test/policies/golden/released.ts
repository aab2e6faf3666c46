import { TENANT_COMPONENT } from "../../../policies/lib/urn.ts";
import { again, bad, badContainer, type Breaks, OTHER } from "./breaks.ts";

const DIGEST = "0123456789abcdef".repeat(4);

/** What staging has attested and prod is promoted to. Staging, which attests, may be anything. */
export const RELEASED: Breaks = {
  "attested-releases": [
    ...bad(TENANT_COMPONENT, "specHash", DIGEST, "", undefined, 7),
    ...badContainer(
      "image",
      (old: unknown) => `${String(old).split("@", 1)[0] ?? ""}@sha256:${DIGEST}`,
      (old: unknown) => `docker.io/evil/${String(old).split("/").at(-1) ?? ""}`,
      undefined,
    ),
    { what: "a tenant that was not promoted", change: again(TENANT_COMPONENT, { name: OTHER, parent: undefined }) },
  ].map((broken) => ({ ...broken, stack: "prod" })),
};
