import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageFile } from "../../config/schemas/image.ts";
import { run, StartError } from "../../lib/process.ts";
import { runProgram } from "./process.ts";
import { parseLock } from "./requirements.ts";

/** Where wheels must run: x86-64, and glibc 2.39 as Ubuntu 24.04 has it. */
const PLATFORM = "x86_64-manylinux_2_39";

/** How uv is run; every field has a default. */
export interface UvOptions {
  /** Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Packages whose locked version does not stay. Default none. */
  readonly upgrade?: "all" | readonly string[];
}

/**
 * Resolves requirements for the base's Python, with the hashes of all files of every package that is taken.
 *
 * @param folder an empty folder to work in
 * @param requirements text of requirements.in
 * @param lock text of the lock so far: what it has stays, as long as that can be
 * @returns text of the lock
 * @throws ImageError with uv's explanation when there is no solution, or the registry cannot be reached.
 */
export async function resolve(
  folder: string,
  requirements: string,
  lock: string,
  image: ImageFile,
  options: UvOptions = {},
): Promise<string> {
  const pins = Object.entries({ ...image.provided, ...image.constraints }).map(
    ([name, version]) => `${name}==${version}`,
  );
  // A requirement that holds nowhere takes every other one for its package away.
  const never = Object.keys(image.unneeded).map((name) => `${name} ; python_version < "3"`);
  write(folder, {
    "requirements.in": requirements,
    "requirements.txt": lock,
    "pins.txt": text(pins),
    "never.txt": text(never),
  });
  const left = Object.keys(image.provided).flatMap((name) => ["--no-emit-package", name]);
  const files = ["--constraint", "pins.txt", "--override", "never.txt", "--output-file", "requirements.txt"];
  const command = ["--custom-compile-command", "npx odoo-saas image lock", "--quiet", "--generate-hashes"];
  const args = [
    "pip",
    "compile",
    ...target(image),
    ...files,
    ...left,
    ...command,
    ...newer(options),
    "requirements.in",
  ];
  await runProgram("uv", args, { cwd: folder, env: await environment(options), section: "no-resolution" });
  return readFileSync(join(folder, "requirements.txt"), "utf8");
}

/**
 * Installs a lock as the image has it, with the hashes compared, into a folder: nothing is run of what is installed.
 *
 * @param folder an empty folder to work in; packages come into its `python`
 * @throws ImageError when a hash differs, a package has no wheel, or the registry cannot be reached.
 */
export async function install(
  folder: string,
  lock: string,
  image: ImageFile,
  options: UvOptions = {},
): Promise<string> {
  write(folder, { "requirements.txt": lock });
  const wheels = parseLock(lock)
    .packages.filter(({ name }) => !image.sdists.includes(name))
    .flatMap(({ name }) => ["--only-binary", name]);
  const into = join(folder, "python");
  const strict = ["--require-hashes", "--no-deps", "--quiet", "--link-mode", "copy"];
  const args = ["pip", "install", ...target(image), ...strict, ...wheels, "--target", into];
  await runProgram("uv", [...args, "-r", "requirements.txt"], {
    cwd: folder,
    env: await environment(options),
    section: "the-lock-does-not-install",
  });
  return into;
}

const target = ({ base }: ImageFile): string[] => [
  "--no-python-downloads",
  "--python-version",
  base.python,
  "--python-platform",
  PLATFORM,
];

const newer = ({ upgrade = [] }: UvOptions): string[] =>
  upgrade === "all" ? ["--upgrade"] : upgrade.flatMap((name) => ["--upgrade-package", name]);

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

/** uv does not read pip's settings: the index that pip is set up for is the one that is meant. */
async function environment({ env = process.env }: UvOptions): Promise<NodeJS.ProcessEnv> {
  if (env["UV_DEFAULT_INDEX"] !== undefined || env["UV_INDEX_URL"] !== undefined) return env;
  const index = env["PIP_INDEX_URL"] ?? (await pipIndex(env));
  return index === "" ? env : { ...env, UV_DEFAULT_INDEX: index };
}

/** The index in pip's own settings; empty when there is none, or no pip. */
async function pipIndex(env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { status, stdout } = await run("python3", ["-m", "pip", "config", "get", "global.index-url"], { env });
    return status === 0 ? stdout.trim() : "";
  } catch (error) {
    if (error instanceof StartError) return "";
    throw error;
  }
}
