import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { stringify } from "yaml";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { writeSecretFile } from "../instance.ts";
import type { Instance } from "../instance.ts";
import { ownOdooEnvironment } from "../pods/ownOdoo.ts";
import { waitUntilReady } from "../processes.ts";
import type { Program } from "../processes.ts";
import { kubeconfigPath, KUBERNETES_USERS, kubernetesFolder as folder } from "./kubeconfig.ts";
import type { KubernetesUser } from "./kubeconfig.ts";
import type { Toolchain } from "../toolchain/ensure.ts";

/** The server certificate is renewed when fewer days than these are left of its year. */
const RENEW_DAYS = 30;

/** Where etcd listens: a socket in a folder of the owner's only, because what it holds is open to whoever reaches it. */
const ETCD = "unix://etcd.sock:0";
const ETCD_PEER = "unix://peer.sock:0";

/**
 * Controllers that have no work here. Without the node controllers, nodes whose simulation stops for a while (a machine
 * asleep, a process killed) stay ready, and nothing is evicted.
 */
const NO_CONTROLLERS = [
  "node-lifecycle-controller",
  "node-ipam-controller",
  "persistentvolume-attach-detach-controller",
  "certificatesigningrequest-signing-controller",
  "certificatesigningrequest-approving-controller",
  "certificatesigningrequest-cleaner-controller",
  "horizontal-pod-autoscaler-controller",
];

/** What kwok does to nodes and pods. */
const STAGES = join(PROJECT_ROOT, "sandbox", "kubernetes", "stages.yaml");

/** The agent's own code, and that of the seed. */
function agentSources(): string[] {
  return ["agent", "pods", "seed"].flatMap((name) =>
    readdirSync(join(PROJECT_ROOT, "sandbox", name))
      .sort()
      .map((file) => join(PROJECT_ROOT, "sandbox", name, file)),
  );
}

/** Address of the API server. @param ports by which it is reached. Default: its own. */
export function kubernetesUrl(instance: Instance, ports: Instance["through"] = instance.ports): string {
  return `https://127.0.0.1:${ports.kubernetes}`;
}

/** Writes what the API server reads when it starts: tokens, and the key that signs service accounts' tokens. */
export function prepareKubernetesFiles(instance: Instance): void {
  const tokens = Object.values(KUBERNETES_USERS)
    .map(({ user, groups, secret }) => `${instance.secrets[secret]},${user},${user}${groups && `,"${groups}"`}\n`)
    .join("");
  const tokenFile = join(folder(instance), "tokens.csv");
  if (!existsSync(tokenFile) || readFileSync(tokenFile, "utf8") !== tokens) writeSecretFile(tokenFile, tokens);
  const keyFile = join(folder(instance), "service-account.key");
  if (!existsSync(keyFile)) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeSecretFile(keyFile, privateKey.export({ type: "pkcs1", format: "pem" }).toString());
  }
  const certificate = certificates(instance)?.[0];
  if (
    certificate !== undefined &&
    Date.parse(new X509Certificate(certificate).validTo) < Date.now() + RENEW_DAYS * 86_400_000
  ) {
    rmSync(join(folder(instance), "tls"), { recursive: true });
  }
}

/** etcd. Without fsync it is several times faster; a killed process loses nothing, a machine that loses power may. */
export function etcdProgram(instance: Instance, toolchain: Toolchain): Program {
  return {
    name: "etcd",
    command: program(toolchain, "etcd"),
    cwd: folder(instance),
    args: [
      "--name=sandbox",
      `--data-dir=${join(instance.home, "data", "etcd")}`,
      `--listen-client-urls=${ETCD}`,
      `--advertise-client-urls=${ETCD}`,
      `--listen-peer-urls=${ETCD_PEER}`,
      `--initial-advertise-peer-urls=${ETCD_PEER}`,
      `--initial-cluster=sandbox=${ETCD_PEER}`,
      "--unsafe-no-fsync",
      "--log-level=warn",
    ],
  };
}

/** The API server: tokens, RBAC, all admission plugins that are on by default. */
export function apiServerProgram(instance: Instance, toolchain: Toolchain): Program {
  const path = (file: string) => join(folder(instance), file);
  return {
    name: "kube-apiserver",
    command: program(toolchain, "kube-apiserver"),
    cwd: folder(instance),
    args: [
      `--etcd-servers=${ETCD}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${instance.ports.kubernetes}`,
      // It makes an authority and a certificate of its own there.
      `--cert-dir=${path("tls")}`,
      `--token-auth-file=${path("tokens.csv")}`,
      "--authorization-mode=RBAC",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${path("service-account.key")}`,
      `--service-account-signing-key-file=${path("service-account.key")}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      // 127.0.0.1 is no legal endpoint, and no pod asks for one.
      "--endpoint-reconciler-type=none",
      // One program at a time, on one machine: queues by fairness would only add to its time.
      "--enable-priority-and-fairness=false",
      "--max-requests-inflight=800",
      "--max-mutating-requests-inflight=400",
      "--profiling=false",
    ],
    // Collects garbage earlier when memory comes near it: unbounded, four tenants' first update took it to 550 MB.
    env: { GOMEMLIMIT: "400MiB" },
    reads: [path("tokens.csv"), path("service-account.key")],
  };
}

