import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, copyFile, link, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";

import { ToolchainError } from "./toolchainError.ts";
import { keyOf, publish } from "./cache.ts";
import type { Log } from "./cache.ts";
import { patchModule } from "./patches.ts";
import type { Patch } from "./patches.ts";
import { goVersionOf } from "./prerequisites.ts";
import { CommandFailed, run } from "./process.ts";
import type { Installer } from "./installer.ts";

/** Takes files out of modules: `go mod download -json` with checksums. */
const OLDEST_GO = "1.21";
const GO = fileURLToPath(new URL("go", import.meta.url));

/**
 * The programs contain no paths of this machine, and go.mod and go.sum may not change. No C compiler is needed. The Go compiler
 * collects its garbage less often, which takes more memory and less time.
 */
const SETTINGS = { GOFLAGS: "-mod=readonly -trimpath -buildvcs=false", CGO_ENABLED: "0", GOGC: "400" };
/** No debugging information, and inlining in the standard library only: programs are about as fast, and built in less time. */
const SWITCHES = ["-gcflags=all=-l -dwarf=false", "-gcflags=std=-dwarf=false"];

/** What is built in one module of `go/`. */
export interface GoBuild {
  /** The module's folder: a name in `go/`, or an absolute path. */
  readonly module: string;
  /** Package by the name of the program that it becomes. */
  readonly programs: Readonly<Record<string, string>>;
  /** Files of other modules in `go/` that are built in too, by their paths in `go/`: the part is made again when they change. */
  readonly sources?: readonly string[];
  /** Values set at link time, by variable. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Build tags. */
  readonly tags?: readonly string[];
  /** Changes of modules that are built in. @default none */
  readonly patches?: readonly Patch[];
  /** Files put beside the programs: `module` is a module path that the file comes from; default the folder itself. */
  readonly files?: readonly { readonly module?: string; readonly path: string }[];
}

