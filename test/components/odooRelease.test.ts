import assert from "node:assert/strict";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { OdooRelease } from "../../components/odooRelease.ts";
import { loadProjectFiles, memoryBytes } from "../../config/index.ts";
import type { ObjectStoreKeys, StackConfig, TenantSpec } from "../../config/index.ts";
import { runProgram, SECRET, UNKNOWN } from "../../lib/mockEngine.ts";
import { only } from "../support/only.ts";
import type { Json, RecordedResource } from "../../lib/mockEngine.ts";
import { exampleStack, exampleTenant } from "../support/specs.ts";
import { podFiles } from "../../policies/known/podFiles.ts";
import { THIRD_IMAGE, withThirdImage } from "../support/thirdImage.ts";

const CHART = "kubernetes:helm.sh/v4:Chart";
const SECRET_TYPE = "kubernetes:core/v1:Secret";
const NAMESPACE = "kubernetes:core/v1:Namespace";
const VOLUME = "kubernetes:core/v1:PersistentVolumeClaim";

interface Choices {
  readonly tenant?: TenantSpec;
  readonly stack?: StackConfig;
  readonly preview?: boolean;
}

async function release(choices: Choices = {}): Promise<readonly RecordedResource[]> {
  const program = () => {
    class Part extends pulumi.CustomResource {
      constructor(name: string) {
        super("test:index:Part", name);
      }
    }
    const made = new OdooRelease("acme-release", {
      tenant: choices.tenant ?? exampleTenant(),
      stack: choices.stack ?? exampleStack(),
      platform: { priorityClasses: [new Part("priority-classes")] },
      database: { password: pulumi.secret("database-password"), setup: new Part("database-setup") },
      realm: {
        issuer: "https://login.example/realms/acme",
        clientId: "odoo",
        clientSecret: pulumi.secret("client-secret"),
      },
    });
    assert.deepEqual(
      made.ready.map((resource) => resource.constructor.name),
      ["Chart"],
    );
  };
  return (await runProgram(program, { preview: choices.preview ?? false })).resources;
}

function object(value: Json | undefined): { readonly [key: string]: Json } {
  assert.ok(typeof value === "object" && value !== null && !Array.isArray(value));
  return value;
}

function text(value: Json | undefined): string {
  assert.ok(typeof value === "string");
  return value;
}

function values(resources: readonly RecordedResource[]) {
  return object(only(resources, CHART).inputs["values"]);
}

