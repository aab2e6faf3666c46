/** The collector's sources, for people. */
const WORDS: Readonly<Record<string, string>> = {
  files: "Files on the main branch",
  delivery: "Attestations and promotions",
  history: "History of the files",
  inventories: "Inventories of the stacks",
  events: "Events of the workflows",
  requests: "Requests and pull requests",
  analytics: "Analytics server",
  kubernetes: "Kubernetes",
  alertmanager: "Alertmanager",
  prometheus: "Prometheus",
};

/** Sources of what tenants are and where they run. */
const FLEET = ["files", "delivery", "inventories"];

/** Of some sources those of what tenants are and where they run. */
export const fleetSources = <Named extends { readonly name: string }>(sources: readonly Named[]): Named[] =>
  sources.filter(({ name }) => FLEET.includes(name));

/** Of some sources those of some names. */
export const sourcesNamed = <Named extends { readonly name: string }>(
  sources: readonly Named[],
  ...names: readonly string[]
): Named[] => sources.filter(({ name }) => names.includes(name));

/** A source's name for people. */
export const sourceName = (name: string): string => WORDS[name] ?? name;
