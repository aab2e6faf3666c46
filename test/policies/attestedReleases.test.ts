import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { rmSync } from "node:fs";
import { attestedReleases } from "../../policies/attestedReleases.ts";
import { ATTESTATIONS } from "../../policies/lib/attestations.ts";
import { checkout } from "../../policies/lib/checkout.ts";
import { operation } from "../../policies/lib/operation.ts";
import { promotionFile } from "../../policies/lib/promotions.ts";
import { describePolicy, wrong } from "./support/describePolicy.ts";
import { add, type Change, compliantStack, set } from "./support/fixtures.ts";
import { judge } from "../../features/look/judge.ts";
import { IMAGE as PASSED } from "./support/kubernetesFixtures.ts";
import {
  attest,
  type Attesting,
  emptyCheckout,
  promote,
  releasedCheckout,
  subjectsOf,
  useCheckout,
  writeInto,
} from "./support/releasedCheckout.ts";

const OTHER_HASH = "f".repeat(64);
const OTHER_IMAGE = `docker.io/library/odoo@sha256:${OTHER_HASH}`;
const IMAGE = "spec.template.spec.containers.0.image";
const BACKUP_IMAGE = "spec.jobTemplate.spec.template.spec.containers.0.image";

function ofPlatform(image: string): Change {
  const spec = { template: { spec: { containers: [{ name: "page", image }] } } };
  return add({ type: "kubernetes:apps/v1:Deployment", name: "maintenance", parent: "platform", props: { spec } });
}

/** What is refused of a stack when the checkout says something else. */
function refusedWith(prepare: (root: string) => void, stack = "prod", change: Change = () => undefined): string[] {
  const root = emptyCheckout();
  const was = checkout.root;
  checkout.root = root;
  try {
    prepare(root);
    const resources = compliantStack(stack);
    change(resources);
    return judge(attestedReleases, resources).map(({ message }) => message);
  } finally {
    checkout.root = was;
    rmSync(root, { recursive: true });
  }
}

