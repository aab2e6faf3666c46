import * as pulumi from "@pulumi/pulumi";
import { CONSOLE_DATABASE } from "../config/names.ts";
import { PrivateDatabase } from "../providers/odoosql/resources.ts";
import { closedDatabase, loginRole } from "./databaseRoles.ts";
import type { TenantDatabaseArgs } from "./tenantDatabase.ts";

/** Inputs of {@link ConsoleDatabase}. */
export interface ConsoleDatabaseArgs {
  /** The server, as this program reaches it. */
  readonly server: TenantDatabaseArgs["server"];
  /** Connections that all pods of the console may hold at once. */
  readonly connectionLimit: number;
  /** Raised by one to replace the password. */
  readonly generation: number;
  /** Protect database and role, and keep them when they leave the program. */
  readonly protect: boolean;
}

/** The console's own database on the tenants' server, and the role that owns it. No other role may enter it. */
export class ConsoleDatabase extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly role: pulumi.Output<string>;
  /** Secret. */
  readonly password: pulumi.Output<string>;
  /** What must be done before the console starts. */
  readonly setup: pulumi.Resource;

  constructor(name: string, args: ConsoleDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:ConsoleDatabase", name, {}, opts);
    const { server, connectionLimit, generation, protect } = args;
    const kept = { parent: this, protect, retainOnDelete: protect };
    const { role, password } = loginRole(
      `${name}-role`,
      `${name}-password`,
      { role: CONSOLE_DATABASE, connectionLimit, generation },
      this,
      kept,
    );
    const database = closedDatabase(name, { name: CONSOLE_DATABASE, owner: role.name, lcCtype: server.lcCtype }, kept);
    this.setup = new PrivateDatabase(
      `${name}-setup`,
      {
        connection: {
          host: server.host,
          port: server.port,
          database: database.name,
          user: role.name,
          password,
          sslmode: server.sslmode,
        },
      },
      { parent: this },
    );
    this.name = database.name;
    this.role = role.name;
    this.password = password;
    this.registerOutputs({ name: this.name, role: this.role });
  }
}