/** The controllers, the scheduler and the simulated nodes: what runs once the API answers. */
export function clusterPrograms(instance: Instance, toolchain: Toolchain): Program[] {
  const path = (file: string) => join(folder(instance), file);
  return [
    {
      name: "kube-controller-manager",
      command: program(toolchain, "kube-controller-manager"),
      args: [
        `--kubeconfig=${kubeconfigPath(instance, "controllerManager")}`,
        `--controllers=*,${NO_CONTROLLERS.map((name) => `-${name}`).join(",")}`,
        "--use-service-account-credentials",
        `--service-account-private-key-file=${path("service-account.key")}`,
        `--root-ca-file=${path("ca.crt")}`,
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=300",
        "--kube-api-burst=600",
        "--concurrent-namespace-syncs=20",
        "--concurrent-serviceaccount-token-syncs=10",
        "--profiling=false",
      ],
      reads: [kubeconfigPath(instance, "controllerManager"), path("service-account.key"), path("ca.crt")],
    },
    {
      name: "kube-scheduler",
      command: program(toolchain, "kube-scheduler"),
      args: [
        `--kubeconfig=${kubeconfigPath(instance, "scheduler")}`,
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=300",
        "--kube-api-burst=600",
        "--profiling=false",
      ],
      reads: [kubeconfigPath(instance, "scheduler")],
    },
    {
      name: "kwok",
      command: program(toolchain, "kwok"),
      args: [
        `--kubeconfig=${kubeconfigPath(instance, "nodes")}`,
        `--config=${STAGES}`,
        "--manage-all-nodes",
        "--node-ip=127.0.0.1",
        "--cidr=10.0.0.1/16",
        "--v=WARN",
      ],
      reads: [kubeconfigPath(instance, "nodes"), STAGES],
    },
    {
      name: "agent",
      command: process.execPath,
      args: [
        join(PROJECT_ROOT, "sandbox", "agent", "main.ts"),
        kubeconfigPath(instance, "agent"),
        join(instance.home, "odoo"),
      ],
      env: { NODE_OPTIONS: "--max-old-space-size=256", ...ownOdooEnvironment(process.env) },
      reads: [kubeconfigPath(instance, "agent"), ...agentSources()],
    },
  ];
}

/** Waits until the API server is ready, and writes the kubeconfigs when its certificate or its port is new. */
export async function waitForKubernetes(instance: Instance): Promise<void> {
  await waitUntilReady(instance, "kube-apiserver", { seconds: 90, isReady: () => isApiReady(instance) });
  const authority = certificates(instance)?.at(-1);
  if (authority === undefined) throw new Error(`no certificate in ${folder(instance)}/tls`);
  writeIfChanged(join(folder(instance), "ca.crt"), authority);
  for (const name of Object.keys(KUBERNETES_USERS) as KubernetesUser[]) {
    writeIfChanged(kubeconfigPath(instance, name), kubeconfig(instance, name, authority));
  }
}

function kubeconfig(instance: Instance, name: KubernetesUser, authority: string): string {
  const { user, secret } = KUBERNETES_USERS[name];
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "sandbox",
        cluster: {
          server: kubernetesUrl(instance, name === "program" ? instance.through : instance.ports),
          "certificate-authority-data": Buffer.from(authority).toString("base64"),
        },
      },
    ],
    users: [{ name: user, user: { token: instance.secrets[secret] } }],
    contexts: [{ name: "sandbox", context: { cluster: "sandbox", user } }],
    "current-context": "sandbox",
  });
}

/** The certificates of the API server's file: its own, then the authority's that signed it. */
function certificates(instance: Instance): string[] | undefined {
  const file = join(folder(instance), "tls", "apiserver.crt");
  if (!existsSync(file)) return undefined;
  return readFileSync(file, "utf8").match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? undefined;
}

async function isApiReady(instance: Instance): Promise<boolean> {
  return certificates(instance) !== undefined && (await callKubernetes(instance, "GET", "/readyz")).status === 200;
}

/** Asks the API server as its administrator. The client library takes a second to load, and drops fields it does not know. */
export async function callKubernetes(
  instance: Instance,
  method: string,
  path: string,
  content?: { readonly type: string; readonly body: unknown },
): Promise<{ status: number; text: string }> {
  const ca = certificates(instance) ?? [];
  const headers = {
    authorization: `Bearer ${instance.secrets.kubernetesAdmin}`,
    ...(content === undefined ? {} : { "content-type": content.type }),
  };
  return await new Promise((done, fail) => {
    const url = `${kubernetesUrl(instance)}${path}`;
    const call = request(url, { method, headers, ca, agent: false, timeout: 30_000 }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.once("error", fail);
      response.once("end", () => done({ status: response.statusCode ?? 0, text }));
    });
    call.once("timeout", () => call.destroy(new Error("no answer within 30 s")));
    call.once("error", fail);
    call.end(content === undefined ? undefined : JSON.stringify(content.body));
  });
}

function program(toolchain: Toolchain, name: string): string {
  const path = toolchain.bin[name];
  if (path === undefined) throw new Error(`the toolchain has no ${name}`);
  return path;
}

function writeIfChanged(path: string, text: string): void {
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeSecretFile(path, text);
}
