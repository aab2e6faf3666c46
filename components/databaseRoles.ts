import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** What no role of a tenant may do. Written out, so that a role that was given more by hand is put right. */
export const NO_PRIVILEGES = {
  superuser: false,
  createDatabase: false,
  createRole: false,
  replication: false,
  bypassRowLevelSecurity: false,
} as const;

/** Shape of a password: 40 of 62 characters are 238 bits. No special characters: it goes into files and URLs as it is. */
export const PASSWORD = { length: 40, special: false } as const;

/** What {@link closedDatabase} makes. */
export interface ClosedDatabaseArgs {
  readonly name: string;
  readonly owner: pulumi.Input<string>;
  /** Locale by which it tells letters and their case. */
  readonly lcCtype: string;
}

/** A role that logs in by a password of its own. */
export function loginRole(
  name: string,
  passwordName: string,
  args: { readonly role: string; readonly connectionLimit: number; readonly generation?: number },
  parent: pulumi.Resource,
  kept: pulumi.CustomResourceOptions,
): { readonly role: postgresql.Role; readonly password: pulumi.Output<string> } {
  const keepers = args.generation === undefined ? {} : { keepers: { generation: String(args.generation) } };
  const password = new random.RandomPassword(passwordName, { ...PASSWORD, ...keepers }, { parent });
  const role = new postgresql.Role(
    name,
    {
      ...NO_PRIVILEGES,
      name: args.role,
      login: true,
      password: password.result,
      connectionLimit: args.connectionLimit,
    },
    kept,
  );
  return { role, password: password.result };
}

/** A new database that nobody may enter until its set-up has taken CONNECT from PUBLIC and opened it. */
export function closedDatabase(
  name: string,
  { name: database, owner, lcCtype }: ClosedDatabaseArgs,
  kept: pulumi.CustomResourceOptions,
): postgresql.Database {
  return new postgresql.Database(
    name,
    {
      name: database,
      owner,
      // Odoo's own choice: nothing that somebody put into template1, and a collation that no library upgrade changes.
      template: "template0",
      encoding: "UTF8",
      lcCollate: "C",
      // With C, letters beyond ASCII have no case: "иван" does not find "Иван", and no index of trigrams has them.
      lcCtype,
      // Whoever may log in could enter a new database before that is taken from PUBLIC: its set-up opens it.
      allowConnections: false,
    },
    {
      ...kept,
      // Locales are for life: what a database that exists has otherwise would replace it by an empty one.
      ignoreChanges: ["lcCollate", "lcCtype", "allowConnections"],
    },
  );
}
