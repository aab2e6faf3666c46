import { backupRepository, COLLECTOR_SECRETS, CONSOLE, CONSOLE_PROGRAMS, WATCHDOG } from "../config/names.ts";
import { isServerWide } from "../config/serverWide.ts";
import { CONSOLE_SECRETS, consoleAddresses, consoleVariables } from "./known/console.ts";
import { type PodFile, podFiles } from "./known/podFiles.ts";
import { PLATFORM_PODS, type PlatformPods } from "./known/platformPods.ts";
import { watchdogFiles } from "./known/watchdogFiles.ts";
import { Field } from "./lib/field.ts";
import type { Node } from "./lib/graph.ts";
import { parseIni } from "./lib/ini.ts";
import { Accepted, checkKnown, only } from "./lib/known.ts";
import { containers, podTemplate, WORKLOADS } from "./lib/pods.ts";
import { type StackReport, tenantPolicy } from "./lib/policy.ts";
import { configured, stackSettings } from "./lib/stackSettings.ts";
import { K8S } from "./lib/types.ts";
import { stackName } from "./lib/urn.ts";

/** What a tenant's containers run: the chart's own scripts, and a copy of restic. */
const COMMANDS = [
  ["python3", "-B", "-I", "/opt/odoo-saas/serve.py"],
  ["python3", "-B", "-I", "/opt/odoo-saas/metrics.py"],
  ["/bin/sh", "/opt/odoo-saas/init.sh"],
  ["/bin/sh", "/opt/odoo-saas/backup.sh"],
  ["cp", "/usr/bin/restic", "/tools/restic"],
].map((words) => JSON.stringify(words));

/** Odoo's arguments. None names a database, a server or another file of settings, which would count more than odoo.conf. */
const ARGUMENT =
  /^(?:odoo|--(?:workers|max-cron-threads|http-port|db_maxconn|limit-time-real|limit-time-real-cron)=\d+)$/;

/**
 * A tenant's pods are configured for its own database, realm and backups, and let nobody choose another. That it would be refused by the
 * servers, too, is no reason to let a tenant's log-ins and mail go to another one's first.
 */
export const podConfiguration = tenantPolicy({
  name: "pod-configuration",
  description:
    "A tenant's pods must be configured for the tenant's own database, realm and backups alone, the watchdog for the stack's servers, and the console for its own database and realm.",
  types: [K8S.secret, ...WORKLOADS],
  check(node, report) {
    if (node.console) checkConsole(node, report);
    else if (node.type === K8S.secret) checkSecret(node, report);
    else checkContainers(node, report);
  },
});

/** The console has one Secret, and two Deployments that run its programs alone. */
function checkConsole(node: Node, report: StackReport): void {
  const stack = stackName(node.urn);
  const name = node.props.at("metadata", "name");
  if (node.type === K8S.secret) {
    if (!name.mayBe(CONSOLE))
      report(node, name, `is ${name.shown}, expected "${CONSOLE}"`, "Use the console's one Secret");
    const known: readonly string[] = CONSOLE_SECRETS;
    const addresses = consoleAddresses(stack);
    for (const [key, text] of filesOf(node.props)) {
      if (!known.includes(key)) report(node, text, "is not known to the pack", "Add it to policies/known/console.ts");
      const address = addresses[key];
      if (address !== undefined && text.known && !address.accepts(text.value)) {
        report(node, text, `is not ${address.expected}`, "Make it with components/consoleRelease.ts");
      }
    }
    return;
  }
  if (!name.known) return;
  const programs = new Map(
    Object.entries(CONSOLE_PROGRAMS).map(([program, words]) => [`${CONSOLE}-${program}`, words]),
  );
  const command = node.type === K8S.deployment ? programs.get(name.text ?? "") : undefined;
  if (command === undefined) {
    const known = [...programs.keys()].join(" and ");
    report(node, name, `is ${name.shown}: pods of the console that are not the Deployments ${known}`, "Remove it");
    return;
  }
  const variables = consoleVariables(stack);
  for (const container of containers(podTemplate(node.type, node.props).at("spec"))) {
    checkPlatforms(node, container, { command }, report);
    checkVariables(node, container, variables, report);
    if (command !== CONSOLE_PROGRAMS.collector) checkForeignSecrets(node, container, report);
  }
}

