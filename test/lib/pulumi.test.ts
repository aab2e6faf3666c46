import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { pulumi, PulumiError, pulumiEvents, runPulumi, watchPulumi } from "../../lib/pulumi.ts";
import { UserError } from "../../lib/userError.ts";

/** Stands in for the CLI: says its arguments, input and environment, and does as the first argument says. */
const CLI = `#!/bin/sh
echo "$@" >>"$0.arguments"
case $1 in
  up) echo '{"sequence": 1}'; echo 'not an event'; echo '{"other": 1}'; echo '{broken'; echo 'a warning' >&2; exit 1 ;;
  preview) echo "{\\"sequence\\": 2, \\"streams\\": \\"$PULUMI_ENABLE_STREAMING_JSON_PREVIEW\\"}" ;;
  config) cat ;;
  refused) echo 'some output'; echo 'error: refused' >&2; exit 255 ;;
  *) exit 7 ;;
esac
`;

const event = z.object({ sequence: z.number(), streams: z.string().optional() });
const parse = (value: unknown) => event.safeParse(value).data;

describe("the Pulumi CLI", () => {
  let cwd = "";
  let program = "";
  const { PATH } = process.env;

  before(() => {
    cwd = mkdtempSync(join(tmpdir(), "odoo-saas-pulumi-"));
    program = join(cwd, "pulumi");
    writeFileSync(program, CLI);
    chmodSync(program, 0o755);
  });
  beforeEach(() => {
    process.env["PATH"] = `${cwd}:${PATH ?? ""}`;
    rmSync(`${program}.arguments`, { force: true });
  });
  afterEach(() => void (process.env["PATH"] = PATH));
  after(() => rmSync(cwd, { recursive: true, force: true }));

  const argumentsSeen = () => readFileSync(`${program}.arguments`, "utf8");

  it("is run for its events, and what is no event is text", async () => {
    const { ok, events, text } = await pulumiEvents(["up", "--stack", "prod"], parse, { cwd });
    assert.deepEqual([ok, events], [false, [{ sequence: 1 }]]);
    assert.deepEqual(text.split("\n").sort(), ["a warning", "not an event", '{"other": 1}', "{broken"]);
    assert.equal(argumentsSeen(), "up --stack prod --json --non-interactive\n");
  });

  it("is asked for a preview's events, not for a digest", async () => {
    assert.deepEqual(await pulumiEvents(["preview"], parse, { cwd }), {
      ok: true,
      events: [{ sequence: 2, streams: "true" }],
      text: "",
    });
  });

  it("is run for what it prints, and gets secrets by its input", async () => {
    const { status, stdout } = await runPulumi(["config", "set"], { program, cwd, input: "s3cret" });
    assert.deepEqual([status, stdout], [0, "s3cret"]);
    assert.equal(argumentsSeen(), "config set --non-interactive\n");
    assert.equal(await pulumi(["config"], cwd), "");
  });

  it("is quoted when it fails", async () => {
    await assert.rejects(
      pulumi(["refused", "now", "secret"], cwd),
      new PulumiError("pulumi refused now: error: refused\n\nsome output"),
    );
  });

  it("is watched without options that a person did not give", async () => {
    assert.deepEqual(await watchPulumi(["destroy", "--stack", "sandbox"], { program, cwd }).exit, { status: 7 });
    assert.equal(argumentsSeen(), "destroy --stack sandbox\n");
  });

  it("is looked for on PATH", async () => {
    process.env["PATH"] = join(cwd, "nowhere");
    const expected = new PulumiError('pulumi is not on PATH; in the sandbox: eval "$(npx odoo-saas sandbox env)"');
    await assert.rejects(pulumi(["preview"], cwd), expected);
    await assert.rejects(watchPulumi(["preview"], { cwd }).exit, expected);
    const own = new UserError("install it");
    await assert.rejects(pulumiEvents(["preview"], parse, { cwd, startError: () => own }), own);
  });
});
