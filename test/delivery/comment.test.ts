import assert from "node:assert/strict";
import type { Changes } from "../../features/delivery/changes.ts";
import { blastRadius, lossesOf, MARKER, renderComment } from "../../features/delivery/comment.ts";
import { engineArguments, FORBIDDEN_OPTIONS } from "../../features/delivery/engine.ts";
import { DeliveryError } from "../../features/delivery/deliveryError.ts";
import type { EngineEvent } from "../../features/delivery/events.ts";
import { annotationOf, formatAnnotation } from "../../lib/githubAnnotations.ts";
import { planOf } from "../../features/delivery/plan.ts";
import type { Plan } from "../../features/delivery/plan.ts";
import { dataIsProtected } from "../../policies/dataIsProtected.ts";
import { GITHUB, K8S, KEYCLOAK, RANDOM_PASSWORD, SQL } from "../../policies/lib/types.ts";
import { judgeOne } from "../../features/look/judge.ts";

const urn = (types: string, name: string) => `urn:pulumi:prod::odoo-saas::${types}::${name}`;
const TENANT = "odoo:saas:OdooTenant";
const DATABASE = `${TENANT}$odoo:saas:TenantDatabase`;

/** Types that data-is-protected guards. A tenant's lifecycle holds no data: it knows whether that may go. */
const PROTECTED = [K8S, SQL, KEYCLOAK, GITHUB]
  .flatMap((types) => Object.values<string>(types))
  .filter((type) => {
    const resource = { type, urn: urn(type, "it"), name: "it", parent: undefined, protect: false, props: {} };
    return type !== SQL.tenantLifecycle && judgeOne(dataIsProtected, resource).length > 0;
  });

let sequence = 0;
function step(op: string, types: string, name: string, parent: string, changed: readonly string[] = []): EngineEvent {
  const type = types.split("$").at(-1) ?? "";
  const state = { parent, protect: false };
  const detailedDiff = Object.fromEntries(changed.map((key) => [key, { diffKind: "update" }]));
  const metadata = { op, urn: urn(types, name), type, old: state, new: state, detailedDiff };
  return { sequence: ++sequence, resourcePreEvent: { metadata } };
}

/** A tenant's component, and its database by the operation given. */
function tenant(id: string, op: string): EngineEvent[] {
  return [
    step("same", TENANT, id, ""),
    step("same", DATABASE, `${id}-database`, urn(TENANT, id)),
    step(
      op,
      `${DATABASE}$postgresql:index/database:Database`,
      `${id}-database-database`,
      urn(DATABASE, `${id}-database`),
      ["name"],
    ),
  ];
}

const CHANGES: Changes = {
  base: "1".repeat(40),
  head: "2".repeat(40),
  stacks: [
    {
      stack: "prod",
      environment: "prod",
      cell: "main",
      tenants: [{ tenant: "acme", kind: "changed", keys: ["plan"], opens: [] }],
      settings: [],
      program: [],
      cost: { before: { USD: 150 }, after: { USD: 1390 } },
    },
  ],
};
const previewOf = (plan: Plan) => ({ changes: CHANGES, plans: [plan] });

