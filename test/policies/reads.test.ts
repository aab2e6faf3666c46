import assert from "node:assert/strict";
import { join } from "node:path";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";

const ROOT = join(import.meta.dirname, "../..");

/** Programs that read from servers, or adopt what is there: no policy is shown what they get. */
const READS = [
  'import { Role } from "@pulumi/postgresql/role.js";\nRole.get("x", "tbwa-crm");',
  'import * as postgresql from "@pulumi/postgresql";\npostgresql.Role.get("x", "tbwa-crm");',
  'import { Role } from "@pulumi/postgresql/role.js";\nRole["get"]("x", "tbwa-crm");',
  'import { getTables } from "@pulumi/postgresql/getTables.js";\nvoid getTables({ database: "tbwa-crm" });',
  'import { getTables as list } from "@pulumi/postgresql";\nvoid list({ database: "tbwa-crm" });',
  'import * as postgresql from "@pulumi/postgresql";\nvoid postgresql.getTables({ database: "tbwa-crm" });',
  'import * as keycloak from "@pulumi/keycloak";\nvoid keycloak.openid.getClientOutput({ realmId: "x", clientId: "y" });',
  'import * as pulumi from "@pulumi/pulumi";\nvoid pulumi.runtime.invoke("x:y:z", {});',
  'import * as pulumi from "@pulumi/pulumi";\nnew pulumi.StackReference("prod");',
  'import { StackReference } from "@pulumi/pulumi";\nnew StackReference("prod");',
  'import { execFileSync } from "node:child_process";\nexecFileSync("kubectl");',
  'import { createConnection } from "node:net";\ncreateConnection(5432);',
  'import pg from "pg";\nnew pg.Client();',
  'void fetch("https://login.tbwa.example");',
  'export const token = process.env["TOKEN"];',
  "const module = `node:child_${String(1)}`;\nvoid import(module);",
  'export const options = { import: "pvc-of-somebody" };',
  '/* eslint-disable */\nvoid fetch("https://login.tbwa.example");',
];

describe("what the program reads", () => {
  // Without the rules that need types, which take a minute to load.
  const eslint = new ESLint({
    cwd: ROOT,
    overrideConfig: [{ files: ["**/*.ts"], ...tseslint.configs.disableTypeChecked }],
  });
  const judge = async (code: string) => {
    const [result] = await eslint.lintText(`${code}\n`, { filePath: join(ROOT, "components/kubernetes.ts") });
    return result?.messages.map(({ ruleId }) => ruleId ?? "") ?? [];
  };

  for (const code of READS) {
    it(`is refused by the linter: ${code.split("\n").at(-1) ?? ""}`, async () => {
      const rules = await judge(code);
      assert(
        rules.some((rule) => rule.startsWith("no-restricted-")),
        `nothing restricted it: ${rules.join(", ")}`,
      );
    });
  }

  it("may be a map's entry, and the engine's own names", async () => {
    const code = [
      'import * as pulumi from "@pulumi/pulumi";',
      "const map = new Map([[pulumi.getStack(), pulumi.getProject()]]);",
      'export const value = map.get("prod");',
    ];
    assert.deepEqual(await judge(code.join("\n")), []);
  });
});
