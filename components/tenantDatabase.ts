import * as pulumi from "@pulumi/pulumi";
import { DatabaseSetup } from "../providers/odoosql/resources.ts";
import { closedDatabase, loginRole } from "./databaseRoles.ts";
import { databaseName, databaseRole, reporterRole } from "../config/names.ts";

/** Inputs of {@link TenantDatabase}. */
export interface TenantDatabaseArgs {
  /** Tenant id: name of the database and of its role. */
  readonly tenant: string;
  /** Connections that Odoo may hold at once, from the plan. */
  readonly connectionLimit: number;
  /** Raised by one to replace both passwords. */
  readonly generation: number;
  /** The server, as this program reaches it. */
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly sslmode: string;
    /**
     * Locale by which a new database tells letters and their case.
     *
     * @example "C.UTF-8"
     */
    readonly lcCtype: string;
  };
  /** Protect database and roles, and keep them when they leave the program. */
  readonly protect: boolean;
}

/** Connections of the reporter: the analytics server's refresh, and one for a person who looks. */
const REPORTER_CONNECTIONS = 3;

/** A tenant's database on the tenants' server, the role that owns it, and the role that may only read its reports. */
export class TenantDatabase extends pulumi.ComponentResource {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly sslmode: string;
  readonly name: pulumi.Output<string>;
  readonly role: pulumi.Output<string>;
  /** Secret. */
  readonly password: pulumi.Output<string>;
  readonly reporterRole: pulumi.Output<string>;
  /** Secret. */
  readonly reporterPassword: pulumi.Output<string>;
  /** What must be done before Odoo starts: extensions and privileges. */
  readonly setup: pulumi.Resource;

  constructor(name: string, args: TenantDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:TenantDatabase", name, {}, opts);
    const kept = { parent: this, protect: args.protect, retainOnDelete: args.protect };
    const { generation } = args;
    const { role, password } = loginRole(
      `${name}-role`,
      `${name}-password`,
      { role: databaseRole(args.tenant), connectionLimit: args.connectionLimit, generation },
      this,
      kept,
    );
    const { role: reporter, password: reporterPassword } = loginRole(
      `${name}-reporter`,
      `${name}-reporter-password`,
      { role: reporterRole(args.tenant), connectionLimit: REPORTER_CONNECTIONS, generation },
      this,
      kept,
    );
    const database = closedDatabase(
      name,
      { name: databaseName(args.tenant), owner: role.name, lcCtype: args.server.lcCtype },
      // The reporter cannot be dropped while a database names it in its privileges.
      { ...kept, dependsOn: [reporter] },
    );
    this.setup = new DatabaseSetup(
      `${name}-setup`,
      {
        tenant: args.tenant,
        connection: {
          host: args.server.host,
          port: args.server.port,
          database: database.name,
          user: role.name,
          password,
          sslmode: args.server.sslmode,
        },
        roles: { reporter: reporter.name },
      },
      { parent: this },
    );

    this.host = pulumi.output(args.server.host);
    this.port = pulumi.output(args.server.port);
    this.sslmode = args.server.sslmode;
    this.name = database.name;
    this.role = role.name;
    this.password = password;
    this.reporterRole = reporter.name;
    this.reporterPassword = reporterPassword;
    this.registerOutputs({ name: this.name, role: this.role, reporterRole: this.reporterRole });
  }
}
