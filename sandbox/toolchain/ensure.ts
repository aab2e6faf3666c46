import { mkdir, readdir, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

import { cacheRoot, exists, keyOf, publish } from "./cache.ts";
import type { Log } from "./cache.ts";
import { ToolchainError } from "./toolchainError.ts";
import { allParts } from "./parts.ts";
import type { Group, Part } from "./parts.ts";
import { go, highest, java, postgresqlClient, python, requireAll, space } from "./prerequisites.ts";
import type { Check } from "./prerequisites.ts";
import { areReachable } from "./download.ts";
import { Unavailable } from "./installer.ts";
import type { Installer, Making } from "./installer.ts";

/**
 * Which installers are used: downloads where they can be had, else Go (`auto`); only one of the two where a part has both. With
 * `none`, every request for a part is an error, also for one in the cache: unit tests run with it.
 */
export type Preference = "auto" | "build" | "official" | "none";

/** How parts are made ready; every field has a default. */
export interface EnsureOptions {
  /** Told what is being done; nothing when all is there. Default: standard error. */
  readonly log?: Log;
  /** Default: `cacheRoot()`. */
  readonly cache?: string;
  /** Default: `ODOO_SANDBOX_TOOLCHAIN`, else `auto`. */
  readonly preference?: Preference;
  /** Where programs of the machine are looked for. Default: this process's environment */
  readonly env?: NodeJS.ProcessEnv;
}

/** A part that is ready for use. */
export interface ReadyPart {
  readonly part: Part;
  readonly dir: string;
  readonly source: Installer["source"];
}

/** The sandbox's programs and files, all of them absolute paths in the user's cache. */
export interface Toolchain {
  /** Programs by name: etcd, kwok, kube-apiserver, kube-controller-manager, kube-scheduler, pulumi, and the other groups'. */
  readonly bin: Readonly<Record<string, string>>;
  /** One folder with all of them, for PATH. */
  readonly binDir: string;
  /** CustomResourceDefinitions, a YAML file each. */
  readonly crdDir: string;
  /** PULUMI_HOME, with the providers' plugins in it. */
  readonly pulumiHome: string;
  readonly keycloakHome: string;
  /** `official` when the Pulumi engine is its makers' own, downloaded or found on PATH. */
  readonly mode: "official" | "built";
}

const NODE_BIN = fileURLToPath(new URL("../../node_modules/.bin", import.meta.url));
/** Measured for the sandbox itself: Go's build cache 3.0 GB, its module cache 1.9 GB, the parts 0.5 GB. */
const SPACE_TO_BUILD = 7 * 1000 ** 3;
/** Measured with one module per part: Go's build cache 11 GB, its module cache 7 GB and the parts 2 GB. */
const SPACE_TO_BUILD_ALL = 20 * 1000 ** 3;
const SPACE_TO_DOWNLOAD = 2 * 1024 ** 3;

/** The preference that `ODOO_SANDBOX_TOOLCHAIN` names, default `auto`. */
export function preferenceOf(env: NodeJS.ProcessEnv = process.env): Preference {
  const value = env["ODOO_SANDBOX_TOOLCHAIN"] ?? "auto";
  if (value === "auto" || value === "build" || value === "official" || value === "none") return value;
  throw new ToolchainError(`ODOO_SANDBOX_TOOLCHAIN is "${value}", expected auto, build, official or none`);
}

function chosen(part: Part, preference: Preference): readonly Installer[] {
  const wanted = part.installers.filter(
    ({ source }) => preference === "auto" || (source === "built") === (preference === "build"),
  );
  return wanted.length > 0 ? wanted : part.installers;
}

/** Folder of a part in the cache, if this installer makes it. Whatever decides what comes out is in its name. */
export async function folderOf(cache: string, part: Part, installer: Installer): Promise<string> {
  const key = await keyOf(
    { version: part.version, source: installer.source, inputs: installer.inputs },
    installer.folder,
  );
  return join(cache, "parts", `${part.name}-${key}-${installer.source}`);
}

/**
 * Makes parts ready, in their order; what is in the cache already is used as it is.
 *
 * @throws ToolchainError that says which part could not be had in any way, and why; with preference `none`, for any part
 */
export async function ensureParts(parts: readonly Part[], options: EnsureOptions = {}): Promise<readonly ReadyPart[]> {
  const { log = (line) => console.error(line), cache = cacheRoot(), preference = preferenceOf() } = options;
  const { env = process.env } = options;
  if (preference === "none") {
    throw new ToolchainError(
      `${parts.map(({ name }) => name).join(", ")}: the toolchain is needed, but ODOO_SANDBOX_TOOLCHAIN is none. ` +
        "Set it to auto; a test that needs the toolchain belongs in a file whose name ends with .integration.test.ts",
    );
  }
  const ready = new Map<Part, ReadyPart>();
  for (const part of parts) {
    for (const installer of chosen(part, preference)) {
      const dir = await folderOf(cache, part, installer);
      if (ready.has(part) || !(await exists(dir))) continue;
      ready.set(part, { part, dir, source: installer.source });
    }
  }
  const missing = parts.filter((part) => !ready.has(part));
  if (missing.length > 0) {
    await prepare(missing, { cache, preference, env });
    // Downloads that have nothing to do with Go run beside the builds, which keep the processors busy.
    const [downloads, others] = [missing.filter(onlyDownloaded), missing.filter((part) => !onlyDownloaded(part))];
    let done = 0;
    const stop = new AbortController();
    const lane = async (queue: readonly Part[]): Promise<void> => {
      for (const [index, part] of queue.entries()) {
        const start = Date.now();
        const made = await makeOne(part, queue.slice(index + 1), ready, {
          log,
          cache,
          preference,
          cancel: stop.signal,
        });
        ready.set(part, made);
        log(
          `[${++done}/${missing.length}] ${part.name} ${part.version} is ready after ${Math.round((Date.now() - start) / 1000)} s`,
        );
      }
    };
    // A part that cannot be had ends the other lane as well: nobody should wait half an hour for its message.
    const lanes = [lane(downloads), lane(others)];
    await Promise.all(lanes).catch(async (error: unknown) => {
      stop.abort();
      await Promise.allSettled(lanes);
      throw error;
    });
  }
  return parts.flatMap((part) => ready.get(part) ?? []);
}

const onlyDownloaded = (part: Part): boolean => part.installers.every(({ source }) => source === "official");

async function prepare(
  missing: readonly Part[],
  { cache, preference, env }: Required<Pick<EnsureOptions, "cache" | "preference" | "env">>,
): Promise<void> {
  await mkdir(cache, { recursive: true }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new ToolchainError(
      `the cache folder ${cache} cannot be created (${why}): set ODOO_SANDBOX_CACHE to one that can`,
    );
  });
  const builds = missing.filter((part) => chosen(part, preference)[0]?.source === "built" || preference === "auto");
  const others = builds.some(({ group }) => group !== "core" && group !== "backup");
  const disk = space(cache, builds.length <= 3 ? SPACE_TO_DOWNLOAD : others ? SPACE_TO_BUILD_ALL : SPACE_TO_BUILD);
  await requireAll([...(await checksOf(missing, preference)), disk], env);
}

