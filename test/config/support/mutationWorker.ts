import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import fc from "fast-check";
import { checkStackFiles, formatDiagnostic, loadProjectFiles } from "../../../config/index.ts";
import type { Diagnostic } from "../../../config/index.ts";
import { VALID_PROJECT } from "../../support/projectFolder.ts";
import { indexFiles } from "../../support/moduleIndex.ts";
import { generatedZones, tenantText } from "../../support/generateTenants.ts";
import { ALIVE_EACH, orders } from "./mutationOrders.ts";
import { mutantsOf } from "./mutants.ts";
import type { Mutant } from "./mutants.ts";
import { means, strictReading } from "./strictReading.ts";

const PROJECT = join(import.meta.dirname, "../../..");
/** The file that is mutated. The id is none that a bundle, a plan or another file names. */
const ID = "acme-eu";
const TENANT_FILE = `tenants/${ID}.yaml`;

/** Every key that a tenant file can have. */
const FULL = `displayName: "Acme: Europe"
owner: { team: acme-it, email: it@acme.example }
company:
  name: Acme Europe
  country: PH
  currency: EUR
  chartOfAccounts: ph
  language: en_US
  timezone: Asia/Manila
lifecycle: paused
plan: large
storage: 200Gi
cell: main
bundles:
  - finance-ppm
  - crm-sales
modules: { add: [l10n_ph], remove: [] }
environments:
  staging: { plan: small, domains: [] }
  prod:
    release: 18.0-2026.11
    domains:
      - erp.acme.example
      - 'books.acme.example'
analytics: { models: [finance_ppm/v1] }
backup:
  schedule: 15 3 * * 1-5
  keep: { daily: 14, weekly: 0, monthly: 12 }
sso:
  template: standard
  identityProvider:
    alias: entra
    displayName: >-
      Acme account
    issuer: https://login.acme.example/v2.0
    authorizationUrl: https://login.acme.example/authorize
    tokenUrl: https://login.acme.example/token
    jwksUrl: https://login.acme.example/keys
    clientId: odoo-platform
credentials: { database: 2, realm: 1, analytics: 3 }
`;

/** A bundle that stands in for the real one, which takes longer to read. */
function bundle(title: string, ...modules: string[]): string {
  const entries = modules.map((name, index) => {
    const install = index === 0 ? "default" : "on-request";
    return `  ${name}: { origin: ce, repository: a/b, version: "18.0", install: ${install} }
`;
  });
  return `title: ${title}
summary: Stands in for the real one.
features: [{ name: ${title}, coverage: full, modules: [${modules.join(", ")}] }]
modules:
${entries.join("")}`;
}

const BUNDLES: Readonly<Record<string, string>> = {
  "bundles/finance-ppm.yaml": `${bundle("finance", "account", "l10n_ph", "ipai_bir_compliance")}reporting: [finance_ppm/v1]
`,
  "bundles/crm-sales.yaml": bundle("sales", "crm"),
  "bundles/hr-timesheets.yaml": bundle("hr", "hr_timesheet"),
  "bundles/retail-scout.yaml": bundle("retail", "stock"),
  "bundles/platform.yaml": bundle("platform", "auth_oidc"),
};

const { root, seed, tenants, others } = orders.parse(workerData);
const plans = ["small", "standard", "large"].map((name) =>
  (VALID_PROJECT["plans.yaml"] ?? "").replace("standard:", `${name}:`),
);
const files: Readonly<Record<string, string>> = {
  ...BUNDLES,
  ...indexFiles(
    Object.fromEntries(
      ["account", "l10n_ph", "ipai_bir_compliance", "crm", "hr_timesheet", "stock", "auth_oidc"].map((name) => [
        name,
        { origin: "ce", repository: "a/b" },
      ]),
    ),
  ),
  "plans.yaml": plans.join(""),
  "zones.yaml": `${generatedZones(8)}  acme.example: [acme-it]\n  tbwa.example: [finance-ops]\n`,
  // Whatever team a mutant has, the zones' are known.
  "alerts/settings.yaml": `runbooks: https://git.example/runbooks
platform: { channel: platform }
teams:
${[...Array.from({ length: 8 }, (_, index) => `team-${index}`), "acme-it", "finance-ops"].map((team) => `  ${team}: { channel: ops }\n`).join("")}`,
  "releases/18.0-2026.11.yaml": VALID_PROJECT["releases/18.0-2026.11.yaml"] ?? "",
  "sql/tenant/core/v1/001.sql": "",
  "sql/tenant/finance_ppm/v1/001.sql": "",
  [TENANT_FILE]: FULL,
};
const STACK_FILE = "Pulumi.prod.yaml";
const stackText = readFileSync(join(PROJECT, STACK_FILE), "utf8");
const write = (file: string, content: string | Buffer) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
};
for (const [file, content] of Object.entries(files)) write(file, content);

