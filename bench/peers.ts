import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Toolchain } from "../sandbox/toolchain/ensure.ts";
import type { Fleet } from "./fleet.ts";
import { run } from "./processes.ts";
import type { Item } from "./state.ts";
import { tofuConfiguration, tofuSettings, tofuType } from "./tofu.ts";
import type { TofuTimes } from "./results.ts";

/** Attributes that resources give each other beside their ids: passwords and names. */
export const TOFU_ATTRIBUTES = ["result", "name", "realm"] as const;

/** Seconds of OpenTofu on empty services, and how many resources it made. */
export async function runTofu(
  fleet: Fleet,
  toolchain: Toolchain,
  items: readonly Item[],
  runs: number,
): Promise<{
  readonly resources: number;
  readonly apply: number;
  readonly plan: number[];
  readonly planOfState: number[];
}> {
  const folder = fleet.privateFolder("tofu");
  const settings = join(folder, "settings.tofurc");
  const providers = toolchain.bin["terraform-provider-keycloak"] ?? "";
  writeFileSync(settings, tofuSettings(dirname(providers)));
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify(tofuConfiguration(items)), { mode: 0o600 });
  rmSync(join(folder, "terraform.tfstate"), { force: true });
  const env = { ...process.env, TF_CLI_CONFIG_FILE: settings, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" };
  const tofu = async (...args: string[]): Promise<number> =>
    (
      await run(toolchain.bin["tofu"] ?? "tofu", [...args, "-input=false", "-no-color"], {
        cwd: folder,
        env,
        signal: fleet.signal,
      })
    ).seconds;

  const apply = await tofu("apply", "-auto-approve");
  const plan: number[] = [];
  const planOfState: number[] = [];
  for (let index = 0; index < runs; index++) {
    // Exit status 2 would be a change that is planned: then the figures are not those of a plan that finds nothing to do.
    plan.push(await tofu("plan", "-detailed-exitcode"));
    planOfState.push(await tofu("plan", "-detailed-exitcode", "-refresh=false"));
  }
  return { resources: items.filter(({ type }) => tofuType(type) !== undefined).length, apply, plan, planOfState };
}

/** Figures of several runs of {@link runTofu}. */
export function joinTofu(runs: readonly Awaited<ReturnType<typeof runTofu>>[]): TofuTimes | undefined {
  const [first] = runs;
  return (
    first && {
      resources: first.resources,
      apply: runs.map(({ apply }) => apply),
      plan: runs.flatMap(({ plan }) => plan),
      planOfState: runs.flatMap(({ planOfState }) => planOfState),
    }
  );
}

/** Seconds of the bare script on empty services. */
export async function runScript(fleet: Fleet, items: readonly Item[]): Promise<number> {
  const folder = fleet.privateFolder("script");
  const file = join(folder, "items.json");
  writeFileSync(file, JSON.stringify(items), { mode: 0o600 });
  const program = join(import.meta.dirname, "script", "main.ts");
  return (await run(process.execPath, [program, file], { cwd: folder, signal: fleet.signal })).seconds;
}
