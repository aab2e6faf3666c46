import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { statementOf } from "../../delivery/statement.ts";
import { inOrder, wavesOf } from "../../delivery/waves.ts";
import { unattested } from "../../delivery/promotable.ts";
import { newestPassed, propose, unpromoted, withRelease } from "../../delivery/promotion.ts";
import { resolve } from "../../delivery/resolved.ts";
import type { Resolved, ResolvedStack } from "../../delivery/resolved.ts";
import { CHECKS } from "../../delivery/smoke/checks.ts";
import type { SmokeReport } from "../../delivery/smoke/run.ts";
import { promotableHash } from "../../config/index.ts";
import { ATTESTATIONS, keyId, readAttestations, signStatement } from "../../policies/lib/attestations.ts";
import { promotionFile } from "../../policies/lib/promotions.ts";
import { stackFileText } from "../support/delivery.ts";
import { withProject } from "../support/projectFolder.ts";

const TENANT = `displayName: Globex
owner: { team: ops, email: ops@globex.example }
bundles: [sales]
environments:
  staging: {}
  prod: {}
`;
const FILES = {
  "tenants/globex.yaml": TENANT,
  "Pulumi.staging.yaml": stackFileText("staging"),
  "Pulumi.prod.yaml": stackFileText("prod"),
};
const pair = generateKeyPairSync("ed25519");
const other = generateKeyPairSync("ed25519");

function stack(resolved: Resolved, name: string): ResolvedStack {
  return resolved.stacks.get(name) ?? assert.fail(name);
}

