import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { V1Deployment, V1Job } from "@kubernetes/client-node";
import { z } from "zod";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { formatDiagnostics, loadProjectFiles, selectTenants } from "../../config/index.ts";
import type { TenantSpec } from "../../config/index.ts";
import { Browser } from "../../features/delivery/smoke/browser.ts";
import { signOnPlace } from "../../features/delivery/smoke/odooSignOn.ts";
import { databaseLogin, kubernetes, query } from "../e2e/support/clients.ts";
import type { Login } from "../e2e/support/clients.ts";
import type { TenantOutputs, World } from "../e2e/support/world.ts";
import type { OwnOdoo } from "../../sandbox/pods/ownOdoo.ts";
import { runPod } from "../../sandbox/pods/pod.ts";
import type { PodHost, PodToRun, RunningPod } from "../../sandbox/pods/pod.ts";
import type { PodSpec } from "../../sandbox/pods/spec.ts";
import { BASE_DOMAIN } from "../../sandbox/settings.ts";

/** Ports of the cron pod's servers, which on this machine cannot be the web pod's too. */
const CRON_PORTS = { http: 8070, status: 8067 };

/** Where a tenant's Odoo answers while its pods run here. */
export const WEB = "http://127.0.0.1:8069";
/** Where serve.py answers the web pod's probes. */
export const STATUS = "http://127.0.0.1:8068";
/** Where its websockets are. */
export const WEBSOCKET = "ws://127.0.0.1:8072/websocket";

const secretsFile = z.object({ tenantsSuperuser: z.string() });

/** One tenant of the walk: its outputs, its pods as processes, its database. */
export class Walk {
  readonly id: string;
  readonly own: TenantOutputs;
  readonly world: World;
  readonly odoo: OwnOdoo;
  /** Whether what is seen is written down for the stand-in instead of compared with what was. */
  readonly records: boolean;
  readonly #host: PodHost;
  readonly #cluster: ReturnType<typeof kubernetes>;

  constructor(world: World, odoo: OwnOdoo, id: string, own: TenantOutputs, records = false) {
    this.world = world;
    this.odoo = odoo;
    this.id = id;
    this.own = own;
    this.records = records;
    this.#cluster = kubernetes(join(world.home, "kubernetes", "admin.kubeconfig"));
    this.#host = { api: this.#cluster.core, odoo, home: join(world.home, "odoo") };
  }

  /** What the tenant's file comes to in the sandbox. */
  get spec(): TenantSpec {
    const result = loadProjectFiles(this.world.root);
    if (!result.ok) throw new Error(formatDiagnostics(result.diagnostics));
    const stack = { environment: "sandbox", cell: "", baseDomain: BASE_DOMAIN, release: this.own.release } as const;
    const found = selectTenants(result.projectFiles, stack).find(({ id }) => id === this.id);
    if (found === undefined) throw new Error(`${this.world.root} has no tenants/${this.id}.yaml`);
    return found;
  }

  /** A log-in that may make databases: the superuser of the sandbox's server. */
  get superuser(): PostgresLogin {
    const { tenantsSuperuser } = secretsFile.parse(
      JSON.parse(readFileSync(join(this.world.home, "secrets.json"), "utf8")),
    );
    const { host, port } = this.own.database;
    return { host, port, database: "postgres", user: "postgres", password: tenantsSuperuser, sslmode: "disable" };
  }

  /** The tenant's own log-in. */
  get login(): Login {
    return databaseLogin(this.own);
  }

  /** Runs a statement in the tenant's database as its role. */
  async sql(statement: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return await query(this.login, statement, values);
  }

  /** The first column of a statement's only row, as text. */
  async value(statement: string, values: unknown[] = []): Promise<string> {
    const [row] = await this.sql(statement, values);
    return String(Object.values(row ?? {})[0]);
  }

  /**
   * Runs the web pod and waits until it is ready by the chart's own probe. It answers at {@link WEB} and {@link WEBSOCKET}.
   *
   * @param edit changes the files of its configuration, such as the database's port
   */
  async startWeb(edit?: PodToRun["edit"]): Promise<RunningPod> {
    return await this.#start(await this.deployment("odoo-web"), {}, edit);
  }

  /** A browser without cookies that comes to {@link WEB} by the tenant's public host, as through the gateway. */
  browser(): Browser {
    const { host } = new URL(signOnPlace(this.own).odoo);
    const headers = { "x-forwarded-host": host, "x-forwarded-proto": "https", "x-forwarded-for": "10.0.0.9" };
    return new Browser(new Map([[host, { origin: WEB, headers }]]));
  }

  /** Runs the cron pod. Its servers have other ports than in a cluster. */
  async startCron(): Promise<RunningPod> {
    return await this.#start(await this.deployment("odoo-cron"), CRON_PORTS);
  }

  /** A Deployment as the cluster holds it. */
  async deployment(name: string): Promise<V1Deployment> {
    return await this.#cluster.apps.readNamespacedDeployment({ name, namespace: this.own.namespace });
  }

