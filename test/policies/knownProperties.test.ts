import assert from "node:assert/strict";
import { KNOWN_PROPERTIES } from "../../policies/known/index.ts";
import { knownProperties } from "../../policies/knownProperties.ts";
import { FLAG, Judged } from "../../policies/lib/known.ts";
import { GITHUB, KEYCLOAK, KNOWN_KINDS, PROTOCOL_MAPPERS, PROVIDER, SQL } from "../../policies/lib/types.ts";
import { packPolicies } from "./support/engineGraph.ts";
import { add, set } from "./support/fixtures.ts";
import { describePolicy, type Tolerated, wrong } from "./support/describePolicy.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";
import { judgedProperties, linesOf } from "./support/knownLines.ts";

const TYPES = Object.keys(KNOWN_PROPERTIES);

describe("properties that the pack knows", () => {
  it("are those of every type that is known, but for what other policies judge whole", () => {
    // Of the repository itself, an import takes over whatever there is.
    const github = Object.values<string>(GITHUB).filter((type) => type !== GITHUB.repository);
    const types = [
      ...github,
      ...KNOWN_KINDS,
      ...[KEYCLOAK, PROTOCOL_MAPPERS, PROVIDER, SQL].flatMap(Object.values<string>),
    ];
    assert.deepEqual(
      types.filter((type) => !TYPES.includes(type)),
      [],
    );
  });

  it("are judged by policies that exist", async () => {
    const names = new Set((await packPolicies()).map(({ name }) => name));
    const judges = TYPES.flatMap((type) => linesOf(KNOWN_PROPERTIES[type] ?? assert.fail(type))).flatMap(
      ([, accepted]) => (accepted instanceof Judged ? accepted.policies : []),
    );
    assert.deepEqual([...new Set(judges)].filter((name) => !names.has(name)).sort(), []);
  });

  it("are allowed by a line in a file that the message names", () => {
    const [message = ""] = judgedProperties(KEYCLOAK.client, { accessTokenLifespan: "86400" });
    assert.match(
      message,
      /^x: accessTokenLifespan is not known to the pack\. Remove it, or allow it by a line "accessTokenLifespan" with the safe values in policies\/known\/client\.ts\./,
    );
    assert.equal(FLAG.accepts("true"), false);
  });
});

const WEB = "acme-web";
const SPEC = "spec.template.spec";

describePolicy(knownProperties, {
  breaches: [
    wrong("acme-database-password", "length", 4, /is 4, expected a whole number from 24/),
    wrong("acme-database-password", "lower", false, /is not known/),
    wrong("acme-quota", "spec.hard.pods", "999", /expected a number of at most 30/),
    wrong("acme-web", "spec.replicas", 900, /expected a whole number from 0 to 20/),
    [
      "storage without an end",
      set("acme-quota", ["spec", "hard", "requests.storage"], "9Pi"),
      "acme-quota",
      /is "9Pi", expected a number of at most 30720Gi/,
    ],
    wrong("acme-limits", "spec.limits.0.max.cpu", "1000", /expected processor time of at most/),
    wrong("acme-realm-client", "accessTokenLifespan", "86400", /is not known/),
    wrong("acme-realm-realm", "refreshTokenMaxReuse", 10, /is 10, expected 0/),
    wrong(
      "acme-realm-realm",
      "securityDefenses.bruteForceDetection.waitIncrementSeconds",
      0,
      /expected a whole number/,
    ),
    wrong("acme-realm-realm", "securityDefenses.headers", "none", /expected an object/),
    wrong("acme-realm-broker", "extraConfig", { clockSkew: "3600" }, /is not known/),
    wrong("acme-filestore", "spec.volumeName", "pv", /is not known/),
    wrong("acme-config", "type", "bootstrap.kubernetes.io/token", /expected "Opaque"/),
    wrong("acme-route", "spec.parentRefs", { name: "odoo" }, /expected a list/),
    wrong("acme-route", "spec.rules.0.filters.0.type", "URLRewrite", /is "URLRewrite", which is not known/),
    wrong("acme-route", "spec.rules.0.filters", { type: "x" }, /expected a list/),
    wrong(WEB, `${SPEC}.containers.0.env.0.name`, "PGDATABASE", /is "PGDATABASE", which is not known/),
    wrong(WEB, `${SPEC}.containers.0.env.0.name`, "constructor", /which is not known/),
    wrong(WEB, `${SPEC}.containers.0.constructor`, "x", /is not known/),
    wrong(WEB, `${SPEC}.securityContext.runAsUser`, 1.5, /expected a whole number/),
    wrong(WEB, `${SPEC}.volumes.0.secret.secretName`, "odoo-wildcard-tls", /expected "odoo-config"/),
    [
      "patchForce",
      set("acme-deny", ["metadata", "annotations", "pulumi.com/patchForce"], "true"),
      "acme-deny",
      /annotations\[pulumi\.com\/patchForce\] .*not known.*policies\/known\/metadata\.ts/,
    ],
  ],
  tolerated: [
    ["a type that has no table", add({ type: "odoo:saas:Other", name: "x", props: { anything: 8 } })],
    ["a property that is null", set("acme-filestore", "spec.volumeName", null)],
    ["the engine's own marks", set("acme-realm-client", "__defaults", ["useRefreshTokens"])],
    ["a map's entries", set("acme-deny", "spec.podSelector.matchLabels", { anything: "x" })],
    ["all that is not known yet", set(WEB, "spec", UNKNOWN)],
  ] satisfies Tolerated[],
  guarded: [
    ["acme-realm-realm", "refreshTokenMaxReuse"],
    ["acme-route", "spec.rules.0.filters.0.type"],
    [WEB, `${SPEC}.containers.0.env.0.name`],
  ],
});
