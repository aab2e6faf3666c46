import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadProjectFiles } from "../../config/index.ts";

const ROOT = join(import.meta.dirname, "../..");
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** An image index as BuildKit pushes it: an image, and its attestations beside it. */
const INDEX = {
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.index.v1+json",
  manifests: [
    {
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      digest: digest("1"),
      size: 1,
      platform: { architecture: "amd64", os: "linux" },
    },
    {
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      digest: digest("2"),
      size: 1,
      annotations: {
        "vnd.docker.reference.digest": digest("1"),
        "vnd.docker.reference.type": "attestation-manifest",
      },
      platform: { architecture: "unknown", os: "unknown" },
    },
  ],
};

describe("a new release", function () {
  this.timeout(60_000);
  let root = "";
  const file = (): string => join(root, "releases/18.0-2027.01.yaml");
  const release = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [join(ROOT, "commands/main.ts"), "image", "release", ...args, "--root", root], {
      encoding: "utf8",
    });
  const make = (index: unknown, name = "18.0-2027.01"): ReturnType<typeof release> => {
    writeFileSync(join(root, "index.json"), typeof index === "string" ? index : JSON.stringify(index));
    return release(name, "--repository", "ghcr.io/example/odoo", "--index", join(root, "index.json"));
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "odoo-saas-release-"));
    for (const path of [
      "bundles",
      "modules",
      "image",
      "releases",
      "tenants",
      "archive",
      "plans.yaml",
      "zones.yaml",
      "charts",
      "sql",
    ]) {
      cpSync(join(ROOT, path), join(root, path), { recursive: true });
    }
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("has the image's digest and attestations, the chart's version, and what the lock says is in it", () => {
    const { status, stdout, stderr } = make(INDEX);
    assert.deepEqual(
      { status, stdout, stderr },
      { status: 0, stdout: "wrote releases/18.0-2027.01.yaml\n", stderr: "" },
    );
    const result = loadProjectFiles(root);
    assert.ok(result.ok);
    const written = result.projectFiles.releases.get("18.0-2027.01");
    const hash = (bytes: Buffer | string): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    assert.deepEqual(written?.image, { repository: "ghcr.io/example/odoo", digest: hash(JSON.stringify(INDEX)) });
    assert.deepEqual(written.attestations, [{ platform: "linux/amd64", digest: digest("2") }]);
    assert.equal(written.requirements, hash(readFileSync(join(ROOT, "image/requirements.txt"))));
    assert.equal(written.chartVersion, "0.1.0");
    assert.equal(written.modules?.["auth_oidc"], "18.0.1.1.0");
    assert.deepEqual(
      written.oca.map(({ repository }) => repository),
      ["Insightpulseai/odoo", "camptocamp/odoo-cloud-addons"],
    );
    const again = make(INDEX);
    assert.equal(again.status, 1);
    assert.match(
      again.stderr,
      /releases\/18\.0-2027\.01\.yaml already exists, expected a new name[^]*docs\/runbooks\/image\.md#no-release/,
    );
  });

  it("is refused for a name or an image that cannot be one, and nothing is written", () => {
    const [image, attestation] = INDEX.manifests;
    const wrong: readonly (readonly [unknown, string, RegExp])[] = [
      [INDEX, "next", /the name is "next", expected one such as 18\.0-2026\.12/],
      [INDEX, "../18.0-2027.01", /the name is/],
      ["no json", "18.0-2027.01", /index\.json: is not JSON/],
      [
        { ...INDEX, mediaType: "application/vnd.oci.image.manifest.v1+json" },
        "18.0-2027.01",
        /is not an OCI image index/,
      ],
      [{ ...INDEX, manifests: [image] }, "18.0-2027.01", /has no attestation for linux\/amd64/],
      [{ ...INDEX, manifests: [attestation] }, "18.0-2027.01", /has no image/],
    ];
    for (const [index, name, message] of wrong) {
      const { status, stderr } = make(index, name);
      assert.equal(status, 1);
      assert.match(stderr, message);
      assert.ok(!existsSync(file()));
    }
  });

  it("is refused while the lock does not fit the bundles", () => {
    appendFileSync(join(root, "image/requirements.txt"), "extra==1.0\n");
    const { status, stderr } = make(INDEX);
    assert.equal(status, 1);
    assert.match(stderr, /extra has no hash/);
    assert.ok(!existsSync(file()));
  });

  it("tells how it is called", () => {
    for (const args of [
      [],
      ["18.0-2027.01"],
      ["18.0-2027.01", "--repository", "x"],
      ["new", "18.0-2027.01", "--repository", "x", "--index", "y"],
      ["--what"],
    ]) {
      const { status, stderr } = release(...args);
      assert.equal(status, 2, args.join(" "));
      assert.match(stderr, /^Usage: npx odoo-saas image release/m);
    }
  });
});
