import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageText } from "../../features/alerts/alertmanager.ts";
import { readRules, RULES_FOLDER } from "../../features/alerts/rules.ts";
import { loadProjectFiles } from "../../config/index.ts";
import { withProject } from "../support/projectFolder.ts";
import { installedAlerts, ROOT, tool } from "./tools.ts";

const CONFIG = "alerts/generated/alertmanager.yaml";
const SETTINGS = "runbooks: https://git.example/runbooks\nplatform: { channel: platform }\n";
const PAGE = "<!-- npx odoo-saas generate alerts writes from here -->\n<!-- to here -->\n";

function alerts(...args: string[]) {
  const run = spawnSync(process.execPath, ["run.mjs", "commands/main.ts", "generate", "alerts", ...args], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

describe("Alertmanager's configuration", () => {
  let installed: ReturnType<typeof installedAlerts>;
  before(() => {
    installed = installedAlerts();
  });
  after(() => installed.remove());

  it("is taken by amtool", async () => {
    const { status, output } = await tool("amtool", ["check-config", join(installed.folder, CONFIG)]);
    assert.equal(status, 0, output);
  });

  it("tells each owner team what its tenants' people notice, and the platform's team everything", async () => {
    const loaded = loadProjectFiles(ROOT);
    assert.ok(loaded.ok);
    const teams = [...new Set([...loaded.projectFiles.tenants.values()].map(({ owner }) => owner.team))];
    assert.ok(teams.length > 1);
    for (const { alert, labels } of readRules(join(ROOT, RULES_FOLDER))) {
      for (const team of teams) {
        const { status, output } = await tool("amtool", [
          ...["config", "routes", "test", `--config.file=${join(installed.folder, CONFIG)}`],
          ...[`alertname=${alert}`, `severity=${labels.severity}`, `audience=${labels.audience}`],
          ...[`team=${team}`, "tenant=some", "environment=prod"],
        ]);
        assert.equal(status, 0, output);
        const expected = labels.audience === "owner" ? `platform,team-${team}` : "platform";
        assert.equal(output.trim(), expected, `${alert} of ${team}`);
      }
    }
  });

  it("writes a message with each alert's runbook as a link", async () => {
    const folder = mkdtempSync(join(tmpdir(), "odoo-saas-alerts-"));
    try {
      const data = join(folder, "data.json");
      const runbook = { runbook_url: "docs/runbooks/alert-tenant-down.md" };
      const alert = (status: string, tenant: string) => ({
        status,
        labels: { alertname: "OdooTenantDown", tenant },
        annotations: { summary: `${tenant} does not answer`, description: "At all.", ...runbook },
        startsAt: "2026-11-22T00:00:00Z",
        endsAt: "0001-01-01T00:00:00Z",
      });
      writeFileSync(
        data,
        JSON.stringify({
          receiver: "x",
          status: "firing",
          alerts: [alert("firing", "acme"), alert("resolved", "beta")],
        }),
      );
      writeFileSync(join(folder, "none.tmpl"), "");
      const { status, output } = await tool("amtool", [
        ...["template", "render", `--template.glob=${join(folder, "*.tmpl")}`, `--template.data=${data}`],
        `--template.text=${messageText("https://git.example/runbooks")}`,
      ]);
      assert.equal(status, 0, output);
      assert.match(
        output,
        /- \*\*acme does not answer\*\* At all\.\n {2}\[What to do\]\(https:\/\/git\.example\/runbooks\/alert-tenant-down\.md\)/,
      );
      assert.match(output, /- beta does not answer: resolved/);
      assert.doesNotMatch(output, /acme does not answer: resolved/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("generate alerts", () => {
  const files = {
    "alerts/settings.yaml": SETTINGS,
    "docs/alerts.md": PAGE,
    "alerts/rules/tenants.yaml": readFileSync(join(ROOT, RULES_FOLDER, "tenants.yaml"), "utf8"),
    "Pulumi.staging.yaml": readFileSync(join(ROOT, "Pulumi.staging.yaml"), "utf8"),
  };

  it("finds this project's own page up to date", () => {
    assert.deepEqual(alerts("--check"), { status: 0, stdout: "", stderr: "" });
  });

  it("follows the tenants: who they are of, and whether they are active", () => {
    withProject(files, (root) => {
      assert.equal(alerts("--root", root).status, 0);
      assert.equal(alerts("--check", "--root", root).status, 0);
      const read = (file: string) => readFileSync(join(root, file), "utf8");
      assert.match(read("alerts/generated/staging/tenants.yaml"), /tenant: acme\n\s+team: ops\n[^]*lifecycle: active/);
      assert.match(
        read("alerts/generated/staging/probes.yaml"),
        /https:\/\/acme\.[^\n]*\/web\/health\?db_server_status=1/,
      );
      assert.match(read(CONFIG), /name: team-ops\n\s+mattermost_configs:\n\s+- channel: ops\n/);

      const tenant = read("tenants/acme.yaml").replace("team: ops", "team: other") + "lifecycle: paused\n";
      writeFileSync(join(root, "tenants/acme.yaml"), tenant);
      writeFileSync(
        join(root, "alerts/settings.yaml"),
        `${SETTINGS}teams: { other: { channel: elsewhere }, ops: { channel: ops } }\n`,
      );
      writeFileSync(join(root, "alerts/generated/staging/left.yaml"), "");
      assert.equal(alerts("--check", "--root", root).status, 0, "what is not committed is nobody's to renew");
      assert.equal(alerts("--root", root).status, 0);
      assert.ok(!existsSync(join(root, "alerts/generated/staging/left.yaml")));
      assert.match(read("alerts/generated/staging/tenants.yaml"), /team: other\n[^]*lifecycle: paused/);
      assert.match(read(CONFIG), /- channel: elsewhere\n/);

      writeFileSync(join(root, "docs/alerts.md"), PAGE);
      const { status, stderr } = alerts("--check", "--root", root);
      assert.deepEqual(
        { status, stderr },
        { status: 1, stderr: "docs/alerts.md: is not up to date, expected it after: npx odoo-saas generate alerts\n" },
      );
    });
  });

  it("tells what is wrong in what it reads, and how it is called", () => {
    withProject({ ...files, "alerts/settings.yaml": "runbooks: http://x\nplatform: { chanel: a }\n" }, (root) => {
      const { status, stdout, stderr } = alerts("--root", root);
      assert.deepEqual({ status, stdout }, { status: 1, stdout: "" });
      assert.match(stderr, /alerts\/settings\.yaml:1:11: runbooks: is "http:\/\/x", expected an https address/);
      assert.match(stderr, /alerts\/settings\.yaml:2:13: platform\.chanel: is not a known key, expected channel/);
      assert.doesNotMatch(stderr, /\n {4}at /);
    });
    const { status, stderr } = alerts("--chek");
    assert.equal(status, 2);
    assert.match(stderr, /^Usage: npx odoo-saas generate alerts/m);
  });
});
