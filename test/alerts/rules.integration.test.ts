import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readRules, RULES_FOLDER } from "../../features/alerts/rules.ts";
import { MAX_TENANTS_PER_CELL } from "../../config/index.ts";
import { installedAlerts, ROOT, tool } from "./tools.ts";

const CASES = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".promtool.yaml"));

describe("rules of Prometheus", () => {
  it("are taken by promtool, with the configuration that loads them", async () => {
    const { folder, remove } = installedAlerts();
    try {
      for (const [kind, file] of [
        ["config", "alerts/prometheus.yaml"],
        ["rules", "alerts/generated/staging/tenants.yaml"],
      ] as const) {
        const args = ["check", kind, "--lint=all", "--lint-fatal", join(folder, file)];
        const { status, output } = await tool("promtool", args);
        assert.equal(status, 0, output);
      }
    } finally {
      remove();
    }
  });

  for (const file of CASES) {
    it(`fire and keep still as ${file} says`, async () => {
      const { status, output } = await tool("promtool", ["test", "rules", `test/alerts/${file}`]);
      assert.equal(status, 0, output);
    });
  }

  it("are each in a case that fires, and name a page that tells of them", () => {
    const cases = CASES.map((file) => readFileSync(join(import.meta.dirname, file), "utf8")).join("\n");
    const rules = readRules(join(ROOT, RULES_FOLDER));
    assert.ok(rules.length >= 14, String(rules.length));
    for (const { alert, annotations } of rules) {
      assert.ok(cases.includes(`alertname="${alert}"`) || cases.includes(`alertname: ${alert}\n`), alert);
      const page = join(ROOT, annotations.runbook_url);
      assert.ok(existsSync(page), `${annotations.runbook_url}, which ${alert} names`);
      assert.ok(readFileSync(page, "utf8").includes(alert), `${annotations.runbook_url} does not tell of ${alert}`);
    }
  });

  it("warn of the realm budget at four fifths of what the files may ask for", () => {
    const rule = readRules(join(ROOT, RULES_FOLDER)).find(({ alert }) => alert === "OdooRealmBudget");
    assert.match(rule?.expr ?? "", new RegExp(`> ${(MAX_TENANTS_PER_CELL * 4) / 5}$`));
  });
});
