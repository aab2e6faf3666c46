/** Where a tenant is to be restored. */
interface Place {
  readonly tenant: string;
  readonly database: string;
  readonly stack: string;
  readonly environment: string;
}

/** Steps of docs/runbooks/restore.md after data was lost, with a tenant's names filled in. */
export function restoreSteps({ tenant, database, stack, environment }: Place) {
  const isSandbox = environment === "sandbox";
  const [restored, lost] = [`${database}_restored`, `${database}_lost`];
  return [
    { text: "Pause the tenant: no pods, no logins." },
    {
      text: "Restore the newest backup to a new database and a new folder, and look at it. --snapshot takes an older one.",
      code: `npx odoo-saas backup restore ${tenant} --to ${restored}${isSandbox ? "" : ` --stack ${stack}`}`,
    },
    {
      text: "Rename the databases, as a superuser of the server in its database postgres.",
      code: `ALTER DATABASE "${database}" RENAME TO "${lost}";\nALTER DATABASE "${restored}" RENAME TO "${database}";`,
    },
    {
      text: `Beside Odoo's other files, move filestore/${database} aside, and rename filestore/${restored} to filestore/${database}.`,
    },
    {
      text: "Resume the tenant, with a refresh: it grants the reporting role what a dump does not have.",
      code: isSandbox ? "npm run up -- --refresh" : `pulumi up --refresh --stack ${stack}`,
    },
    { text: "When nobody needs the lost database any more, drop it.", code: `DROP DATABASE "${lost}";` },
  ];
}
