// First, before the SDK sends anything.
import "./components/quietSdk.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Console } from "./components/console.ts";
import { OdooTenant } from "./components/odooTenant.ts";
import { Platform } from "./components/platform.ts";
import { makeProviders } from "./components/providers.ts";
import { ConfigError, loadStack } from "./config/index.ts";
import type { GithubSettings } from "./config/index.ts";

const { stack, tenants: specs, release, teams, stacks, specHash } = load();
const providers = makeProviders(stack);
const scriptOf = (path: string) => readFileSync(join(import.meta.dirname, "components", path), "utf8");
const platform = new Platform(
  "platform",
  {
    stack,
    tenants: specs,
    image: release.image,
    scripts: { maintenance: scriptOf("maintenance/server.py"), watchdog: scriptOf("watchdog/watchdog.py") },
  },
  { providers: [providers.kubernetes] },
);
/** What the cloud role of each of the repository's environments has to demand of a token; empty where another stack keeps it. */
export const oidcSubjects = stack.github === undefined ? {} : await keepRepository(stack.github);

const controlPlane =
  stack.console === undefined
    ? undefined
    : new Console("console", { settings: stack.console, stack, image: release.image, platform, providers });
const controlPlaneOutputs = controlPlane?.outputs ?? {};
/** The control plane in a browser; nothing where the stack has none. */
export { controlPlaneOutputs as console };

/** What came to be, by tenant id. */
export const tenants = Object.fromEntries(
  specs.map((tenant) => [
    tenant.id,
    new OdooTenant(tenant.id, {
      tenant,
      specHash: specHash(tenant),
      stack,
      platform,
      providers,
      console: controlPlane?.forTenants,
    }).outputs,
  ]),
);

async function keepRepository(github: GithubSettings): Promise<Readonly<Record<string, string>>> {
  // One stack alone has it: the others need not load GitHub's SDK.
  const { GitopsRepository, makeGithubProvider } = await import("./components/gitopsRepository.ts");
  const provider = makeGithubProvider(github, stack.githubToken);
  const args = { github, teams, stacks, protect: stack.protect };
  return new GitopsRepository("github", args, { providers: [provider] }).subjects;
}

function load(): ReturnType<typeof loadStack> {
  try {
    return loadStack(import.meta.dirname, new pulumi.Config("odoo-saas"));
  } catch (error) {
    // Invalid input: print the message without a stack trace.
    if (error instanceof ConfigError) throw new pulumi.RunError(error.message);
    throw error;
  }
}
