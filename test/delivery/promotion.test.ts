import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { stackSchema } from "../../config/schemas/stack.ts";
import { statementOf } from "../../features/delivery/statement.ts";
import { inOrder, wavesOf } from "../../features/delivery/waves.ts";
import { unattested } from "../../features/delivery/promotable.ts";
import { MAY_DIFFER, programDigests } from "../../features/delivery/programTree.ts";
import { CONSOLE_SETTINGS } from "../support/consoleStack.ts";
import { OWN_SETTINGS } from "../../features/delivery/stackOwn.ts";
import { newestPassed, propose, unpromoted, withRelease } from "../../features/delivery/promotion.ts";
import { resolve } from "../../features/delivery/resolved.ts";
import type { Resolved, ResolvedStack } from "../../features/delivery/resolved.ts";
import { CHECKS } from "../../features/delivery/smoke/checks.ts";
import type { SmokeReport } from "../../features/delivery/smoke/run.ts";
import { promotableHash } from "../../config/index.ts";
import { ATTESTATIONS, keyId, readAttestations, signStatement } from "../../policies/lib/attestations.ts";
import { promotionFile } from "../../policies/lib/promotions.ts";
import type { Promotion } from "../../policies/lib/promotions.ts";
import { stackFileText } from "../support/delivery.ts";
import { withProject } from "../support/projectFolder.ts";
import { validStack } from "../support/stackValues.ts";

const TENANT = `displayName: Globex
owner: { team: ops, email: ops@globex.example }
bundles: [sales]
environments:
  staging: {}
  prod: {}
`;
const FILES = {
  "tenants/globex.yaml": TENANT,
  "Pulumi.staging.yaml": stackFileText("staging"),
  "Pulumi.prod.yaml": stackFileText("prod"),
};
const pair = generateKeyPairSync("ed25519");
const other = generateKeyPairSync("ed25519");

function stack(resolved: Resolved, name: string): ResolvedStack {
  return resolved.stacks.get(name) ?? assert.fail(name);
}

/** Has staging attest what a checkout is. */
function attestInto(root: string, name: string, time: string): void {
  const of = report(["acme", "globex"], { finishedAt: `2026-11-22T${time}.000Z` });
  const statement = statementOf(resolve(root), "staging", of, "1".repeat(40));
  write(root, `${ATTESTATIONS}/${name}`, signStatement(statement, pair.privateKey));
}

