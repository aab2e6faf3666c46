import { resourcePolicy } from "./lib/policy.ts";
import { KEYCLOAK } from "./lib/types.ts";

const ADDRESSES = ["issuer", "authorizationUrl", "tokenUrl", "jwksUrl"] as const;

/** A company's own identity provider is believed over TLS alone. */
export const brokerSecurity = resourcePolicy({
  name: "broker-security",
  description: "Brokered identity providers must be reached by https, and prove their tokens.",
  types: [KEYCLOAK.identityProvider],
  check({ props }, report) {
    for (const key of ADDRESSES) {
      const field = props.at(key);
      if (field.known && field.present && !field.text?.startsWith("https://")) {
        report(field, `is ${field.shown}, expected an https address`, "Set it so");
      }
    }
    const validate = props.at("validateSignature");
    if (!validate.mayBe(true)) report(validate, `is ${validate.shown}, expected true`, "Set it so, with jwksUrl");
  },
});
