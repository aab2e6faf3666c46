import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { platformHost } from "../../config/names.ts";
import { onlyTenant, parseCommand, runCommand, UsageError } from "../command.ts";
import { prepared } from "../preparation.ts";
import { copyTenant } from "../../features/backups/copyTenant.ts";
import type { Copied } from "../../features/backups/copyTenant.ts";
import { RUNBOOKS } from "../../features/backups/errors.ts";
import { neutralizeInCluster } from "../../features/backups/neutralizeJob.ts";
import { neutralizeByCommand } from "../../features/backups/odooNeutralize.ts";
import { assertCopyAllowed, assertNewDatabase } from "../../features/backups/refusals.ts";
import { Session } from "../../features/backups/session.ts";
import { withWorkspace } from "../../features/backups/workspace.ts";

const USAGE = `usage: npm run copy -- TENANT --from STACK --to STACK [options]

Copies a tenant of a prod stack to a new database and filestore in a staging stack: restores the newest backup, compares it,
and makes it harmless: "odoo neutralize" of staging's image, run as a Job in the tenant's namespace there, then the
platform's own list (secrets, sign-on, queue jobs, addresses of people, identity). Never another way. Exit status: 0 copied
and harmless, 1 refused or failed (nothing is left behind), 2 wrong usage.

  --database NAME      new database in staging; default TENANT_copy
  --snapshot ID        default: the newest
  --repository FOLDER  prod's repositories; default: its object store
  --data FOLDER        staging's data folder of Odoo. Default: ODOO_SAAS_DATA
  --odoo COMMAND       an Odoo of this machine in the Job's place, with all modules of staging's release, such as
                       "/opt/odoo/odoo-bin --addons-path=/opt/addons"
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
      odoo: { type: "string" },
      json: { type: "boolean", default: false },
    },
    1,
  );
  const tenant = onlyTenant(positionals);
  const { from, to, database = `${tenant}_copy` } = values;
  if (from === undefined || to === undefined) throw new UsageError("--from or --to is missing, expected two stacks");
  await prepared();
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
    const { programs, folder: work, access } = target;
    const copied = await copyTenant({
      from: source.access.settings.environment,
      to: access.settings.environment,
      place: { url: `https://${platformHost(tenant, access.settings.baseDomain)}` },
      odoo:
        values.odoo === undefined
          ? neutralizeInCluster({ ...access.settings.kubernetes, kubeconfig: access.kubeconfig, tenant })
          : neutralizeByCommand({ command: values.odoo, env: programs.env, folder: work }),
      tenant,
      repository: source.repository(tenant),
      programs,
      snapshot: values.snapshot,
      admin: access.admin,
      target: { ...target.tenant(tenant).database, database },
      filestore: join(target.data, "filestore", database),
      folder: work,
    });
    console.log(values.json ? JSON.stringify(copied, null, 2) : told(copied, to));
  });
  return true;
}

function told({ tenant, takenAt, database, neutralized }: Copied, to: string): string {
  const lines = neutralized.map(
    ({ name, result, rows }) => `  ${name}: ${result === "done" ? `${rows} rows` : result}`,
  );
  return (
    `Copied ${tenant} of ${takenAt} to database ${database} of ${to}, and made it harmless: by "odoo neutralize", then\n${lines.join("\n")}\n` +
    `Put it in place: ${RUNBOOKS.restore}, "A copy of prod in staging"`
  );
}

await runCommand(USAGE, main);
