import { WILDCARD_SECRET } from "../config/names.ts";
import { resourcePolicy } from "./lib/policy.ts";
import { K8S } from "./lib/types.ts";
import { isInConsole, isInTenant } from "./lib/urn.ts";

/** A certificate proves its hosts, and keeps its key where no other certificate's is. */
export const certificateScope = resourcePolicy({
  name: "certificate-scope",
  description: "Certificates must be for hosts, and each keep its key in a Secret of its own.",
  types: [K8S.certificate],
  check({ urn, props }, report) {
    const spec = props.at("spec");
    const hosts = spec.at("dnsNames");
    if (hosts.empty) report(hosts, `is ${hosts.shown}`, "Name the hosts");
    // Tenants' certificates are beside the platform's own, and both beside the watchdog's Secret, which a certificate would overwrite.
    const secret = spec.at("secretName");
    if (!isInTenant(urn) && !isInConsole(urn)) {
      if (!secret.mayBe(WILDCARD_SECRET))
        report(secret, `is ${secret.shown}, expected "${WILDCARD_SECRET}"`, "Name the wildcard certificate's Secret");
      return;
    }
    const expected = hosts.items().map((host) => (host.known ? `${host.text ?? ""}-tls` : secret.value));
    if (hosts.known && !secret.mayBe(...expected)) {
      report(
        secret,
        `is ${secret.shown}, expected ${expected.join(" or ")}`,
        "Name the Secret after the certificate's host",
      );
    }
  },
});
