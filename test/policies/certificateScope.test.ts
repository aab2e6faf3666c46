import { certificateScope } from "../../policies/certificateScope.ts";
import { set } from "./support/fixtures.ts";
import { describePolicy } from "./support/describePolicy.ts";

describePolicy(certificateScope, {
  breaches: [
    ["no hosts", set("acme-certificate", "spec.dnsNames", undefined), "acme-certificate", /spec\.dnsNames is not set/],
    [
      "an empty list of hosts",
      set("acme-certificate", "spec.dnsNames", []),
      "acme-certificate",
      /spec\.dnsNames is \[\]/,
    ],
    [
      "the platform's own Secret",
      set("acme-certificate", "spec.secretName", "odoo-wildcard-tls"),
      "acme-certificate",
      /spec\.secretName is "odoo-wildcard-tls", expected erp\.acme\.example-tls/,
    ],
    [
      "no Secret",
      set("acme-certificate", "spec.secretName", undefined),
      "acme-certificate",
      /spec\.secretName is not set/,
    ],
  ],
  guarded: [
    ["acme-certificate", "spec.dnsNames"],
    ["acme-certificate", "spec.dnsNames.0"],
    ["acme-certificate", "spec.secretName"],
  ],
});