describe("attested releases", () => {
  useCheckout(() => releasedCheckout(compliantStack()));

  describePolicy(attestedReleases, {
    breaches: [
      wrong("acme", "specHash", OTHER_HASH, /expected|but [0-9a-f]{64} in promotions\/prod\.yaml/),
      wrong("acme", "specHash", undefined, /is not set, but [0-9a-f]{64} in promotions/),
      wrong("acme", "specHash", 3),
      [
        "a tenant that was not promoted",
        add({ type: "odoo:saas:OdooTenant", name: "initech", props: { specHash: OTHER_HASH } }),
        "initech",
        /but nothing in promotions\/prod\.yaml\. npx odoo-saas deploy promote --to prod/,
      ],
      wrong("acme-web", IMAGE, OTHER_IMAGE, /which has not passed staging's tests/),
      wrong("acme-web", IMAGE, "docker.io/library/odoo:18.0"),
      wrong("acme-web", IMAGE, undefined),
      wrong("acme-web", IMAGE, `evil.example/x@${PASSED}`),
      wrong("acme-web", IMAGE, `${PASSED}0`),
      wrong("acme-backup", BACKUP_IMAGE, OTHER_IMAGE),
      [
        "an image of the platform's own",
        ofPlatform(OTHER_IMAGE),
        "maintenance",
        /which has not passed staging's tests/,
      ],
    ],
    tolerated: [
      ["an image of the platform's own that has passed with a tenant", ofPlatform(PASSED)],
      ["the tag beside the digest", set("acme-web", IMAGE, PASSED.replace("@", ":18.0-2026.11@"))],
    ],
    guarded: [
      ["acme", "specHash"],
      ["acme-web", IMAGE],
    ],
  });

  it("asks nothing of staging, which attests", () => {
    for (const stack of ["staging", "staging-eu"])
      assert.deepEqual(
        refusedWith(() => undefined, stack),
        [],
      );
  });

  it("asks it of each other stack by its own promotion", () => {
    const ofProd = (root: string) => {
      attest(root, subjectsOf(compliantStack()));
      promote(root, compliantStack());
    };
    assert.deepEqual(refusedWith(ofProd), []);
    for (const stack of ["prod-eu", "sandbox", "production"])
      assert.match(refusedWith(ofProd, stack).join(), new RegExp(`promotions/${stack}\\.yaml is missing`));
  });

  it("refuses what was promoted and not attested, and what was attested and not promoted", () => {
    assert.match(
      refusedWith((root) => promote(root, compliantStack())).join(),
      /acme: specHash is "[0-9a-f]{64}", which no valid attestation has/,
    );
    assert.match(
      refusedWith((root) => attest(root, subjectsOf(compliantStack()))).join(),
      /acme: specHash .*, and promotions\/prod\.yaml is missing or is not a promotion/,
    );
    const broken = (root: string) => {
      attest(root, subjectsOf(compliantStack()));
      writeInto(root, promotionFile("prod"), "tenants: [acme]");
    };
    assert.match(refusedWith(broken).join(), /is not a promotion/);
  });

  it("believes no attestation of another key, of failed tests, or of another environment", () => {
    const signer = generateKeyPairSync("ed25519").privateKey;
    const untrusted: readonly (readonly [Attesting, RegExp])[] = [
      [{ signer }, /acme: cannot be compared: releases\/attestations\/one\.json has no valid signature/],
      [{ changes: { result: "FAILED" } }, /acme: .*which no valid attestation has/],
      [{ changes: { failedTests: ["acme/login"] } }, /acme: .*which no valid attestation has/],
      [{ changes: { environment: "prod" } }, /acme: .*which no valid attestation has/],
    ];
    for (const [options, reason] of untrusted) {
      const refused = refusedWith((root) => {
        attest(root, subjectsOf(compliantStack()), options);
        promote(root, compliantStack());
      });
      assert.match(refused.join("\n"), reason);
    }
  });

  it("lets one attestation that was tampered with stop every tenant", () => {
    const refused = refusedWith((root) => {
      attest(root, subjectsOf(compliantStack()));
      promote(root, compliantStack());
      writeInto(root, `${ATTESTATIONS}/two.json`, "{}");
    });
    assert.deepEqual(
      refused.map((message) => /^(\S+): cannot be compared: .*two\.json is not a DSSE/.exec(message)?.[1]),
      ["acme", "globex-eu"],
    );
  });

  it("takes an image that has passed with the tenant before, which a later wave's tenants still have", () => {
    const older = compliantStack();
    set("acme", "specHash", OTHER_HASH)(older);
    set("acme-web", IMAGE, OTHER_IMAGE)(older);
    const upgraded = (root: string) => {
      attest(root, subjectsOf(older), { file: "zero.json" });
      attest(root, subjectsOf(compliantStack()));
      promote(root, compliantStack());
    };
    assert.deepEqual(refusedWith(upgraded, "prod", set("acme-web", IMAGE, OTHER_IMAGE)), []);
  });

  it("takes no image that has passed with other tenants alone, or not passed with this one", () => {
    for (const changes of [{}, { result: "FAILED" as const }]) {
      const others = compliantStack();
      set("acme-web", IMAGE, OTHER_IMAGE)(others);
      const subjects = subjectsOf(others).filter(({ name }) => name !== "tenant/acme" || "result" in changes);
      const refused = refusedWith(
        (root) => {
          attest(root, subjectsOf(compliantStack()));
          attest(root, subjects, { file: "two.json", changes });
          promote(root, compliantStack());
        },
        "prod",
        set("acme-web", IMAGE, OTHER_IMAGE),
      );
      assert.equal(refused.length, 1);
      assert.match(refused.join(), /^acme-web: spec\.template\.spec\.containers\[0\]\.image is .*has not passed/);
    }
  });

  it("lets a proposal be previewed, and not be done", () => {
    const proposed = compliantStack();
    set("acme", "specHash", OTHER_HASH)(proposed);
    const refused = (demandPromotion: boolean) => judge(attestedReleases, proposed, { demandPromotion }).length > 0;
    try {
      operation.isPreview = true;
      assert.deepEqual([refused(false), refused(true)], [false, true]);
      operation.isPreview = false;
      assert.deepEqual([refused(false), refused(true)], [true, true]);
    } finally {
      operation.isPreview = false;
    }
  });
});
