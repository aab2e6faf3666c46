import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { propose } from "../../features/delivery/promotion.ts";
import { resolve } from "../../features/delivery/resolved.ts";
import { CHECKS } from "../../features/delivery/smoke/checks.ts";
import type { SmokeReport } from "../../features/delivery/smoke/run.ts";
import { statementOf } from "../../features/delivery/statement.ts";
import { ATTESTATIONS, signStatement } from "../../policies/lib/attestations.ts";
import { GitProject } from "./delivery.ts";

const pair = generateKeyPairSync("ed25519");

/** A project whose files staging attests and prod is promoted to. */
export class DeliveredProject extends GitProject {
  #attested = 0;

  constructor(files: Readonly<Record<string, string>> = {}) {
    const key = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
    super({ ...files, [`${ATTESTATIONS}/keys/staging.pem`]: key });
  }

  /** Merges staging's attestation of what main is. Returns its file. */
  attest(): string {
    const { statement } = this.#passed(`2026-11-22T21:00:0${this.#attested}.000Z`);
    const file = `${ATTESTATIONS}/${this.#attested++}.json`;
    this.commit({ [file]: signStatement(statement, pair.privateKey) });
    return file;
  }

  /** Merges the promotion of prod to what main is. Returns the commit. */
  promote(): string {
    const { resolved, statement } = this.#passed("2026-11-22T21:00:00.000Z");
    const stack = resolved.stacks.get("prod") ?? assert.fail();
    return this.commit(propose(resolved, stack, { file: "0.json", statement }, undefined).files);
  }

  #passed(finishedAt: string) {
    const resolved = resolve(this.root);
    const tenants = [...(resolved.stacks.get("staging")?.tenants.keys() ?? [])];
    const results = tenants.flatMap((id) =>
      Object.keys(CHECKS).map((check) => ({ tenant: id, check, passed: true, message: "" })),
    );
    const report: SmokeReport = { stack: "staging", finishedAt, tenants, results };
    return { resolved, statement: statementOf(resolved, "staging", report, this.git("rev-parse", "HEAD")) };
  }
}
