import { readFile, statfs } from "node:fs/promises";
import { join } from "node:path";

import { ToolchainError } from "./toolchainError.ts";
import { CommandFailed, run } from "./process.ts";

/** Something that the user has to install or free first. The message says what for, and how to go on. */
export class MissingPrerequisite extends ToolchainError {
  override readonly name = "MissingPrerequisite";
}

/** Go fetches a newer release of itself from this version on (https://go.dev/doc/toolchain). */
const SWITCHES_ITSELF = [1, 21];
/** A GiB in bytes. */
const GIB = 1024 ** 3;

function atLeast(found: readonly number[], needed: readonly number[]): boolean {
  for (const [index, need] of needed.entries()) {
    const have = found[index] ?? 0;
    if (have !== need) return have > need;
  }
  return true;
}

const numbers = (version: string): number[] => version.split(".").map((part) => Number.parseInt(part, 10) || 0);

/**
 * Checks that Go can build the module in `folder`.
 *
 * @throws MissingPrerequisite when Go is absent, or older than the module's `go` line and unable to fetch a newer one.
 */
export async function requireGo(folder?: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const goMod = folder === undefined ? "" : await readFile(join(folder, "go.mod"), "utf8");
  const needed = /^go (\S+)$/m.exec(goMod)?.[1] ?? SWITCHES_ITSELF.join(".");
  const why =
    `Go ${needed} or later is needed, because the sandbox's programs (Kubernetes, etcd, Pulumi and its plugins) cannot ` +
    "be downloaded from here and are built from source";
  const remedy =
    "Install it (https://go.dev/dl, or your system's package `golang`), or let dl.k8s.io, api.github.com, github.com " +
    "and get.pulumi.com through; then run the same command again: what is made already is kept.";
  let answer: string;
  try {
    answer = (await run("go", ["env", "GOVERSION", "GOTOOLCHAIN"], { env })).stdout;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new MissingPrerequisite(`${why}; no \`go\` was found on PATH. ${remedy}`);
  }
  const [version = "", toolchain = ""] = answer.trim().split("\n");
  const found = numbers(version.replace(/^go/, ""));
  if (atLeast(found, numbers(needed))) return;
  if (atLeast(found, SWITCHES_ITSELF) && toolchain !== "local") return;
  const local = toolchain === "local" ? ", which GOTOOLCHAIN=local keeps from fetching a newer release" : "";
  throw new MissingPrerequisite(`${why}; found ${version}${local}. ${remedy}`);
}

/**
 * Checks for a Java that runs Keycloak 26 (17 or later, its "Installing" guide).
 *
 * @throws MissingPrerequisite when there is none, or an older one.
 */
export async function requireJava(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const home = env["JAVA_HOME"];
  const java = home === undefined || home === "" ? "java" : join(home, "bin", "java");
  const remedy =
    "Install Java 17 or 21 (https://adoptium.net, or your system's package, such as `openjdk-17-jre-headless`), or " +
    "point JAVA_HOME at one; then run the same command again.";
  let output: string;
  try {
    output = (await run(java, ["-version"], { env })).stderr;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new MissingPrerequisite(
      `Java 17 or later is needed to run Keycloak; \`${java}\` could not be run. ${remedy}`,
    );
  }
  const version = /version "([^"]+)"/.exec(output)?.[1] ?? "unknown";
  const [first = 0, second = 0] = numbers(version);
  if ((first === 1 ? second : first) >= 17) return;
  throw new MissingPrerequisite(
    `Java 17 or later is needed to run Keycloak; \`${java}\` is version ${version}. ${remedy}`,
  );
}

/**
 * Checks the free space where `folder` is.
 *
 * @throws MissingPrerequisite when less than `needed` bytes are free.
 */
export async function requireSpace(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= needed) return;
  throw new MissingPrerequisite(
    `${folder} has ${((bavail * bsize) / GIB).toFixed(1)} GiB free; making the sandbox's programs needs ` +
      `${(needed / GIB).toFixed(1)} GiB. Free some, or set ODOO_SANDBOX_CACHE to a folder on another disk.`,
  );
}
