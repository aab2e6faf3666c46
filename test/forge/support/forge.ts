import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  PROOF_HEADER,
  prove,
  readRequest,
  pathOf,
  requestStatusListSchema,
  requestStatusSchema,
  signed,
  SIGNATURE_HEADER,
} from "../../../features/requests/index.ts";
import type { Action, RequestStatus } from "../../../features/requests/index.ts";
import { consoleKeyOf } from "../../../sandbox/consoleKey.ts";
import { startForge } from "../../../sandbox/forge/forge.ts";
import type { Forge, ForgeOptions } from "../../../sandbox/forge/forge.ts";
import type { CheckedTree } from "../../../sandbox/forge/requestProcess.ts";
import { openInstance } from "../../../sandbox/instance.ts";
import type { Instance } from "../../../sandbox/instance.ts";
import { approverLogins, CONSOLE_LOGIN } from "../../../sandbox/people.ts";
import { VALID_PROJECT } from "../../support/projectFolder.ts";

/** A tenant's file with comments, in the checkout. */
export const ACME = `# who we are
displayName: "Acme" # for people
owner: { team: ops, email: ops@acme.example }
bundles: [sales]
environments:
  staging: {}
`;

/** A forge over a checkout of its own, with checks and a deployment that a test decides. */
export class TestForge {
  readonly folder = mkdtempSync(join(tmpdir(), "odoo-saas-forge-test-"));
  readonly checkout = join(this.folder, "checkout");
  /** What the checks were given, and what was deployed, in order. */
  readonly checked: CheckedTree[] = [];
  readonly deployed: RequestStatus[] = [];
  readonly steps: string[] = [];
  options: Partial<ForgeOptions> = {};
  #instance: Instance | undefined;
  #forge: Forge | undefined;

  get instance(): Instance {
    assert.ok(this.#instance !== undefined, "the forge was not started");
    return this.#instance;
  }

  get url(): string {
    assert.ok(this.#forge !== undefined, "the forge was not started");
    return this.#forge.url;
  }

  /** Makes the checkout: a git repository with one commit. */
  prepare(): void {
    for (const [path, text] of Object.entries({
      ...VALID_PROJECT,
      "tenants/acme.yaml": ACME,
      ".gitignore": "kept/\n",
    })) {
      this.write(path, text);
    }
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message=project");
  }

  async start(options: Partial<ForgeOptions> = this.options): Promise<void> {
    this.options = options;
    const home = join(this.folder, "home");
    this.#instance = await openInstance({ checkout: this.checkout, home, env: {}, newPorts: "free" });
    this.#forge = await startForge(this.#instance, {
      checks: [
        {
          name: "validate",
          run: (given) => {
            this.checked.push(given);
            return Promise.resolve({ conclusion: "success", title: "All files are valid.", summary: "<all> is well" });
          },
        },
      ],
      deploy: (status) => {
        this.deployed.push(status);
        return Promise.resolve({ ok: true });
      },
      taken: (_status, { name, outcome }) => this.steps.push(`${name} ${outcome}`),
      pollSeconds: 3600,
      ...options,
    });
  }

  /** Ends it, and starts another one with what it kept. */
  async restart(options: Partial<ForgeOptions> = this.options): Promise<void> {
    await this.#forge?.close();
    await this.start(options);
  }

  async end(): Promise<void> {
    await this.#forge?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async idle(): Promise<void> {
    await this.#forge?.idle();
  }

  git(...args: string[]): string {
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
    return execFileSync("git", [...who, ...args], { cwd: this.checkout, encoding: "utf8", stdio: "pipe" });
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.checkout, path)), { recursive: true });
    writeFileSync(join(this.checkout, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.checkout, path), "utf8");
  }

  /** A file as the forge's repository has it. */
  inGit(path: string, branch = "main"): string {
    const folder = join(this.instance.home, "data/forge/git/sandbox/platform.git");
    return execFileSync("git", ["show", `${branch}:${path}`], { cwd: folder, encoding: "utf8", stdio: "pipe" });
  }

  /** Sends a request that the console signs. */
  async ask(action: Action, more: object = {}, { now = new Date() }: { now?: Date } = {}): Promise<Response> {
    const asked = {
      id: "request-1",
      tenant: "acme",
      requester: CONSOLE_LOGIN,
      onBehalfOf: "maria-cruz",
      approver: "jo-santos",
      reason: "as <agreed>",
      ...more,
    };
    const body = JSON.stringify(asked);
    const read = readRequest(action, "request.json", body, [...approverLogins(), asked.approver]);
    assert.ok("request" in read, JSON.stringify(read));
    const proof = prove(read.request, consoleKeyOf(this.instance).privateKey, now);
    return this.post(pathOf(action), body, signed(this.instance.secrets.requestsSecret, pathOf(action), proof, body));
  }

  post(path: string, body: string, headers: Readonly<Record<string, string>>): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
      redirect: "manual",
    });
  }

  /** Reviews a pull request by the form of its page. */
  review(number: number, form: Readonly<Record<string, string>>, origin = this.url): Promise<Response> {
    return this.post(`/sandbox/platform/pull/${number}/review`, new URLSearchParams(form).toString(), {
      "content-type": "application/x-www-form-urlencoded",
      origin,
    });
  }

  get(path: string, token = this.instance.secrets.forgeReader): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  }

  async status(id = "request-1"): Promise<RequestStatus> {
    await this.idle();
    return requestStatusSchema.parse(await (await this.get(`/requests/${id}`)).json());
  }

  async statuses(): Promise<RequestStatus[]> {
    return requestStatusListSchema.parse(await (await this.get("/requests")).json());
  }
}

export { PROOF_HEADER, SIGNATURE_HEADER };
