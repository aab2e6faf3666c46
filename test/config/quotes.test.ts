import assert from "node:assert/strict";
import { checkDocument, fitsIn } from "../../config/document.ts";
import { formatDiagnostic } from "../../config/diagnostics.ts";
import { tenantSchema } from "../../config/schemas/tenant.ts";
import { writeYaml, parseYaml } from "../../config/yaml.ts";
import { problemsIn, withProject } from "../support/projectFolder.ts";

/** What is wrong with a tenant's file. */
function refused(text: string): string[] {
  const parsed = parseYaml("f.yaml", text, { fits: fitsIn(tenantSchema) });
  if ("diagnostics" in parsed) return parsed.diagnostics.map(formatDiagnostic);
  const result = checkDocument(parsed, tenantSchema);
  return result.ok ? [] : result.problems.map(parsed.source.locate).map(formatDiagnostic);
}

const IDENTITY_PROVIDER = {
  alias: "entra",
  displayName: "Acme",
  issuer: "https://a.example",
  authorizationUrl: "https://a.example/a",
  tokenUrl: "https://a.example/t",
  jwksUrl: "https://a.example/j",
  clientId: "odoo",
};

/** Places of a tenant's file where text is meant. */
const PLACES = [
  ...["displayName", "owner.team", "owner.email", "company.name", "company.country", "company.currency"],
  ...["company.chartOfAccounts", "company.language", "company.timezone", "lifecycle", "plan", "storage", "cell"],
  ...["bundles.0", "modules.add.0", "modules.remove.0", "analytics.models.0", "backup.schedule", "sso.template"],
  ...["environments.prod.domains.0", "environments.prod.plan", "environments.prod.release"],
  ...["environments.prod.egress.0.for", "environments.prod.egress.0.networks.0"],
  ...Object.keys(IDENTITY_PROVIDER).map((key) => `sso.identityProvider.${key}`),
];

/** What is no text to YAML, or not to all of its versions. */
const WORDS = [
  ...["NO", "no", "Yes", "on", "OFF", "y", "N", "true", "false", "null", "~", "7", "-7", "18.0", "1.10", "010", "0o14"],
  ...["0x1F", "0b11", "1e3", "1_000", "12:30", "190:20:30", "+7", ".5", ".inf", ".nan", "12345678901234567890"],
];

/** A tenant's file whose text at a place is written so. */
function fileWith(place: string, written: string): string {
  const file: unknown = {
    displayName: "Acme",
    owner: { team: "ops", email: "ops@acme.example" },
    bundles: ["crm"],
    environments: { prod: { domains: ["a.example"], egress: [{ for: "crm", networks: ["203.0.113.0/24"] }] } },
    sso: { identityProvider: IDENTITY_PROVIDER },
  };
  return writeYaml(changed(file, place.split("."))).replace("PLACEHOLDER", () => written);
}

function changed(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return "PLACEHOLDER";
  if (key === "0") return [changed(Array.isArray(value) ? value[0] : undefined, rest)];
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const own: unknown = entries.find(([name]) => name === key)?.[1];
  return Object.fromEntries([...entries, [key, changed(own, rest)]]);
}

describe("text without quotes that is none to YAML", () => {
  for (const place of PLACES) {
    it(`is named as it is written, with what to do, at ${place}`, () => {
      const shown = place.replace(/\.0/g, "[0]");
      for (const word of WORDS) {
        const messages = refused(fileWith(place, word));
        const [message = "", ...others] = messages.filter((line) => line.includes(`: ${shown}: `));
        assert.deepEqual(others, [], word);
        assert.ok(message.includes(`: ${shown}: is ${word}, `), `${word}: ${messages.join()}`);
        assert.doesNotMatch(message, /expected (?:true|false)/);
        const isRight = refused(fileWith(place, JSON.stringify(word))).length === 0;
        if (isRight) assert.ok(message.endsWith(`, expected quotes: "${word}"`), message);
      }
    });
  }

  it("is told what else it may be where it is no text", () => {
    const canary = (word: string) => refused(fileWith("environments.prod.canary", word));
    assert.match(
      canary("yes").join(),
      /prod\.canary: is yes, which YAML 1\.1 and 1\.2 read differently, expected true$/,
    );
    assert.match(
      canary("OFF").join(),
      /prod\.canary: is OFF, which YAML 1\.1 and 1\.2 read differently, expected false$/,
    );
    const daily = refused(fileWith("backup.keep.daily", "010"));
    assert.match(daily.join(), /keep\.daily: is 010, .* read differently, expected 10 in decimal digits$/);
  });

  it("is quoted where it is a key", () => {
    assert.deepEqual(refused("no: 1\n"), [
      'f.yaml:1:1: no: is no, which YAML 1.1 and 1.2 read differently, expected quotes: "no"',
    ]);
  });
});

describe("a way out with a wrong key", () => {
  const problems = (entry: string) =>
    withProject(
      {
        "tenants/beta.yaml": `displayName: X\nowner: { team: ops, email: ops@x.example }\nbundles: [sales]\nenvironments: { prod: { egress: [${entry}] } }\n`,
      },
      problemsIn,
    ).map((line) => line.replace(/^.*egress\[0\]\./, ""));
  for (const [entry, expected] of [
    ["{ module: crm, networks: [203.0.113.0/24] }", ["module: is not a known key, expected for"]],
    ["{ For: crm, networks: [203.0.113.0/24] }", ["For: is not a known key, expected for"]],
    ["{ for: crm, cidrs: [203.0.113.0/24] }", ["cidrs: is not a known key, expected networks"]],
    ["{ for: crm, hosts: [api.example.com] }", ["hosts: is not a known key, expected networks"]],
    ["{ for: crm, networks: [203.0.113.0/24], port: 8443 }", ["port: is not a known key, expected only for, networks"]],
    ["{ for: crm }", ["networks: is missing, expected a list of networks"]],
  ] as const) {
    it(`is told of the key first, and once: ${entry}`, () => assert.deepEqual(problems(entry), expected));
  }
});
