import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { TENANT_LABEL } from "../../config/names.ts";
import { NEVER_EMPTY } from "../../policies/lib/leftOut.ts";
import { GITHUB, K8S, KEYCLOAK } from "../../policies/lib/types.ts";
import { OdooSqlProvider } from "../../providers/odoosql/provider.ts";
import { engineGraph, packPolicies, type Policy } from "./support/engineGraph.ts";
import type { Resource } from "../../features/look/judge.ts";
import { add, both, type Change, compliantStack, drop, named, set } from "./support/fixtures.ts";
import { copyHostFiles, writeHostFiles } from "./support/hostCheckout.ts";
import { judgeOne, judgeStack } from "../../features/look/judge.ts";
import { copyPack, releasedCheckout, useCheckout } from "./support/releasedCheckout.ts";
import { type PackProcess, startPack } from "./support/packProcess.ts";
import { type Checked, checkedEmpty } from "./support/serverProviders.ts";

const STACK = "prod";

/** What the engine shows of a stack of which an update leaves some out that are not there yet. */
function leaving(resources: readonly Resource[], isOut: (resource: Resource) => boolean): Resource[] {
  return resources.map((resource) => (NEVER_EMPTY.has(resource.type) && isOut(resource) ? unmade(resource) : resource));
}

/** A resource of which the engine shows nothing, as its server has not made it. */
function unmade({ type, urn, name, parent, protect }: Resource): Resource {
  return { type, urn, name, parent, protect, props: {} };
}

/** Whether a resource is inside the tenant's component; {@link compliantStack} and the program name it so. */
function isOf(tenant: string): (resource: Resource) => boolean {
  return ({ name, urn }) => urn.includes("OdooTenant") && (name === tenant || name.startsWith(`${tenant}-`));
}

/** As {@link checkedEmpty}, of the project's own provider. */
async function checkedByOdooSql(types: readonly string[]): Promise<Map<string, Checked>> {
  const provider = new OdooSqlProvider();
  const checked = types.map(async (type): Promise<[string, Checked]> => {
    const { failures = [] } = await provider.check(`urn:pulumi:prod::odoo-saas::${type}::x`, {}, {});
    return [type, { inputs: {}, failures: failures.map(({ reason }) => reason) }];
  });
  return new Map(await Promise.all(checked));
}

