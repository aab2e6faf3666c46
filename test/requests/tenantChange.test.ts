import assert from "node:assert/strict";
import { changedFile } from "../../features/requests/tenantChange.ts";
import type { Action, Request } from "../../features/requests/request.ts";

const DEADLINE = new Date("2026-11-28T00:00:00Z");

const REQUEST: Request = {
  action: "pause",
  id: "20261128-acme-x",
  tenant: "acme",
  requester: "jo-santos",
  approver: "kim-lee",
  reason: "it is time",
};

function changed(action: Action, before: string): string {
  return changedFile({ ...REQUEST, action }, before, DEADLINE);
}

describe("a tenant's file that a request changes", () => {
  for (const [style, before, paused, ending] of [
    [
      "in block style",
      "# Top.\nowner:\n  team: it # who\nplan: small\n",
      "# Top.\nowner:\n  team: it # who\nlifecycle: paused\nplan: small\n",
      "# Top.\nowner:\n  team: it # who\nlifecycle: decommissioning\ndecommission: { holdUntil: 2026-12-28 }\nplan: small\n",
    ],
    [
      "in block style, indented, without a last line break",
      "  plan: small\n  owner: { team: it }",
      "  plan: small\n  owner: { team: it }\n  lifecycle: paused\n",
      "  plan: small\n  owner: { team: it }\n  lifecycle: decommissioning\n  decommission: { holdUntil: 2026-12-28 }\n",
    ],
    [
      "in block style behind a document's mark, with quoted keys and comments",
      '---\n"owner": { team: it } # who\n# Size.\nplan: small\n',
      '---\n"owner": { team: it } # who\nlifecycle: paused\n# Size.\nplan: small\n',
      '---\n"owner": { team: it } # who\nlifecycle: decommissioning\ndecommission: { holdUntil: 2026-12-28 }\n# Size.\nplan: small\n',
    ],
    [
      "in flow style on one line",
      "{ owner: { team: it }, plan: small }\n",
      "{ owner: { team: it }, lifecycle: paused, plan: small }\n",
      "{ owner: { team: it }, lifecycle: decommissioning, decommission: { holdUntil: 2026-12-28 }, plan: small }\n",
    ],
    [
      "in flow style over lines, with comments",
      "# Top.\n{\n  plan: small, # size\n  owner: { team: it } # who\n}\n",
      "# Top.\n{\n  plan: small, # size\n  owner: { team: it }, lifecycle: paused # who\n}\n",
      "# Top.\n{\n  plan: small, # size\n  owner: { team: it }, lifecycle: decommissioning, decommission: { holdUntil: 2026-12-28 } # who\n}\n",
    ],
    [
      "as JSON",
      '{"owner":{"team":"it"},"lifecycle":"active"}\n',
      '{"owner":{"team":"it"},"lifecycle": paused}\n',
      '{"owner":{"team":"it"},"lifecycle": decommissioning, decommission: { holdUntil: 2026-12-28 }}\n',
    ],
    [
      "with the key there already",
      "owner: { team: it }\nplan: small\nlifecycle:   active # since May\n",
      "owner: { team: it }\nplan: small\nlifecycle:   paused # since May\n",
      "owner: { team: it }\nplan: small\nlifecycle:   decommissioning # since May\ndecommission: { holdUntil: 2026-12-28 }\n",
    ],
  ] as const) {
    it(`stays as it is but for the change, ${style}`, () => {
      assert.equal(changed("pause", before), paused);
      assert.equal(changed("decommission", before), ending);
    });
  }

  it("is refused where a change could not be told from what it stands for", () => {
    for (const before of [
      "owner: &it { team: it }\nplan: small\n",
      "owner: !!map { team: it }\n",
      "owner: { team: it\n",
    ]) {
      assert.throws(() => changed("pause", before), /^RequestRefusal: tenants\/acme\.yaml:\d+:\d+: /);
    }
  });

  it("is not changed when it is no mapping, or has no place for what is new", () => {
    for (const before of ["- owner\n", "owner\n", "plan: small\n"]) {
      assert.throws(() => changed("pause", before), /a tenant's file is a mapping/, before);
    }
  });

  it("is not changed where what comes out would say something else", () => {
    assert.throws(() => changed("pause", "lifecycle: |-\n  active\n# Size.\nowner: it\n"), { code: "ERR_ASSERTION" });
  });

  it("is refused as a new one where it is there, and as another where it is not", () => {
    const request: Request = { ...REQUEST, action: "create", file: {} };
    assert.throws(() => changedFile(request, "plan: small\n", DEADLINE), /^RequestRefusal: tenants\/acme\.yaml:1:1: /);
    assert.throws(() => changedFile(REQUEST, undefined, DEADLINE), /^RequestRefusal: tenants\/acme\.yaml:1:1: /);
    assert.match(
      changed("decommission", "owner: it\nlifecycle: paused\n"),
      /lifecycle: decommissioning\ndecommission:/,
    );
    assert.equal(changed("resume", "owner: it\nlifecycle: paused\n"), "owner: it\nlifecycle: active\n");
    for (const [action, lifecycle, expected] of [
      ["pause", "decommissioning", "expected active before"],
      ["decommission", "decommissioning", "expected active or paused before"],
    ] as const) {
      assert.throws(() => changed(action, `lifecycle: ${lifecycle}\n`), new RegExp(expected));
    }
  });

  it("says where it has another lifecycle than the request is for", () => {
    assert.throws(
      () => changed("resume", "{ owner: { team: it }, lifecycle: active }\n"),
      /tenants\/acme\.yaml:1:35: lifecycle: is "active", expected paused before a resume/,
    );
  });
});
