import { type HostFault, isWithin, ownHosts, publicHostFault, zoneFault } from "../config/hosts.ts";
import { consoleHost, isReservedId, platformHost } from "../config/names.ts";
import type { Field } from "./lib/field.ts";
import { admittedBy, type Claim, hostClaims, platformDomains } from "./lib/hostClaims.ts";
import { type HostFiles, hostFiles } from "./lib/hostFiles.ts";
import { type StackReport, stackPolicy } from "./lib/policy.ts";
import { K8S } from "./lib/types.ts";
import { stackSettings } from "./lib/stackSettings.ts";
import { mayRelax, stackEnvironment } from "./lib/urn.ts";

/** Whoever claims a name of the platform's gets what is sent to it: log-ins, mail, connections to databases. */
export const hostNames = stackPolicy({
  name: "host-names",
  description:
    "A tenant's hosts must be in its file, in a zone of its team, and no name of the platform's; the platform must claim no others, and the console its own alone.",
  check(graph, report) {
    const files = hostFiles();
    const claims = hostClaims(graph);
    const configured = files.baseDomains.get(graph.stack);
    // A sandbox may be configured from elsewhere. What is configured here goes by nothing but its file.
    const baseDomains = configured !== undefined ? [configured] : mayRelax(graph.stack) ? platformDomains(claims) : [];
    const context = { stack: graph.stack, baseDomains, files };
    const tenants = new Set<string>();
    const leftOut = new Set<string>();
    for (const { node, field } of claims) {
      if (node.tenant === undefined) continue;
      if (!field.known) leftOut.add(node.tenant);
      if (field.text === undefined) continue;
      tenants.add(field.text);
      const fault = tenantsFault(field.text, node.tenant, context);
      if (fault !== undefined) report(node, field, `is ${field.shown}, ${fault.wrong}`, `Use ${fault.expected}`);
    }
    const own = new Set(baseDomains.flatMap(ownHosts));
    const consoles = new Set(consoleHosts(graph.stack, baseDomains));
    // The gateway has listeners for tenants' hosts before the tenants' own routes are made.
    const isTenants = (host: string, listener: Field) =>
      tenants.has(host) ||
      consoles.has(host) ||
      [...leftOut].some(
        (tenant) => admittedBy(listener).mayBe(tenant) && tenantsFault(host, tenant, context) === undefined,
      );
    for (const claim of claims) {
      if (claim.node.console) checkConsole(claim, consoles, report);
      else if (claim.node.tenant === undefined) checkShared(claim, own, isTenants, report);
    }
  },
});

/** What hosts are judged by. */
interface Context {
  readonly stack: string;
  readonly baseDomains: readonly string[];
  readonly files: HostFiles;
}

function tenantsFault(host: string, tenant: string, { stack, baseDomains, files }: Context): HostFault | undefined {
  if (baseDomains.some((domain) => host === platformHost(tenant, domain))) {
    const covered = files.names.coveredBy(host);
    return (
      covered && {
        wrong: `which is, or is above, ${covered.name} of ${covered.file}`,
        expected: "another id for the tenant",
      }
    );
  }
  const [unreadable] = files.unreadable;
  if (unreadable !== undefined) {
    return { wrong: `which cannot be compared with what ${unreadable} names`, expected: "a file that can be read" };
  }
  return publicHostFault(host) ?? files.names.fault(host) ?? fileFault(host, tenant, stack, files);
}

/** A host that is not in the tenant's file is nobody's: the files' rules keep tenants of all stacks apart. */
function fileFault(host: string, tenant: string, stack: string, files: HostFiles): HostFault | undefined {
  const file = `tenants/${tenant}.yaml`;
  const said = files.tenant(tenant);
  const environment = stackEnvironment(stack);
  const environments = environment === undefined ? (["prod", "staging"] as const) : [environment];
  const declared = environments.flatMap((name) => said?.environments[name]?.domains ?? []);
  if (said === undefined || !declared.includes(host)) {
    const where = `environments.${environments.join(" or ")}.domains`;
    return { wrong: `which ${file} does not have`, expected: `hosts that ${file} has in ${where}` };
  }
  return zoneFault(host, said.owner.team, files.zones);
}

/** Hosts that the console may have: the one of the stack's file, and never one that a tenant could have. */
function consoleHosts(stack: string, baseDomains: readonly string[]): string[] {
  const settings = stackSettings(stack);
  if (settings === undefined) return mayRelax(stack) ? baseDomains.map(consoleHost) : [];
  if (settings.console === undefined) return [];
  const host = settings.console.host ?? consoleHost(settings.baseDomain);
  const [label = "", ...domain] = host.split(".");
  return isWithin(host, settings.baseDomain) && !(domain.join(".") === settings.baseDomain && isReservedId(label))
    ? []
    : [host];
}

function checkConsole({ node, field }: Claim, expected: ReadonlySet<string>, report: StackReport): void {
  if (field.text === undefined || expected.has(field.text)) return;
  const hosts = expected.size === 0 ? "no host, as the stack's file says" : [...expected].join(" or ");
  report(node, field, `is ${field.shown}, expected ${hosts}`, "Name the console's host in the stack's file");
}

/** What tenants share has the platform's own hosts, and listeners for its tenants'. */
function checkShared(
  { node, field, listener }: Claim,
  own: ReadonlySet<string>,
  isTenants: (host: string, listener: Field) => boolean,
  report: StackReport,
): void {
  const host = field.text;
  if (host === undefined || (listener !== undefined && isTenants(host, listener))) return;
  const fix = `Use ${[...own].join(" or ")}, or make it inside the OdooTenant that owns the host`;
  if (!own.has(host)) {
    report(node, field, `is ${field.shown}, which is neither the platform's own nor a tenant's`, fix);
  } else if (host.startsWith("*") && node.type !== K8S.gateway && node.type !== K8S.certificate) {
    report(node, field, `is ${field.shown}, which takes every tenant's host`, fix);
  }
}
