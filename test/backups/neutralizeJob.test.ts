import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { neutralizeInCluster } from "../../features/backups/neutralizeJob.ts";

const TARGET: PostgresLogin = {
  host: "postgres.example",
  port: 5432,
  database: "acme_copy",
  user: "acme",
  password: "a-test-password",
  sslmode: "disable",
};

/** An init Job as the API shows it, with the labels that Kubernetes adds to its pods. */
function initJob(name: string, createdAt: string, image: string) {
  return {
    metadata: { name, creationTimestamp: createdAt },
    spec: {
      template: {
        metadata: {
          labels: {
            "app.kubernetes.io/name": "odoo",
            "app.kubernetes.io/instance": "acme",
            "app.kubernetes.io/component": "init",
            "job-name": name,
            "controller-uid": "1",
            "batch.kubernetes.io/job-name": name,
            "batch.kubernetes.io/controller-uid": "1",
          },
          annotations: { "checksum/config": "x" },
        },
        spec: {
          restartPolicy: "Never",
          serviceAccountName: "odoo",
          initContainers: [{ name: "other", image }],
          containers: [
            {
              name: "init",
              image,
              command: ["/bin/sh", "/opt/odoo-saas/init.sh"],
              volumeMounts: [{ name: "config", mountPath: "/etc/odoo" }],
            },
          ],
          volumes: [{ name: "config", secret: { secretName: "odoo-config" } }],
        },
      },
    },
  };
}

describe("odoo neutralize as a Job in the cluster", () => {
  let server: Server;
  let kubeconfig: string;
  /** What the API holds and does in a test. */
  let jobs: readonly object[];
  let statuses: object[];
  let hasLog: boolean;
  let requests: { readonly call: string; readonly body: string }[];

  before(async () => {
    server = createServer((request, response) => {
      void text(request).then((body) => {
        const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
        requests.push({ call: `${request.method ?? ""} ${pathname}`, body });
        const json = (answer: object, status = 200) => {
          response.writeHead(status, { "content-type": "application/json" });
          response.end(JSON.stringify(answer));
        };
        const namespaced = "/namespaces/odoo-acme/";
        if (request.method === "GET" && pathname === `/apis/batch/v1${namespaced}jobs`) {
          assert.equal(
            searchParams.get("labelSelector"),
            "app.kubernetes.io/instance=acme,app.kubernetes.io/component=init",
          );
          json({ items: jobs });
        } else if (request.method === "POST") json(JSON.parse(body) as object);
        else if (request.method === "DELETE") json({});
        else if (pathname.startsWith(`/apis/batch/v1${namespaced}jobs/odoo-neutralize-`)) {
          json({ status: statuses.length > 1 ? statuses.shift() : statuses[0] });
        } else if (pathname === `/api/v1${namespaced}pods`) {
          assert.match(searchParams.get("labelSelector") ?? "", /^job-name=odoo-neutralize-[0-9a-f]{8}$/);
          json({ items: [{ metadata: { name: "odoo-neutralize-x-abc" }, status: { message: "no Odoo runs here" } }] });
        } else if (pathname === `/api/v1${namespaced}pods/odoo-neutralize-x-abc/log` && hasLog) {
          response.writeHead(200, { "content-type": "text/plain" });
          response.end("CRITICAL acme_copy: THE DATABASE IS NOT NEUTRALIZED!\n");
        } else json({ kind: "Status", code: 403, message: "forbidden" }, 403);
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    kubeconfig = JSON.stringify({
      clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: { token: "t" } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    });
  });
  after(() => server.close());
  beforeEach(() => {
    requests = [];
    jobs = [
      initJob("odoo-init-new", "2026-11-02T00:00:00Z", "odoo@sha256:new"),
      initJob("odoo-init-old", "2026-11-01T00:00:00Z", "odoo@sha256:old"),
    ];
    statuses = [{ active: 1 }, { active: 1 }, { succeeded: 1 }];
    hasLog = true;
  });

  const run = (tenant = "acme") => neutralizeInCluster({ kubeconfig, tenant, interval: 0.01 })(TARGET);
  const calls = (verb: string) => requests.filter(({ call }) => call.startsWith(verb));

  it("runs the newest init Job's pod with one command, waits for its end, and takes the Job away", async () => {
    await run();
    const [created] = calls("POST").map(({ body }) => JSON.parse(body) as ReturnType<typeof initJob>);
    const { metadata, spec } = created?.spec.template ?? {};
    assert.deepEqual(metadata, {
      labels: {
        "app.kubernetes.io/name": "odoo",
        "app.kubernetes.io/instance": "acme",
        "app.kubernetes.io/component": "neutralize",
      },
    });
    assert.deepEqual(spec, {
      restartPolicy: "Never",
      serviceAccountName: "odoo",
      initContainers: [],
      containers: [
        {
          name: "neutralize",
          image: "odoo@sha256:new",
          command: ["odoo", "neutralize", "--config=/etc/odoo/odoo.conf", "--database=acme_copy"],
          volumeMounts: [{ name: "config", mountPath: "/etc/odoo" }],
        },
      ],
      volumes: [{ name: "config", secret: { secretName: "odoo-config" } }],
    });
    assert.equal(calls("DELETE").length, 1);
    assert.ok(!JSON.stringify(requests).includes(TARGET.password));
  });

  it("tells why it failed with the end of Odoo's log, and takes the Job away", async () => {
    statuses = [{ conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded" }] }];
    await assert.rejects(
      run(),
      /failed on database acme_copy in odoo-acme \(BackoffLimitExceeded\):\n {2}CRITICAL .*NOT NEUTRALIZED!\nSee docs\/runbooks\/restore\.md/,
    );
    assert.equal(calls("DELETE").length, 1);
    hasLog = false;
    await assert.rejects(run(), /\(BackoffLimitExceeded\):\n {2}no Odoo runs here\n/);
  });

  it("says what to do where no release is, or the API refuses", async () => {
    jobs = [];
    await assert.rejects(run(), /odoo-acme has no Job odoo-init-\*, expected the tenant to have been brought up there/);
    await assert.rejects(run("other"), /in namespace odoo-other: status 403\. Expected a Kubernetes API that lets you/);
    assert.deepEqual(calls("POST"), []);
  });
});
