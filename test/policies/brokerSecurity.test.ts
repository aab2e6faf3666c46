import { brokerSecurity } from "../../policies/brokerSecurity.ts";
import { describePolicy, wrong } from "./support/describePolicy.ts";

const BROKER = "acme-realm-broker";

describePolicy(brokerSecurity, {
  breaches: [
    ...["issuer", "authorizationUrl", "tokenUrl", "jwksUrl"].map((key) =>
      wrong(BROKER, key, "http://id.company.example", /expected an https address/),
    ),
    wrong(BROKER, "tokenUrl", 443, /is 443, expected an https address/),
    wrong(BROKER, "validateSignature", false),
    wrong(BROKER, "validateSignature", undefined),
  ],
  guarded: [
    [BROKER, "issuer"],
    [BROKER, "validateSignature"],
  ],
});
