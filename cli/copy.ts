import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { platformHost } from "../config/names.ts";
import { onlyTenant, parseCommand, runCommand, UsageError } from "./command.ts";
import { copyTenant } from "./backups/copyTenant.ts";
import type { Copied } from "./backups/copyTenant.ts";
import { assertCopyAllowed, assertNewDatabase } from "./backups/refusals.ts";
import { Session } from "./backups/session.ts";
import { withWorkspace } from "./backups/workspace.ts";

const USAGE = `usage: npm run copy -- TENANT --from STACK --to STACK [options]

Copies a tenant of a prod stack to a new database and filestore in a staging stack: restores the newest backup, compares it,
and makes it harmless (mail, scheduled actions, payments, webhooks, keys, addresses). Never another way. Exit status: 0
copied and harmless, 1 refused or failed (nothing is left behind), 2 wrong usage.

  --database NAME      new database in staging; default TENANT_copy
  --snapshot ID        default: the newest
  --repository FOLDER  prod's repositories; default: its object store
  --data FOLDER        staging's data folder of Odoo. Default: ODOO_SAAS_DATA
  --json               what was done, as JSON`;

async function main(args: readonly string[]): Promise<boolean> {
  const { values, positionals } = parseCommand(
    args,
    {
      from: { type: "string" },
      to: { type: "string" },
      database: { type: "string" },
      snapshot: { type: "string" },
      repository: { type: "string" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
    1,
  );
  const tenant = onlyTenant(positionals);
  const { from, to, database = `${tenant}_copy` } = values;
  if (from === undefined || to === undefined) throw new UsageError("--from or --to is missing, expected two stacks");
  await withWorkspace(async (folder) => {
    const open = (stack: string, part: string, places: { repository?: string; data?: string }) => {
      mkdirSync(join(folder, part), { mode: 0o700 });
      return Session.open({ stack, ...places }, join(folder, part));
    };
    const { repository, data } = values;
    const source = await open(from, "from", repository === undefined ? {} : { repository });
    const target = await open(to, "to", data === undefined ? {} : { data });
    assertCopyAllowed(source.access.settings.environment, target.access.settings.environment);
    assertNewDatabase(database, target.tenants);
    const copied = await copyTenant({
      from: source.access.settings.environment,
      to: target.access.settings.environment,
      place: { url: `https://${platformHost(tenant, target.access.settings.baseDomain)}` },
      tenant,
      repository: source.repository(tenant),
      programs: target.programs,
      snapshot: values.snapshot,
      admin: target.access.admin,
      target: { ...target.tenant(tenant).database, database },
      filestore: join(target.data, "filestore", database),
      folder: target.folder,
    });
    console.log(values.json ? JSON.stringify(copied, null, 2) : told(copied, to));
  });
  return true;
}

function told({ tenant, takenAt, database, neutralized }: Copied, to: string): string {
  const lines = neutralized.map(
    ({ name, result, rows }) => `  ${name}: ${result === "done" ? `${rows} rows` : result}`,
  );
  return `Copied ${tenant} of ${takenAt} to database ${database} of ${to}, and made it harmless:\n${lines.join("\n")}`;
}

await runCommand(USAGE, main);
