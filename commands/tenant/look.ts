import { Option } from "@commander-js/extra-typings";
import { look, lookText, tenantText } from "../../features/look/index.ts";
import { UserError } from "../../lib/userError.ts";
import { command, finish, log } from "../command.ts";
import { rootOption } from "../options.ts";

export default command("tenant look", "Show what all tenants would create, without an engine or a service")
  .description(
    "Runs the program under mocks and judges its resources by the policies: one table per stack with a row per tenant. It needs no " +
      "toolchain, service, secret or network. What Helm renders from the chart, and what exists already, only a preview knows.",
  )
  .option("--stack <name>", "only this stack (default: all but sandboxes)")
  .addOption(new Option("--tenant <id>", "list each resource of this tenant instead of the tables").conflicts("json"))
  .option("--json", "print the stacks, tenants, resources and violations as JSON")
  .addOption(rootOption("the program and its files"))
  .action(async ({ stack, tenant, json, root }) => {
    const stacks = await look(root, stack);
    const isAccepted = stacks.every(({ violations }) => violations.length === 0);
    if (json === true) log(JSON.stringify(stacks.map(summary), null, 2));
    else if (tenant === undefined) log(stacks.map(lookText).join("\n\n"));
    else {
      const own = stacks.flatMap(({ stack: name, tenants }) =>
        tenants.filter(({ spec }) => spec.id === tenant).map((each) => `Stack ${name}\n${tenantText(each)}`),
      );
      if (own.length === 0) throw new UserError(`No stack has a tenant ${tenant}, expected a file in tenants/`);
      log(own.join("\n\n"));
    }
    finish(isAccepted);
  });

/** A stack for programs: types and names, no properties. */
function summary({
  stack,
  environment,
  tenants,
  shared,
  policies,
  violations,
}: Awaited<ReturnType<typeof look>>[number]) {
  const brief = (resources: typeof shared) => resources.map(({ type, name, protect }) => ({ type, name, protect }));
  return {
    stack,
    environment,
    tenants: tenants.map(({ spec, resources }) => ({
      id: spec.id,
      plan: spec.plan.name,
      host: spec.hosts.platform,
      resources: brief(resources),
    })),
    shared: brief(shared),
    policies,
    violations,
  };
}
