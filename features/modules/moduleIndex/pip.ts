import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../lib/process.ts";
import { RefreshError } from "./refreshError.ts";

/** Python of the official image of Odoo 18.0 (Ubuntu 24.04). */
const PYTHON = "3.12";

/** Packages that one pip is asked for: starting it costs half a second, and one that is missing fails all. */
const BATCH = 16;

/** What a package is asked for as: `==18.0.*` for the newest of the series, or an exact version. */
export interface PackageRequest {
  /** Name in the registry, such as odoo-addon-auth-oidc. */
  readonly name: string;
  /** Exact version. Absent: the newest of series 18.0. */
  readonly version?: string;
}

/** How packages are got. */
export interface DownloadOptions {
  /** Folder that keeps the packages; what is in it is not got again. */
  readonly cache: string;
  /** Most pips at a time. Default 2. */
  readonly concurrency?: number;
  /** Told how many packages have been asked for so far. */
  readonly progress: (done: number, all: number) => void;
  /** Environment of pip: PIP_INDEX_URL and the like say where packages come from. */
  readonly env: NodeJS.ProcessEnv;
}

/** The registry's name of a module's package. */
export function packageName(module: string): string {
  return `odoo-addon-${module.toLowerCase().replaceAll(/[-_.]+/g, "-")}`;
}

/** Wheels in the cache by `<name>==<version>`. */
export function cachedWheels(cache: string): ReadonlyMap<string, string> {
  mkdirSync(cache, { recursive: true });
  return new Map(
    readdirSync(cache).flatMap((file): [string, string][] => {
      const [, name = "", version = ""] = /^([^-]+)-([^-]+)-[^-]+-[^-]+-[^-]+\.whl$/.exec(file) ?? [];
      return name === "" ? [] : [[`${name.toLowerCase().replaceAll(/[-_.]+/g, "-")}==${version}`, join(cache, file)]];
    }),
  );
}

/**
 * Gets wheels with pip, from wherever pip is set up to get them.
 *
 * @returns names of the packages that the registry does not have for series 18.0, or not in the version asked for
 * @throws RefreshError when pip is not there or the registry cannot be reached; what was got until then is kept.
 */
export async function download(requests: readonly PackageRequest[], options: DownloadOptions): Promise<Set<string>> {
  const missing = new Set<string>();
  const queue: PackageRequest[][] = [];
  for (let start = 0; start < requests.length; start += BATCH) queue.push(requests.slice(start, start + BATCH));
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      const refused = await pipDownload(batch, options);
      if (refused && batch.length > 1) {
        // One of them is missing: each half is asked for alone until it is found.
        const middle = Math.ceil(batch.length / 2);
        queue.unshift(batch.slice(0, middle), batch.slice(middle));
        continue;
      }
      if (refused) batch.forEach(({ name }) => missing.add(name));
      done += batch.length;
      options.progress(done, requests.length);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency ?? 2 }, worker));
  return missing;
}

/** Whether the registry answered that it lacks one of the packages. */
async function pipDownload(batch: readonly PackageRequest[], { cache, env }: DownloadOptions): Promise<boolean> {
  const args = [
    "-m",
    "pip",
    "download",
    "--no-deps",
    "--only-binary=:all:",
    `--python-version=${PYTHON}`,
    "--no-input",
  ];
  args.push("--disable-pip-version-check", "--retries=2", "--timeout=30", "--dest", cache);
  for (const { name, version } of batch) args.push(`${name}==${version ?? "18.0.*"}`);
  const { status, stdout, stderr } = await run("python3", args, {
    env,
    startError: (reason) =>
      new RefreshError(`python3 could not be started (${reason}), expected Python 3.8 or later with pip on the PATH`),
  });
  if (status === 0) return false;
  const output = `${stdout}${stderr}`;
  if (/No matching distribution found|Could not find a version/.test(output) && !/Retrying \(|onnection/.test(output)) {
    return true;
  }
  const reason = output.split("\n").findLast((text) => /^(?:ERROR|WARNING): |No module named/.test(text)) ?? output;
  throw new RefreshError(
    `The package registry did not answer (pip: ${reason
      .replace(/^(?:ERROR|WARNING): /, "")
      .trim()
      .slice(0, 300)}).\n` +
      "The index is unchanged, and downloaded packages are kept. Expected a registry that pip reaches (pip config list; PIP_INDEX_URL names\n" +
      "another). Then run it again to continue. See docs/runbooks/modules.md.",
  );
}
