import { readFileSync, statfsSync } from "node:fs";
import { execa } from "execa";
import { PROJECT_ROOT } from "../lib/projectRoot.ts";
import { ensureToolchain, ensureTools } from "../sandbox/toolchain/ensure.ts";

/** Tests that run together. */
interface Suite {
  /** Installs what its tests need of the toolchain at once, which they would otherwise wait for one by one. Default: nothing. */
  readonly prepare?: () => Promise<unknown>;
  /** Mocha's configuration and files. */
  readonly mocha: readonly string[];
  /** Variables beside this process's. Default: none. */
  readonly env?: Readonly<Record<string, string>>;
}

const prepareTests = () => ensureToolchain(["backup", "test"]);

/** Arguments of a suite that is not configured by a file. @param seconds that a test may take */
function files(seconds: number, ...names: string[]): readonly string[] {
  return ["--no-config", "--timeout", String(seconds * 1000), "--forbid-only", "--forbid-pending", ...names];
}

const SUITES = {
  // Its tests fail when they ask for the toolchain, also where it is installed.
  unit: { mocha: [], env: { ODOO_SANDBOX_TOOLCHAIN: "none" } },
  integration: { prepare: prepareTests, mocha: ["--config", ".mocharc.integration.json"] },
  postgres: {
    prepare: prepareTests,
    mocha: ["--config", ".mocharc.postgres.json"],
    env: { ODOO_SAAS_TEST_POSTGRES: "18" },
  },
  console: { mocha: files(60, "console/test/{server,collector}/*.test.ts") },
  // Apart: their window is the whole process's.
  pages: {
    mocha: [
      "--import=./console/test/support/tsx.ts",
      "--parallel",
      "--jobs",
      "2",
      ...files(60, "console/test/web/*.test.{ts,tsx}"),
    ],
  },
  browser: { prepare: prepareTests, mocha: files(1500, "console/test/browser/*.test.ts") },
  analytics: { prepare: () => ensureToolchain(["image", "analytics"]), mocha: files(900, "test/superset/*.test.ts") },
  chart: { mocha: files(120, "test/chart/*.test.ts") },
  containers: { mocha: files(120, "test/odoo/containers.test.ts") },
  n8n: { prepare: () => ensureTools(["n8n"]), mocha: files(900, "test/n8n/workflows.test.ts") },
  rollback: { prepare: prepareTests, mocha: files(1500, "test/story/rollback.test.ts") },
  sandbox: { prepare: prepareTests, mocha: ["--config", ".mocharc.e2e.json"] },
  operations: { prepare: prepareTests, mocha: ["--config", ".mocharc.operations.json"] },
  story: { prepare: prepareTests, mocha: ["--config", ".mocharc.story.json"] },
} satisfies Readonly<Record<string, Suite>>;

/** Name of a suite. */
export type SuiteName = keyof typeof SUITES;

/** Folder whose files are in memory, on Linux. */
const MEMORY = "/dev/shm";
/** Bytes that must be free there and in memory, so that tests leave room for the servers that they start. */
const MEMORY_BYTES = 8 * 1024 ** 3;

/**
 * Where tests put what they write: in memory if there is room for it and programs may be started there. The unit tests took a
 * sixth less processor time than with a disk.
 */
function temporaryFolder(): NodeJS.ProcessEnv {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
    const options = mounts
      .find((line) => line.split(" ")[1] === MEMORY)
      ?.split(" ")[3]
      ?.split(",") ?? ["noexec"];
    const free = Math.min(bavail * bsize, process.availableMemory());
    return free >= MEMORY_BYTES && !options.includes("noexec") ? { TMPDIR: MEMORY } : {};
  } catch {
    return {};
  }
}

/**
 * Runs a suite.
 *
 * @param more further arguments of mocha
 * @returns whether all its tests passed
 * @throws UserError if the toolchain cannot be installed
 */
export async function runSuite(name: SuiteName, more: readonly string[]): Promise<boolean> {
  const suite: Suite = SUITES[name];
  await suite.prepare?.();
  const { exitCode } = await execa("mocha", [...suite.mocha, ...more], {
    preferLocal: true,
    localDir: PROJECT_ROOT,
    cwd: PROJECT_ROOT,
    env: { ...temporaryFolder(), ...suite.env },
    stdio: "inherit",
    reject: false,
  });
  return exitCode === 0;
}
