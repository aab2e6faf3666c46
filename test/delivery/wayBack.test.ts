import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { propose } from "../../delivery/promotion.ts";
import { resolve } from "../../delivery/resolved.ts";
import { wayBack } from "../../delivery/rollback.ts";
import { CHECKS } from "../../delivery/smoke/checks.ts";
import { statementOf } from "../../delivery/statement.ts";
import { ATTESTATIONS, signStatement } from "../../policies/lib/attestations.ts";
import { promotionFile } from "../../policies/lib/promotions.ts";
import { GitProject } from "../support/delivery.ts";

const pair = generateKeyPairSync("ed25519");
const tenant = (name: string) => `displayName: ${name}
owner: { team: ops, email: ops@acme.example }
bundles: [sales]
environments:
  staging: {}
  prod: {}
`;

describe("the way back", () => {
  let project: GitProject;
  let attested = 0;
  beforeEach(() => {
    project = new GitProject({
      "tenants/acme.yaml": tenant("Acme"),
      "tenants/globex.yaml": tenant("Globex"),
      [`${ATTESTATIONS}/keys/staging.pem`]: pair.publicKey.export({ type: "spki", format: "pem" }).toString(),
    });
  });
  afterEach(() => project.remove());

  /** Merges staging's attestation of what main is. Returns its file. */
  function attest(): string {
    const resolved = resolve(project.root);
    const tenants = [...(resolved.stacks.get("staging")?.tenants.keys() ?? [])];
    const results = tenants.flatMap((id) =>
      Object.keys(CHECKS).map((check) => ({ tenant: id, check, passed: true, message: "" })),
    );
    const finishedAt = `2026-11-22T21:00:0${attested}.000Z`;
    const report = { stack: "staging", finishedAt, tenants, results };
    const commit = project.git("rev-parse", "HEAD");
    const file = `${ATTESTATIONS}/${attested++}.json`;
    project.commit({ [file]: signStatement(statementOf(resolved, "staging", report, commit), pair.privateKey) });
    return file;
  }

  /** Merges the promotion of prod to what main is. Returns the commit. */
  function promote(): string {
    const resolved = resolve(project.root);
    const stack = resolved.stacks.get("prod") ?? assert.fail();
    const statement = statementOf(
      resolved,
      "staging",
      {
        stack: "staging",
        finishedAt: "2026-11-22T21:00:00.000Z",
        tenants: ["acme", "globex"],
        results: [],
      },
      "1".repeat(40),
    );
    const { files } = propose(resolved, stack, { file: "0.json", statement }, undefined);
    return project.commit(files);
  }

  const goesBack = (name = "prod") => wayBack(project.root, name, "acme").commit;

  it("leads in prod to what the whole stack was promoted to, not to what one tenant was attested as", () => {
    attest();
    const first = promote();
    project.commit({ "tenants/globex.yaml": tenant("Globex Europe") });
    // Here acme is as it was and attested; globex is not, and an update of acme alone would be refused for it.
    project.commit({ "tenants/acme.yaml": tenant("Acme Europe") });
    attest();
    promote();
    assert.equal(goesBack(), first);
  });

  it("leads elsewhere to what staging attested, past what it did not", () => {
    attest();
    const last = project.git("rev-parse", "HEAD");
    project.commit({ "tenants/acme.yaml": tenant("Acme that failed its tests") });
    project.commit({ "tenants/acme.yaml": tenant("Acme Europe") });
    attest();
    assert.equal(goesBack("staging"), last);
  });

  it("leads nowhere from what was promoted first, and to nothing whose attestation is gone", () => {
    const nothing =
      /acme has nothing to go back to in prod: none of the last \d commits? of promotions\/prod\.yaml .*#rollback/;
    attest();
    promote();
    assert.throws(() => goesBack(), nothing);
    project.commit({ "tenants/acme.yaml": tenant("Acme Europe") });
    attest();
    promote();
    project.commit({ [`${ATTESTATIONS}/${attested - 2}.json`]: undefined });
    assert.throws(() => goesBack(), nothing);
  });

  it("is not barred by an attestation that was tampered with", () => {
    attest();
    const first = promote();
    project.commit({ "tenants/acme.yaml": tenant("Acme Europe") });
    const file = attest();
    promote();
    project.commit({ [file]: "{}" });
    assert.equal(goesBack(), first);
  });

  it("leads past promotions that did not change the tenant", () => {
    attest();
    const first = promote();
    project.commit({ "tenants/acme.yaml": tenant("Acme Europe") });
    attest();
    promote();
    project.commit({ "tenants/globex.yaml": tenant("Globex Europe") });
    attest();
    promote();
    assert.equal(goesBack(), first);
    assert.ok(project.git("show", `${first}:${promotionFile("prod")}`).includes("globex: "));
  });
});
