import { resolve } from "node:path";
import { INSTRUMENTER_CONSTANTS, type InstrumenterContext } from "@stryker-mutator/api/core";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  determineHitLimitReached,
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import Mocha from "mocha";

/**
 * Environment variable with the test files, from the project's root, joined by commas. Stryker's own option for them makes
 * it keep mutants that work while files are loaded switched off (10.1: it takes them for a filter of tests).
 */
export const TEST_FILES = "MUTATION_TEST_FILES";

/** What the mutated code asks for the mutant that is active, and where it counts what it runs. */
const context: InstrumenterContext = {};
Reflect.set(globalThis, INSTRUMENTER_CONSTANTS.NAMESPACE, context);

interface Run {
  readonly disableBail: boolean;
  /** The mutant that is active while tests run; none in the first run. */
  readonly mutant?: string;
  /** Whether it must be active while files are loaded too. */
  readonly whileLoading?: boolean;
}

/**
 * Runs the test files that Stryker is given with Mocha. Stryker's own plugin looks for files inside of Mocha that version 12
 * has moved; this one keeps to Mocha's documented interface.
 */
class MochaRunner implements TestRunner {
  readonly #mocha = new Mocha({ timeout: 0, reporter: Mocha.reporters.Base });
  #beforeEach: ((title: string) => void) | undefined;
  #loaded = false;

  constructor() {
    const testFiles = (process.env[TEST_FILES] ?? "").split(",");

    this.#mocha.cleanReferencesAfterRun(false);
    for (const file of testFiles) this.#mocha.addFile(resolve(file));
    const started = (title: string) => this.#beforeEach?.(title);
    this.#mocha.suite.beforeEach(function () {
      started(this.currentTest?.fullTitle() ?? "");
    });
  }

  capabilities() {
    // Modules are loaded once a process: a mutant that works while they are loaded gets a process of its own.
    return { reloadEnvironment: false };
  }

  async dryRun({ disableBail, coverageAnalysis }: DryRunOptions): Promise<DryRunResult> {
    if (coverageAnalysis === "perTest") this.#beforeEach = (title) => (context.currentTestId = title);
    const result = await this.#run({ disableBail });
    this.#beforeEach = undefined;
    const { mutantCoverage } = context;
    return result.status === DryRunStatus.Complete && mutantCoverage !== undefined
      ? { ...result, mutantCoverage }
      : result;
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, disableBail, hitLimit, mutantActivation, testFilter } = options;
    Object.assign(context, { hitLimit, hitCount: hitLimit === undefined ? undefined : 0 });
    const titles = testFilter?.map((title) => title.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&")) ?? [".*"];
    this.#mocha.grep(new RegExp(`^(?:${titles.join("|")})$`, "s"));
    const whileLoading = mutantActivation === "static";
    return toMutantRunResult(await this.#run({ disableBail, mutant: activeMutant.id, whileLoading }));
  }

  async #run({ disableBail, mutant, whileLoading = false }: Run): Promise<DryRunResult> {
    this.#mocha.bail(!disableBail);
    for (const suite of suitesOf(this.#mocha.suite)) suite.bail(!disableBail);
    try {
      if (!this.#loaded) {
        activate(whileLoading ? mutant : undefined);
        await this.#mocha.loadFilesAsync();
        this.#loaded = true;
      }
      activate(mutant);
      const tests = await this.#tests();
      const endless = determineHitLimitReached(context.hitCount, context.hitLimit);
      return endless ?? { status: DryRunStatus.Complete, tests };
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: error instanceof Error ? (error.stack ?? "") : String(error) };
    }
  }

  #tests(): Promise<TestResult[]> {
    return new Promise((done) => {
      const tests: TestResult[] = [];
      let started = performance.now();
      const next = (test: Mocha.Runnable) => {
        // A failing hook is told as the failure of the test that it was for.
        const title = test.ctx?.currentTest?.fullTitle() ?? test.fullTitle();
        const timeSpentMs = performance.now() - started;
        started = performance.now();
        // By the file, Stryker's incremental mode knows which tests have changed since the last run.
        return { id: title, name: title, timeSpentMs, ...(test.file === undefined ? {} : { fileName: test.file }) };
      };
      const runner = this.#mocha.run(() => done(tests));
      runner.on("pass", (test) => tests.push({ ...next(test), status: TestStatus.Success }));
      runner.on("fail", (test, { message }: Error) => {
        tests.push({ ...next(test), status: TestStatus.Failed, failureMessage: message });
      });
    });
  }
}

function activate(mutant: string | undefined): void {
  if (mutant === undefined) delete context.activeMutant;
  else context.activeMutant = mutant;
}

function suitesOf(suite: Mocha.Suite): Mocha.Suite[] {
  return suite.suites.flatMap((below) => [below, ...suitesOf(below)]);
}

/** What Stryker loads. */
export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "mocha12", MochaRunner)];
