import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readBaseRevision } from "../../config/baseRevision.ts";
import { formatDiagnostics, loadProjectFiles } from "../../config/index.ts";
import { addDays, isDay, isHoldOver, isLegalTransition } from "../../config/lifecycle.ts";
import type { LifecycleState } from "../../config/lifecycle.ts";
import { legalChange } from "../../config/rules/transition.ts";
import { VALID_PROJECT, withProject } from "../support/projectFolder.ts";

const TODAY = "2026-11-22";
const FILE = "tenants/acme.yaml";
const ACTIVE = VALID_PROJECT[FILE] ?? "";
const RECORD = `displayName: Acme
owner: { team: ops, email: ops@acme.example }
environments: [staging]
decommissioned: 2026-10-01
holdUntil: 2026-11-01
lastBackup:
  id: 0123abcd
  taken: 2026-10-01T02:00:00Z
  verified: 2026-10-01T03:00:00Z
  checksum: ${"ab".repeat(32)}
  rows: { res_partner: 3 }
`;

const ended = (holdUntil: string, release = false) =>
  `${ACTIVE}lifecycle: decommissioning\ndecommission: { holdUntil: ${holdUntil}${release ? ", release: true" : ""} }\n`;

type Files = Readonly<Record<string, string | undefined>>;
const text = (state: LifecycleState, hold = "2026-12-22"): string | undefined =>
  state === "absent"
    ? undefined
    : state === "active"
      ? ACTIVE
      : state === "paused"
        ? `${ACTIVE}lifecycle: paused\n`
        : ended(hold);

/** What the change from one set of files to another is refused with; none when it is fine. */
function refused(before: Files, after: Files, today = TODAY): string[] {
  const files = Object.entries(before).flatMap(([path, value]): [string, string][] =>
    value === undefined ? [] : [[path, value]],
  );
  // The valid project has one tenant, which a change leaves out by saying so.
  return withProject({ [FILE]: undefined, ...after }, (root) => {
    const textOf = (file: string): string => {
      try {
        return readFileSync(join(root, file), "utf8");
      } catch {
        return "";
      }
    };
    const rule = legalChange({ base: readBaseRevision(new Map(files)), today, textOf });
    // A folder without a tenant is a folder all the same.
    const result = loadProjectFiles(root, [rule]);
    return result.ok ? [] : formatDiagnostics(result.diagnostics).split("\n");
  });
}

const OTHER = { "tenants/other.yaml": ACTIVE.replaceAll("Acme", "Other").replace("sales", "sales") };

/** What is legal: each row a state, each column what follows. */
const TABLE: Readonly<Record<LifecycleState, Readonly<Record<LifecycleState, boolean>>>> = {
  absent: { absent: true, active: true, paused: false, decommissioning: false },
  active: { absent: false, active: true, paused: true, decommissioning: true },
  paused: { absent: false, active: true, paused: true, decommissioning: true },
  decommissioning: { absent: false, active: false, paused: false, decommissioning: true },
};
const STATES = Object.keys(TABLE) as LifecycleState[];

let pairs = 0;
let refusals = 0;
/** Asserts that a change is refused with these lines alone, each of which names the runbook's section. */
function refuses(before: Files, after: Files, expected: readonly RegExp[], today = TODAY): void {
  const lines = refused({ ...OTHER, ...before }, { ...OTHER, ...after }, today);
  assert.equal(lines.length, expected.length, lines.join("\n"));
  const runbook = readFileSync(join(import.meta.dirname, "../../docs/runbooks/lifecycle.md"), "utf8");
  const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = ""]) =>
    title.toLowerCase().replaceAll(" ", "-"),
  );
  expected.forEach((pattern, index) => {
    assert.match(lines[index] ?? "", pattern);
    const [, section = ""] = /see docs\/runbooks\/lifecycle\.md#([a-z-]+)$/.exec(lines[index] ?? "") ?? [];
    assert.ok(sections.includes(section), `add a section with the anchor ${section} to docs/runbooks/lifecycle.md`);
  });
  refusals += 1;
}
function accepts(before: Files, after: Files, today = TODAY): void {
  assert.deepEqual(refused({ ...OTHER, ...before }, { ...OTHER, ...after }, today), []);
}