describe("what an update leaves out", () => {
  let policies: Policy[];
  before(async () => {
    policies = await packPolicies();
  });

  /** What the pack says of a stack: of each resource, and then of all together. */
  function refusals(resources: readonly Resource[]): string[] {
    const found = policies.flatMap((policy) =>
      "validateResource" in policy ? resources.flatMap((resource) => judgeOne(policy, resource)) : [],
    );
    const atEnd = policies.flatMap((policy) => ("validateStack" in policy ? judgeStack(policy, resources) : []));
    return [...found, ...atEnd].map(({ message }) => message);
  }

  /** What the pack says of the compliant stack, changed. */
  function changed(...changes: readonly Change[]): string[] {
    const resources = compliantStack(STACK);
    for (const change of changes) change(resources);
    return refusals(resources);
  }

  /** Takes all properties from a resource. */
  const emptied =
    (name: string): Change =>
    (resources) => {
      const resource = named(resources, name);
      resources.splice(resources.indexOf(resource), 1, unmade(resource));
    };

  describe("of the compliant stack", () => {
    useCheckout(() => writeHostFiles(releasedCheckout(compliantStack(STACK))));

    it("is not judged, whichever type it is of", () => {
      const types = new Set(compliantStack(STACK).map(({ type }) => type));
      for (const type of NEVER_EMPTY) {
        if (!types.has(type)) continue;
        const shown = leaving(compliantStack(STACK), (resource) => resource.type === type);
        assert.deepEqual(refusals(shown), [], type);
      }
    });

    it("is not judged, whichever resource of a tenant it is", () => {
      const all = compliantStack(STACK).filter(isOf("acme"));
      for (const { urn } of all) {
        const shown = leaving(compliantStack(STACK), (resource) => resource.urn === urn);
        assert.deepEqual(refusals(shown), [], urn);
      }
    });

    it("is there for what needs it, and missing where nothing is left out", () => {
      // Of the two that deny.
      const alone = drop("acme-allow");
      for (const [name, message] of [
        ["acme-database-database", /has 0 databases/],
        ["acme-realm-realm", /has 0 realms/],
        ["acme-deny", /no network policy denies ingress by default/],
        ["acme-lifecycle-end", /has 1 lifecycles/],
        ["acme-quota", /has no ResourceQuota/],
        ["acme-limits", /has no LimitRange/],
      ] as const) {
        assert.deepEqual(changed(alone, emptied(name)), [], name);
        assert.match(changed(alone, drop(name)).join("\n"), message, name);
      }
    });

    it("is not there for another tenant", () => {
      const none = both(...["deny", "allow", "way-out"].map((name) => drop(`acme-${name}`)));
      assert.match(changed(emptied("globex-eu-deny"), none).join("\n"), /uses namespace odoo-acme/);
      assert.match(changed(emptied("globex-eu-quota"), drop("acme-quota")).join("\n"), /has no ResourceQuota/);
      assert.match(changed(emptied("acme-realm-realm"), drop("globex-eu-realm-realm")).join("\n"), /has 0 realms/);
    });

    it("has the gateway's listeners that its file has and it is let in by, and no others", () => {
      const out = (resources: Resource[]) => {
        resources.splice(0, resources.length, ...leaving(resources, isOf("acme")));
      };
      const host = ["spec", "listeners", "2", "hostname"];
      const admitted = [
        "spec",
        "listeners",
        "2",
        "allowedRoutes",
        "namespaces",
        "selector",
        "matchLabels",
        TENANT_LABEL,
      ];
      assert.deepEqual(changed(out), []);
      for (const change of [
        set("platform-gateway", host, "erp.others.example"),
        set("platform-gateway", admitted, "globex-eu"),
      ]) {
        assert.match(changed(out, change).join("\n"), /neither the platform's own nor a tenant's.*#host-names/);
      }
    });

    it("is judged as soon as it has a property, were it the kind alone or a mark of the engine's", () => {
      for (const props of [{ kind: "Pod" }, { apiVersion: "v1", kind: "Pod" }, { __defaults: [] }, { metadata: {} }]) {
        const pod = add({ type: K8S.pod, name: "acme-bare", parent: "acme", props });
        assert.match(changed(pod).join("\n"), /#labels-required/, JSON.stringify(props));
      }
      const realm = add({ type: KEYCLOAK.realm, name: "acme-more", parent: "acme", props: { __defaults: [] } });
      assert.match(changed(realm).join("\n"), /#realm-security/);
    });

    it("is judged where a type is made without properties, or is not known", () => {
      for (const type of ["command:local:Command", "pulumi:providers:command", "kubernetes:core/v1:Node"]) {
        assert.match(changed(add({ type, name: "acme-more", parent: "acme" })).join("\n"), /#known-types/, type);
      }
      const repository = add({ type: GITHUB.repository, name: "more", protect: true });
      assert.match(changed(repository).join("\n"), /visibility is not set.*#repository-protection/);
      assert.match(changed(emptied("acme")).join("\n"), /specHash is not set/);
    });

    it("is judged at the end where it was not shown before: it is a read one, whose id is not known yet", () => {
      const resources = compliantStack(STACK);
      both(drop("acme-allow"), emptied("acme-deny"))(resources);
      assert.deepEqual(refusals(resources), []);
      // It was there again in the meantime, and is not shown now.
      assert.deepEqual(changed(), []);
      const atEnd = policies.flatMap((policy) => ("validateStack" in policy ? judgeStack(policy, resources) : []));
      assert.match(atEnd.map(({ message }) => message).join("\n"), /no network policy denies ingress by default/);
    });
  });

  for (const stack of ["staging", "prod"]) {
    describe(`of ${stack}`, () => {
      let graph: Resource[];
      before(async () => {
        graph = await engineGraph(stack);
      });
      useCheckout(() => copyHostFiles(releasedCheckout(graph)));

      it("may be a tenant, or all of them", () => {
        const tenants = graph.filter(({ type }) => type === "odoo:saas:OdooTenant").map(({ name }) => name);
        assert(tenants.length > 0);
        for (const tenant of tenants) assert.deepEqual(refusals(leaving(graph, isOf(tenant))), [], tenant);
        const all = leaving(graph, (resource) => tenants.some((tenant) => isOf(tenant)(resource)));
        assert.deepEqual(refusals(all), []);
      });
    });
  }

  describe("is of a type", function () {
    this.timeout(300_000);
    const types = [...NEVER_EMPTY];
    for (const provider of new Set(types.map((type) => type.split(":", 1)[0] ?? ""))) {
      it(`of which ${provider} makes nothing without properties`, async () => {
        const own = types.filter((type) => type.startsWith(`${provider}:`));
        const checked = provider === "odoosql" ? await checkedByOdooSql(own) : await checkedEmpty(provider, own);
        const empty = own.filter((type) => {
          const { inputs, failures } = checked.get(type) ?? assert.fail(type);
          return failures.length === 0 && Object.keys(inputs).length === 0;
        });
        assert.deepEqual(empty, []);
      });
    }
  });

  it("is told from what is made over the wire, too", async () => {
    const root = writeHostFiles(releasedCheckout(compliantStack(STACK)));
    let pack: PackProcess | undefined;
    try {
      pack = await startPack(copyPack(root));
      const shown = leaving(compliantStack(STACK), isOf("acme"));
      assert.deepEqual(await pack.analyze(shown), []);
      assert.deepEqual(await pack.analyzeStack(shown), []);
    } finally {
      await pack?.stop();
      rmSync(root, { recursive: true });
    }
  });
});
