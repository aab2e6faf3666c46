import { PLATFORM_BUNDLE } from "../modules.ts";
import { show, suggestion } from "../schemas/common.ts";
import { TENANT_ENVIRONMENTS } from "../schemas/tenant.ts";
import { forTenants, tenantFile } from "./rule.ts";
import type { Rule, RuleProblem } from "./rule.ts";

/** A tenant's bundles exist, and the platform's is not among them: everyone has it. */
export const knownBundles: Rule = forTenants((tenant, { names }) =>
  tenant.bundles.flatMap((bundle, index) => {
    const choices = names.bundles.filter((name) => name !== PLATFORM_BUNDLE);
    if (bundle === PLATFORM_BUNDLE) {
      return [{ path: ["bundles", index], message: 'is "platform", expected only others: every tenant has this one' }];
    }
    return choices.includes(bundle)
      ? []
      : [
          {
            path: ["bundles", index],
            message: `is ${show(bundle)}, which is not in bundles/, expected ${suggestion(bundle, choices)}`,
          },
        ];
  }),
);

/** A tenant's plan, and those of its environments, exist. */
export const knownPlans: Rule = forTenants((tenant, { names: { plans } }) => {
  if (plans === undefined) return [];
  const used: [path: string[], plan: string | undefined][] = [
    [["plan"], tenant.plan],
    ...TENANT_ENVIRONMENTS.map((name): [string[], string | undefined] => [
      ["environments", name, "plan"],
      tenant.environments[name]?.plan,
    ]),
  ];
  return used.flatMap(([path, plan]) =>
    plan === undefined || plans.includes(plan)
      ? []
      : [{ path, message: `is ${show(plan)}, which is not in plans.yaml, expected ${suggestion(plan, plans)}` }],
  );
});

/** Releases that environments name exist. */
export const knownReleases: Rule = forTenants((tenant, { names: { releases } }) =>
  TENANT_ENVIRONMENTS.flatMap((name) => {
    const release = tenant.environments[name]?.release;
    return release === undefined || releases.includes(release)
      ? []
      : [
          {
            path: ["environments", name, "release"],
            message: `is ${show(release)}, which is not in releases/, expected ${suggestion(release, releases)}`,
          },
        ];
  }),
);

/** Reporting models that tenants and bundles name exist. */
export const knownModels: Rule = ({ tenants, bundles, models }) => {
  const check = (file: string, path: string[], used: readonly string[]): RuleProblem[] =>
    used.flatMap((model, index) =>
      models.includes(model)
        ? []
        : [
            {
              file,
              path: [...path, index],
              message: `is ${show(model)}, which is not in sql/tenant/, expected ${suggestion(model, models)}`,
            },
          ],
    );
  return [
    ...[...tenants.values()].flatMap((tenant) =>
      check(tenantFile(tenant.id), ["analytics", "models"], tenant.analytics.models),
    ),
    ...[...bundles.values()].flatMap((bundle) => check(`bundles/${bundle.name}.yaml`, ["reporting"], bundle.reporting)),
  ];
};
