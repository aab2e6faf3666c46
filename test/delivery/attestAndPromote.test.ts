import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attest, createKey, KEY_VARIABLE } from "../../features/delivery/attest.ts";
import { DeliveryError } from "../../features/delivery/deliveryError.ts";
import { assertMayComeUp, promote } from "../../features/delivery/promote.ts";
import { writeFiles } from "../../features/delivery/pulls.ts";
import { CHECKS } from "../../features/delivery/smoke/checks.ts";
import { promotionFile } from "../../policies/lib/promotions.ts";
import { GitProject, stackFileText } from "../support/delivery.ts";

const TENANT = `displayName: Acme
owner: { team: ops, email: ops@acme.example }
bundles: [sales]
environments:
  staging: {}
  prod: {}
`;
const SETTINGS = "Pulumi.prod.yaml";

describe("a stack of prod that takes what staging has attested", () => {
  let project: GitProject;
  let smokeFile: string;
  const read = (file: string) => readFileSync(join(project.root, file), "utf8");

  before(() => {
    project = new GitProject({
      "tenants/acme.yaml": TENANT,
      // As before the release that staging was tested with.
      [SETTINGS]: stackFileText("prod").replace("release: 18.0-2026.11", "release: 18.0-2026.10"),
    });
    const release = read("releases/18.0-2026.11.yaml");
    project.commit({ "releases/18.0-2026.10.yaml": release.replace("0".repeat(64), "b".repeat(64)) });
    smokeFile = join(project.root, ".git/smoke.json");
    const results = Object.keys(CHECKS).map((check) => ({ tenant: "acme", check, passed: true, message: "" }));
    const report = { stack: "staging", finishedAt: "2026-11-22T21:00:00.000Z", tenants: ["acme"], results };
    writeFileSync(smokeFile, JSON.stringify(report));
  });
  after(() => {
    delete process.env.ATTESTATION_KEY;
    project.remove();
  });

  it("needs a key that signs, which error messages never quote", () => {
    for (const [value, expected] of [
      [undefined, /^ATTESTATION_KEY is not set, expected one/],
      ["-----BEGIN SECRET", /^ATTESTATION_KEY is not an Ed25519 key, expected one/],
    ] as const) {
      if (value === undefined) delete process.env.ATTESTATION_KEY;
      else process.env[KEY_VARIABLE] = value;
      assert.throws(
        () => attest(project.root, "staging", smokeFile),
        (error) => error instanceof DeliveryError && expected.test(error.message) && !error.message.includes("SECRET"),
      );
    }
    const { file, privateKey } = createKey(project.root, "staging");
    assert.match(readFileSync(file, "utf8"), /BEGIN PUBLIC KEY/);
    process.env[KEY_VARIABLE] = privateKey;
    assert.throws(() => createKey(project.root, "staging"), /staging\.pem exists, expected the name of a new key/);
  });

  it("is refused before there is an attestation", () => {
    assert.throws(() => promote(project.root, "prod"), /no attestation of staging that can be trusted \(0 refused\)/);
    assert.throws(() => promote(project.root, "staging"), /staging is not a stack of prod/);
  });

  it("is proposed with the release, and the checkout is left as it was", () => {
    const attestation = attest(project.root, "staging", smokeFile);
    assert.match(
      Object.keys(attestation.files).join(),
      /^releases\/attestations\/20261122T210000Z-staging-[0-9a-f]{7}\.json$/,
    );
    writeFiles(project.root, attestation.files);
    const before = read(SETTINGS);
    const proposal = promote(project.root, "prod") ?? assert.fail();
    assert.equal(read(SETTINGS), before);
    assert.deepEqual(Object.keys(proposal.files).sort(), [SETTINGS, promotionFile("prod")]);
    assert.equal(proposal.files[SETTINGS], stackFileText("prod"));
    assert.ok(proposal.changes.includes("acme: new"));
    assert.throws(() => assertMayComeUp(project.root, "prod"), /nothing was promoted yet/);
  });

  it("is refused where a file is not as attested, and the checkout is left as it was", () => {
    const before = read(SETTINGS);
    writeFiles(project.root, {
      "tenants/acme.yaml": TENANT.replace("prod: {}", "prod: { domains: [erp.example.com] }"),
    });
    assert.throws(
      () => promote(project.root, "prod"),
      /Staging has not attested the files of prod:\n {2}tenant\/acme has not passed/,
    );
    assert.equal(read(SETTINGS), before);
    writeFiles(project.root, { "tenants/acme.yaml": TENANT });
  });

  it("may come up when that is written, and has nothing to promote then", () => {
    writeFiles(project.root, promote(project.root, "prod")?.files ?? {});
    assert.doesNotThrow(() => assertMayComeUp(project.root, "prod"));
    assert.equal(promote(project.root, "prod"), undefined);
  });
});