/** What people reach from outside has no keys but its own. */
function checkForeignSecrets(node: Node, container: Field, report: StackReport): void {
  const foreign: readonly string[] = Object.values(COLLECTOR_SECRETS).flat();
  for (const variable of container.at("env").items()) {
    const name = variable.at("name");
    if (foreign.includes(name.text ?? ""))
      report(node, name, `is ${name.shown}, a secret of the collector`, "Give it to the collector alone");
  }
}

/** Variables whose value is decided elsewhere say that. */
function checkVariables(
  node: Node,
  container: Field,
  expected: Readonly<Record<string, Accepted>>,
  report: StackReport,
): void {
  for (const variable of container.at("env").items()) {
    const accepted = expected[variable.at("name").text ?? ""];
    const value = variable.at("value");
    if (accepted !== undefined && value.known && !accepted.accepts(value.value)) {
      report(node, value, `is ${value.shown}, expected ${accepted.expected}`, "Use the tenant's own, or the stack's");
    }
  }
}

function checkSecret(node: Node, report: StackReport): void {
  const files = filesKnown(node);
  if (files === undefined) {
    report(node, "", "is a Secret outside any tenant", "Make it inside the OdooTenant that it belongs to");
    return;
  }
  for (const [key, text] of filesOf(node.props)) {
    const file = Object.hasOwn(files, key) ? files[key] : undefined;
    if (file !== undefined) checkFile(node, text, file, report);
    else
      report(
        node,
        text,
        "is a file that pods are not known to have",
        "Remove it, or add it to policies/known/podFiles.ts",
      );
  }
}

function filesKnown({ urn, tenant, props }: Node): Readonly<Record<string, PodFile>> | undefined {
  if (tenant !== undefined) return podFiles(stackName(urn), tenant);
  return props.at("metadata", "name").text === WATCHDOG ? watchdogFiles(stackName(urn)) : undefined;
}

/** Texts of a Secret, whether they come as such or in Base64. */
function filesOf(props: Field): [string, Field][] {
  const encoded = props
    .at("data")
    .entries()
    .map(([key, field]): [string, Field] => [
      key,
      field.text === undefined ? field : new Field(Buffer.from(field.text, "base64").toString("utf8"), field.path),
    ]);
  return [...props.at("stringData").entries(), ...encoded];
}

function checkFile(node: Node, field: Field, { format, shape, required, whole }: PodFile, report: StackReport): void {
  if (!field.known || format === "text") return;
  const value = parse(field.text ?? "", format);
  if (value === undefined) {
    report(node, field, "is not written as the program writes it", "Make it with components/odooConfig.ts");
    return;
  }
  const content = new Field(value, field.path);
  checkKnown(content, shape, (at, wrong, fix) => report(node, at, wrong, fix));
  for (const path of required) {
    const setting = content.at(...path.split("."));
    if (setting.missing) report(node, setting, "is not set", "Make it with components/odooConfig.ts");
  }
  if (whole === undefined) return;
  const list = content.at(whole.list);
  for (const value of whole.values) {
    if (list.items().some((item) => item.at(whole.key).mayBe(value))) continue;
    report(node, list, `has no ${whole.key} "${value}"`, "Make it with components/watchdogSettings.ts");
  }
}

