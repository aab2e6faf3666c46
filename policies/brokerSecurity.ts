import { identityProviderFault, platformProviderFault } from "../config/identityProviders.ts";
import { hostFiles } from "./lib/hostFiles.ts";
import { resourcePolicy } from "./lib/policy.ts";
import { KEYCLOAK } from "./lib/types.ts";

const ADDRESSES = ["issuer", "authorizationUrl", "tokenUrl", "jwksUrl"] as const;

/** A company's own identity provider is believed over TLS alone, and is no server that only Keycloak reaches. */
export const brokerSecurity = resourcePolicy({
  name: "broker-security",
  description: "Brokered identity providers must be on the internet, be reached by https, and prove their tokens.",
  types: [KEYCLOAK.identityProvider],
  check({ props }, report) {
    const { names, unreadable } = hostFiles();
    for (const key of ADDRESSES) {
      const field = props.at(key);
      if (!field.known) continue;
      const address = field.text ?? "";
      const fault = identityProviderFault(address) ?? platformProviderFault(address, names);
      if (fault !== undefined)
        report(field, `is ${field.shown}, ${fault.wrong}, expected ${fault.expected}`, "Set it so");
      else if (unreadable[0] !== undefined) {
        report(field, `is ${field.shown}, which cannot be compared with what ${unreadable[0]} names`, "Fix that file");
      }
    }
    const validate = props.at("validateSignature");
    if (!validate.mayBe(true)) report(validate, `is ${validate.shown}, expected true`, "Set it so, with jwksUrl");
  },
});