describe("OdooRelease", () => {
  it("makes these resources, all below itself", async () => {
    const resources = (await release()).filter((resource) => resource.name.startsWith("acme-release"));
    assert.deepEqual(resources.map(({ type, name }) => `${type} ${name}`).sort(), [
      "kubernetes:core/v1:LimitRange acme-release-limits",
      "kubernetes:core/v1:Namespace acme-release",
      "kubernetes:core/v1:PersistentVolumeClaim acme-release-backup-volume",
      "kubernetes:core/v1:PersistentVolumeClaim acme-release-filestore",
      "kubernetes:core/v1:ResourceQuota acme-release-quota",
      "kubernetes:core/v1:Secret acme-release-config",
      "kubernetes:core/v1:ServiceAccount acme-release-account",
      "kubernetes:helm.sh/v4:Chart acme-release-chart",
      "odoo:saas:OdooRelease acme-release",
      "random:index/randomPassword:RandomPassword acme-release-admin-password",
      "random:index/randomPassword:RandomPassword acme-release-backup-password",
    ]);
    for (const { name, type, parent } of resources) {
      if (type !== "odoo:saas:OdooRelease") assert.match(parent, /odoo:saas:OdooRelease::acme-release$/, name);
    }
  });

  it("has a namespace that refuses pods below the restricted profile", async () => {
    const { metadata } = only(await release(), NAMESPACE).inputs;
    assert.deepEqual(metadata, {
      name: "odoo-acme",
      labels: {
        "app.kubernetes.io/name": "odoo",
        "app.kubernetes.io/instance": "acme",
        "app.kubernetes.io/managed-by": "pulumi",
        "odoo-saas.dev/tenant": "acme",
        "odoo-saas.dev/environment": "prod",
        "odoo-saas.dev/owner": "acme-it",
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "latest",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/warn-version": "latest",
      },
    });
  });

  it("protects and keeps what holds data, and nothing else", async () => {
    const resources = (await release()).filter((resource) => resource.name.startsWith("acme-release"));
    const kept = resources.filter((resource) => resource.protect);
    assert.deepEqual(kept.map((resource) => resource.name).sort(), [
      "acme-release",
      "acme-release-backup-password",
      "acme-release-backup-volume",
      "acme-release-filestore",
    ]);
    for (const { name, protect, retainOnDelete } of resources) assert.equal(retainOnDelete, protect, name);

    const unprotected = await release({ stack: exampleStack({ protect: false }) });
    for (const { name, protect, retainOnDelete } of unprotected) assert.ok(!protect && !retainOnDelete, name);
  });

  it("waits five minutes at most for what it makes itself", async () => {
    for (const { type, name, timeouts } of await release()) {
      if (type.startsWith("kubernetes:core/")) {
        assert.deepEqual(timeouts, { create: "5m", update: "5m", delete: "1m" }, name);
      }
    }
  });

  it("gives the service account no token", async () => {
    assert.equal(
      only(await release(), "kubernetes:core/v1:ServiceAccount").inputs["automountServiceAccountToken"],
      false,
    );
  });

  it("asks for volumes of the stack's class and mode, sized by the plan", async () => {
    const resources = await release();
    const spec = (storage: string) => ({
      accessModes: ["ReadWriteMany"],
      storageClassName: "files",
      resources: { requests: { storage } },
    });
    assert.deepEqual(only(resources, VOLUME, "acme-release-filestore").inputs["spec"], spec("20Gi"));
    assert.deepEqual(only(resources, VOLUME, "acme-release-backup-volume").inputs["spec"], spec("40Gi"));
  });

  it("lets a volume grow after the quota, and waits for no pod to use it", async () => {
    const resources = await release();
    const quota = only(resources, "kubernetes:core/v1:ResourceQuota");
    for (const name of ["acme-release-filestore", "acme-release-backup-volume"]) {
      const { dependsOn, inputs } = only(resources, VOLUME, name);
      assert.ok(dependsOn.includes(quota.urn), `${name} comes after the quota`);
      // A class that waits for the first pod binds no claim before, and the provider waits for what is over by then.
      assert.equal(object(object(inputs["metadata"])["annotations"])["pulumi.com/skipAwait"], "true", name);
    }
  });

  it("takes the way from each plan to each other without a limit that the pods of either exceed", async () => {
    const result = loadProjectFiles(join(import.meta.dirname, "../.."));
    assert.ok(result.ok);
    const plans = [...result.projectFiles.plans.values()];
    assert.ok(plans.length >= 3);
    for (const before of plans) {
      for (const after of plans) {
        // A volume never shrinks: on the way to a smaller plan, the tenant's file keeps the size.
        const storage = memoryBytes(before.storage) > memoryBytes(after.storage) ? before.storage : after.storage;
        const plan = { ...after, storage };
        const resources = await release({ tenant: exampleTenant({ plan }) });
        const hard = object(object(only(resources, "kubernetes:core/v1:ResourceQuota").inputs["spec"])["hard"]);
        const way = `${before.name} to ${after.name}`;
        // When the quota is new, the pods of the old plan still run, and one of the new one must start beside them.
        const sums = Object.keys(hard).filter((key) => /cpu|memory/.test(key));
        assert.deepEqual(sums, [], `${way}: a sum would be exceeded by the pods that are there`);
        const pods = before.replicas + after.replicas + 4;
        assert.ok(Number(hard["pods"]) >= pods, `${way}: ${pods} pods`);
        const asked = resources
          .filter(({ type }) => type === VOLUME)
          .map(({ inputs }) =>
            memoryBytes(text(object(object(object(inputs["spec"])["resources"])["requests"])["storage"])),
          );
        assert.equal(
          memoryBytes(text(hard["requests.storage"])),
          asked.reduce((sum, bytes) => sum + bytes, 0),
          way,
        );
      }
    }
  });

  it("bounds containers and pods by the plan", async () => {
    const most = { cpu: "2", memory: "5Gi" };
    const requests = { cpu: "500m", memory: "2Gi" };
    assert.deepEqual(only(await release(), "kubernetes:core/v1:LimitRange").inputs["spec"], {
      limits: [
        { type: "Container", default: most, defaultRequest: requests, max: most },
        // The cron pod has a second container for its numbers.
        { type: "Pod", max: { cpu: "2200m", memory: "5216Mi" } },
      ],
    });
  });

  it("puts secrets into the configuration Secret, as a Pulumi secret, and nowhere else", async () => {
    const resources = await release();
    const config = only(resources, SECRET_TYPE);
    assert.equal(config.inputs["stringData"], SECRET);
    const files = object(config.revealed["stringData"]);
    assert.match(text(files["odoo.conf"]), /\ndb_host = db\.cluster\.example\ndb_port = 6432\n/);
    assert.match(text(files["odoo.conf"]), /\ndb_password = database-password\n/);
    assert.match(text(files["odoo.conf"]), /\nadmin_passwd = password-of-acme-release-admin-password\n/);
    assert.match(text(files["pg_service.conf"]), /\npassword=database-password\n/);
    assert.match(text(files["oidc.json"]), /"clientSecret": "client-secret"/);
    assert.match(text(files["odoo.conf"]), /\nsmtp_user = odoo-saas\nsmtp_password = mail-password\n/);

    for (const { name, revealed } of resources.filter((resource) => resource !== config)) {
      assert.doesNotMatch(
        JSON.stringify(revealed),
        /database-password"|client-secret"|mail-password|password-of/,
        name,
      );
    }
  });

  it("gives backups a password of their own that no rotation changes, and the tenant's file", async () => {
    const rotated = exampleTenant({ credentials: { database: 2, realm: 2, analytics: 2 } });
    const [first, later] = [await release(), await release({ tenant: rotated })];
    for (const resources of [first, later]) {
      const password = only(resources, "random:index/randomPassword:RandomPassword", "acme-release-backup-password");
      assert.deepEqual(password.inputs, { length: 40, special: false });
    }
    const files = object(only(first, SECRET_TYPE).revealed["stringData"]);
    assert.equal(files["backup-password"], "password-of-acme-release-backup-password\n");
    assert.equal(files["backup-credentials"], "");
    assert.deepEqual(JSON.parse(text(files["tenant.json"])), exampleTenant());
  });

  const STORE = { endpoint: "https://s3.example", bucket: "backups", cidrs: [] };

  it("sends backups to the object store with keys of the tenant's own, where the stack has one", async () => {
    const keys = pulumi.secret<Record<string, ObjectStoreKeys>>({
      acme: { accessKeyId: "acme-key", secretAccessKey: "acme-secret" },
      other: { accessKeyId: "other-key", secretAccessKey: "other-secret" },
    });
    const resources = await release({ stack: exampleStack({ objectStore: STORE, backupCredentials: keys }) });
    assert.equal(object(values(resources)["backup"])["repository"], "s3:https://s3.example/backups/prod/acme");
    const files = object(only(resources, SECRET_TYPE).revealed["stringData"]);
    assert.equal(
      files["backup-credentials"],
      "[default]\naws_access_key_id = acme-key\naws_secret_access_key = acme-secret\n",
    );
    assert.doesNotMatch(JSON.stringify(files), /other-/);
  });

  it("refuses an object store without keys for the tenant, with the command that fixes it", async () => {
    await assert.rejects(
      release({ stack: exampleStack({ objectStore: STORE }) }),
      /backupCredentials\.acme: is missing/,
    );
  });

  it("renders the chart from values that are known before anything exists", async () => {
    const [first, later] = [await release({ preview: true }), await release()];
    assert.ok(!JSON.stringify(only(first, CHART).inputs).includes(UNKNOWN));
    assert.deepEqual(only(first, CHART).inputs, only(later, CHART).inputs);
  });

  it("tells the chart what the tenant is", async () => {
    const resources = await release();
    const { inputs } = only(resources, CHART);
    assert.equal(inputs["chart"], "./charts/odoo");
    assert.equal(inputs["name"], "acme");
    assert.equal(inputs["namespace"], "odoo-acme");
    assert.equal(inputs["skipAwait"], undefined);
    const { configRevision, labels, ...rest } = values(resources);
    assert.match(text(configRevision), /^[0-9a-f]{16}$/);
    assert.equal(object(labels)["odoo-saas.dev/owner"], "acme-it");
    assert.deepEqual(rest, {
      tenant: "acme",
      chartVersion: "0.1.0",
      lifecycle: "active",
      image: { repository: "docker.io/library/odoo", digest: `sha256:${"0123456789abcdef".repeat(4)}` },
      modules: ["auth_oidc", "project", "queue_job", "session_db"],
      databaseRootCertificate: "system",
      serviceAccount: "odoo",
      configSecret: "odoo-config",
      filestore: { claim: "odoo-filestore", shared: true },
      resources: { requests: { cpu: "500m", memory: "2Gi" }, limits: { cpu: "2", memory: "5Gi" } },
      web: { replicas: 2, workers: 5 },
      cron: { threads: 1, databaseConnections: 9, jobSeconds: 3600, load: ["base", "web", "session_db", "queue_job"] },
      init: { deadlineSeconds: 1800 },
      backup: {
        claim: "odoo-backup",
        image: { repository: "docker.io/restic/restic", digest: `sha256:${"fedcba9876543210".repeat(4)}` },
        repository: "/backup/repository",
        schedule: "0 2 * * *",
        keep: { daily: 7, weekly: 4, monthly: 3 },
      },
    });
  });

  it("tells backups nothing of a tenant that policies do not know", () => {
    const shape = podFiles("prod", "acme")["tenant.json"]?.shape.shape ?? assert.fail();
    for (const key of [...Object.keys(exampleTenant()), "decommission"])
      assert.ok(key in shape, `add ${key} to TENANT of policies/known/podFiles.ts`);
  });

  it("gives the chart every image of the release, a new one as well", async () => {
    const tenant = exampleTenant();
    const made = values(await release({ tenant: { ...tenant, release: withThirdImage(tenant.release) } }));
    assert.deepEqual(made["proxy"], { image: THIRD_IMAGE });
  });

  it("starts the chart after everything it needs", async () => {
    const { dependsOn } = only(await release(), CHART);
    const names = dependsOn.map((urn) => urn.split("::").at(-1)).sort();
    assert.deepEqual(names, [
      "acme-release",
      "acme-release-account",
      "acme-release-backup-volume",
      "acme-release-config",
      "acme-release-filestore",
      "acme-release-limits",
      "acme-release-quota",
      "database-setup",
      "priority-classes",
    ]);
  });

  it("restarts pods when a secret is rotated, and not when the analytics password is", async () => {
    const revision = async (credentials: TenantSpec["credentials"]) =>
      values(await release({ tenant: exampleTenant({ credentials }) }))["configRevision"];
    const now = await revision({ database: 1, realm: 1, analytics: 1 });
    assert.notEqual(await revision({ database: 2, realm: 1, analytics: 1 }), now);
    assert.notEqual(await revision({ database: 1, realm: 2, analytics: 1 }), now);
    assert.equal(await revision({ database: 1, realm: 1, analytics: 2 }), now);
  });

  it("waits for the init Job as long as the stack says, and keeps pods on one node where the filestore demands it", async () => {
    const kubernetes = {
      ...exampleStack().kubernetes,
      filestoreAccessMode: "ReadWriteOnce" as const,
      initSeconds: 240,
    };
    const made = values(await release({ stack: exampleStack({ kubernetes }) }));
    assert.deepEqual(made["init"], { deadlineSeconds: 240 });
    assert.deepEqual(made["filestore"], { claim: "odoo-filestore", shared: false });
  });

  it("passes the lifecycle on to the chart", async () => {
    for (const lifecycle of ["paused", "decommissioning"] as const) {
      assert.equal(values(await release({ tenant: exampleTenant({ lifecycle }) }))["lifecycle"], lifecycle);
    }
  });

  it("refuses a plan whose connections do not suffice", async () => {
    const { plan } = exampleTenant();
    const tenant = exampleTenant({ plan: { ...plan, databaseConnections: 10 } });
    await assert.rejects(release({ tenant }), {
      message: /^plans\.yaml: standard\.databaseConnections is 10, expected/,
    });
  });
});