/** Builds programs from source, with the Go checksums that are committed beside their go.mod. */
export function goBuild(build: GoBuild): Installer {
  const cwd = join(build.module.startsWith("/") ? "/" : GO, build.module);
  const tags = `-tags=${(build.tags ?? []).join(",")}`;
  const variables = Object.entries(build.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const env = { ...process.env, ...SETTINGS };
  const packages = Object.values(build.programs);
  return {
    source: "built",
    doing: "building with Go",
    inputs: {
      ...build,
      ...(build.patches && { patches: build.patches.map((patch) => inspect(patch, { depth: null })) }),
      ...(build.sources && { sum: sumOf(build.sources) }),
      SETTINGS,
      SWITCHES,
      os: process.platform,
      arch: process.arch,
    },
    folder: cwd,
    needs: [{ go: goVersionOf(cwd) }],
    async prefetch() {
      await withPatches(build, cwd, async (modules) => {
        await go(["list", ...modules, "-deps", tags, ...packages], { cwd, env });
      });
    },
    async make({ dir, cancel, log }) {
      await withPatches(build, cwd, async (modules) => {
        const options = { cwd, env, cancel };
        const settings = [...modules, ...SWITCHES, tags];
        const stale = await go(
          ["list", ...settings, "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}", ...packages],
          options,
        );
        const onLine = progressOf(stale.split("\n").filter((line) => line !== "").length, log);
        const ldflags = ["-s", "-w", ...variables].join(" ");
        const compile = async (output: string, ...from: readonly string[]) => {
          await go(["build", "-v", ...settings, "-ldflags", ldflags, "-o", output, ...from], { ...options, onLine });
        };
        const [[program, from] = ["", ""], ...more] = Object.entries(build.programs);
        if (more.length === 0) {
          await compile(join(dir, program), from);
          return;
        }
        // One call for all, which links one program beside the compilation of the next. Go names them by their packages.
        await compile(join(dir, "/"), ...packages);
        for (const [name, path] of Object.entries(build.programs)) {
          if (name !== basename(path)) await rename(join(dir, basename(path)), join(dir, name));
        }
      });
      for (const file of build.files ?? []) {
        const from =
          file.module === undefined
            ? cwd
            : await go(["list", "-m", "-f", "{{.Dir}}", file.module], { cwd, env, cancel });
        await copyFile(join(from.trim(), file.path), join(dir, basename(file.path)));
        await chmod(join(dir, basename(file.path)), 0o755); // the module cache is read-only
      }
    },
  };
}

/** Logs every few seconds how many packages are compiled, of which Go prints the names, and how long the others may take. */
function progressOf(total: number, log: Log): (line: string, output: "stdout" | "stderr") => void {
  const start = Date.now();
  let [done, logged] = [0, start];
  return (_, output) => {
    if (output === "stdout") return;
    const now = Date.now();
    done++;
    if (now - logged < 5_000 || done >= total) return;
    logged = now;
    const left = ((now - start) / done) * (total - done);
    log(`  ${done} of ${total} packages compiled, about ${Math.ceil(left / 60_000)} min left`);
  };
}

/** Calls `work` with the arguments that make Go use the patched copies of modules. */
async function withPatches(
  { patches }: GoBuild,
  cwd: string,
  work: (modules: readonly string[]) => Promise<void>,
): Promise<void> {
  if (patches === undefined) return work([]);
  const folder = await mkdtemp(join(tmpdir(), "odoo-saas-go-"));
  try {
    let modules = await readFile(join(cwd, "go.mod"), "utf8");
    for (const [index, patch] of patches.entries()) {
      const copy = join(folder, String(index));
      await patchModule(patch, (await download(patch.module, cwd)).Dir, copy, cwd);
      modules += `\nreplace ${patch.module} => ${copy}\n`;
    }
    await writeFile(join(folder, "go.mod"), modules);
    await copyFile(join(cwd, "go.sum"), join(folder, "go.sum"));
    await work([`-modfile=${join(folder, "go.mod")}`]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Takes a part out of what is built for several. @param files of the build, by their names in the part */
export type SharedBuild = (files: Readonly<Record<string, string>>) => Installer;

/** Programs of several parts that are built together, once. A program that does several programs' work goes by the name it is called by. */
export function sharedBuild(name: string, build: GoBuild): SharedBuild {
  const built = goBuild(build);
  let fetched: Promise<void> | undefined;
  return (files) => ({
    ...built,
    doing: `building ${name} with Go`,
    inputs: { built: built.inputs, files },
    prefetch: () => (fetched ??= built.prefetch?.() ?? Promise.resolve()),
    async make(making) {
      const folder = join(
        dirname(making.dir),
        `${name.replaceAll(" ", "-")}-${await keyOf(built.inputs, built.folder)}-built`,
      );
      await publish(folder, making.log, (dir) => built.make({ ...making, dir }));
      // Hard links: each part is whole without the others, and the file is on the disk once.
      for (const [target, file] of Object.entries(files)) await link(join(folder, file), join(making.dir, target));
    },
  });
}

function sumOf(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(join(GO, file)));
  return hash.digest("hex");
}

/** Files of one Go module, taken as they are. */
export interface ModuleFiles {
  readonly module: string;
  /** The module's checksum as go.sum writes it. */
  readonly sum: string;
  readonly files: readonly string[];
}

/** Takes files out of Go modules, whose checksums are compared by Go and with the ones pinned here. */
export function goModuleFiles(modules: readonly ModuleFiles[]): Installer {
  return {
    source: "built",
    doing: "taking them from Go modules",
    inputs: modules,
    needs: [{ go: OLDEST_GO }],
    async make({ dir, cancel }) {
      for (const { module, sum, files } of modules) {
        const answer = await download(module, dir, cancel);
        if (answer.Sum !== sum) {
          throw new ToolchainError(
            `${module}: Go's checksum is ${answer.Sum}, expected ${sum}: the module was replaced`,
          );
        }
        for (const file of files) {
          await copyFile(join(answer.Dir, file), join(dir, basename(file)));
          await chmod(join(dir, basename(file)), 0o644);
        }
      }
    },
  };
}

/** Downloads a module, which Go compares with go.sum, or with the public database of checksums, and unpacks. */
async function download(
  module: string,
  cwd: string,
  cancel?: AbortSignal,
): Promise<{ readonly Sum: string; readonly Dir: string }> {
  const answer: unknown = JSON.parse(await go(["mod", "download", "-json", module], { cwd, cancel }));
  if (typeof answer === "object" && answer !== null && "Sum" in answer && "Dir" in answer) {
    const { Sum, Dir } = answer;
    if (typeof Sum === "string" && typeof Dir === "string") return { Sum, Dir };
  }
  throw new ToolchainError(`go mod download ${module} answered without a folder: ${JSON.stringify(answer)}`);
}

/** Whatever a workspace around the checkout and settings for other machines say: these modules are built alone, for this one. */
const OWN = { GOWORK: "off", GOOS: undefined, GOARCH: undefined };

/** Runs go and returns its output; a failure to reach the module proxy is reported as that. */
export async function go(
  args: readonly string[],
  options: Parameters<typeof run>[2] & { readonly cwd: string },
): Promise<string> {
  try {
    return (await run("go", args, { ...options, env: { ...(options.env ?? process.env), ...OWN } })).stdout;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    if (/dial tcp|no such host|i\/o timeout|connection refused|TLS handshake/.test(error.stderr)) {
      error.message += "\n  Go cannot fetch modules: check the network and GOPROXY (`go env GOPROXY`), then run again.";
    }
    if (error.stderr.includes("no space left on device")) {
      error.message +=
        "\n  The disk is full: `go clean -cache` frees Go's build cache; GOCACHE and GOTMPDIR can move it.";
    }
    error.message += "\n  More: docs/runbooks/sandbox-toolchain.md";
    throw error;
  }
}