function write(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

function report(tenants: readonly string[], changes: Partial<SmokeReport> = {}): SmokeReport {
  const results = tenants.flatMap((tenant) =>
    Object.keys(CHECKS).map((check) => ({ tenant, check, passed: true, message: "" })),
  );
  return { stack: "staging", finishedAt: "2026-11-22T21:00:00.000Z", tenants: [...tenants], results, ...changes };
}

/** A project whose staging is attested. @param signer whose key signs; the trusted one is always `pair` */
function attested<Result>(use: (root: string, file: string) => Result, signer = pair): Result {
  return withProject(FILES, (root) => {
    write(root, `${ATTESTATIONS}/keys/staging.pem`, pair.publicKey.export({ type: "spki", format: "pem" }).toString());
    const statement = statementOf(resolve(root), "staging", report(["acme", "globex"]), "1".repeat(40));
    const file = `${ATTESTATIONS}/one.json`;
    write(root, file, signStatement(statement, signer.privateKey));
    return use(root, file);
  });
}

function problems(root: string, resolved = resolve(root)): string[] {
  return unattested(resolved, stack(resolved, "prod"), readAttestations(root));
}

function refusals(root: string, resolved = resolve(root)): string[] {
  return unpromoted(root, resolved, stack(resolved, "prod"), readAttestations(root));
}

/** Promotes prod to what the checkout is. Returns what differs from a promotion before. */
function promote(root: string, before?: Promotion) {
  const resolved = resolve(root);
  const attestation = newestPassed(readAttestations(root)) ?? assert.fail();
  const proposal = propose(resolved, stack(resolved, "prod"), attestation, before);
  write(root, promotionFile("prod"), proposal.files[promotionFile("prod")] ?? "");
  return proposal;
}

describe("attestation and promotion", () => {
  it("lets prod have what staging's tests passed with: the same tenant has the same hash in both", () => {
    attested((root) => {
      const resolved = resolve(root);
      const [staging, prod] = ["staging", "prod"].map((name) => stack(resolved, name).tenants.get("globex"));
      assert.ok(staging && prod);
      assert.equal(promotableHash(resolved, staging), promotableHash(resolved, prod));
      assert.deepEqual(problems(root), []);
    });
  });

  for (const [what, file, text] of [
    [
      "a change of the tenant's file",
      "tenants/globex.yaml",
      TENANT.replace("prod: {}", "prod: { domains: [erp.globex.example] }"),
    ],
    ["another module of a bundle", "bundles/sales.yaml", undefined],
    ["another size of the plan", "plans.yaml", undefined],
    ["another image of the release", "releases/18.0-2026.11.yaml", undefined],
  ] as const) {
    it(`refuses ${what} that staging has not had`, () => {
      attested((root) => {
        const edits: Record<string, [string, string]> = {
          "bundles/sales.yaml": ["18.0.1.1.0, install: on-request", "18.0.1.1.0"],
          "plans.yaml": ["databaseConnections: 56", "databaseConnections: 60"],
          "releases/18.0-2026.11.yaml": [`sha256:${"0".repeat(64)}`, `sha256:${"a".repeat(64)}`],
        };
        const [from = "", to = ""] = edits[file] ?? [];
        write(root, file, text ?? readText(root, file).replace(from, to));
        const found = problems(root);
        assert.match(found.join("\n"), /tenant\/globex has not passed staging's tests/);
        if (file.startsWith("releases/"))
          assert.match(found.join("\n"), /image docker\.io\/library\/odoo@sha256:aaaaaaaaaaaa… has passed no test/);
      });
    });
  }

  /** Files that nobody thought of when what is compared was written, too: all but a written list counts. */
  const PROGRAM = [
    "charts/odoo/templates/web.yaml",
    "components/odooRelease.ts",
    "policies/index.ts",
    "sql/tenant/core/v1/001.sql",
    "config/schemas/stack.ts",
    "providers/odoosql/index.ts",
    "sandbox/toolchain/parts.ts",
    "image/requirements.txt",
    "modules/index.json",
    "index.ts",
    "package-lock.json",
    "Pulumi.yaml",
    ".github/workflows/promote.yml",
    "releases/attestations/keys/other.pem",
    "a-new-folder/file.ts",
    "tenants/nested/file.yaml",
    "tenants/program.ts",
    "Pulumi.x/y.yaml",
  ];

  for (const file of PROGRAM) {
    it(`refuses ${file} that staging has not had, and says so when it was promoted before`, () => {
      attested((root) => {
        promote(root);
        assert.deepEqual(refusals(root), []);
        const before = resolve(root);
        write(root, file, "changed: after the promotion\n");
        // Some of these are no files of the project files any more: what it said before is enough here.
        const changed = { ...before, program: programDigests(root) };
        const [entry = ""] = file.split("/");
        const text = problems(root, changed).join("\n");
        assert.ok(text.includes(`program/${entry} differs from staging's newest attestation (one.json)`), text);
        const later = refusals(root, changed).join("\n");
        assert.ok(later.includes(`${entry} differs from promotions/prod.yaml: the program has changed since`), later);
      });
    });
  }

  it("takes what may differ: documents, promotions, attestations, code owners, other tenants", () => {
    attested((root) => {
      write(root, "docs/page.md", "text");
      write(root, ".github/CODEOWNERS", "* @acme/platform");
      write(root, "promotions/prod-eu.yaml", "attestation: none");
      write(root, "tenants/initech.yaml", TENANT.replace("Globex", "Initech").replace("  prod: {}\n", ""));
      write(root, "Pulumi.staging.yaml", stackFileText("staging", "  odoo-saas:canary: true\n"));
      assert.deepEqual(problems(root), []);
    });
  });

  it("counts no attestation of another program together with this one's", () => {
    attested((root) => {
      // Staging ran the new program with the tenant as it was, and the tenant as it is with the old program.
      write(root, "components/part.ts", "new");
      attestInto(root, "two.json", "22:00:00");
      write(root, "components/part.ts", "old");
      write(root, "tenants/globex.yaml", TENANT.replace("prod: {}", "prod: { domains: [erp.globex.example] }"));
      attestInto(root, "three.json", "23:00:00");
      write(root, "components/part.ts", "new");
      assert.match(problems(root).join("\n"), /^tenant\/globex has not passed staging's tests/m);
    });
  });

  for (const [what, from, to, key] of [
    [
      "TLS that is weaker",
      "host: db.example.test,",
      "host: db.example.test, sslmode: require,",
      "tenantsDatabase.sslmode",
    ],
    ["another class of gateway", "gatewayClassName: envoy", "gatewayClassName: other", "kubernetes.gatewayClassName"],
    ["a setting of a provider", "config:\n", "config:\n  postgresql:host: evil.example\n", "postgresql:host"],
  ] as const) {
    it(`refuses ${what} in prod than staging was tested with`, () => {
      attested((root) => {
        write(root, "Pulumi.prod.yaml", stackFileText("prod").replace(from, to));
        assert.match(
          problems(root).join("\n"),
          new RegExp(`^setting/${key} differs from staging's newest attestation`, "m"),
        );
      });
    });
  }

  it("promotes what only prod has otherwise, and refuses it when it changes afterwards", () => {
    attested((root) => {
      const own = stackFileText("prod").replace("host: db.example.test", "host: db2.example.test");
      write(root, "Pulumi.prod.yaml", own);
      assert.deepEqual(problems(root), []);
      const { promotion } = promote(root);
      assert.deepEqual(refusals(root), []);
      for (const [file, key] of [
        [own.replace("db2.example.test", "evil.example.test"), "odoo-saas:tenantsDatabase"],
        [`secretsprovider: awskms://other\n${own}`, "secretsprovider"],
        [`${own}  odoo-saas:keycloakClientSecret: { secure: other }\n`, "odoo-saas:keycloakClientSecret"],
      ] as const) {
        write(root, "Pulumi.prod.yaml", file);
        assert.deepEqual(refusals(root), [
          `${key} of Pulumi.prod.yaml differs from promotions/prod.yaml: the stack's settings have changed since`,
        ]);
        const resolved = resolve(root);
        const attestation = newestPassed(readAttestations(root)) ?? assert.fail();
        const { changes } = propose(resolved, stack(resolved, "prod"), attestation, promotion);
        assert.match(changes.join(), new RegExp(`^Pulumi.prod.yaml ${key}: (?:new|changed)$`));
      }
    });
  });

  it("refuses that a promoted tenant's file goes, until that is promoted", () => {
    attested((root) => {
      promote(root);
      rmSync(join(root, "tenants/globex.yaml"));
      assert.match(refusals(root).join(), /^tenant\/globex differs from promotions\/prod\.yaml: .* or it was removed/);
    });
  });

  it("names settings of prod alone that there are", () => {
    const more = {
      tenantsDatabase: { host: "db.example", cidrs: ["10.0.1.0/24"], clusterHost: "db.example" },
      kubernetes: { context: "one", clusterIdentifier: "one", gatewayClassName: "envoy", storageClassName: "files" },
      mail: { host: "mail.example", user: "odoo", cidrs: ["10.0.3.10/32"] },
      github: {
        owner: "acme",
        repository: "odoo",
        platformTeam: "platform",
        checksApp: 99,
        reviewers: { prod: { platform: 7 } },
      },
      console: CONSOLE_SETTINGS,
    };
    const settings: unknown = stackSchema.parse({ ...validStack(), ...more });
    for (const path of Object.keys(OWN_SETTINGS)) {
      const value = path
        .split(".")
        .reduce<unknown>((at, key) => z.record(z.string(), z.unknown()).parse(at)[key], settings);
      assert.notEqual(value, undefined, path);
    }
  });

  it("takes every address of every server for a stack's own", () => {
    const more = { mail: { host: "mail.example", cidrs: ["10.0.3.0/24"] } };
    const settings: unknown = stackSchema.parse({ ...validStack(), ...more });
    const servers = z.record(z.string(), z.unknown()).parse(settings);
    const addresses = Object.entries(servers).flatMap(([server, value]) =>
      Object.keys(z.record(z.string(), z.unknown()).safeParse(value).data ?? {})
        .filter((key) => /^(?:.*host|.*port|url|cidrs)$/i.test(key))
        .map((key) => `${server}.${key}`),
    );
    assert.ok(addresses.length > 12, addresses.join());
    assert.deepEqual(
      addresses.filter((path) => ![path, path.split(".", 1)[0] ?? ""].some((own) => Object.hasOwn(OWN_SETTINGS, own))),
      [],
    );
  });

  it("attests anew whatever the workflow Deploy does not leave out", () => {
    const file = join(import.meta.dirname, "../../.github/workflows/deploy.yml");
    const { on } = z
      .object({ on: z.object({ push: z.object({ "paths-ignore": z.array(z.string()) }) }) })
      .parse(parse(readFileSync(file, "utf8")));
    for (const pattern of on.push["paths-ignore"]) {
      const example = pattern.replace("**", "a/b").replace("*", "a");
      assert.ok(
        MAY_DIFFER.some(({ path }) => path.test(example)),
        pattern,
      );
    }
  });

  it("refuses a tampered attestation, one that nobody trusted signed, and what is none", () => {
    attested((root, file) => {
      const envelope = JSON.parse(readText(root, file)) as { payload: string };
      const said = Buffer.from(envelope.payload, "base64").toString("utf8");
      for (const [text, reason] of [
        [
          JSON.stringify({ ...envelope, payload: Buffer.from(said.replace("staging", "sTaging")).toString("base64") }),
          /no valid signature/,
        ],
        [JSON.stringify({ ...envelope, signatures: [] }), /not a DSSE envelope/],
        ["{", /is not JSON/],
      ] as const) {
        write(root, file, text);
        assert.match(problems(root).join("\n"), reason);
        assert.match(problems(root).join("\n"), /and staging has never tested it/);
        assert.equal(newestPassed(readAttestations(root)), undefined);
      }
    });
    attested((root) => {
      assert.match(problems(root).join("\n"), /no valid signature of a key in releases\/attestations\/keys/);
    }, other);
  });

  it("promotes by a file that is reviewed, and refuses what differs from it", () => {
    attested((root) => {
      const resolved = resolve(root);
      const prod = stack(resolved, "prod");
      const refusal = () => unpromoted(root, resolve(root), stack(resolve(root), "prod"), readAttestations(root));
      assert.match(refusal().join("\n"), /promotions\/prod\.yaml is missing/);
      const attestation = newestPassed(readAttestations(root)) ?? assert.fail();
      const { files, changes, promotion } = propose(resolved, prod, attestation, undefined);
      assert.deepEqual(changes, ["globex: new"]);
      write(root, promotionFile("prod"), files[promotionFile("prod")] ?? "");
      assert.deepEqual(refusal(), []);
      assert.deepEqual(propose(resolved, prod, attestation, promotion).changes, []);
      write(root, "tenants/globex.yaml", TENANT.replace("prod: {}", "prod: { domains: [erp.globex.example] }"));
      assert.match(refusal().join("\n"), /tenant\/globex differs from promotions\/prod\.yaml/);
    });
  });

  it("attests nothing whose tests failed, left a tenant out, or were another stack's", () => {
    withProject(FILES, (root) => {
      const resolved = resolve(root);
      const attest = (of: SmokeReport, name = "staging") => statementOf(resolved, name, of, "1".repeat(40));
      const failed = { tenant: "acme", check: "login", passed: false, message: "no form" };
      assert.throws(
        () => attest(report(["acme", "globex"], { results: [failed] })),
        /acme login: no form.*#attestation/,
      );
      assert.throws(() => attest(report(["acme"])), /not tested: globex/);
      assert.throws(() => attest(report(["acme", "globex"], { stack: "prod" })), /the report is of prod/);
      assert.throws(
        () => attest(report(["globex"], { stack: "prod" }), "prod"),
        /is a stack of prod, expected one of staging/,
      );
    });
  });

  it("sets the release in a stack's settings, and nothing else", () => {
    const text = stackFileText("prod", "  # a remark\n");
    assert.equal(withRelease(text, "18.0-2026.12"), text.replace("18.0-2026.11", "18.0-2026.12"));
  });

  it("names a key by its public half", () => {
    assert.equal(keyId(pair.privateKey), keyId(createPublicKey(pair.privateKey)));
  });

  describe("waves", () => {
    const resource = (tenant: string, isNew = false) => ({ urn: `urn:${tenant}:${String(isNew)}`, tenant, isNew });
    const old = [resource("acme"), resource("globex"), resource("(shared)")];
    const both = [{ tenant: "globex" }, { tenant: "acme" }, { tenant: "(shared)" }];
    const waves = (canaries: readonly string[], steps = both, all = old) =>
      withProject(FILES, (root) =>
        wavesOf(stack(resolve(root), "staging"), new Set(canaries), { steps, all }).map((wave) => ({
          ...wave,
          isNew: [...wave.isNew],
        })),
      );
    const rest = { name: "all", isNew: [], targets: undefined, tested: undefined };

    it("bring canaries up first, and what they changed not again as if it were another's", () => {
      assert.deepEqual(waves(["acme"]), [
        { name: "canary", changed: ["acme"], isNew: [], targets: ["urn:acme:false"], tested: ["acme"] },
        { ...rest, changed: ["globex"] },
      ]);
      assert.deepEqual(waves(["acme"], []).at(0), {
        name: "canary",
        changed: [],
        isNew: [],
        targets: ["urn:acme:false"],
        tested: ["acme"],
      });
    });

    it("take what is new with the canaries, and test it when what tenants share is there", () => {
      const all = [resource("acme"), resource("globex", true), resource("(shared)"), resource("(shared)", true)];
      assert.deepEqual(waves(["acme"], [{ tenant: "globex" }], all), [
        {
          name: "canary",
          changed: ["globex"],
          isNew: ["globex"],
          targets: ["urn:acme:false", "urn:globex:true", "urn:(shared):true"],
          tested: ["acme"],
        },
        { ...rest, changed: [] },
      ]);
      // Some of it is there: what an interrupt left.
      const left = [resource("acme"), resource("globex"), resource("globex", true)];
      assert.deepEqual(waves(["acme"], both, left)[0]?.isNew, []);
    });

    it("run no init Job of a tenant that runs already and is no canary", () => {
      const job = (tenant: string, revision: string, isNew: boolean) => ({
        urn: `urn:pulumi:staging::odoo-saas::kubernetes:batch/v1:Job::${tenant}-${revision}`,
        tenant,
        isNew,
      });
      const all = [
        ...[resource("acme"), job("acme", "old", false), job("acme", "new", true)],
        ...[resource("globex"), job("globex", "old", false), job("globex", "new", true)],
        ...[resource("late"), job("late", "new", true)],
      ];
      const targets = waves(["acme"], both, all)[0]?.targets;
      assert.deepEqual(
        targets?.map((urn) => urn.split("::").at(-1)),
        ["urn:acme:false", "acme-old", "acme-new", "late-new"],
      );
    });

    it("are one where there is nothing to tell apart", () => {
      const one = [{ ...rest, changed: ["globex", "acme"] }];
      assert.deepEqual(waves([]), one);
      assert.deepEqual(waves(["acme", "globex"]), one);
      const nothing = [resource("acme", true), resource("globex", true)];
      assert.deepEqual(waves(["acme"], both, nothing), [
        { ...rest, changed: ["globex", "acme"], isNew: ["globex", "acme"] },
      ]);
    });

    it("go over canary cells before the others", () => {
      const cells = {
        ...FILES,
        "Pulumi.prod-eu.yaml": stackFileText("prod", "  odoo-saas:cell: eu\n"),
        "Pulumi.prod-us.yaml": stackFileText("prod", "  odoo-saas:cell: us\n  odoo-saas:canary: true\n"),
      };
      withProject(cells, (root) => {
        assert.deepEqual(
          inOrder(resolve(root).stacks.values()).map(({ name }) => name),
          ["prod-us", "prod", "prod-eu", "staging"],
        );
      });
    });
  });
});

function readText(root: string, file: string): string {
  return readFileSync(join(root, file), "utf8");
}
