import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, copyFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { ToolchainError } from "./toolchainError.ts";
import { goVersionOf } from "./prerequisites.ts";
import { CommandFailed, run } from "./process.ts";
import type { Installer } from "./installer.ts";

/** Takes files out of modules: `go mod download -json` with checksums. */
const OLDEST_GO = "1.21";
const GO = fileURLToPath(new URL("go", import.meta.url));

/**
 * Without paths of this machine in the programs, and refused when go.mod or go.sum would have to change. No C compiler is
 * needed, and the compiler collects its garbage less often: it takes more memory, and a third less time.
 */
const SETTINGS = { GOFLAGS: "-mod=readonly -trimpath -buildvcs=false", CGO_ENABLED: "0", GOGC: "400" };
/** Without debugging information, and with inlining in the standard library only, which is most of what it gains. */
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
  /** Files put beside the programs: `module` is a module path that the file comes from; default the folder itself. */
  readonly files?: readonly { readonly module?: string; readonly path: string }[];
}

/** Builds programs from source, with the Go checksums that are committed beside their go.mod. */
export function goBuild(build: GoBuild): Installer {
  const cwd = join(build.module.startsWith("/") ? "/" : GO, build.module);
  const tags = `-tags=${(build.tags ?? []).join(",")}`;
  const variables = Object.entries(build.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  return {
    source: "built",
    doing: "building with Go",
    inputs: {
      ...build,
      ...(build.sources && { sum: sumOf(build.sources) }),
      SETTINGS,
      SWITCHES,
      os: process.platform,
      arch: process.arch,
    },
    folder: cwd,
    needs: [{ go: goVersionOf(cwd) }],
    async prefetch() {
      await go(["list", "-deps", tags, ...Object.values(build.programs)], {
        cwd,
        env: { ...process.env, ...SETTINGS },
      });
    },
    async make({ dir, cancel }) {
      const env = { ...process.env, ...SETTINGS };
      for (const [program, from] of Object.entries(build.programs)) {
        const ldflags = ["-s", "-w", ...variables].join(" ");
        const output = join(dir, program);
        await go(["build", ...SWITCHES, tags, "-ldflags", ldflags, "-o", output, from], { cwd, env, cancel });
      }
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
        const answer: unknown = JSON.parse(await go(["mod", "download", "-json", module], { cwd: dir, cancel }));
        if (typeof answer !== "object" || answer === null || !("Sum" in answer) || !("Dir" in answer)) {
          throw new ToolchainError(`go mod download ${module} answered without a folder: ${JSON.stringify(answer)}`);
        }
        if (answer.Sum !== sum) {
          throw new ToolchainError(
            `${module}: Go's checksum is ${String(answer.Sum)}, expected ${sum}: the module was replaced`,
          );
        }
        for (const file of files) {
          await copyFile(join(String(answer.Dir), file), join(dir, basename(file)));
          await chmod(join(dir, basename(file)), 0o644);
        }
      }
    },
  };
}

/** Runs go and returns its output; a failure to reach the module proxy is reported as that. */
export async function go(
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; cancel?: AbortSignal | undefined },
): Promise<string> {
  try {
    return (await run("go", args, options)).stdout;
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