describe("a pull request's comment", () => {
  it("tells by part what each tenant gets, the cost, and that nobody else is touched", () => {
    const plan = planOf("prod", true, tenant("acme", "update"));
    const text = renderComment(previewOf(plan));
    assert.ok(text.startsWith(MARKER));
    assert.match(text, /\| acme \| – \| database 1 \| – \| – \|/);
    assert.match(text, /Blast radius: 0 other tenants/);
    assert.match(text, /\| prod \| 150\.00 \| 1,390\.00 \| \+1,240\.00 \| USD \|/);
    assert.match(text, /Policies: 3 resources checked, no violations/);
    assert.doesNotMatch(text, /CAUTION/);
    assert.deepEqual(lossesOf([plan]), []);
  });

  for (const [types, part] of [
    [`${TENANT}$odoo:saas:TenantDatabase$postgresql:index/role:Role`, "database"],
    [`${TENANT}$odoo:saas:OdooRelease$kubernetes:helm.sh/v4:Chart$kubernetes:apps/v1:Deployment`, "release"],
    [`${TENANT}$odoo:saas:KeycloakRealm$keycloak:index/realm:Realm`, "keycloak realm"],
    [`${TENANT}$odoo:saas:TenantDns$kubernetes:externaldns.k8s.io/v1alpha1:DNSEndpoint`, "dns"],
    [`${TENANT}$odoo:saas:BillingAccount$random:index/randomPassword:RandomPassword`, "billing account"],
    [`${TENANT}$odoosql:index:TenantLifecycle`, "lifecycle"],
    [TENANT, "tenant"],
    ["odoo:saas:Platform$odoo:saas:Watchdog$kubernetes:apps/v1:Deployment", "platform"],
    ["odoo:saas:UsageMeter", "usage meter"],
  ] as const) {
    it(`counts ${types.split("$").at(-1) ?? ""} in ${part}, by the type of its component`, () => {
      assert.deepEqual(
        planOf("prod", true, [step("create", types, "it", "")]).steps.map((one) => one.part),
        [part],
      );
    });
  }

  it("counts no tenant of whom only the hash of its files differs", () => {
    const plan = planOf("prod", true, [
      step("update", TENANT, "acme", "", ["specHash"]),
      ...tenant("globex", "update"),
    ]);
    assert.deepEqual(
      plan.steps.map((one) => one.tenant),
      ["globex"],
    );
    assert.equal(plan.all.length, 4);
  });

  it("warns of the ways out that open, by tenant and module", () => {
    const [stack] = CHANGES.stacks;
    assert.ok(stack);
    const opens = [{ module: "currency_rate_update", networks: ["203.0.113.0/24", "198.51.100.7/32"] }];
    const changes: Changes = {
      ...CHANGES,
      stacks: [{ ...stack, tenants: [{ tenant: "acme", kind: "changed", keys: ["egress"], opens }] }],
    };
    const plan = planOf("prod", true, tenant("acme", "update"));
    const text = renderComment({ changes, plans: [plan] });
    assert.match(text, /\[!WARNING\]\n> \*\*Internet access opens\.\*\*.* port 443/);
    assert.match(text, /> - \*\*prod: acme: `currency_rate_update` to 203\.0\.113\.0\/24, 198\.51\.100\.7\/32\*\*/);
    assert.doesNotMatch(renderComment(previewOf(plan)), /WARNING/);
  });

  it("says in bold what loses data, by replacement and by deletion, and asks for the label", () => {
    for (const op of ["replace", "delete"]) {
      const plan = planOf("prod", true, tenant("acme", op));
      assert.equal(lossesOf([plan]).length, 1);
      const text = renderComment(previewOf(plan));
      assert.match(text, new RegExp(`\\*\\*prod: acme: ${op} of \`acme-database-database\` \\(Database\\)\\*\\*`));
      assert.match(text, /needs the label `data-loss-acknowledged`/);
      assert.match(text, /\*\*database 1\*\*/);
    }
    const config = step("replace", `${TENANT}$kubernetes:core/v1:ConfigMap`, "acme-config", urn(TENANT, "acme"));
    assert.deepEqual(lossesOf([planOf("prod", true, [...tenant("acme", "same"), config])]), []);
  });

  for (const type of PROTECTED) {
    it(`counts as a loss of data that a ${type} is replaced or deleted, and not that it changes otherwise`, () => {
      const losing = (op: string) => {
        const plan = planOf("prod", true, [
          ...tenant("acme", "same"),
          step(op, `${TENANT}$${type}`, "acme-it", urn(TENANT, "acme")),
        ]);
        return lossesOf([plan]).length;
      };
      assert.deepEqual(["replace", "delete", "create", "update"].map(losing), [1, 1, 0, 0]);
    });
  }

  it("counts the password of a tenant's backups as data, and no other", () => {
    const losses = (name: string) =>
      lossesOf([planOf("prod", true, [step("delete", `${TENANT}$${RANDOM_PASSWORD}`, name, urn(TENANT, "acme"))])]);
    assert.equal(losses("acme-backup-password").length, 1);
    assert.equal(losses("acme-database-password").length, 0);
  });

  it("names the tenants that are touched though their files do not change", () => {
    const plan = planOf("prod", true, [...tenant("acme", "update"), ...tenant("acme-eu", "update")]);
    assert.deepEqual(blastRadius(CHANGES.stacks[0] ?? assert.fail(), plan), ["acme-eu"]);
    assert.match(
      renderComment(previewOf(plan)),
      /\*\*Blast radius: 1 other tenant\*\* whose files do not change: acme-eu\./,
    );
  });

  it("tells policies' verdicts with their remedies, and errors, as text that cannot be anything else", () => {
    const refused: EngineEvent = {
      sequence: 1,
      policyEvent: {
        resourceUrn: urn(`${DATABASE}$postgresql:index/database:Database`, "acme-database-database"),
        message:
          '<{%reset%}>description\nacme: owner is "other". Set it. See docs/runbooks/policy-violation.md#x<{%reset%}>\n',
        policyName: "database-per-tenant",
        enforcementLevel: "mandatory",
      },
    };
    const failed: EngineEvent = {
      sequence: 2,
      diagnosticEvent: { urn: "", message: "<img src=x> @everyone\nbroken", severity: "error", ephemeral: false },
    };
    const plan = planOf("prod", false, [...tenant("acme", "same"), refused, failed]);
    assert.equal(plan.policies[0]?.tenant, "acme");
    const text = renderComment(previewOf(plan));
    assert.match(
      text,
      /- \*\*refused\*\* by `database-per-tenant`: acme: owner is "other"\. Set it\. See docs\/runbooks/,
    );
    assert.match(text, /&lt;img src=x> &#64;everyone broken/);
    assert.match(text, /\*\*The preview failed\*\* \(\[what to do\]\(docs\/runbooks\/delivery\.md#preview\)\)/);
  });

  it("says so when there is no plan, or nothing to plan", () => {
    assert.match(renderComment({ changes: CHANGES, plans: [] }), /\*\*No preview\*\*: the job failed/);
    assert.match(renderComment({ changes: { ...CHANGES, stacks: [] }, plans: [] }), /No tenant of any stack changes/);
  });
});

/** Options of `pulumi preview`, `up` and `refresh` that go around the policies, the protection or the stack's settings. */
const GOES_AROUND = [
  "--ignore-protect",
  "--disable-integrity-checking",
  "--policy-pack",
  "--policy-pack-config",
  "--config",
  "--config-file",
  "--config-path",
  "--stack",
  "-c",
  "-s",
];

describe("the engine's arguments", () => {
  it("always have the policy pack, relaxed for no stack of staging or prod", () => {
    for (const operation of ["preview", "up"] as const) {
      assert.match(
        engineArguments(operation, "prod-eu", []).join(" "),
        /--policy-pack policies\/pulumi-analyzer-odoo-saas(?! --policy-pack-config)/,
      );
      assert.match(engineArguments(operation, "sandbox", []).join(" "), /--policy-pack-config policies\/sandbox\.json/);
    }
    const proposed = engineArguments("propose", "prod-eu", []).join(" ");
    assert.match(
      proposed,
      /^preview .*--policy-pack policies\/pulumi-analyzer-odoo-saas --policy-pack-config policies\/pull-request\.json$/,
    );
    assert.match(engineArguments("propose", "sandbox", []).join(" "), /--policy-pack-config policies\/sandbox\.json/);
    assert.ok(engineArguments("compare", "prod", []).includes("--preview-only"));
    assert.ok(!engineArguments("refresh", "prod", []).includes("--preview-only"));
  });

  for (const operation of ["propose", "preview", "up", "compare", "refresh"] as const) {
    for (const option of GOES_AROUND) {
      it(`refuse ${option} for ${operation}, with and without a value`, () => {
        for (const words of [[option], [`${option}=value`], ["--target", "urn", option, "value"]]) {
          assert.throws(
            () => engineArguments(operation, "prod", words),
            (error) =>
              error instanceof DeliveryError &&
              error.message.startsWith(`${option} is refused`) &&
              error.message.includes("docs/runbooks/delivery.md#preview"),
            words.join(" "),
          );
        }
      });
    }
  }

  it("are tested with every option that is refused", () => {
    const untested = FORBIDDEN_OPTIONS.filter((start) => !GOES_AROUND.some((option) => option.startsWith(start)));
    assert.deepEqual(untested, []);
  });

  it("take the options that the workflows pass", () => {
    const more = ["--target", "urn", "--exclude", "other"];
    assert.deepEqual(engineArguments("up", "prod", more).slice(-more.length), more);
  });
});

describe("annotations", () => {
  it("stand at the line, and cannot be broken out of", () => {
    const diagnostic = { file: "tenants/a,b.yaml", line: 3, column: 7, path: "a:b", message: "is 100%\n::error::x" };
    assert.equal(
      formatAnnotation(annotationOf(diagnostic)),
      "::error file=tenants/a%2Cb.yaml,line=3,col=7,title=a%3Ab::is 100%25%0A::error::x",
    );
  });
});
