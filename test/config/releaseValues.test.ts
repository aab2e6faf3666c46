import assert from "node:assert/strict";
import { imageFileSchema } from "../../config/schemas/image.ts";
import { plansSchema } from "../../config/schemas/plan.ts";
import { releaseSchema } from "../../config/schemas/release.ts";
import { COMMITS, hex, line, REPOSITORIES, VERSIONS } from "./support/pins.ts";
import { checkValues } from "./support/values.ts";

const IMAGE = { repository: "docker.io/library/odoo", digest: `sha256:${hex(64)}` };
const DIGESTS = {
  right: [`sha256:${"f".repeat(64)}`],
  wrong: ["latest", hex(64), `sha256:${hex(63)}`, `sha256:${hex(65)}`, `sha256:${hex(63)}A`, ` sha256:${hex(64)}`, 7],
};
const IMAGES = {
  right: ["docker.io/odoo", "a/b", "localhost:5000/a-b/c_d/e.f", "ghcr.io/0/1", `a/${"b".repeat(253)}`],
  wrong: [
    ...[
      "",
      "a/",
      "odoo",
      "docker.io/odoo:18.0",
      "docker.io/odoo@sha256:1",
      "localhost:0/a",
      "localhost:65536/a",
      "localhost:080/a",
      "Docker.io/odoo",
      "docker.io/Odoo",
      "a_b/c",
    ],
    ...[
      "localhost:x/a",
      "localhost:/a",
      "docker.io//odoo",
      "/odoo",
      " a/b",
      "a/b ",
      "https://a/b",
      `a/${"b".repeat(254)}`,
      7,
    ],
  ],
};

const RELEASE = {
  odoo: "18.0",
  image: IMAGE,
  backup: { image: IMAGE },
  chartVersion: "0.1.0",
  oca: [{ repository: "OCA/web", commit: hex(40) }],
  requirements: IMAGE.digest,
  modules: { web_responsive: "18.0.1.0.0" },
  attestations: [{ platform: "linux/amd64", digest: IMAGE.digest, predicate: "https://slsa.dev/provenance/v1" }],
};
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ repository: `a/b${index}`, commit: hex(40) }));

describe("a release", () => {
  checkValues("with every key", releaseSchema, RELEASE, [
    ["odoo", [], ["19.0", "", 18, undefined]],
    ["image", [], ["odoo", {}, undefined]],
    ["image.repository", IMAGES.right, [...IMAGES.wrong, undefined]],
    ["image.digest", DIGESTS.right, [...DIGESTS.wrong, undefined]],
    ["backup", [], [{}, { image: "restic" }, undefined]],
    [
      "chartVersion",
      ["0.0.0", "10.20.30"],
      ["0.1", "0.1.", "x.1.0", "0.x.0", "0.1.x", "v0.1.0", "0.1.0-rc1", "0.1.0.0", " 0.1.0", 0.1, undefined],
    ],
    ["oca", [[], many(200), undefined], [many(201), {}, null]],
    ["oca.0.repository", REPOSITORIES.right, [...REPOSITORIES.wrong, undefined]],
    ["oca.0.commit", COMMITS.right, [...COMMITS.wrong, undefined]],
    ["requirements", [...DIGESTS.right, undefined], DIGESTS.wrong],
    ["modules", [{}, undefined], [{ Web: "18.0.1" }, ["web"], null]],
    ["modules.web_responsive", VERSIONS.right, ["18.0", ...VERSIONS.wrong]],
    ["attestations", [[], undefined], [{}, null]],
    [
      "attestations.0.platform",
      ["linux/arm64/v8", "linux/a"],
      ["amd64", "linux/", "linux/AMD64", "linux/a b", "windows/amd64", " linux/a", "linux/a ", 7, undefined],
    ],
    ["attestations.0.digest", DIGESTS.right, [...DIGESTS.wrong, undefined]],
    ["attestations.0.predicate", [undefined], ["slsa", 7]],
  ]);

  it("need not say what the image adds, where it adds nothing", () => {
    const smallest = { odoo: "18.0", image: IMAGE, backup: { image: IMAGE }, chartVersion: "0.1.0" };
    assert.deepEqual(releaseSchema.parse(smallest), { ...smallest, oca: [], attestations: [] });
  });
});

const IMAGE_FILE = {
  base: { ...IMAGE, python: "3.12" },
  provided: { requests: "2.31.0" },
  constraints: { lxml: "5.2.1" },
  unneeded: { "odoo-addon": "Odoo itself." },
  sdists: ["docopt"],
  programs: { wkhtmltopdf: "wkhtmltopdf" },
  sources: { "OCA/web": { commit: hex(40), modules: { web_x: "web_x" }, requirements: ["lxml"] } },
};
const PACKAGES = {
  right: ["a", "0", "python-jose", "a1-b2-c3"],
  wrong: ["", "A", "a_b", "a.b", "-a", "a-", "a--b", " a", "a "],
};
const PACKAGE_VERSIONS = {
  right: ["1", "42.0.8", "1.0rc1", "2024.1.post_1"],
  wrong: ["", "v1", "1-2", "1 ", " 1", "==1", 1, null],
};
const of = (keys: readonly string[], value: unknown) => keys.map((key) => ({ [key]: value }));

