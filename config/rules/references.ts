import { PLATFORM_BUNDLE } from "../modules.ts";
import { quote, suggestion } from "../schemas/common.ts";
import { TENANT_ENVIRONMENTS } from "../schemas/tenant.ts";
import { CORE_MODEL } from "../select.ts";
import { forTenants, tenantFile } from "./rule.ts";
import type { Rule, RuleProblem } from "./rule.ts";

/** A tenant's bundles exist, and the platform's is not among them: everyone has it. */
export const knownBundles: Rule = forTenants((tenant, { names }) =>
  tenant.bundles.flatMap((bundle, index) => {
    const choices = names.bundles.filter((name) => name !== PLATFORM_BUNDLE);
    if (bundle === PLATFORM_BUNDLE) {
      return [
        { path: ["bundles", index], message: 'is "platform", expected only other bundles: every tenant has this one' },
      ];
    }
    return choices.includes(bundle)
      ? []
      : [
          {
            path: ["bundles", index],
            message: `is ${quote(bundle)}, which is not in bundles/, expected ${suggestion(bundle, choices)}`,
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
      : [{ path, message: `is ${quote(plan)}, which is not in plans.yaml, expected ${suggestion(plan, plans)}` }],
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
            message: `is ${quote(release)}, which is not in releases/, expected ${suggestion(release, releases)}`,
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
              message: `is ${quote(model)}, which is not in sql/tenant/, expected ${suggestion(model, models)}`,
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

/**
 * A tenant's reporting models are among those that its bundles bring: a model reads tables that the bundle's modules make,
 * and an update would fail half-way without them.
 */
export const modelsOfBundles: Rule = forTenants((tenant, { bundles, models }) => {
  const own = [PLATFORM_BUNDLE, ...tenant.bundles].map((name) => bundles.get(name));
  // A bundle with errors of its own, or an unknown one, is reported elsewhere.
  if (own.includes(undefined)) return [];
  // Stryker disable next-line ArrayDeclaration,OptionalChaining: For the compiler: the tenant is not judged where one of its bundles is missing.
  const brought = own.flatMap((bundle) => bundle?.reporting ?? []);
  return tenant.analytics.models.flatMap((model, index) => {
    if (!models.includes(model) || model === CORE_MODEL || brought.includes(model)) return [];
    const bringers = [...bundles.values()].filter(({ reporting }) => reporting.includes(model)).map(({ name }) => name);
    const remedy = bringers.length > 0 ? `bundle ${bringers.join(" or ")} in addition` : "a bundle that includes it";
    return [
      {
        path: ["analytics", "models", index],
        message: `is ${quote(model)}, which needs tables that none of the tenant's bundles creates, expected ${remedy}`,
      },
    ];
  });
});
