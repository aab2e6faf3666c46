import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { DONE } from "./attacks.ts";
import type { Attacks } from "./attacks.ts";
import { CLAIMS_FROM_ONES_OWN, IN_ANOTHERS_NAMESPACE } from "./kubernetesAttacks.ts";
import { Api } from "./kubernetesClient.ts";
import type { Party, Setting } from "./setting.ts";

const ACCOUNT = "odoo";
const BINDING = "isolation-test";
/** How long the API server's authoriser may take to see a new binding, in seconds. Measured: well below one. */
const BINDING_SECONDS = 30;

/** What any account of any cluster may: ask who it is, and what it may do. */
const ASKING_ABOUT_ONESELF = ["selfsubjectreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews"];

const rulesSchema = z.object({
  status: z.object({
    incomplete: z.boolean(),
    resourceRules: z.array(z.object({ verbs: z.array(z.string()), resources: z.array(z.string()).default([]) })),
  }),
});

/** The Kubernetes API, asked with tokens of the tenants' own service accounts. */
export function attackKubernetes(attacks: Attacks, setting: () => Setting): void {
  let api: Api;
  const tokens = new Map<Party, string>();
  const of = (party: Party): string => {
    const token = tokens.get(party);
    assert.ok(token, party.id);
    return token;
  };

  before(async () => {
    api = new Api(setting().kubeconfig);
    for (const party of setting().parties) {
      const answer = await api.asAdministrator({
        method: "POST",
        path: `/api/v1/namespaces/${party.outputs.namespace}/serviceaccounts/${ACCOUNT}/token`,
        body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 1200 } },
      });
      tokens.set(party, z.object({ status: z.object({ token: z.string() }) }).parse(answer).status.token);
    }
  });
  after(async () => {
    for (const party of setting().parties) await unbind(party);
  });

  it("a tenant's account may nothing, in its own namespace as in another's", async () => {
    const { parties, pairs } = setting();
    for (const party of parties) {
      const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
      const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
      const { status, body } = await api.ask(of(party), { method: "POST", path, body: review });
      attacks.works(party.id, "the token", status, 201);
      const { username } = z.object({ status: z.object({ userInfo: z.object({ username: z.string() }) }) }).parse(body)
        .status.userInfo;
      assert.equal(username, `system:serviceaccount:${party.outputs.namespace}:${ACCOUNT}`);
      assert.equal((await api.ask("no-token", { method: "POST", path, body: review })).status, 401);
      for (const place of parties) {
        const rights = await rightsIn(party, place);
        attacks.refused(`${party.id} → ${place.id}`, "have rights", rights.join() || "none", "none");
      }
    }
    await attackAll("without rights");
    for (const { name, own, other } of pairs) {
      for (const { what, request } of CLAIMS_FROM_ONES_OWN) {
        attacks.refused(name, what, (await api.ask(of(own), request(other, own))).status, 403);
      }
    }
  });

  it("not even with every right in its own namespace does it reach another's", async () => {
    const { parties } = setting();
    for (const party of parties) await bind(party);
    try {
      for (const party of parties) {
        for (const { what, request, own } of IN_ANOTHERS_NAMESPACE) {
          if (own !== undefined)
            attacks.works(party.id, what, (await api.ask(of(party), request(party, party))).status, own);
        }
      }
      await attackAll("with every right in one's own");
    } finally {
      for (const party of parties) await unbind(party);
    }
  });

  async function attackAll(how: string): Promise<void> {
    for (const { name, own, other } of setting().pairs) {
      for (const { what, request } of IN_ANOTHERS_NAMESPACE) {
        const { status } = await api.ask(of(own), request(other, own));
        attacks.refused(name, `${what}, ${how}`, status < 300 ? DONE : status, 403);
      }
    }
  }

  /** The resources that an account has rights to in a namespace, beyond asking about itself. */
  async function rightsIn(party: Party, place: Party): Promise<string[]> {
    const { body } = await api.ask(of(party), {
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectRulesReview",
        spec: { namespace: place.outputs.namespace },
      },
    });
    const { status } = rulesSchema.parse(body);
    assert.equal(status.incomplete, false);
    return status.resourceRules
      .flatMap(({ resources }) => resources)
      .filter((resource) => !ASKING_ABOUT_ONESELF.includes(resource));
  }

  /** Gives the account every right in its own namespace: what no policy of the platform's would let through. */
  async function bind(party: Party): Promise<void> {
    const { namespace } = party.outputs;
    await api.asAdministrator({
      method: "POST",
      path: `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
      body: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: BINDING },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
        subjects: [{ kind: "ServiceAccount", name: ACCOUNT, namespace }],
      },
    });
    const deadline = Date.now() + BINDING_SECONDS * 1000;
    while ((await rightsIn(party, party)).length === 0) {
      assert.ok(Date.now() < deadline, `${party.id} got its rights`);
      await sleep(50);
    }
  }

  async function unbind(party: Party): Promise<void> {
    const { status } = await api.ask(api.administrator, {
      method: "DELETE",
      path: `/apis/rbac.authorization.k8s.io/v1/namespaces/${party.outputs.namespace}/rolebindings/${BINDING}`,
    });
    assert.ok(status === 200 || status === 404);
  }
}