function write(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

function report(tenants: readonly string[], changes: Partial<SmokeReport> = {}): SmokeReport {
  const results = tenants.flatMap((tenant) =>
    Object.keys(CHECKS).map((check) => ({ tenant, check, passed: true, message: "" })),
  );
  return { stack: "staging", finishedAt: "2026-11-22T21:00:00.000Z", tenants: [...tenants], results, ...changes };
}

/** A project whose staging is attested. @param signer whose key signs; the trusted one is always `pair` */
function attested<Result>(use: (root: string, file: string) => Result, signer = pair): Result {
  return withProject(FILES, (root) => {
    write(root, `${ATTESTATIONS}/keys/staging.pem`, pair.publicKey.export({ type: "spki", format: "pem" }).toString());
    const statement = statementOf(resolve(root), "staging", report(["acme", "globex"]), "1".repeat(40));
    const file = `${ATTESTATIONS}/one.json`;
    write(root, file, signStatement(statement, signer.privateKey));
    return use(root, file);
  });
}

const problems = (root: string) => {
  const resolved = resolve(root);
  return unattested(resolved, stack(resolved, "prod"), readAttestations(root));
};

describe("attestation and promotion", () => {
  it("lets prod have what staging's tests passed with: the same tenant has the same hash in both", () => {
    attested((root) => {
      const resolved = resolve(root);
      const [staging, prod] = ["staging", "prod"].map((name) => stack(resolved, name).tenants.get("globex"));
      assert.ok(staging && prod);
      assert.equal(promotableHash(resolved, staging), promotableHash(resolved, prod));
      assert.deepEqual(problems(root), []);
    });
  });

  for (const [what, file, text] of [
    [
      "a change of the tenant's file",
      "tenants/globex.yaml",
      TENANT.replace("prod: {}", "prod: { domains: [erp.globex.example] }"),
    ],
    ["another module of a bundle", "bundles/sales.yaml", undefined],
    ["another size of the plan", "plans.yaml", undefined],
    ["another image of the release", "releases/18.0-2026.11.yaml", undefined],
  ] as const) {
    it(`refuses ${what} that staging has not had`, () => {
      attested((root) => {
        const edits: Record<string, [string, string]> = {
          "bundles/sales.yaml": ["18.0.1.1.0, install: on-request", "18.0.1.1.0"],
          "plans.yaml": ["databaseConnections: 56", "databaseConnections: 60"],
          "releases/18.0-2026.11.yaml": [`sha256:${"0".repeat(64)}`, `sha256:${"a".repeat(64)}`],
        };
        const [from = "", to = ""] = edits[file] ?? [];
        write(root, file, text ?? readText(root, file).replace(from, to));
        const found = problems(root);
        assert.match(found.join("\n"), /tenant\/globex is not what staging's tests have passed with/);
        if (file.startsWith("releases/"))
          assert.match(found.join("\n"), /image docker\.io\/library\/odoo@sha256:aaaaaaaaaaaa… has passed no test/);
      });
    });
  }

  it("refuses a tampered attestation, one that nobody trusted signed, and what is none", () => {
    attested((root, file) => {
      const envelope = JSON.parse(readText(root, file)) as { payload: string };
      const said = Buffer.from(envelope.payload, "base64").toString("utf8");
      for (const [text, reason] of [
        [
          JSON.stringify({ ...envelope, payload: Buffer.from(said.replace("staging", "sTaging")).toString("base64") }),
          /no valid signature/,
        ],
        [JSON.stringify({ ...envelope, signatures: [] }), /no DSSE envelope/],
        ["{", /is no JSON/],
      ] as const) {
        write(root, file, text);
        assert.match(problems(root).join("\n"), reason);
        assert.match(problems(root).join("\n"), /none: staging has never had it/);
        assert.equal(newestPassed(readAttestations(root)), undefined);
      }
    });
    attested((root) => {
      assert.match(problems(root).join("\n"), /no valid signature of a key in releases\/attestations\/keys/);
    }, other);
  });

  it("promotes by a file that is reviewed, and refuses what differs from it", () => {
    attested((root) => {
      const resolved = resolve(root);
      const prod = stack(resolved, "prod");
      const refusal = () => unpromoted(root, resolve(root), stack(resolve(root), "prod"), readAttestations(root));
      assert.match(refusal().join("\n"), /promotions\/prod\.yaml is not there/);
      const attestation = newestPassed(readAttestations(root)) ?? assert.fail();
      const { files, changes, promotion } = propose(resolved, prod, attestation, undefined);
      assert.deepEqual(changes, ["globex: new"]);
      write(root, promotionFile("prod"), files[promotionFile("prod")] ?? "");
      assert.deepEqual(refusal(), []);
      assert.deepEqual(propose(resolved, prod, attestation, promotion).changes, []);
      write(root, "tenants/globex.yaml", TENANT.replace("prod: {}", "prod: { domains: [erp.globex.example] }"));
      assert.match(refusal().join("\n"), /tenant\/globex is not as promotions\/prod\.yaml has it/);
    });
  });

  it("attests nothing whose tests failed, left a tenant out, or were another stack's", () => {
    withProject(FILES, (root) => {
      const resolved = resolve(root);
      const attest = (of: SmokeReport, name = "staging") => statementOf(resolved, name, of, "1".repeat(40));
      const failed = { tenant: "acme", check: "login", passed: false, message: "no form" };
      assert.throws(
        () => attest(report(["acme", "globex"], { results: [failed] })),
        /acme login: no form.*#attestation/,
      );
      assert.throws(() => attest(report(["acme"])), /not tested: globex/);
      assert.throws(() => attest(report(["acme", "globex"], { stack: "prod" })), /the report is of prod/);
      assert.throws(
        () => attest(report(["globex"], { stack: "prod" }), "prod"),
        /is a stack of prod, expected one of staging/,
      );
    });
  });

  it("sets the release in a stack's settings, and nothing else", () => {
    const text = stackFileText("prod", "  # a remark\n");
    assert.equal(withRelease(text, "18.0-2026.12"), text.replace("18.0-2026.11", "18.0-2026.12"));
  });

  it("names a key by its public half", () => {
    assert.equal(keyId(pair.privateKey), keyId(createPublicKey(pair.privateKey)));
  });

  describe("waves", () => {
    const resource = (tenant: string, isNew = false) => ({ urn: `urn:${tenant}:${String(isNew)}`, tenant, isNew });
    const old = [resource("acme"), resource("globex"), resource("(shared)")];
    const both = [{ tenant: "globex" }, { tenant: "acme" }, { tenant: "(shared)" }];
    const waves = (canaries: readonly string[], steps = both, all = old) =>
      withProject(FILES, (root) =>
        wavesOf(stack(resolve(root), "staging"), new Set(canaries), { steps, all }).map((wave) => ({
          ...wave,
          isNew: [...wave.isNew],
        })),
      );
    const rest = { name: "all", isNew: [], targets: undefined, tested: undefined };

    it("bring canaries up first, and what they changed not again as if it were another's", () => {
      assert.deepEqual(waves(["acme"]), [
        { name: "canary", changed: ["acme"], isNew: [], targets: ["urn:acme:false"], tested: ["acme"] },
        { ...rest, changed: ["globex"] },
      ]);
      assert.deepEqual(waves(["acme"], []).at(0), {
        name: "canary",
        changed: [],
        isNew: [],
        targets: ["urn:acme:false"],
        tested: ["acme"],
      });
    });

    it("take what is new with the canaries, and test it when what tenants share is there", () => {
      const all = [resource("acme"), resource("globex", true), resource("(shared)"), resource("(shared)", true)];
      assert.deepEqual(waves(["acme"], [{ tenant: "globex" }], all), [
        {
          name: "canary",
          changed: ["globex"],
          isNew: ["globex"],
          targets: ["urn:acme:false", "urn:globex:true", "urn:(shared):true"],
          tested: ["acme"],
        },
        { ...rest, changed: [] },
      ]);
      // Some of it is there: what an interrupt left.
      const left = [resource("acme"), resource("globex"), resource("globex", true)];
      assert.deepEqual(waves(["acme"], both, left)[0]?.isNew, []);
    });

    it("are one where there is nothing to tell apart", () => {
      const one = [{ ...rest, changed: ["globex", "acme"] }];
      assert.deepEqual(waves([]), one);
      assert.deepEqual(waves(["acme", "globex"]), one);
      const nothing = [resource("acme", true), resource("globex", true)];
      assert.deepEqual(waves(["acme"], both, nothing), [
        { ...rest, changed: ["globex", "acme"], isNew: ["globex", "acme"] },
      ]);
    });

    it("go over canary cells before the others", () => {
      const cells = {
        ...FILES,
        "Pulumi.prod-eu.yaml": stackFileText("prod", "  odoo-saas:cell: eu\n"),
        "Pulumi.prod-us.yaml": stackFileText("prod", "  odoo-saas:cell: us\n  odoo-saas:canary: true\n"),
      };
      withProject(cells, (root) => {
        assert.deepEqual(
          inOrder(resolve(root).stacks.values()).map(({ name }) => name),
          ["prod-us", "prod", "prod-eu", "staging"],
        );
      });
    });
  });
});

function readText(root: string, file: string): string {
  return readFileSync(join(root, file), "utf8");
}