function parse(text: string, format: PodFile["format"]): unknown {
  if (format !== "json") {
    const ini = parseIni(text, format === "ini" ? " = " : "=");
    return typeof ini === "number" ? undefined : ini;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a tenant's pods are given: another Secret of the namespace is for nobody. */
const TENANTS_PODS = { secret: "odoo-config", configMap: "odoo-scripts" };

function checkContainers(node: Node, report: StackReport): void {
  const own = ownVariables(stackName(node.urn), node.tenant);
  const spec = podTemplate(node.type, node.props).at("spec");
  const platforms = node.tenant === undefined ? platformPods(node, report) : undefined;
  if (node.tenant !== undefined || platforms !== undefined) checkVolumes(node, spec, platforms ?? TENANTS_PODS, report);
  for (const container of containers(spec)) {
    if (platforms === undefined) checkCommand(node, container, report);
    else checkPlatforms(node, container, platforms, report);
    checkVariables(node, container, own, report);
  }
}

const NONE = new Accepted("none outside a tenant", () => false);

function ownVariables(stack: string, tenant: string | undefined): Readonly<Record<string, Accepted>> {
  if (tenant === undefined) return { TENANT: NONE, RESTIC_REPOSITORY: NONE };
  const settings = stackSettings(stack);
  return {
    TENANT: only(tenant),
    RESTIC_REPOSITORY: configured(stack, settings && backupRepository(settings, tenant)),
  };
}

/** What the platform's pods of this name are; undefined: there are none such, or it is not known. */
function platformPods(node: Node, report: StackReport): PlatformPods | undefined {
  const name = node.props.at("metadata", "name");
  if (!name.known) return undefined;
  const pods = Object.hasOwn(PLATFORM_PODS, name.text ?? "") ? PLATFORM_PODS[name.text ?? ""] : undefined;
  if (pods !== undefined && node.type === K8S.deployment) return pods;
  const known = Object.keys(PLATFORM_PODS).join(" and ");
  report(
    node,
    name,
    `is ${name.shown}: pods outside any tenant that are not the Deployments ${known}`,
    "Make it inside an OdooTenant, or add it to policies/known/platformPods.ts",
  );
  return undefined;
}

/** Whoever mounts a Secret has what is in it. */
function checkVolumes(
  node: Node,
  spec: Field,
  { secret, configMap }: Pick<PlatformPods, "secret" | "configMap">,
  report: StackReport,
): void {
  for (const volume of spec.at("volumes").items()) {
    for (const [field, allowed] of [
      [volume.at("secret", "secretName"), secret],
      [volume.at("configMap", "name"), configMap],
    ] as const) {
      if (field.missing || (allowed !== undefined && field.mayBe(allowed))) continue;
      report(node, field, `is ${field.shown}, expected ${allowed ?? "none"}`, "Mount what the pod's own program reads");
    }
  }
}

function checkPlatforms(
  node: Node,
  container: Field,
  { command }: Pick<PlatformPods, "command">,
  report: StackReport,
): void {
  const field = container.at("command");
  const isOther = field.settled && JSON.stringify(field.value) !== JSON.stringify(command);
  if (isOther) report(node, field, `is ${field.shown}, expected ${JSON.stringify(command)}`, "Run the program alone");
  const args = container.at("args");
  if (!args.empty && args.known) report(node, args, `is ${args.shown}, expected none`, "Remove it");
}

function checkCommand(node: Node, container: Field, report: StackReport): void {
  const fix = "Remove it, or add it to policies/podConfiguration.ts";
  const command = container.at("command");
  if (command.known && !command.empty && command.items().every(({ known }) => known)) {
    if (!COMMANDS.includes(JSON.stringify(command.value)))
      report(node, command, `is ${command.shown}, which pods are not known to run`, fix);
  }
  for (const word of container.at("args").items()) {
    if (word.known && !ARGUMENT.test(word.text ?? "") && !isLoading(word.text ?? ""))
      report(node, word, `is ${word.shown}, which is not known as an argument`, fix);
  }
}

/** Whether an argument has the server load what it may. */
function isLoading(argument: string): boolean {
  const option = "--load=";
  return argument.startsWith(option) && isServerWide(argument.slice(option.length));
}
