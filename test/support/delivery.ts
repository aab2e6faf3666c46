import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import assert from "node:assert/strict";
import { VALID_PROJECT } from "./projectFolder.ts";

/** A stack's settings file of which only the tenants' choice matters. */
export function stackFileText(environment: "staging" | "prod", more = ""): string {
  return `config:
  odoo-saas:environment: ${environment}
  odoo-saas:baseDomain: ${environment}.example.test
  odoo-saas:release: 18.0-2026.11
  odoo-saas:tenantsDatabase: { host: db.example.test, cidrs: [10.0.0.0/24] }
  odoo-saas:analyticsDatabase: { host: analytics.example.test, cidrs: [10.0.3.0/24] }
  odoo-saas:keycloak: { url: "https://login.example.test", clientId: odoo-saas, cidrs: [10.0.1.0/24] }
  odoo-saas:kubernetes: { gatewayClassName: envoy, storageClassName: files }
  odoo-saas:tls: { clusterIssuer: letsencrypt }
  odoo-saas:mail: { host: mail.example.test, cidrs: [10.0.2.0/24] }
${more}`;
}

/** A git repository of the test's own with a project in it. */
export class GitProject {
  readonly root: string;

  /** @param files on top of a small valid project with the stacks staging and prod; committed on branch main */
  constructor(files: Readonly<Record<string, string>> = {}) {
    this.root = mkdtempSync(join(tmpdir(), "odoo-saas-git-"));
    this.git("init", "--quiet", "--initial-branch=main");
    this.commit({
      ...VALID_PROJECT,
      "Pulumi.staging.yaml": stackFileText("staging"),
      "Pulumi.prod.yaml": stackFileText("prod"),
      ...files,
    });
  }

  git(...args: string[]): string {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], { cwd: this.root, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  }

  /** Writes files (undefined removes one) and commits them. Returns the commit. */
  commit(files: Readonly<Record<string, string | undefined>>): string {
    for (const [file, text] of Object.entries(files)) {
      const path = join(this.root, file);
      mkdirSync(dirname(path), { recursive: true });
      if (text === undefined) rmSync(path);
      else writeFileSync(path, text);
    }
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", "a change");
    return this.git("rev-parse", "HEAD");
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
