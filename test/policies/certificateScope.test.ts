import { certificateScope } from "../../policies/certificateScope.ts";
import { set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";

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
    ...["odoo-watchdog", "erp.acme.example-tls", undefined].map((name): Breach => [
      `the platform's certificate in ${name ?? "no Secret"}`,
      set("platform-certificate", "spec.secretName", name),
      "platform-certificate",
      /spec\.secretName is .*, expected "odoo-wildcard-tls"/,
    ]),
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
