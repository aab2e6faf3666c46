import type { CatalogBundle, CatalogModule, ModuleCatalog } from "../../../config/schemas/catalog.ts";
import { counted, markdownTable } from "../../../lib/markdownTable.ts";

/** The catalog as a page. */
export function catalogPage(catalog: ModuleCatalog): string {
  const modules = new Map(catalog.modules.map((module) => [module.name, module]));
  const features = catalog.bundles.flatMap(({ features }) => features);
  const enterprise = features.filter(({ enterprise }) => enterprise !== undefined);
  const of = (coverage: string): number => enterprise.filter((feature) => feature.coverage === coverage).length;
  return `${[
    "# Catalog",
    `Written by \`npx odoo-saas generate catalog\` from [bundles/](../bundles) and [modules/index.json](../modules/index.json) of ${catalog.indexDate}; the same as data:
[modules/catalog.json](../modules/catalog.json). How it is made: [modules.md](modules.md).`,
    `Of ${enterprise.length} features that Odoo Enterprise has, ${of("full")} are covered in full, ${of("partial")} in part, ${of("custom")} by the owner's own modules, and ${of("none")} not at all. Coverage
is judged by the modules' own descriptions. Enterprise's modules are named so that you can find them; their source was not read.`,
    "## Coverage against Enterprise",
    markdownTable(
      ["feature", "Enterprise module", "bundle", "coverage", "what to know"],
      catalog.bundles.flatMap((bundle) =>
        bundle.features
          .filter(({ enterprise }) => enterprise !== undefined)
          .map((feature) => [
            feature.name,
            feature.enterprise ?? "",
            `[${bundle.name}](#${bundle.name})`,
            strong(feature.coverage),
            noteOf(feature, bundle),
          ]),
      ),
    ),
    "## Bundles",
    ...catalog.bundles.map((bundle) => bundleSection(bundle, modules)),
    "## Modules",
    `${counted(catalog.modules.length, "module")} that the bundles install, offer or need. Needed: it is installed with another. Licences: AGPL-3 requires that anyone who uses the
system over a network can get its source, including changes; LGPL-3 does not.`,
    markdownTable(
      ["module", "what", "origin", "version", "licence", "released", "bundles"],
      catalog.modules.map((module) => [
        link(module.name, module),
        module.title,
        module.origin,
        module.latest === undefined ? module.version : `${module.version} (${module.latest} is out)`,
        module.licence ?? "not read",
        module.released ?? "",
        Object.entries(module.bundles)
          .map(([bundle, how]) => `${bundle} (${how})`)
          .join(", "),
      ]),
    ),
  ].join("\n\n")}\n`;
}

function bundleSection(bundle: CatalogBundle, modules: ReadonlyMap<string, CatalogModule>): string {
  const {
    name,
    title,
    summary,
    everyTenant,
    features,
    installed,
    automatic,
    onRequest,
    uninstallable,
    licences,
    cost,
  } = bundle;
  const list = (names: readonly string[]): string =>
    names.length === 0
      ? "none"
      : names
          .map((module) => {
            const text = link(module, modules.get(module));
            return uninstallable[module] === undefined ? text : `~~${text}~~ (does not install)`;
          })
          .join(", ");
  const plain = (names: readonly string[]): string =>
    names.length === 0 ? "none" : names.map((value) => `\`${value}\``).join(", ");
  return [
    `### ${name}`,
    `${title}${everyTenant ? " (every tenant has it)" : ""}. ${summary}`,
    markdownTable(
      ["feature", "coverage", "modules", "what to know"],
      features.map((feature) => [
        feature.name,
        strong(feature.coverage),
        list(feature.modules),
        noteOf(feature, bundle),
      ]),
    ),
    [
      `- Installed${everyTenant ? "" : ", with the platform's"}: ${counted(installed.length, "module")} (${Object.entries(
        licences,
      )
        .map(([licence, count]) => `${count} ${licence}`)
        .join(", ")}); Odoo adds ${automatic.length} automatically: ${list(automatic)}`,
      `- On request: ${list(onRequest)}`,
      ...Object.entries(uninstallable).map(
        ([module, why]) => `- ${link(module, modules.get(module))} does not install on 18.0: ${why}`,
      ),
      `- Python packages: ${plain(bundle.python)}`,
      `- Programs: ${plain(bundle.programs)}`,
      `- Reporting models: ${plain(bundle.reporting)}`,
      ...(cost === undefined
        ? []
        : [
            `- Cost: ${cost.databaseMiB} MiB of a new database, ${counted(cost.workers, "worker")} or more. ${cost.basis}.`,
          ]),
    ].join("\n"),
  ].join("\n\n");
}

/** What to know of a feature, with what of it needs the internet. */
function noteOf({ note, modules }: CatalogBundle["features"][number], { outside }: CatalogBundle): string {
  const closed = modules.flatMap((module) => {
    const what = outside[module];
    return what === undefined ? [] : [`${module} (${what})`];
  });
  const closing =
    closed.length === 0 ? [] : [`Closed until the tenant's file [opens it](runbooks/egress.md): ${closed.join(", ")}`];
  return [...(note === undefined ? [] : [note]), ...closing].join(". ");
}

function link(name: string, module: CatalogModule | undefined): string {
  return module?.url === undefined ? `\`${name}\`` : `[${name}](${module.url})`;
}

function strong(coverage: string): string {
  return coverage === "none" ? "**none**" : coverage;
}
