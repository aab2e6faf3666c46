import assert from "node:assert/strict";
import { world } from "./support/hooks.ts";

describe("wrong input", () => {
  const WRONG = "tenants/zz-wrong.yaml";
  const original = new Map<string, string>();

  before(() => {
    original.set("tenants/tbwa-crm.yaml", world().read("tenants/tbwa-crm.yaml"));
    world().write(WRONG, "displayName: Wrong\nowner: { team: t, email: nobody }\nbundels: [finance-ppm]\n");
    world().write("tenants/tbwa-crm.yaml", `${original.get("tenants/tbwa-crm.yaml") ?? ""}lifecycle: actve\n`);
  });

  after(async () => {
    world().remove(WRONG);
    for (const [file, text] of original) world().write(file, text);
    await world().ok("sandbox up", "--skip-preview", "--expect-no-changes");
  });

  /** All errors of both files, each with its position; no stack trace. */
  function assertReported(output: string): void {
    for (const expected of [
      /tenants\/zz-wrong\.yaml:2:\d+: owner\.email: is "nobody", expected /,
      /tenants\/zz-wrong\.yaml:3:1: bundels: is not a known key, expected bundles/,
      /tenants\/tbwa-crm\.yaml:\d+:\d+: lifecycle: is "actve", expected active/,
    ]) {
      assert.match(output, expected);
    }
    assert.doesNotMatch(output, /^\s+at .+:\d+:\d+\)?$/m);
  }

  it("is refused by validate: all errors of all files at once, exit status 1", async () => {
    const { status, output } = await world().cli("tenant validate");
    assert.equal(status, 1);
    assertReported(output);
  });

  it("is refused by up and preview alike, and nothing is changed", async () => {
    for (const command of ["sandbox preview", "sandbox up"]) {
      const { status, output } = await world().cli(command);
      assert.equal(status, 1, `${command}:\n${output}`);
      assertReported(output);
    }
    assert.ok(!("zz-wrong" in (await world().tenants())));
  });

  it("is refused by plain pulumi too, without a stack trace", async () => {
    const { status, output } = await world().pulumi("preview", "--stack", "sandbox", "--non-interactive");
    assert.notEqual(status, 0);
    assertReported(output);
  });
});
