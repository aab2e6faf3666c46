import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { run as runAny } from "../../lib/process.ts";
import { UserError } from "../../lib/userError.ts";

const CHART = "charts/odoo";
const RUNBOOK = "docs/runbooks/chart.md";

const chartSchema = z.looseObject({ name: z.string(), version: z.string().regex(/^\d+\.\d+\.\d+$/) });

/** The chart is invalid or cannot be published. */
class ChartError extends UserError {
  constructor(message: string) {
    super(`${message}\nSee ${RUNBOOK}`);
  }
}

/** How a program ended. */
interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

async function run(program: string, args: readonly string[], cwd: string): Promise<Outcome> {
  const startError = (reason: string) =>
    new ChartError(`${program} cannot be started (${reason}), expected it on the PATH`);
  const { status, stdout, stderr } = await runAny(program, args, { cwd, startError });
  return { ok: status === 0, output: `${stdout}${stderr}`.trim() };
}

async function must(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { ok, output } = await run(program, args, cwd);
  if (!ok) throw new ChartError(`${program} ${args[0] ?? ""} failed:\n  ${output.split("\n").slice(-15).join("\n  ")}`);
  return output;
}

async function packaged(
  root: string,
): Promise<{ readonly name: string; readonly version: string; readonly file: string }> {
  const { name, version } = chartSchema.parse(parse(readFileSync(join(root, CHART, "Chart.yaml"), "utf8")));
  const out = join(root, "reports/chart");
  mkdirSync(out, { recursive: true });
  await must("helm", ["package", CHART, "--destination", out], root);
  return { name, version, file: join(out, `${name}-${version}.tgz`) };
}

/**
 * Lints the chart and packages it into `reports/chart`.
 *
 * @param root absolute path of the project's root
 * @param base commit whose chart must not have other content under the same version; default: none
 * @returns the result, as one line
 * @throws ChartError
 */
export async function checkChart(root: string, base: string | undefined): Promise<string> {
  await must("helm", ["lint", "--strict", CHART, "--values", join(CHART, "ci/example.yaml")], root);
  const { name, version } = await packaged(root);
  if (base !== undefined) {
    await must("git", ["rev-parse", "--verify", "--end-of-options", `${base}^{commit}`], root);
    const { ok: same } = await run("git", ["diff", "--quiet", base, "--", CHART], root);
    const before = await run("git", ["show", `${base}:./${CHART}/Chart.yaml`], root);
    const old = before.ok ? chartSchema.parse(parse(before.output)).version : undefined;
    if (!same && old === version) {
      throw new ChartError(
        `${CHART}/Chart.yaml: version is ${version}, which ${base} has with another content, expected a higher one: releases name charts by version`,
      );
    }
  }
  return `${name} ${version}: valid`;
}

/** Where the chart is published. */
export interface ChartRegistry {
  /** Address: `oci://<host>/<path>`. */
  readonly registry: string;
  /** Whether it is without TLS. */
  readonly plainHttp: boolean;
}

/**
 * Packages the chart and pushes it, unless the registry has this version already: a published version never changes. In a workflow of
 * GitHub, sets the outputs `reference`, with digest, and `published`: true, or false if the version was there.
 *
 * @param root absolute path of the project's root
 * @returns the result, as one line
 * @throws ChartError
 */
export async function publishChart(root: string, { registry, plainHttp }: ChartRegistry): Promise<string> {
  const { name, version, file } = await packaged(root);
  const http = plainHttp ? ["--plain-http"] : [];
  const there = await run("helm", ["show", "chart", `${registry}/${name}`, "--version", version, ...http], root);
  if (!there.ok && !/: not found$/m.test(there.output)) {
    throw new ChartError(`${registry} did not answer whether it has ${name} ${version}:\n  ${there.output}`);
  }
  const printed = there.ok ? there.output : await must("helm", ["push", file, registry, ...http], root);
  const digest = /^Digest: (sha256:[0-9a-f]{64})$/m.exec(printed)?.[1];
  if (digest === undefined) throw new ChartError(`helm printed no digest:\n  ${printed}`);
  const reference = `${registry.replace(/^oci:\/\//, "")}/${name}@${digest}`;
  const output = process.env["GITHUB_OUTPUT"];
  if (output !== undefined) appendFileSync(output, `reference=${reference}\npublished=${String(!there.ok)}\n`);
  return there.ok
    ? `${reference}: version ${version} is already published`
    : `published ${name} ${version}: ${reference}`;
}
