import { isSameLogin } from "../../../config/approvers.ts";
import { stackSettingsOf } from "../../../config/index.ts";
import type { ProjectFiles } from "../../../config/index.ts";
import { PLATFORM_BUNDLE } from "../../../config/modules.ts";
import { ODOO } from "../../../config/schemas/odooLists.ts";
import { changeableKeys } from "../../../features/requests/index.ts";
import { optionsSchema } from "../../api/requests.ts";
import { monthlyCost } from "../../domain/cost.ts";
import type { Money } from "../../domain/cost.ts";
import { nothing, route } from "../route.ts";

const REGIONS = new Intl.DisplayNames("en", { type: "region" });

/** A plan's price in the supplier's currency today: who pays for a new tenant is not known yet. */
function priceOf(files: ProjectFiles, plan: string): Money | undefined {
  return monthlyCost({ plan, environments: { prod: { domains: [] } } }, files);
}

export const options = route({
  method: "get",
  path: "/options",
  action: "request:check",
  isScoped: true,
  summary: "What the forms offer: bundles, plans, environments, approvers",
  query: nothing,
  body: nothing,
  answer: optionsSchema,
  handle: ({ services: { project }, person }) => {
    const files = project.files();
    const { bundles, plans, tables, tenants } = files;
    const stacks = [...stackSettingsOf(project.root).values()].filter(({ environment }) => environment !== "sandbox");
    const names = ["staging", "prod"].filter((name) => stacks.some(({ environment }) => environment === name));
    const owners = [...tenants.values()]
      .filter(({ id }) => person.tenant === undefined || id === person.tenant)
      .map(({ owner }) => owner);
    return Promise.resolve({
      bundles: [...bundles.values()]
        .filter(({ name }) => name !== PLATFORM_BUNDLE)
        .map(({ name, title, summary, features }) => ({
          name,
          title,
          summary,
          // Every bundle except the platform's includes accounting, whose charts are a country's.
          needsCountry: true,
          features: features.map(({ name: feature, coverage, note }) => ({ name: feature, coverage, note })),
        })),
      plans: [...plans.values()].map((plan) => ({
        name: plan.name,
        displayName: plan.displayName,
        workers: plan.workers,
        replicas: plan.replicas,
        storage: plan.storage,
        databaseConnections: plan.databaseConnections,
        price: priceOf(files, plan.name),
      })),
      environments: names.map((name) => ({
        name,
        baseDomain: stacks.find(({ environment }) => environment === name)?.baseDomain,
      })),
      approvers: project.approvers().filter((login) => !isSameLogin(login, person.login)),
      countries: ODOO.countries
        .map((code) => ({ code, name: REGIONS.of(code) ?? code }))
        .sort((a, b) => a.name.localeCompare(b.name)),
      timezones: [...ODOO.timeZones.names],
      currencies: [...ODOO.currencies],
      teams: [...new Map(owners.map((owner) => [owner.team, owner])).values()],
      modules: tables.modules.names.map((name) => ({ name, title: tables.modules.get(name)?.title })),
      changeable: [...changeableKeys(person.tenant)],
    });
  },
});
