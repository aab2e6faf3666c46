// Stands in for GitHub, its runners and n8n: signed requests become pull requests of the checkout, are checked, approved by a demo
// person, merged, written into the checkout and deployed by `sandbox up`. Runs in the background; its log is a line a step.
// Started with the path of the instance's folder.
import { join } from "node:path";
import { EVENTS_VARIABLE, record } from "../../features/events/index.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { UserError } from "../../lib/userError.ts";
import { eventsFolder } from "../events.ts";
import { openInstance } from "../instance.ts";
import { STACK } from "../stack.ts";
import { sandboxChecks } from "./checks.ts";
import { deploySandbox } from "./deployment.ts";
import { forgeFolder, startForge } from "./forge.ts";

/** Steps that are a `tenant request` of their own; others are events of the commands that take them. */
const REQUEST_STEPS = ["open", "merge", "close"];

const [, , home] = process.argv;
if (home === undefined) {
  console.error("usage: node sandbox/forge/main.ts <folder>");
  process.exit(2);
}
const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`);

try {
  const instance = await openInstance({ checkout: PROJECT_ROOT, home });
  const folder = forgeFolder(instance);
  /** The environment of commands; events name the person who asked. */
  const envOf = (actor: string): NodeJS.ProcessEnv => ({
    ...process.env,
    ODOO_SANDBOX_HOME: instance.home,
    [EVENTS_VARIABLE]: eventsFolder(instance),
    NODE_COMPILE_CACHE: join(PROJECT_ROOT, "node_modules/.cache/compiled"),
    GITHUB_ACTOR: actor,
  });
  const { url } = await startForge(instance, {
    checks: sandboxChecks(instance, folder, envOf),
    deploy: ({ onBehalfOf, requester }) => deploySandbox(instance, folder, envOf(onBehalfOf ?? requester)),
    taken: ({ tenant, onBehalfOf, requester }, { name, outcome, text }, begun) => {
      if (!REQUEST_STEPS.includes(name)) return;
      const error = outcome === "failed" ? text : undefined;
      const happening = { kind: "tenant request", outcome, begun, stack: STACK, tenants: [tenant], error } as const;
      record(PROJECT_ROOT, happening, { env: envOf(onBehalfOf ?? requester), warn: log });
    },
    log,
  });
  log(`listens at ${url}`);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exit(1);
}