const real = readdirSync(join(PROJECT, "tenants"))
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => readFileSync(join(PROJECT, "tenants", name), "utf8"));
const originals = [...real, ...Array.from({ length: 8 }, (_, index) => tenantText(index)), FULL, FULL];

const done = { tried: 0, refused: 0, understood: 0 };

/** Every message has a place in the file, is one line that ends with what was expected, and writes nothing to a terminal. */
function checkMessages(diagnostics: readonly Diagnostic[], file: string, text: string): void {
  const lines = text.split("\n");
  for (const diagnostic of diagnostics) {
    const line = formatDiagnostic(diagnostic);
    assert.ok(line.startsWith(`${file}:${diagnostic.line}:${diagnostic.column}: `), line);
    assert.ok(diagnostic.line >= 1 && diagnostic.line <= lines.length, `no such line: ${line}`);
    const length = lines[diagnostic.line - 1]?.length ?? 0;
    assert.ok(diagnostic.column >= 1 && diagnostic.column <= length + 1, `no such column: ${line}`);
    assert.match(line, /, expected [^\n]+$/);
    assert.doesNotMatch(line, /\p{Cc}|\n\s+at |Error:/u);
  }
}

/** Counts a mutant, and says from time to time that there is no end yet. */
function count(): void {
  done.tried++;
  if (done.tried % ALIVE_EACH === 0) parentPort?.postMessage({ isAlive: true });
}

function tenantProperty({ bytes }: Mutant): void {
  write(TENANT_FILE, bytes);
  count();
  const result = loadProjectFiles(root);
  if (!result.ok) {
    done.refused++;
    assert.ok(result.diagnostics.length > 0, "refused without a reason");
    checkMessages(result.diagnostics, TENANT_FILE, bytes.toString("utf8"));
    return;
  }
  done.understood++;
  const tenant = result.projectFiles.tenants.get(ID);
  assert.ok(tenant, "accepted without the tenant");
  const reading = strictReading(bytes);
  assert.ok(
    !("refusal" in reading),
    `accepted, but a strict reading says: ${"refusal" in reading ? reading.refusal : ""}`,
  );
  const { id, ...meaning } = tenant;
  assert.equal(id, ID);
  assert.ok(
    means(meaning, reading.meaning),
    `read as ${JSON.stringify(meaning)}, but it says ${JSON.stringify(reading.meaning)}`,
  );
}

/** The files that are not tenants': refused with a place, or taken, and never a crash. */
function otherProperty([file, { bytes }]: [string, Mutant]): void {
  write(file, bytes);
  count();
  const result = loadProjectFiles(root);
  const diagnostics = result.ok ? checkStackFiles(root, result.projectFiles) : result.diagnostics;
  if (diagnostics.length > 0) done.refused++;
  checkMessages(
    diagnostics.filter((diagnostic) => diagnostic.file === file),
    file,
    bytes.toString("utf8"),
  );
  write(file, files[file] ?? stackText);
}

let failure: string | undefined;
try {
  // Mutants of what is refused as it is would prove nothing.
  for (const text of new Set(originals)) {
    write(TENANT_FILE, text);
    const result = loadProjectFiles(root);
    assert.deepEqual(result.ok ? [] : result.diagnostics.map(formatDiagnostic), []);
  }
  fc.assert(fc.property(mutantsOf(originals), tenantProperty), { seed, numRuns: tenants });
  write(TENANT_FILE, FULL);
  write(STACK_FILE, stackText);
  const mutable = Object.entries({ ...files, [STACK_FILE]: stackText }).filter(
    ([file]) => file.endsWith(".yaml") && file !== TENANT_FILE,
  );
  const other = fc.constantFrom(...mutable).chain(([file, text]) => fc.tuple(fc.constant(file), mutantsOf([text])));
  fc.assert(fc.property(other, otherProperty), { seed, numRuns: others });
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? `\n${error.cause.message}` : "";
  failure = `${error instanceof Error ? error.message : String(error)}${cause}`;
}
parentPort?.postMessage({ ...done, ...(failure === undefined ? {} : { failure }) });
