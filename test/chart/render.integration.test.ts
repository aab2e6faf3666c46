import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";
import { z } from "zod";
import { METRICS_RESOURCES } from "../../components/odooSizing.ts";
import { ensureProgram } from "../../sandbox/toolchain/ensure.ts";

const CHART = join(import.meta.dirname, "../../charts/odoo");

/** The smallest complete set of values, as the chart ships it. */
const example = z.record(z.string(), z.unknown()).parse(parse(readFileSync(join(CHART, "ci/example.yaml"), "utf8")));

/** restic's image, which has no default. */
const image = z.looseObject({}).parse(example["backup"]);

/** Values that differ from the example's; those of `backup` are added to its image. */
type Changes = Readonly<Record<string, unknown>> & { readonly backup?: Readonly<Record<string, unknown>> };

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()),
  args: z.array(z.string()).default([]),
  env: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  resources: z.unknown(),
  securityContext: z.unknown(),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })),
  startupProbe: z.unknown().optional(),
  livenessProbe: z.unknown().optional(),
  readinessProbe: z.unknown().optional(),
});
const podTemplate = z.object({
  metadata: z.object({
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.looseObject({
    initContainers: z.array(container).default([]),
    containers: z.array(container).min(1).max(2),
    volumes: z.array(z.looseObject({ name: z.string() })),
    securityContext: z.unknown(),
    priorityClassName: z.string(),
    affinity: z.unknown().optional(),
    topologySpreadConstraints: z.unknown().optional(),
  }),
});
const manifest = z.looseObject({
  kind: z.string(),
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.looseObject({}).optional(),
});
type Manifest = z.output<typeof manifest>;

describe("chart odoo", () => {
  let helm: string;
  before(async () => {
    helm = await ensureProgram("helm");
  });

  function runHelm(...args: string[]) {
    return spawnSync(helm, args, { encoding: "utf8" });
  }

  /** Runs `helm template` with the example's values and some changes. */
  function template(changes: Changes) {
    return spawnSync(
      helm,
      ["template", "acme", CHART, "--namespace", "odoo-acme", "--kube-version", "1.35.0", "--values", "-"],
      {
        encoding: "utf8",
        input: stringify({ ...example, ...changes, backup: { ...image, ...changes.backup } }),
      },
    );
  }

  function render(changes: Changes = {}): Manifest[] {
    const { status, stdout, stderr } = template(changes);
    assert.equal(status, 0, stderr);
    return parseAllDocuments(stdout)
      .map((document) => {
        const object: unknown = document.toJS();
        return object;
      })
      .filter((object) => object !== null)
      .map((object) => manifest.parse(object));
  }

  function find(objects: readonly Manifest[], kind: string, name?: string): Manifest {
    const [found, ...more] = objects.filter(
      (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
    );
    assert.ok(found !== undefined && more.length === 0, `one ${kind} ${name ?? ""}`);
    return found;
  }

  /** Pod templates by the component that they are. */
  function pods(objects: readonly Manifest[]) {
    const inTemplate = z.object({ template: podTemplate });
    const inCronJob = z.object({ jobTemplate: z.object({ spec: inTemplate }) });
    const one = (kind: string, name?: string) => inTemplate.parse(find(objects, kind, name).spec).template;
    return {
      init: one("Job"),
      web: one("Deployment", "odoo-web"),
      cron: one("Deployment", "odoo-cron"),
      backup: inCronJob.parse(find(objects, "CronJob").spec).jobTemplate.spec.template,
    };
  }

  function only<Item>(items: readonly Item[]): Item {
    assert.equal(items.length, 1);
    const [item] = items as readonly [Item];
    return item;
  }

  /** The container that a pod is there for. */
  function main({ spec }: z.output<typeof podTemplate>) {
    return only(spec.containers.filter(({ name }) => name !== "metrics"));
  }

  it("has all be gone with the call that deletes it, but for what has pods to wait for", () => {
    const waits = new Set(["Deployment", "Job"]);
    for (const { kind, metadata } of render()) {
      const policy = metadata.annotations["pulumi.com/deletionPropagationPolicy"];
      assert.equal(policy, waits.has(kind) ? undefined : "background", kind);
    }
  });

  it("passes helm lint, with and without values", () => {
    for (const values of [[], ["--values", join(CHART, "ci/example.yaml")]]) {
      const { status, stdout, stderr } = runHelm("lint", "--strict", CHART, ...values);
      assert.equal(status, 0, stdout + stderr);
      assert.doesNotMatch(stdout, /WARNING|ERROR/);
    }
  });

  it("makes seven objects, in the release's namespace, with the labels of all objects", () => {
    const labels = { "odoo-saas.dev/tenant": "acme", "app.kubernetes.io/managed-by": "pulumi" };
    const objects = render({ labels });
    assert.deepEqual(
      objects.map(({ kind, metadata }) => `${kind} ${metadata.name.replace(/init-[0-9a-f]{10}$/, "init-HASH")}`).sort(),
      [
        "ConfigMap odoo-scripts",
        "CronJob odoo-backup",
        "Deployment odoo-cron",
        "Deployment odoo-web",
        "Job odoo-init-HASH",
        "PodDisruptionBudget odoo-web",
        "Service odoo",
      ],
    );
    const all = [
      ...objects.map(({ metadata }) => metadata),
      ...Object.values(pods(objects)).map((pod) => pod.metadata),
    ];
    for (const metadata of all) {
      assert.equal(metadata.labels["app.kubernetes.io/name"], "odoo");
      assert.equal(metadata.labels["app.kubernetes.io/instance"], "acme");
      assert.equal(metadata.labels["app.kubernetes.io/managed-by"], "pulumi");
      assert.equal(metadata.labels["odoo-saas.dev/tenant"], "acme");
    }
    for (const { metadata } of objects) assert.equal(metadata.namespace, "odoo-acme");
    for (const [component, pod] of Object.entries(pods(objects))) {
      assert.equal(pod.metadata.labels["app.kubernetes.io/component"], component);
    }
  });

  // Helm writes YAML 1.1, kubectl and Pulumi read it: what is not quoted there is a boolean, a number or nothing to some.
  describe("with a word that YAML takes for something else", () => {
    /** A complete set of values with a word wherever a name is free, as JSON: what writes it must not be what is tested. */
    function rendered(word: string): { text: string; error: string } {
      const values = {
        ...example,
        tenant: word,
        labels: { [word]: word },
        configRevision: word,
        serviceAccount: word,
        configSecret: word,
        databaseRootCertificate: "system",
        modules: ["base", word],
        image: { ...z.looseObject({}).parse(example["image"]), pullSecrets: [word] },
        filestore: { claim: word, shared: false },
        cron: { threads: 1, databaseConnections: 5, load: [word] },
        backup: { ...image, claim: word },
        priorityClasses: { web: word, batch: word },
      };
      const { stdout, stderr } = spawnSync(
        helm,
        ["template", word, CHART, "--namespace", word, "--kube-version", "1.35.0", "--values", "-"],
        { encoding: "utf8", input: JSON.stringify(values) },
      );
      // Names and checksums are made from the whole template.
      return { text: stdout.replace(/\b[0-9a-f]{10}(?:[0-9a-f]{6})?\b/g, "HASH"), error: stderr };
    }
    const read = (text: string, version: "1.1" | "1.2"): unknown[] =>
      parseAllDocuments(text, { version }).map((document) => document.toJS() as unknown);
    const WORDS = ["yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "none"];

    for (const word of WORDS) {
      it(`says ${word} where it is told to`, () => {
        const plain = rendered("acme");
        const { text, error } = rendered(word);
        assert.equal(error, "");
        // `acme` means itself to every reader; the template has no other place for the word than `acme` has.
        const expected: unknown = JSON.parse(JSON.stringify(read(plain.text, "1.2")).replaceAll("acme", word));
        for (const version of ["1.1", "1.2"] as const) assert.deepEqual(read(text, version), expected, version);
      });
    }
  });

  it("lets no label replace those that selectors use", () => {
    const objects = render({ labels: { "app.kubernetes.io/component": "x", "app.kubernetes.io/instance": "other" } });
    assert.equal(pods(objects).web.metadata.labels["app.kubernetes.io/component"], "web");
    assert.equal(pods(objects).web.metadata.labels["app.kubernetes.io/instance"], "acme");
  });

  it("runs every pod as the restricted profile demands, by numeric user, without a token", () => {
    for (const [component, { spec }] of Object.entries(pods(render()))) {
      assert.deepEqual(
        spec.securityContext,
        {
          runAsNonRoot: true,
          runAsUser: 100,
          runAsGroup: 101,
          fsGroup: 101,
          fsGroupChangePolicy: "OnRootMismatch",
          seccompProfile: { type: "RuntimeDefault" },
        },
        component,
      );
      assert.equal(spec["automountServiceAccountToken"], false, component);
      assert.deepEqual(
        spec["hostAliases"],
        [{ ip: "127.0.0.1", hostnames: ["apps.odoo.com", "services.odoo.com", "www.gravatar.com"] }],
        component,
      );
      assert.equal(spec["serviceAccountName"], "odoo", component);
      for (const key of ["hostNetwork", "hostPID", "hostIPC"]) assert.equal(spec[key], undefined, component);
      for (const each of [...spec.initContainers, ...spec.containers]) {
        assert.deepEqual(each.securityContext, {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
          readOnlyRootFilesystem: true,
        });
        assert.deepEqual(each.resources, each.name === "metrics" ? METRICS_RESOURCES : example["resources"]);
        const repository = each.name === "restic" ? "restic/restic" : "library/odoo";
        assert.match(each.image, new RegExp(`^docker\\.io/${repository}@sha256:[0-9a-f]{64}$`));
      }
    }
  });

  it("mounts writable only what Odoo writes to, and of the Secret only what each pod reads", () => {
    const objects = pods(render());
    const writable = (pod: z.output<typeof podTemplate>) =>
      main(pod)
        .volumeMounts.filter((mount) => mount["readOnly"] !== true)
        .map((mount) => mount.mountPath);
    assert.deepEqual(writable(objects.web), ["/var/lib/odoo", "/tmp"]);
    assert.deepEqual(writable(objects.cron), ["/var/lib/odoo", "/tmp"]);
    assert.deepEqual(writable(objects.init), ["/var/lib/odoo", "/tmp"]);
    assert.deepEqual(writable(objects.backup), ["/tmp", "/backup"]);

    const keys = (pod: z.output<typeof podTemplate>) =>
      z
        .looseObject({
          secret: z
            .object({
              secretName: z.literal("odoo-config"),
              defaultMode: z.literal(0o440),
              items: z.array(z.object({ key: z.string() })),
            })
            .loose(),
        })
        .parse(pod.spec.volumes.find((volume) => volume.name === "config"))
        .secret.items.map((item) => item.key);
    assert.deepEqual(keys(objects.web), ["odoo.conf", "pg_service.conf"]);
    assert.deepEqual(keys(objects.cron), ["odoo.conf", "pg_service.conf"]);
    assert.deepEqual(keys(objects.init), ["odoo.conf", "pg_service.conf", "oidc.json", "settings.json"]);
    assert.deepEqual(keys(objects.backup), ["pg_service.conf", "tenant.json", "backup-password", "backup-credentials"]);
  });

  it("runs web and cron apart, each with the configuration file", () => {
    const { web, cron } = pods(
      render({
        web: { replicas: 2, workers: 4 },
        cron: { threads: 2, databaseConnections: 8, jobSeconds: 7200, load: ["base", "web", "queue_job"] },
      }),
    );
    const [odoo, scheduled] = [main(web), main(cron)];
    for (const { command } of [odoo, scheduled]) {
      assert.deepEqual(command, ["python3", "-B", "-I", "/opt/odoo-saas/serve.py"]);
    }
    assert.deepEqual(odoo.args, ["odoo", "--workers=4", "--max-cron-threads=0"]);
    assert.deepEqual(scheduled.args, [
      "odoo",
      "--workers=0",
      // Where report.url of the database points.
      "--http-port=8072",
      "--max-cron-threads=2",
      "--load=base,web,queue_job",
      "--db_maxconn=8",
      // Of Odoo's threaded server, both: the first for requests, and so for the jobs of queue_job.
      "--limit-time-real=7200",
      "--limit-time-real-cron=7200",
    ]);
    for (const [component, { env }] of Object.entries({ web: odoo, cron: scheduled })) {
      assert.deepEqual(
        env.filter(({ name }) => !/^ODOO_(?:REVISION|IMAGE_DIGEST)$/.test(name)),
        [
          { name: "ODOO_PGAPPNAME", value: `odoo-${component}-{pid}` },
          { name: "ODOO_RC", value: "/etc/odoo/odoo.conf" },
          { name: "HOME", value: "/var/lib/odoo" },
          { name: "PYTHONDONTWRITEBYTECODE", value: "1" },
          { name: "PGSSLROOTCERT", value: "system" },
          component === "cron"
            ? { name: "HTTP_PORT", value: "8072" }
            : { name: "ODOO_HTTP_SOCKET_TIMEOUT", value: "15" },
        ],
      );
    }
    assert.equal(web.spec.priorityClassName, "odoo-web");
    assert.equal(cron.spec.priorityClassName, "odoo-batch");
  });

  it("probes serve.py and never Odoo, whose every answer needs the database", () => {
    const { web, cron } = pods(render());
    for (const pod of [web, cron]) {
      const { ports, startupProbe, livenessProbe, readinessProbe } = main(pod);
      assert.equal(ports.find(({ name }) => name === "status")?.containerPort, 8068);
      assert.deepEqual(livenessProbe, {
        httpGet: { path: "/live", port: "status" },
        periodSeconds: 20,
        timeoutSeconds: 5,
        failureThreshold: 3,
      });
      assert.deepEqual(readinessProbe, {
        httpGet: { path: "/ready", port: "status" },
        periodSeconds: 5,
        timeoutSeconds: 5,
        failureThreshold: 2,
      });
      assert.equal(startupProbe, undefined);
    }
  });

  it("tells monitoring of the queues from the cron pod, by a container that writes nothing", () => {
    const { web, cron } = pods(render());
    assert.equal(web.spec.containers.length, 1);
    const metrics = cron.spec.containers.find(({ name }) => name === "metrics");
    assert.ok(metrics);
    assert.deepEqual(metrics.command, ["python3", "-B", "-I", "/opt/odoo-saas/metrics.py"]);
    assert.deepEqual(metrics.ports, [{ name: "metrics", containerPort: 9180 }]);
    assert.deepEqual(metrics.env, [{ name: "TENANT", value: "acme" }]);
    assert.deepEqual(
      metrics.volumeMounts.map(({ mountPath, ...mount }) => [mountPath, mount["readOnly"]]),
      [
        ["/etc/odoo", true],
        ["/opt/odoo-saas", true],
      ],
    );
  });

  it("has a websocket port where workers run, and none where they do not", () => {
    const ports = (workers: number) => {
      const objects = render({ web: { replicas: 1, workers } });
      const service = z.looseObject({ clusterIP: z.string(), ports: z.array(z.looseObject({ port: z.number() })) });
      return {
        container: main(pods(objects).web).ports.map((port) => port.containerPort),
        service: service.parse(find(objects, "Service").spec).ports.map((port) => port.port),
      };
    };
    assert.deepEqual(ports(2), { container: [8069, 8068, 8072], service: [8069, 8072] });
    assert.deepEqual(ports(0), { container: [8069, 8068], service: [8069] });
  });

  it("keeps web pods apart, or all pods together where the filestore can be on one node only", () => {
    const shared = pods(render());
    assert.match(JSON.stringify(shared.web.spec.topologySpreadConstraints), /"kubernetes\.io\/hostname"/);
    assert.equal(shared.web.spec.affinity, undefined);
    const single = pods(render({ filestore: { claim: "odoo-filestore", shared: false } }));
    for (const [component, { spec }] of Object.entries(single)) {
      assert.match(JSON.stringify(spec.affinity), /"podAffinity".*"app\.kubernetes\.io\/instance":"acme"/, component);
      assert.equal(spec.topologySpreadConstraints, undefined, component);
    }
  });

  it("runs no pods of a tenant that is not active, and goes on with its backups", () => {
    for (const lifecycle of ["paused", "decommissioning"]) {
      const objects = render({ lifecycle, web: { replicas: 3, workers: 2 } });
      assert.equal(find(objects, "Deployment", "odoo-web").spec?.["replicas"], 0);
      assert.equal(find(objects, "Deployment", "odoo-cron").spec?.["replicas"], 0);
      assert.equal(find(objects, "CronJob").spec?.["suspend"], undefined);
    }
    assert.equal(find(render({ web: { replicas: 3, workers: 2 } }), "Deployment", "odoo-web").spec?.["replicas"], 3);
  });

  describe("the init Job", () => {
    const jobName = (objects: readonly Manifest[]) => find(objects, "Job").metadata.name;

    it("comes before web, and web before cron: only one of them depends on the Job, which the next release has no more", () => {
      const objects = render();
      const after = {
        "odoo-web": `batch/namespaces/odoo-acme/Job/${jobName(objects)}`,
        "odoo-cron": "apps/namespaces/odoo-acme/Deployment/odoo-web",
      };
      const dependsOn = objects
        .filter(({ kind }) => kind === "Deployment")
        .map(({ metadata }) => [metadata.name, metadata.annotations["config.kubernetes.io/depends-on"]]);
      assert.deepEqual(Object.fromEntries(dependsOn), after);
    });

    it("is waited for by web and cron until the database has its revision", () => {
      const objects = render();
      const image = z.object({ digest: z.string() }).loose().parse(example["image"]);
      const revision = main(pods(objects).init).env.find(({ name }) => name === "ODOO_REVISION")?.value;
      assert.match(revision ?? "", /^[0-9a-f]{16}$/);
      for (const name of ["odoo-web", "odoo-cron"]) {
        const deployment = find(objects, "Deployment", name);
        assert.equal(deployment.metadata.annotations["pulumi.com/timeoutSeconds"], "300");
        const pod = z.object({ template: podTemplate }).parse(deployment.spec).template;
        assert.deepEqual(pod.spec.initContainers, []);
        const { env } = main(pod);
        assert.equal(env.find((variable) => variable.name === "ODOO_REVISION")?.value, revision);
        assert.equal(env.find((variable) => variable.name === "ODOO_IMAGE_DIGEST")?.value, image.digest);
      }
    });

    it("is told the modules, the image and the revision", () => {
      const { env, command } = main(pods(render()).init);
      assert.deepEqual(command, ["/bin/sh", "/opt/odoo-saas/init.sh"]);
      assert.equal(env.find(({ name }) => name === "ODOO_MODULES")?.value, "auth_oidc,base,project,web");
      assert.match(env.find(({ name }) => name === "ODOO_IMAGE_DIGEST")?.value ?? "", /^sha256:/);
    });

    it("gives up before Pulumi does, and has all of its time once a backup has ended", () => {
      const objects = render({ init: { deadlineSeconds: 240, waitSeconds: 100 } });
      const job = find(objects, "Job");
      assert.equal(job.spec?.["activeDeadlineSeconds"], 340);
      assert.equal(job.metadata.annotations["pulumi.com/timeoutSeconds"], "400");
      const waits = main(pods(objects).init).env.find(({ name }) => name === "WAIT_SECONDS");
      assert.equal(waits?.value, "100");
    });

    it("is not tried again when it has waited in vain, or another release is wanted", () => {
      assert.deepEqual(find(render(), "Job").spec?.["podFailurePolicy"], {
        rules: [{ action: "FailJob", onExitCodes: { containerName: "init", operator: "In", values: [75, 76, 77] } }],
      });
    });

    it("comes after the object in which it reads that its release is the one wanted", () => {
      const objects = render();
      const { data } = z.looseObject({ data: z.record(z.string(), z.string()) }).parse(find(objects, "ConfigMap"));
      assert.equal(data["revision"], main(pods(objects).init).env.find(({ name }) => name === "ODOO_REVISION")?.value);
      assert.equal(
        find(objects, "Job").metadata.annotations["config.kubernetes.io/depends-on"],
        "/namespaces/odoo-acme/ConfigMap/odoo-scripts",
      );
    });

    it("is waited for by a backup, whose own time is not shortened by that", () => {
      const objects = render({ init: { deadlineSeconds: 240, waitSeconds: 100 } });
      const { env } = main(pods(objects).backup);
      assert.equal(env.find(({ name }) => name === "UPGRADE_WAIT_SECONDS")?.value, "340");
      const deadline = z.object({ jobTemplate: z.object({ spec: z.object({ activeDeadlineSeconds: z.number() }) }) });
      const { jobTemplate } = deadline.parse(find(objects, "CronJob").spec);
      assert.equal(jobTemplate.spec.activeDeadlineSeconds, 10_800 + 340);
    });

    it("is another one when the image, the modules or the configuration change, and the same one otherwise", () => {
      const image = { repository: "docker.io/library/odoo", digest: `sha256:${"f".repeat(64)}` };
      const names = [{}, { image }, { modules: ["base", "web"] }, { configRevision: "2" }].map((changes) =>
        jobName(render(changes)),
      );
      assert.equal(new Set(names).size, names.length);
      const same = [
        { web: { replicas: 5, workers: 3 } },
        { lifecycle: "paused" },
        { backup: { schedule: "0 3 * * *", keep: { daily: 1, weekly: 1, monthly: 1 } } },
      ];
      for (const changes of same) assert.equal(jobName(render(changes)), names[0]);
    });
  });

  it("restarts pods when the configuration changes", () => {
    const checksum = (revision: string) =>
      Object.values(pods(render({ configRevision: revision }))).map(
        (pod) => pod.metadata.annotations["checksum/config"],
      );
    assert.deepEqual(checksum("abc"), ["abc", "abc", "abc", undefined]);
  });

  it("backs up by schedule, one at a time, and tells the script what to keep", () => {
    const objects = render({
      backup: {
        claim: "b",
        repository: "s3:https://s3.example/backups/prod/acme",
        schedule: "30 1 * * *",
        keep: { daily: 5, weekly: 2, monthly: 0 },
      },
    });
    const { spec = {} } = find(objects, "CronJob");
    assert.equal(spec["schedule"], "30 1 * * *");
    assert.equal(spec["timeZone"], "Etc/UTC");
    assert.equal(spec["concurrencyPolicy"], "Forbid");
    const { spec: pod } = pods(objects).backup;
    assert.deepEqual(only(pod.containers).env, [
      { name: "PATH", value: "/tools:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
      { name: "TENANT", value: "acme" },
      { name: "RESTIC_REPOSITORY", value: "s3:https://s3.example/backups/prod/acme" },
      { name: "RESTIC_PASSWORD_FILE", value: "/etc/odoo/backup-password" },
      { name: "AWS_SHARED_CREDENTIALS_FILE", value: "/etc/odoo/backup-credentials" },
      { name: "UPGRADE_WAIT_SECONDS", value: "2700" },
      { name: "KEEP_DAILY", value: "5" },
      { name: "KEEP_WEEKLY", value: "2" },
      { name: "KEEP_MONTHLY", value: "0" },
    ]);
    assert.deepEqual(only(pod.initContainers).command, ["cp", "/usr/bin/restic", "/tools/restic"]);
  });

  it("ships its scripts as they are", () => {
    const { data } = z.looseObject({ data: z.record(z.string(), z.string()) }).parse(find(render(), "ConfigMap"));
    for (const name of [
      "init.sh",
      "session.sh",
      "serve.py",
      "backup.sh",
      "rows.awk",
      "company.py",
      "settle.py",
      "oidc.py",
      "indexes.sql",
    ]) {
      assert.equal(data[name], readFileSync(join(CHART, "files", name), "utf8"), name);
    }
  });

  const REFUSED: readonly (readonly [string, Changes, RegExp])[] = [
    ["an unknown key", { replicas: 2 }, /additional properties 'replicas' not allowed/],
    ["a tag instead of a digest", { image: { repository: "docker.io/library/odoo", digest: "18.0" } }, /digest/],
    ["no digest", { image: { repository: "docker.io/library/odoo" } }, /image\.digest is missing, expected sha256:/],
    ["no image of restic", { backup: { image: undefined } }, /backup\.image\.repository is missing, expected/],
    ["a repository with a password in it", { backup: { repository: "s3:https://a:b@s3.example/b" } }, /repository/],
    ["no tenant", { tenant: undefined }, /tenant is missing, expected the tenant's id/],
    ["a tenant id that is none", { tenant: "Acme_1" }, /tenant/],
    ["no resources", { resources: undefined }, /resources is missing, expected requests and limits/],
    [
      "a release for another chart",
      { chartVersion: "0.2.0" },
      /tested with chart odoo 0\.2\.0, and this is chart odoo 0\.1\.0/,
    ],
    ["an unknown lifecycle", { lifecycle: "gone" }, /lifecycle/],
    ["a module name that would be an option", { modules: ["--load"] }, /modules/],
  ];
  for (const [what, changes, message] of REFUSED) {
    it(`refuses ${what}`, () => {
      const { status, stderr } = template(changes);
      assert.notEqual(status, 0);
      assert.match(stderr, message);
    });
  }

  it("refuses a cluster that is too old for it", () => {
    const { status, stderr } = runHelm(
      "template",
      "acme",
      CHART,
      "--values",
      join(CHART, "ci/example.yaml"),
      "--kube-version",
      "1.32.0",
    );
    assert.notEqual(status, 0);
    assert.match(stderr, /chart requires kubeVersion: >=1\.33/);
  });
});