describe("a change of the lifecycle", () => {
  after(() => console.log(`      lifecycle: ${pairs} pairs of states tried, ${refusals} changes refused`));

  for (const from of STATES) {
    for (const to of STATES) {
      const legal = TABLE[from][to];
      it(`${from} → ${to} is ${legal ? "legal" : "refused"}`, () => {
        pairs += 1;
        const lines = refused({ ...OTHER, [FILE]: text(from) }, { ...OTHER, [FILE]: text(to) });
        assert.equal(lines.length === 0, legal, lines.join("\n"));
        // By itself the table knows nothing of releases: a tenant that ends may go, when all else is right.
        if (to !== "absent" || legal) assert.equal(isLegalTransition(from, to), legal);
        else assert.equal(isLegalTransition(from, to), from === "decommissioning");
      });
    }
  }

  it("names the place, what was expected and what to do", () => {
    refuses({ [FILE]: text("decommissioning") }, { [FILE]: ACTIVE }, [
      /^tenants\/acme\.yaml:1:1: lifecycle: is "active" after "decommissioning", expected decommissioning: there is no way back, /,
    ]);
    refuses({}, { [FILE]: text("paused") }, [
      /^tenants\/acme\.yaml:6:12: lifecycle: is "paused" in a new tenant, expected active/,
    ]);
  });

  describe("hold", () => {
    it("is at least 30 days from its start", () => {
      accepts({ [FILE]: ACTIVE }, { [FILE]: ended("2026-12-22") });
      refuses({ [FILE]: ACTIVE }, { [FILE]: ended("2026-12-21") }, [
        /^tenants\/acme\.yaml:7:28: decommission\.holdUntil: is "2026-12-21", expected 2026-12-22 or later: 30 days from today, 2026-11-22; /,
      ]);
      refuses({ [FILE]: text("paused") }, { [FILE]: ended("2026-11-22") }, [/expected 2026-12-22 or later/]);
    });

    it("is moved to a later day, never to an earlier one, and needs no 30 days any more", () => {
      accepts({ [FILE]: ended("2026-12-01") }, { [FILE]: ended("2026-12-02") });
      accepts({ [FILE]: ended("2026-11-23") }, { [FILE]: ended("2026-11-23") });
      refuses({ [FILE]: ended("2026-12-02") }, { [FILE]: ended("2026-12-01") }, [
        /is "2026-12-01", expected 2026-12-02 or later: a hold cannot be shortened/,
      ]);
    });
  });

  describe("release", () => {
    const record = { "archive/acme.yaml": RECORD };
    it("comes on the hold's day, not before", () => {
      for (const [hold, fine] of [
        ["2026-11-21", true],
        ["2026-11-22", true],
        ["2026-11-23", false],
      ] as const) {
        const [before, after] = [
          { ...record, [FILE]: ended(hold) },
          { ...record, [FILE]: ended(hold, true) },
        ];
        if (fine) accepts(before, after);
        else
          refuses(before, after, [
            /^tenants\/acme\.yaml:7:49: decommission\.release: is true on 2026-11-22, expected false until the hold is over on 2026-11-23/,
          ]);
      }
    });

    it("needs a record, and a hold that began in a change before", () => {
      refuses({ [FILE]: ended("2026-11-01") }, { [FILE]: ended("2026-11-01", true) }, [
        /decommission\.release: is true without archive\/acme\.yaml, expected a verified last backup on record/,
      ]);
      refuses({ [FILE]: ACTIVE }, { [FILE]: ended("2026-12-22", true) }, [
        /expected false until the hold is over/,
        /without archive\/acme\.yaml/,
      ]);
    });

    it("can be taken back", () =>
      accepts({ ...record, [FILE]: ended("2026-11-01", true) }, { ...record, [FILE]: ended("2026-11-01") }));
  });

  describe("a deleted file", () => {
    const released = { "archive/acme.yaml": RECORD, [FILE]: ended("2026-11-01", true) };
    it("is fine after the release, with the record", () => accepts(released, { "archive/acme.yaml": RECORD }));

    it("is refused in every other state, with the step that is missing", () => {
      for (const [before, next] of [
        [
          { [FILE]: ACTIVE },
          /is deleted while the tenant is active, .*: put it back and set lifecycle: decommissioning;/,
        ],
        [
          { [FILE]: ended("2026-12-22") },
          /while the tenant is decommissioning, .*until its hold is over \(2026-12-22\) and it is released/,
        ],
        [
          { [FILE]: ended("2026-11-01", true) },
          /while the tenant is released, .*: put back archive\/acme\.yaml, which is permanent/,
        ],
      ] as const) {
        refuses(before, {}, [next]);
      }
      refuses(released, {}, [/^archive\/acme\.yaml:1:1: is deleted/, /^tenants\/acme\.yaml:1:1: is deleted/]);
      refuses({ ...released, [FILE]: ended("2027-01-01", true) }, { "archive/acme.yaml": RECORD }, [
        /put it back until 2027-01-01/,
      ]);
    });

    it("is none where the file is there and cannot be read", () => {
      const lines = refused({ ...OTHER, [FILE]: ACTIVE }, { ...OTHER, [FILE]: "displayName: [\n" });
      assert.ok(lines.length > 0);
      for (const line of lines) assert.doesNotMatch(line, /is deleted/);
    });

    it("is refused where the base cannot be read: what is not understood is protected most", () => {
      refuses({ [FILE]: "lifecycle: [" }, {}, [/while the tenant is active/]);
      refuses({ [FILE]: "lifecycle: gone\n" }, {}, [/while the tenant is active/]);
      // As version 0.1 had it: without a hold.
      refuses({ [FILE]: `${ACTIVE}lifecycle: decommissioning\n` }, {}, [/a day that is not set/]);
      accepts({ [FILE]: `${ACTIVE}lifecycle: decommissioning\n` }, { [FILE]: ended("2026-12-22") });
    });
  });

  describe("a changed id", () => {
    it("is known again by its lines or its name, and refused at both files", () => {
      const renamed = ACTIVE.replace("Acme", "Acme Europe");
      refuses({ [FILE]: ACTIVE }, { "tenants/acme-eu.yaml": renamed }, [
        /^tenants\/acme-eu\.yaml:1:1: is tenants\/acme\.yaml under another name, expected the old one: /,
        /^tenants\/acme\.yaml:1:1: is deleted/,
      ]);
      const rewritten =
        "displayName: Acme\nowner: { team: sales, email: x@y.example }\nbundles: [sales]\nenvironments: { prod: {} }\n";
      refuses({ [FILE]: ACTIVE }, { "tenants/acme-eu.yaml": rewritten }, [/under another name/, /is deleted/]);
    });

    it("is not seen in a tenant that has little in common with the one that is gone", () => {
      const another = `displayName: Bolt
owner:
  team: warehouse
  email: stock@bolt.example
bundles: [sales]
environments:
  prod: {}
`;
      refuses({ [FILE]: ACTIVE }, { "tenants/bolt.yaml": another }, [/^tenants\/acme\.yaml:1:1: is deleted/]);
    });

    it("is known again by its lines, whatever is empty between them", () => {
      const airy = ACTIVE.replace("Acme", "Bolt").replaceAll("\n", "\n\n");
      refuses({ [FILE]: ACTIVE }, { "tenants/bolt.yaml": airy }, [/is deleted/, /under another name/]);
    });

    it("is another tenant where the old one may go", () => {
      const record = { "archive/acme.yaml": RECORD };
      accepts({ ...record, [FILE]: ended("2026-11-01", true) }, { ...record, "tenants/acme-eu.yaml": ACTIVE });
    });

    it("is never one that was used", () => {
      const record = { "archive/acme.yaml": RECORD };
      refuses(record, { ...record, [FILE]: ACTIVE }, [
        /^tenants\/acme\.yaml:1:1: is the id of a tenant that ended \(archive\/acme\.yaml\), expected an id that was never used/,
        /lifecycle: is "active", but archive\/acme\.yaml says that the tenant ended/,
      ]);
      refuses(record, { ...record, [FILE]: ended("2026-12-22") }, [/is the id of a tenant that ended/]);
      // Neither by removing the record with it, nor by bringing one along.
      refuses(record, { [FILE]: ACTIVE }, [/^archive\/acme\.yaml:1:1: is deleted/, /is the id of a tenant that ended/]);
      refuses({}, { ...record, [FILE]: ended("2026-12-22") }, [
        /^archive\/acme\.yaml:1:1: is the record of a tenant that is not being decommissioned/,
        /is the id of a tenant that ended/,
      ]);
    });
  });

  it("leaves cell and environments as they are, but for new environments", () => {
    refuses({ [FILE]: ACTIVE }, { [FILE]: `${ACTIVE}cell: eu\n` }, [
      /^tenants\/acme\.yaml:6:7: cell: is "eu", was "main", expected no change/,
    ]);
    const both = ACTIVE.replace("staging: {}", "staging: {}\n  prod: {}");
    accepts({ [FILE]: ACTIVE }, { [FILE]: both });
    refuses({ [FILE]: both }, { [FILE]: ACTIVE }, [
      /^tenants\/acme\.yaml:5:3: environments: lacks prod, where the tenant exists/,
    ]);
  });

  it("adds records of tenants on their way out, and changes none", () => {
    const record = { "archive/acme.yaml": RECORD };
    const file = { [FILE]: ended("2026-12-22") };
    accepts(file, { ...file, ...record });
    refuses({ ...file, ...record }, { ...file, "archive/acme.yaml": RECORD.replace("0123abcd", "0123abce") }, [
      /^archive\/acme\.yaml:1:1: is changed, expected it as it was: records are permanent \(git checkout BASE -- archive\/acme\.yaml\)/,
    ]);
    refuses({ ...file, ...record }, file, [/^archive\/acme\.yaml:1:1: is deleted/]);
    refuses({}, record, [/^archive\/acme\.yaml:1:1: is the record of a tenant that is not being decommissioned/]);
    // A hold is not before its record's.
    refuses({ ...record, [FILE]: ended("2026-10-31") }, { ...record, [FILE]: ended("2026-10-31") }, [
      /^tenants\/acme\.yaml:7:28: decommission\.holdUntil: is "2026-10-31", before the 2026-11-01 of archive\/acme\.yaml/,
    ]);
  });

  it("says nothing of other tenants, and nothing where nothing changed", () => {
    accepts({ [FILE]: ACTIVE }, { [FILE]: ACTIVE });
    accepts({ [FILE]: ACTIVE }, { [FILE]: ACTIVE.replace("Acme", "Acme Ltd") });
  });
});

describe("calendar days", () => {
  it("are days that there are", () => {
    for (const day of ["2027-02-28", "2028-02-29"]) assert.ok(isDay(day), day);
    for (const day of [
      "1999-01-01",
      "12027-01-01",
      "2027-02-29",
      "2027-13-01",
      "27-02-28",
      "2027-2-8",
      "2027-02-28T00:00Z",
      "",
    ])
      assert.ok(!isDay(day), day);
  });

  it("are counted over months, years and leap days", () => {
    assert.equal(addDays("2026-12-22", 30), "2027-01-21");
    assert.equal(addDays("2028-02-28", 2), "2028-03-01");
    assert.ok(isHoldOver("2026-11-22", "2026-11-22") && !isHoldOver("2026-11-23", "2026-11-22"));
  });
});
