import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { RELEASE_DIGESTS } from "../../sandbox/toolchain/digests.ts";
import { mirrored, platform } from "../../sandbox/toolchain/download.ts";
import { ensureParts, preferenceOf, toolchainEnv } from "../../sandbox/toolchain/ensure.ts";
import type { EnsureOptions } from "../../sandbox/toolchain/ensure.ts";
import { allParts } from "../../sandbox/toolchain/parts.ts";
import type { Part } from "../../sandbox/toolchain/parts.ts";
import { run } from "../../sandbox/toolchain/process.ts";
import { kubernetesRelease, pinnedFiles, releaseFile } from "../../sandbox/toolchain/releases.ts";
import type { Installer } from "../../sandbox/toolchain/installer.ts";

const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

describe("the toolchain's parts", function () {
  this.timeout(60_000);
  let temp = "";
  let server: Server;
  let base = "";
  let files: Record<string, string | Buffer>;
  let asked: string[];
  let lines: string[];
  let options: EnsureOptions;

  beforeEach(async () => {
    temp = await mkdtemp(join(tmpdir(), "odoo-saas-parts-"));
    files = {};
    asked = [];
    lines = [];
    options = { cache: join(temp, "cache"), log: (line) => lines.push(line), preference: "auto" };
    server = createServer((request, response) => {
      if (request.method === "GET") asked.push(request.url ?? "");
      const content = files[request.url ?? ""];
      response.writeHead(content === undefined ? 404 : 200).end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    base = `http://127.0.0.1:${address.port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(temp, { recursive: true, force: true });
  });

  const built: Installer = {
    source: "built",
    doing: "building with Go",
    inputs: 1,
    make: async ({ dir }) => {
      await sleep(800); // long enough to be told
      await writeFile(join(dir, "kube"), "built");
    },
  };
  const part = (...installers: Installer[]): Part => ({
    name: "kubernetes",
    version: "1.2.3",
    group: "core",
    programs: ["kube"],
    installers,
  });
  const official = (): Installer => kubernetesRelease("1.2.3", ["kube"], base);
  const at = `/v1.2.3/bin/${platform.os}/${platform.arch}/kube`;

  async function content(parts: readonly Part[], with_ = options): Promise<string> {
    const [ready] = await ensureParts(parts, with_);
    return `${ready!.source}: ${await readFile(join(ready!.dir, "kube"), "utf8")}`;
  }

  it("are downloaded where they can be had, checked, executable, and not asked for again", async () => {
    files = { [at]: "official", [`${at}.sha256`]: `${sha256("official")}\n` };
    assert.equal(await content([part(official(), built)]), "official: official");
    const [ready] = await ensureParts([part(official(), built)], options);
    assert.equal((await stat(join(ready!.dir, "kube"))).mode & 0o777, 0o755);
    assert.equal(asked.length, 2);
    assert.match(lines.at(-1) ?? "", /^\[1\/1\] kubernetes 1\.2\.3 is ready after \d+ s$/);
  });

  it("are built when the download is not there, and one line says why", async () => {
    assert.equal(await content([part(official(), built)]), "built: built");
    assert.equal(lines.at(-2), `kubernetes 1.2.3: building with Go (${base}${at}.sha256 answered 404) …`);
    assert.equal(await content([part(official(), built)]), "built: built");
    assert.equal(asked.length, 1, "a part that was built is not looked for again");
  });

  it("are built when the host is out of reach", async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    assert.equal(await content([part(official(), built)]), "built: built");
    const { host } = new URL(base);
    assert.equal(lines.at(-2), `kubernetes 1.2.3: building with Go (${host} is out of reach (ECONNREFUSED)) …`);
  });

  it("are refused, with both checksums, when the content is not what was published", async () => {
    files = { [at]: "tampered", [`${at}.sha256`]: sha256("official") };
    await assert.rejects(content([part(official(), built)]), (error: Error) => {
      for (const said of [sha256("tampered"), sha256("official"), at]) assert.ok(error.message.includes(said), said);
      return true;
    });
    assert.deepEqual(await readdir(join(temp, "cache", "parts")), []);
  });

  it("follow the preference", async () => {
    files = { [at]: "official", [`${at}.sha256`]: sha256("official") };
    assert.equal(await content([part(official(), built)], { ...options, preference: "build" }), "built: built");
    assert.deepEqual(asked, []);
    files = {};
    const only = content([part(official(), built)], { ...options, preference: "official" });
    await assert.rejects(only, /kubernetes 1\.2\.3 could not be had: .* answered 404\. Check the network/);
    assert.equal(preferenceOf({}), "auto");
    assert.throws(
      () => preferenceOf({ ODOO_SANDBOX_TOOLCHAIN: "fast" }),
      /ODOO_SANDBOX_TOOLCHAIN is "fast", expected auto, build, official or none/,
    );
  });

  it("are refused where none is allowed, also one that is ready", async () => {
    await content([part(built)]);
    await assert.rejects(
      content([part(built)], { ...options, preference: "none" }),
      /^ToolchainError: kubernetes: the toolchain is needed, but ODOO_SANDBOX_TOOLCHAIN is none\. .*\.integration\.test\.ts$/,
    );
  });

  it("come from a GitHub release with a digest, unpacked, and not from one without", async () => {
    const archive = await packed("top/kube", "released");
    const at = "/acme/kube/releases/download/v1/kube.tar.gz";
    const release = releaseFile({ url: `${base}${at}`, program: "kube" }, { api: base });
    files = {
      "/repos/acme/kube/releases/tags/v1": JSON.stringify({ assets: [{ name: "kube.tar.gz" }] }),
      [at]: archive,
    };
    assert.equal(await content([part(release, built)]), "built: built");
    const asset = { name: "kube.tar.gz", digest: `sha256:${sha256(archive)}` };
    files["/repos/acme/kube/releases/tags/v1"] = JSON.stringify({ assets: [asset] });
    assert.equal(await content([part(release)]), "official: released");
  });

  it("come from a release by a pinned digest, without asking GitHub's API", async () => {
    const released: Readonly<Record<string, { readonly body: Buffer; readonly member?: string }>> = {
      "kube.tar.gz": { body: await packed("linux/deep/kube", "member"), member: "linux/deep/kube" },
      "flat.tar.gz": { body: await packed("kube", "flat"), member: "kube" },
      kube: { body: Buffer.from("plain") },
      "kube-1.bz2": { body: await compressed("compressed") },
    };
    for (const [name, { body, member }] of Object.entries(released)) {
      files = { [`/${name}`]: body };
      asked = [];
      const url = `${base}/${name}`;
      const one = releaseFile(
        { url, program: "kube", ...(member && { member }) },
        { digests: { [url]: sha256(body) } },
      );
      const [ready] = await ensureParts([part(one)], options);
      assert.deepEqual(await readdir(ready!.dir), ["kube"], name);
      assert.match(await readFile(join(ready!.dir, "kube"), "utf8"), /^(?:member|flat|plain|compressed)$/);
      assert.equal((await stat(join(ready!.dir, "kube"))).mode & 0o777, 0o755);
      assert.deepEqual(asked, [`/${name}`]);
    }
  });

  it("come from a mirror, by host and path", async () => {
    const before = process.env["ODOO_SANDBOX_MIRROR"];
    process.env["ODOO_SANDBOX_MIRROR"] = `${base}/mirror/`;
    try {
      const path = `/mirror/dl.k8s.io${at}`;
      files = { [path]: "mirrored", [`${path}.sha256`]: sha256("mirrored") };
      assert.equal(await content([part(kubernetesRelease("1.2.3", ["kube"]))]), "official: mirrored");
      assert.equal(mirrored("https://a.example/b/c").href, `${base}/mirror/a.example/b/c`);
    } finally {
      if (before === undefined) delete process.env["ODOO_SANDBOX_MIRROR"];
      else process.env["ODOO_SANDBOX_MIRROR"] = before;
    }
    assert.equal(mirrored("https://a.example/b/c", {}).href, "https://a.example/b/c");
  });

  async function packed(member: string, text: string): Promise<Buffer> {
    await mkdir(join(temp, dirname(member)), { recursive: true });
    await writeFile(join(temp, member), text);
    await run("tar", ["-czf", "packed", member], { cwd: temp });
    return readFile(join(temp, "packed"));
  }

  async function compressed(text: string): Promise<Buffer> {
    const write = "import bz2, sys; bz2.open(sys.argv[1], 'wb').write(sys.argv[2].encode())";
    await run("python3", ["-c", write, join(temp, "compressed"), text]);
    return readFile(join(temp, "compressed"));
  }

  it("are not begun where something is missing that any of them needs, which is all said at once", async () => {
    const needsGo: Installer = { ...built, needs: [{ go: "1.25.0" }] };
    const newer: Installer = { ...built, needs: [{ go: "1.25.11" }] };
    const needsPython: Installer = { ...built, source: "official", needs: ["python"] };
    const parts = [
      part(official(), needsGo),
      { ...part(newer), name: "engine" },
      { ...part(needsPython), name: "wheel", group: "test" as const },
      { ...part({ ...built, needs: ["java"] }), name: "keycloak" },
    ];
    const start = Date.now();
    await assert.rejects(
      ensureParts(parts, { ...options, env: { PATH: join(temp, "nothing") } }),
      /\n {2}Go 1\.25\.11 [^]*\n {2}Java 17 [^]*\n {2}Python 3\.10 [^]*\nInstall: .*$/,
    );
    assert.deepEqual(lines, [], `nothing was begun (${Date.now() - start} ms)`);
    // A program that is downloaded needs no compiler.
    files = { [at]: "official", [`${at}.sha256`]: `${sha256("official")}\n` };
    const downloaded = { ...part(official(), needsGo), group: "test" as const };
    assert.equal(await content([downloaded], { ...options, env: { PATH: "" } }), "official: official");
  });

  it("end together: one that cannot be had ends what is made beside it", async () => {
    let ended = "";
    const endless: Installer = {
      ...built,
      make: ({ cancel }) =>
        new Promise((_, reject) =>
          cancel.addEventListener("abort", () => {
            ended = "ended";
            reject(new Error("ended"));
          }),
        ),
    };
    const wrong: Installer = { ...official(), make: () => Promise.reject(new Error("the checksum differs")) };
    const parts = [
      { ...part(endless), name: "endless" },
      { ...part(wrong), name: "wrong" },
    ];
    await assert.rejects(ensureParts(parts, options), /the checksum differs/);
    assert.equal(ended, "ended");
  });

  it("are made again when a pinned checksum changes", async () => {
    files = { "/kube": "one" };
    assert.equal(await content([part(pinnedFiles({ [`${base}/kube`]: sha256("one") }))]), "official: one");
    files = { "/kube": "two" };
    assert.equal(await content([part(pinnedFiles({ [`${base}/kube`]: sha256("two") }))]), "official: two");
  });
});

describe("the table of parts", () => {
  it("names each part and program once", () => {
    const parts = allParts();
    for (const names of [parts.map(({ name }) => name), parts.flatMap(({ programs }) => programs)]) {
      assert.deepEqual(names, [...new Set(names)]);
    }
  });

  it("can build every part from source, but for what comes from a package registry, which every mirror has", () => {
    const fixed = allParts().filter(({ installers }) => !installers.some(({ source }) => source === "built"));
    assert.deepEqual(
      fixed.map(({ name }) => name),
      ["keycloak", "uv", "superset", "postgresql-client", "rclone", "n8n"],
    );
  });

  it("pins the files of the versions that it names, for Linux on x86-64 and ARM64", () => {
    const pinned = Object.keys(RELEASE_DIGESTS);
    for (const { name, installers } of allParts()) {
      for (const { inputs } of installers) {
        if (typeof inputs !== "object" || inputs === null || !("url" in inputs) || !("pinned" in inputs)) continue;
        // Their digests come from GitHub's API; no list of others has them.
        if (["keycloak", "pulumi", "tofu"].includes(name)) continue;
        assert.notEqual(inputs.pinned, undefined, name);
      }
    }
    const onArm = (url: string) => url.replace(/amd64/g, "arm64");
    for (const url of pinned.filter((one) => /linux.amd64/.test(one) && !one.includes("/tofu_"))) {
      assert.ok(pinned.includes(onArm(url)), onArm(url));
    }
    for (const digest of Object.values(RELEASE_DIGESTS)) assert.match(digest, /^[0-9a-f]{64}$/);
  });
});

describe("the environment for Pulumi", () => {
  it("has the toolchain and the project's Node first on PATH, and asks for nothing on the network", () => {
    const env = toolchainEnv(
      { bin: {}, binDir: "/t/bin", crdDir: "/t/crds", pulumiHome: "/t/home", keycloakHome: "/t/kc", mode: "built" },
      { PATH: "/usr/bin", HOME: "/root" },
    );
    assert.match(env["PATH"] ?? "", /^\/t\/bin:\/.*\/node_modules\/\.bin:\/usr\/bin$/);
    assert.equal(env["PULUMI_HOME"], "/t/home");
    assert.equal(env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"], "true");
    assert.equal(env["HOME"], "/root");
  });
});
