import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { auditReport, lockedVersions } from "../../features/modules/audit/report.ts";
import { auditMarkdown, auditText } from "../../features/modules/audit/text.ts";
import { projectFilesAt } from "../../features/modules/changes/projectFilesAt.ts";
import { moduleChanges } from "../../features/modules/changes/changes.ts";
import { changesMarkdown, changesText } from "../../features/modules/changes/changesText.ts";
import { loadProjectFiles } from "../../config/index.ts";
import { vulnerabilitiesSchema } from "../../config/schemas/vulnerabilities.ts";
import { indexFiles } from "../support/moduleIndex.ts";
import { projectFilesWith, VALID_MODULES, VALID_PROJECT, withProject } from "../support/projectFolder.ts";

const SALES = VALID_PROJECT["bundles/sales.yaml"] ?? "";

/** The valid project with a newer crm_lead_code, a module more, and a feature less. */
const UPGRADED = {
  "bundles/sales.yaml": SALES.replace(
    "crm_lead_code: { origin: oca, repository: OCA/crm, version: 18.0.1.0.0 }",
    "crm_lead_code: { origin: oca, repository: OCA/crm, version: 18.0.2.0.0 }",
  ).replace(
    "coverage: full, modules: [crm, crm_lead_code]",
    "coverage: partial, note: Less., modules: [crm, crm_lead_code]",
  ),
  ...indexFiles({
    ...VALID_MODULES,
    crm_lead_code: { repository: "OCA/crm", version: "18.0.2.0.0", depends: ["crm", "base_more"] },
    base_more: { repository: "OCA/more" },
  }),
};

describe("module changes", () => {
  const changes = moduleChanges(projectFilesWith(), projectFilesWith(UPGRADED));

  it("tells for the image and each tenant what comes and changes, and what is covered less", () => {
    const pins = [
      { module: "base_more", to: "18.0.1.0.0" },
      { module: "crm_lead_code", from: "18.0.1.0.0", to: "18.0.2.0.0" },
    ];
    const coverage = [{ bundle: "sales", feature: "Pipeline", from: "full", to: "partial", change: "lost" }];
    assert.deepEqual(changes, { image: pins, coverage, tenants: [{ tenant: "acme", modules: pins, coverage }] });
  });

  it("says the same to people", () => {
    const text = changesText(changes, "main");
    assert.ok(text.includes("acme: 2 modules (1 new, 0 gone, 1 at another version)"));
    assert.match(text, /crm_lead_code {2}18\.0\.1\.0\.0 {2}18\.0\.2\.0\.0/);
    const markdown = changesMarkdown(changes, "main");
    assert.ok(markdown.includes("| crm_lead_code | 18.0.1.0.0 | 18.0.2.0.0 |"));
    assert.ok(markdown.includes("| sales | Pipeline | full | partial | lost |"));
  });

  it("says that nothing differs, and takes it back the other way round", () => {
    const none = moduleChanges(projectFilesWith(), projectFilesWith());
    assert.equal(changesText(none, "main"), "No tenant's modules differ from main.");
    const back = moduleChanges(projectFilesWith(UPGRADED), projectFilesWith());
    assert.deepEqual(back.image[0], { module: "base_more", from: "18.0.1.0.0" });
    assert.equal(back.coverage[0]?.change, "gained");
  });

  it("reads the base from a commit", () => {
    // With a host of its own, which is right by the zones of the commit alone.
    const tenant = `${VALID_PROJECT["tenants/acme.yaml"] ?? ""}  prod: { domains: [erp.example.com] }\n`;
    withProject({ "tenants/acme.yaml": tenant }, (root) => {
      const git = (...args: string[]): void => {
        execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@t.example", ...args], {
          cwd: root,
          stdio: "ignore",
        });
      };
      git("init", "-q");
      git("add", "-A");
      git("commit", "-qm", "one");
      for (const [file, text] of Object.entries(UPGRADED)) writeFileSync(join(root, file), text);
      const base = projectFilesAt(root, "HEAD");
      const after = loadProjectFiles(root);
      assert.ok(after.ok);
      assert.deepEqual(moduleChanges(base, after.projectFiles), changes);
    });
  });
});