  /** Odoo's data folder, with filestore/<database> in it, which the tenant's pods share. */
  get dataFolder(): string {
    return join(this.#host.home, "claims", this.own.namespace, "odoo-filestore");
  }

  /** What a container of a pod that is run here has printed, in all runs under that name. */
  logOf(pod: string, container: string): string {
    const file = join(this.#host.home, "pods", this.own.namespace, pod, `${container}.log`);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** The newest init Job as the cluster holds it. */
  async initJob(): Promise<V1Job> {
    const { items } = await this.#cluster.batch.listNamespacedJob({
      namespace: this.own.namespace,
      labelSelector: "app.kubernetes.io/component=init",
    });
    const [newest] = items.sort(
      (a, b) => (b.metadata?.creationTimestamp?.getTime() ?? 0) - (a.metadata?.creationTimestamp?.getTime() ?? 0),
    );
    if (newest === undefined) throw new Error(`${this.own.namespace} has no init Job`);
    return newest;
  }

  /**
   * Starts the init Job's pod once more.
   *
   * @param change changes its spec first, such as the image's digest for an upgrade
   * @param edit changes the files of its configuration, such as the database's name
   */
  async startInit(
    name: string,
    change: (spec: PodSpec) => PodSpec = (spec) => spec,
    edit?: PodToRun["edit"],
  ): Promise<RunningPod> {
    const spec = (await this.initJob()).spec?.template.spec;
    if (spec === undefined) throw new Error("the init Job has no pod");
    return await runPod(this.#host, { namespace: this.own.namespace, name, spec: change(spec), edit });
  }

  /** Runs Python in `odoo shell` of the tenant, in the init pod's place, and returns the lines that its `tell(…)` said. */
  async shell(python: string): Promise<string> {
    const marker = "odoo-check:";
    // Another walk may run in the same sandbox.
    const name = `odoo-shell-${process.pid}`;
    const before = this.logOf(name, "init").length;
    const pod = await this.startInit(name, (spec) => ({
      ...spec,
      initContainers: [],
      containers: spec.containers.map((container) => ({
        ...container,
        command: ["/bin/sh", "-c", SHELL],
        args: ["shell", `def tell(*values):\n    print("${marker}", *values)\n\n${python}`],
      })),
    }));
    const [container] = pod.containers.values();
    const status = await container?.ended;
    const log = this.logOf(name, "init").slice(before);
    if (status !== 0) throw new Error(`odoo shell ended with ${status}: ${log.slice(-2000)}`);
    return log
      .split("\n")
      .flatMap((line) => (line.startsWith(marker) ? [line.slice(marker.length + 1)] : []))
      .join("\n");
  }

  async #start(
    deployment: V1Deployment,
    ports: Readonly<Record<string, number>> = {},
    edit?: PodToRun["edit"],
  ): Promise<RunningPod> {
    const spec = deployment.spec?.template.spec;
    const name = deployment.metadata?.name ?? "";
    const odoo = spec?.containers.find((container) => container.name === "odoo");
    if (spec === undefined || odoo === undefined) throw new Error(`${name} has no container odoo`);
    const { path, port } = odoo.readinessProbe?.httpGet ?? {};
    const number = ports[String(port)] ?? odoo.ports?.find((each) => each.name === port)?.containerPort;
    if (path === undefined || number === undefined) throw new Error(`${name} has no readiness probe by HTTP`);
    const pod = await runPod(this.#host, { namespace: this.own.namespace, name, spec: withPorts(spec, ports), edit });
    const until = Date.now() + READY_SECONDS * 1000;
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${number}${path}`, { signal: AbortSignal.timeout(5000) }).catch(
        () => undefined,
      );
      if (answer?.ok === true) return pod;
      const isOver = pod.containers.get("odoo")?.isRunning() !== true;
      if (isOver || Date.now() > until) {
        await pod.stop(0);
        throw new Error(
          `${name} is not ready ${isOver ? "and has ended" : `after ${READY_SECONDS} s`}: ${pod.log("odoo")}`,
        );
      }
      await sleep(500);
    }
  }
}

/** A pod with other ports for Odoo's server and for the server that answers its probes. */
function withPorts(spec: PodSpec, { http, status }: Readonly<Record<string, number>>): PodSpec {
  if (http === undefined || status === undefined) return spec;
  const variables = [
    { name: "HTTP_PORT", value: String(http) },
    { name: "STATUS_PORT", value: String(status) },
  ];
  const containers = spec.containers.map((container) =>
    container.name !== "odoo"
      ? container
      : {
          ...container,
          args: [...(container.args ?? []), `--http-port=${http}`],
          env: [...(container.env ?? []), ...variables],
        },
  );
  return { ...spec, containers };
}

/** How long a pod may take until it is ready; 60 times 5 s by the chart's startup probe. */
const READY_SECONDS = 300;

/** The script comes as an argument, since a container has no standard input. */
const SHELL =
  'printf "%s\\n" "$1" | odoo shell --config=/etc/odoo/odoo.conf --no-http --workers=0 --max-cron-threads=0 --db_maxconn=4';
