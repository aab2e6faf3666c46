import { resourcePolicy } from "./lib/policy.ts";
import { K8S } from "./lib/types.ts";

/** A claim gets a new volume, or one made from its own namespace's: never a volume that holds somebody else's files. */
export const volumeScope = resourcePolicy({
  name: "volume-scope",
  description: "Volume claims must get volumes of their own, not choose among those that exist.",
  types: [K8S.volumeClaim],
  check({ props }, report) {
    const spec = props.at("spec");
    const name = spec.at("volumeName");
    if (!name.mayBe(undefined, "")) report(name, `is ${name.shown}, a volume that exists already`, "Remove it");
    const selector = spec.at("selector");
    if (selector.known && !selector.empty) report(selector, "chooses among volumes that exist already", "Remove it");
    const source = spec.at("dataSourceRef", "namespace");
    if (!source.mayBe(undefined, "", props.at("metadata", "namespace").value)) {
      report(
        source,
        `is ${source.shown}, another namespace than the claim's`,
        "Copy from the claim's own namespace only",
      );
    }
  },
});
