import { createPatch } from "diff";
import type { z } from "zod";
import { selectTenants, stackSettingsOf } from "../../../config/index.ts";
import type { ProjectFiles } from "../../../config/index.ts";
import { checkRequest } from "../../../features/requests/index.ts";
import type { Request } from "../../../features/requests/index.ts";
import type { preflightSchema } from "../../api/requests.ts";
import { monthlyCost } from "../../domain/cost.ts";
import { modulesOf } from "./modules.ts";

/** Milliseconds in which a request can be approved: a day, as n8n has it. */
const DAY = 86_400_000;

/** What a request would do, for its page. */
export function preflight(root: string, request: Request, now: ProjectFiles): z.input<typeof preflightSchema> {
  const today = new Date();
  const { diagnostics, before, after, changes, files } = checkRequest(root, request, {
    deadline: new Date(today.getTime() + DAY),
    now: today,
  });
  const own = changes.find(({ tenant }) => tenant === request.tenant);
  const tenant = files?.tenants.get(request.tenant);
  const priceBefore = now.tenants.get(request.tenant);
  return {
    ok: diagnostics.length === 0,
    diagnostics: [...diagnostics],
    yaml: after,
    diff: after === undefined ? undefined : createPatch(`tenants/${request.tenant}.yaml`, before ?? "", after),
    effects: Object.entries(own?.effects ?? {}).map(([part, effect]) => ({ part, effect })),
    touches: [...new Set([request.tenant, ...changes.map((change) => change.tenant)])],
    modules: tenant === undefined || files === undefined ? undefined : modulesOf(tenant, files).modules.length,
    hosts: files === undefined ? [] : hostsOf(root, files, request.tenant),
    cost: {
      before: priceBefore === undefined ? undefined : monthlyCost(priceBefore, now),
      after: tenant === undefined || files === undefined ? undefined : monthlyCost(tenant, files),
    },
  };
}

/** Hosts of a tenant in all stacks. */
function hostsOf(root: string, files: ProjectFiles, id: string): string[] {
  const all = [...stackSettingsOf(root).values()].flatMap((settings) =>
    selectTenants(files, settings)
      .filter((spec) => spec.id === id)
      .flatMap(({ hosts }) => [hosts.platform, ...hosts.custom]),
  );
  return [...new Set(all)];
}
