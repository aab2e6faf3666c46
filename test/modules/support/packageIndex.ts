import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** A module's package as a test wants it. */
export interface TestPackage {
  readonly module: string;
  /** The package's version. */
  readonly version: string;
  /** The manifest, as Python. */
  readonly manifest: string;
  /** Requires-Dist lines. */
  readonly requires?: readonly string[];
  /** More files by path below the module's folder. */
  readonly files?: Readonly<Record<string, string>>;
}

const BUILD = `
import json, sys, zipfile
for p in json.load(sys.stdin):
    name = "odoo_addon_%s-%s" % (p["module"], p["version"])
    with zipfile.ZipFile("%s/%s-py3-none-any.whl" % (sys.argv[1], name), "w") as z:
        def add(path, text):
            info = zipfile.ZipInfo(path, (2026, 9, 8, 7, 6, 4))
            z.writestr(info, text)
        base = "odoo/addons/%s/" % p["module"]
        add(base + "__init__.py", "")
        add(base + "__manifest__.py", p["manifest"])
        for path, text in p.get("files", {}).items():
            add(base + path, text)
        info = name + ".dist-info/"
        head = ["Metadata-Version: 2.1", "Name: odoo-addon-" + p["module"], "Version: " + p["version"], "Requires-Dist: odoo==18.0.*"]
        add(info + "METADATA", "\\n".join(head + ["Requires-Dist: " + r for r in p.get("requires", [])]) + "\\n\\n")
        add(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        add(info + "RECORD", "")
`;

/** Builds wheels into a folder. */
export function buildPackages(folder: string, packages: readonly TestPackage[]): void {
  mkdirSync(folder, { recursive: true });
  execFileSync("python3", ["-c", BUILD, folder], { input: JSON.stringify(packages) });
}

/** A package index of a folder's wheels. */
export interface PackageIndex {
  /** What makes pip ask it, and nothing else. */
  readonly env: NodeJS.ProcessEnv;
  /** Paths that were asked for. */
  readonly asked: string[];
  readonly close: () => Promise<void>;
}

/** Serves the wheels of a folder as a package index does. */
export async function servePackages(folder: string): Promise<PackageIndex> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    const [, name = ""] = /^\/simple\/([^/]+)\/$/.exec(path) ?? [];
    const files = readdirSync(folder).filter((file) => file.split("-")[0]?.replaceAll("_", "-") === name);
    const file = readdirSync(folder).find((wheel) => path === `/files/${wheel}`);
    if (file !== undefined) response.end(readFileSync(join(folder, file)));
    else if (files.length > 0) {
      response.setHeader("content-type", "text/html");
      response.end(files.map((wheel) => `<a href="/files/${wheel}">${wheel}</a>`).join("\n"));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: pipEnv(`http://127.0.0.1:${port}/simple/`),
    asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** An environment in which pip asks one index, whatever the machine's own settings are. */
export function pipEnv(index: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("PIP_"));
  return {
    ...Object.fromEntries(own),
    PIP_INDEX_URL: index,
    PIP_CONFIG_FILE: "/dev/null",
    PIP_NO_CACHE_DIR: "1",
    no_proxy: "127.0.0.1",
  };
}
