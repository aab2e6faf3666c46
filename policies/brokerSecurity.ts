import { resourcePolicy } from "./lib/policy.ts";
import { KEYCLOAK } from "./lib/types.ts";

const ADDRESSES = ["issuer", "authorizationUrl", "tokenUrl", "jwksUrl", "userInfoUrl", "logoutUrl"] as const;

/** A company's own identity provider is believed about its own accounts, over TLS, and about nothing else. */
export const brokerSecurity = resourcePolicy({
  name: "broker-security",
  description:
    "Brokered identity providers must be reached by https, prove their tokens, and not be trusted with addresses.",
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
    for (const key of ["trustEmail", "storeToken", "disableTypeClaimCheck"]) {
      const field = props.at(key);
      if (!field.mayBe(undefined, false)) report(field, `is ${field.shown}, expected false`, "Set it so");
    }
  },
});