describe("what the image is made of", () => {
  checkValues("with every key", imageFileSchema, IMAGE_FILE, [
    ["base", [], [IMAGE, { python: "3.12" }, "odoo", undefined]],
    ["base.python", [], ["3.13", "", 3.12, undefined]],
    ["base.digest", DIGESTS.right, [...DIGESTS.wrong, undefined]],
    ["provided", [{}, ...of(PACKAGES.right, "1")], [...of(PACKAGES.wrong, "1"), ["requests"], undefined]],
    ["provided.requests", PACKAGE_VERSIONS.right, PACKAGE_VERSIONS.wrong],
    ["constraints", [{}, ...of(PACKAGES.right, "1"), undefined], [...of(PACKAGES.wrong, "1"), ["requests"], null]],
    ["constraints.lxml", PACKAGE_VERSIONS.right, PACKAGE_VERSIONS.wrong],
    ["unneeded", [{}, ...of(PACKAGES.right, "why"), undefined], [...of(PACKAGES.wrong, "why"), ["requests"], null]],
    ["unneeded.odoo-addon", line(200).right, line(200).wrong],
    ["sdists", [[], PACKAGES.right, undefined], [...PACKAGES.wrong.map((name) => [name]), ["a", "a"], "a", null]],
    ["programs", [{}, { "7z": "p7zip" }, undefined], [["wkhtmltopdf"], null]],
    [
      "programs.wkhtmltopdf",
      ["ab", "libstdc++6", "g++-13", "python3.12"],
      ["", "a", "A1", "a_b", "-ab", "a b", " ab", "ab ", 7, null],
    ],
    ["sources", [{}, ...of(REPOSITORIES.right, { commit: hex(40), modules: {} }), undefined], [["OCA/web"], null]],
    [
      "sources",
      [],
      of(["", "web", "OCA/", "O.A/web", "OCA/web/x", " OCA/web", "OCA/web "], { commit: hex(40), modules: {} }),
    ],
    ["sources.OCA/web", [], [{}, "web", null]],
    ["sources.OCA/web.commit", COMMITS.right, [...COMMITS.wrong, undefined]],
    ["sources.OCA/web.modules", [{}], [{ Web: "web" }, ["web"], undefined]],
    [
      "sources.OCA/web.modules.web_x",
      ["a", "addons/web_x", "a-b/c/d"],
      ["", "/", "/web_x", "web_x/", "a//b", "../web_x", "./a", "a b", " a", "a ", "a/b/.c", 7, null],
    ],
    ["sources.OCA/web.requirements", [[], PACKAGES.right, undefined], [["A"], ["a", "a"], "a", null]],
  ]);

  it("need not say what there is nothing of", () => {
    const { base, provided } = IMAGE_FILE;
    const sources = { "OCA/web": { commit: hex(40), modules: {} } };
    assert.deepEqual(imageFileSchema.parse({ base, provided, sources }), {
      ...{ base, provided, constraints: {}, unneeded: {}, sdists: [], programs: {} },
      sources: { "OCA/web": { commit: hex(40), modules: {}, requirements: [] } },
    });
    assert.deepEqual(imageFileSchema.parse({ base, provided }).sources, {});
  });
});

const PLAN = {
  displayName: "Standard",
  workers: 2,
  replicas: 1,
  cronWorkers: 1,
  cpu: { request: "250m", limit: "1" },
  memory: { request: "1Gi", limit: "4Gi" },
  storage: "10Gi",
  databaseConnections: 56,
};

describe("plans", () => {
  checkValues("with every key", plansSchema, { standard: PLAN }, [
    ["", [{}, { "very-large": PLAN }], [{ Standard: PLAN }, { "a--b": PLAN }, [PLAN], null]],
    ["standard", [], [{}, "large", null]],
    ["standard.displayName", line(40).right, [...line(40).wrong, undefined]],
    ["standard.workers", [2, 64], [1, 65, "2", undefined]],
    ["standard.replicas", [1, 20], [0, 21, "2", undefined]],
    ["standard.cronWorkers", [1, 8], [0, 9, "2", undefined]],
    ["standard.jobMinutes", [2, 60, 720, undefined], [1, 721, 2.5, "60"]],
    [
      "standard.cpu.limit",
      ["250m", "1000m", "10", "0.25", "1.125", "12.5"],
      ["", "m", "0m", "x", "xm", "1.", ".5", "1.1234", "1.5m", "1 ", " 1", " 1m", "1mm", "1cores", "-1", 1, undefined],
    ],
    ["standard.cpu.request", ["1", "1000m", "0.5"], ["lots", undefined]],
    [
      "standard.cpu",
      [{ request: "2", limit: "2000m" }],
      [
        { request: "1001m", limit: "1" },
        { request: "1.001", limit: "1000m" },
        { request: "2", limit: "1" },
        {},
        "1",
        undefined,
      ],
    ],
    [
      "standard.cpu",
      [],
      [{ request: "2", limit: "1" }],
      "has a request above its limit, expected a request of at most the limit",
    ],
    [
      "standard.memory.limit",
      ["1Gi", "1024Mi", "10Gi", "2048Mi", "4Gi"],
      ["", "Gi", "0Gi", "4", "4G", "4GiB", "4Ki", "1.5Gi", "xGi", " 4Gi", "4Gi ", 4, undefined],
    ],
    ["standard.memory.request", ["4Gi", "4096Mi", "1Mi"], ["1G", undefined]],
    [
      "standard.memory",
      [{ request: "2Gi", limit: "2048Mi" }],
      [{ request: "5Gi", limit: "4Gi" }, { request: "4097Mi", limit: "4Gi" }, {}, "4Gi", undefined],
    ],
    [
      "standard.memory",
      [],
      [{ request: "2Gi", limit: "1Gi" }],
      "has a request above its limit, expected a request of at most the limit",
    ],
    ["standard.storage", ["1Gi", "20Gi", "2Ti"], ["0Gi", "20", "20Mi", "x", "1.5Gi", " 1Gi", "1Gi ", 20, undefined]],
    ["standard.databaseConnections", [4, 1000], [3, 1001, "20", undefined]],
  ]);
});