describe("module audit", () => {
  const projectFiles = projectFilesWith({
    ...indexFiles({
      ...VALID_MODULES,
      auth_oidc: {
        ...VALID_MODULES["auth_oidc"],
        python: ["jose"],
        requirements: ["python_jose[crypto]>=3"],
        released: "2025-11-21",
      },
      crm_lead_code: { ...VALID_MODULES["crm_lead_code"], latest: "18.0.1.0.0.4", released: "2025-11-22" },
      crm_hidden: { origin: "ce", version: "18.0.1.0", depends: ["crm"], autoInstall: true, licence: "OEEL-1" },
    }),
  });
  const database = vulnerabilitiesSchema.parse({
    date: "2026-10-01",
    source: "A database",
    vulnerabilities: [
      {
        id: "X-1",
        package: "python-jose",
        affected: "<3.4.0",
        fixed: "3.4.0",
        summary: "Weak.",
        url: "https://x.example/1",
      },
      { id: "X-2", package: "python-jose", affected: ">=4", summary: "Later.", url: "https://x.example/2" },
      { id: "X-3", package: "ecdsa", affected: ">=0 || ==9", summary: "Timing.", url: "https://x.example/3" },
      { id: "X-4", package: "absent", affected: ">=0", summary: "Not here.", url: "https://x.example/4" },
    ],
  });
  const locked = lockedVersions("# x\necdsa==0.19.0 \\\n    --hash=sha256:00\npython-jose[cryptography]==3.3.0 \\\n");
  const report = auditReport({ projectFiles, release: "18.0-2026.11", database, locked });

  it("tells what is behind, unmaintained by the index's date, and vulnerable", () => {
    const [acme] = report.tenants;
    assert.ok(acme);
    assert.deepEqual(acme.behind, [{ module: "crm_lead_code", version: "18.0.1.0.0", latest: "18.0.1.0.0.4" }]);
    assert.deepEqual(acme.unmaintained, [{ module: "auth_oidc", released: "2025-11-21" }]);
    assert.deepEqual(acme.licences, [{ module: "crm_hidden", licence: "OEEL-1" }]);
    assert.deepEqual(acme.vulnerabilities, ["X-1"]);
    assert.deepEqual(
      report.vulnerabilities.map(({ id, version, modules }) => [id, version, modules]),
      [
        ["X-3", "0.19.0", []],
        ["X-1", "3.3.0", ["auth_oidc"]],
      ],
    );
  });

  it("says by which dates, in a terminal and in Markdown", () => {
    for (const text of [auditText(report), auditMarkdown(report)]) {
      assert.ok(text.includes("by the index of 2026-11-22"));
      assert.ok(text.includes("a database of 2026-10-01, which contains nothing later (A database)"));
      assert.ok(text.includes("The image: 2 known vulnerabilities"));
      assert.ok(text.includes("acme (staging): 6 modules, vulnerabilities its modules bring: X-1"));
    }
  });

  it("says that nothing was looked for where there is no database or no lock", () => {
    for (const input of [{}, { database }, { locked }]) {
      const without = auditReport({ projectFiles, release: "18.0-2026.11", ...input });
      assert.deepEqual(without.vulnerabilities, []);
      assert.match(auditText(without), /Vulnerabilities were not checked/);
      assert.ok(!auditText(without).includes("0 known"));
    }
  });

  it("compares coverage with a base, for the bundles that a tenant has", () => {
    const base = { ref: "main", projectFiles: projectFilesWith() };
    const { tenants } = auditReport({ projectFiles: projectFilesWith(UPGRADED), release: "18.0-2026.11", base });
    assert.deepEqual(tenants[0]?.coverage, [
      { bundle: "sales", feature: "Pipeline", from: "full", to: "partial", change: "lost" },
    ]);
  });

  it("is of the tenants that run the release, or leave it to their stack", () => {
    const elsewhere = (VALID_PROJECT["tenants/acme.yaml"] ?? "").replace(
      "staging: {}",
      "staging: { release: 18.0-2026.11 }",
    );
    const two = projectFilesWith({ "tenants/beta.yaml": elsewhere });
    const audited = (release: string) =>
      auditReport({ projectFiles: two, release }).tenants.map(({ tenant }) => tenant);
    assert.deepEqual(audited("18.0-2026.11"), ["acme", "beta"]);
    assert.deepEqual(audited("18.0-2026.12"), ["acme"]);
  });
});
