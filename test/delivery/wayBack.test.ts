import assert from "node:assert/strict";
import { wayBack } from "../../features/delivery/rollback.ts";
import { promotionFile } from "../../policies/lib/promotions.ts";
import { DeliveredProject } from "../support/deliveredProject.ts";

const tenant = (name: string) => `displayName: ${name}
owner: { team: ops, email: ops@acme.example }
bundles: [sales]
environments:
  staging: {}
  prod: {}
`;

describe("the way back", () => {
  let project: DeliveredProject;
  beforeEach(() => {
    project = new DeliveredProject({
      "tenants/acme.yaml": tenant("Acme"),
      "tenants/globex.yaml": tenant("Globex"),
    });
  });
  afterEach(() => project.remove());

  const goesBack = (name = "prod") => wayBack(project.root, name, "acme").commit;

  it("leads in prod to what the whole stack was promoted to, not to what one tenant was attested as", () => {
    project.attest();
    const first = project.promote();
    project.commit({ "tenants/globex.yaml": tenant("Globex Europe") });
    // Here acme is as it was and attested; globex is not, and an update of acme alone would be refused for it.
    project.commit({ "tenants/acme.yaml": tenant("Acme Europe") });
    project.attest();
    project.promote();
    assert.equal(goesBack(), first);
  });

  it("leads elsewhere to what staging attested, past what it did not", () => {
    project.attest();
    const last = project.git("rev-parse", "HEAD");
    project.commit({ "tenants/acme.yaml": tenant("Acme that failed its tests") });
    project.commit({ "tenants/acme.yaml": tenant("Acme Europe") });
    project.attest();
    assert.equal(goesBack("staging"), last);
  });

  it("leads nowhere from what was promoted first, and to nothing whose attestation is gone", () => {
    const nothing =
      /acme has nothing to roll back to in prod: none of the last \d commits? of promotions\/prod\.yaml .*#rollback/;
    const first = project.attest();
    project.promote();
    assert.throws(() => goesBack(), nothing);
    project.commit({ "tenants/acme.yaml": tenant("Acme Europe") });
    project.attest();
    project.promote();
    project.commit({ [first]: undefined });
    assert.throws(() => goesBack(), nothing);
  });

  it("is not barred by an attestation that was tampered with", () => {
    project.attest();
    const first = project.promote();
    project.commit({ "tenants/acme.yaml": tenant("Acme Europe") });
    const file = project.attest();
    project.promote();
    project.commit({ [file]: "{}" });
    assert.equal(goesBack(), first);
  });

  it("leads past promotions that did not change the tenant", () => {
    project.attest();
    const first = project.promote();
    project.commit({ "tenants/acme.yaml": tenant("Acme Europe") });
    project.attest();
    project.promote();
    project.commit({ "tenants/globex.yaml": tenant("Globex Europe") });
    project.attest();
    project.promote();
    assert.equal(goesBack(), first);
    assert.ok(project.git("show", `${first}:${promotionFile("prod")}`).includes("globex: "));
  });
});