/** What the machine must have, by the installers that are likely to be used: the first ones whose hosts answer. */
async function checksOf(missing: readonly Part[], preference: Preference): Promise<readonly Check[]> {
  const likely = await Promise.all(missing.map((part) => likelyInstaller(chosen(part, preference))));
  const needs = likely.flatMap((installer) => installer?.needs ?? []);
  const goVersions = needs.flatMap((need) => (typeof need === "object" ? [need.go] : []));
  const groups = new Set(missing.map(({ group }) => group));
  return [
    ...(goVersions.length > 0 ? [go(highest(goVersions))] : []),
    ...(needs.includes("java") ? [java] : []),
    // The watchdog's driver is made when the watchdog starts, after everything else.
    ...(needs.includes("python") || groups.has("core") ? [python] : []),
    ...(groups.has("backup") ? [postgresqlClient] : []),
  ];
}

async function likelyInstaller(installers: readonly Installer[]): Promise<Installer | undefined> {
  for (const installer of installers) {
    if (installer.from === undefined || (await areReachable(installer.from))) return installer;
  }
  return installers.at(-1);
}

async function makeOne(
  part: Part,
  next: readonly Part[],
  ready: ReadonlyMap<Part, ReadyPart>,
  options: Required<Pick<EnsureOptions, "log" | "cache" | "preference">> & Pick<Making, "cancel">,
): Promise<ReadyPart> {
  const { log, cache, preference, cancel } = options;
  const done = [...ready.values()];
  const sources = Object.fromEntries(done.map(({ part: { name }, source }) => [name, source]));
  const label = `${part.name} ${part.version}`;
  const reasons: string[] = [];
  for (const installer of chosen(part, preference)) {
    const dir = await folderOf(cache, part, installer);
    try {
      await publish(dir, log, async (temporary) => {
        if (installer.source === "built") void prefetch(next);
        const instead = reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
        await watched(
          `${label}: ${installer.doing}${instead}`,
          log,
          installer.make({ dir: temporary, bin: programs(done), sources, log, cancel }),
        );
      });
      return { part, dir, source: installer.source };
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      if (error.message !== "") reasons.push(error.message);
    }
  }
  throw new ToolchainError(
    `${label} could not be had: ${reasons.join("; ")}. Check the network (a proxy in HTTPS_PROXY is used when ` +
      "NODE_USE_ENV_PROXY=1 is set), then run the same command again: what is made already is kept. " +
      "More: docs/runbooks/sandbox-toolchain.md",
  );
}

const prefetched = new Set<Installer>();

async function prefetch(parts: readonly Part[]): Promise<void> {
  for (const installer of parts.flatMap(({ installers }) => installers)) {
    if (prefetched.has(installer)) continue;
    prefetched.add(installer);
    // A failure is reported when the part is built, if it is built at all.
    await installer.prefetch?.().catch(() => undefined);
  }
}

/** Says what is being done when it takes more than a moment, and every half minute with the seconds it has taken. */
async function watched(what: string, log: Log, work: Promise<void>): Promise<void> {
  const start = Date.now();
  const progress = setTimeout(() => log(`${what} …`), 500);
  const timer = setInterval(() => log(`${what} … ${Math.round((Date.now() - start) / 1000)} s`), 30_000);
  try {
    await work;
  } finally {
    clearTimeout(progress);
    clearInterval(timer);
  }
}

function programs(parts: readonly ReadyPart[]): Record<string, string> {
  return Object.fromEntries(
    parts.flatMap(({ part, dir }) => part.programs.map((program) => [program, join(dir, program)])),
  );
}

/**
 * Makes the sandbox's toolchain ready: group `core`, and the other groups named.
 *
 * The first run downloads or builds (some six minutes with Go on two cores); later ones take a few milliseconds.
 */
export async function ensureToolchain(groups: readonly Group[], options: EnsureOptions = {}): Promise<Toolchain> {
  const cache = options.cache ?? cacheRoot();
  const parts = allParts().filter(({ group }) => group === "core" || groups.includes(group));
  const ready = await ensureParts(parts, options);
  const log = options.log ?? (() => undefined);
  const bin = programs(ready);
  const binDir = join(cache, "bin", await keyOf(bin));
  await publishOnce(binDir, log, async (dir) => {
    for (const [name, path] of Object.entries(bin)) await symlink(path, join(dir, name));
  });
  const plugins = ready.flatMap(({ part: { plugin }, dir }) => (plugin === undefined ? [] : [{ ...plugin, dir }]));
  const pulumiHome = join(cache, "pulumi-home", await keyOf(plugins));
  await publishOnce(pulumiHome, log, async (home) => {
    for (const { name, version, dir } of plugins) {
      // The engine looks at real folders only; the program in one may be a link.
      const folder = join(home, "plugins", `resource-${name}-v${version}`);
      await mkdir(folder, { recursive: true });
      for (const file of await readdir(dir)) {
        if (file === `pulumi-resource-${name}`) await symlink(join(dir, file), join(folder, file));
      }
    }
  });
  const find = (name: string): ReadyPart => {
    const found = ready.find(({ part }) => part.name === name);
    if (found === undefined) throw new Error(`no part ${name} in sandbox/toolchain/parts.ts`);
    return found;
  };
  return {
    bin,
    binDir,
    crdDir: find("crds").dir,
    pulumiHome,
    keycloakHome: find("keycloak").dir,
    mode: find("pulumi").source === "built" ? "built" : "official",
  };
}

async function publishOnce(dir: string, log: Log, make: (temporary: string) => Promise<void>): Promise<void> {
  if (!(await exists(dir))) await publish(dir, log, make);
}

/**
 * Programs of the groups `backup`, `image`, `analytics`, `test` and `bench` by name, without the sandbox's own: for `helm lint` and the like.
 */
export async function ensureTools(
  groups: readonly Exclude<Group, "core">[],
  options: EnsureOptions = {},
): Promise<Record<string, string>> {
  return programs(
    await ensureParts(
      allParts().filter(({ group }) => group !== "core" && groups.includes(group)),
      options,
    ),
  );
}

/**
 * The path of one program of the toolchain, for which nothing else is made: jobs with credentials restore no cache, and should
 * not wait for a group.
 *
 * @throws ToolchainError if it cannot be had
 */
export async function ensureProgram(name: string, options: EnsureOptions = {}): Promise<string> {
  const parts = allParts().filter(({ programs: own }) => own.includes(name));
  const path = programs(await ensureParts(parts, options))[name];
  if (path === undefined) throw new Error(`no part of sandbox/toolchain/parts.ts has a program ${name}`);
  return path;
}

/** The environment for `pulumi` with this toolchain: `base` (default: this process's), with what has to be otherwise. */
export function toolchainEnv(toolchain: Toolchain, base: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return {
    ...base,
    PATH: [toolchain.binDir, NODE_BIN, base["PATH"] ?? ""].join(delimiter),
    PULUMI_HOME: toolchain.pulumiHome,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Everything is installed, and asking for newer plugins on every run costs seconds.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Only the plugins made for these SDKs, not another version that happens to be on PATH.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
  };
}
