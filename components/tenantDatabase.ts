import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { DatabaseSetup } from "../providers/odoosql/resources.ts";
import { NO_PRIVILEGES, PASSWORD } from "./databaseRoles.ts";
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
    const keepers = { generation: String(args.generation) };

    const password = new random.RandomPassword(`${name}-password`, { ...PASSWORD, keepers }, { parent: this });
    const role = new postgresql.Role(
      `${name}-role`,
      {
        ...NO_PRIVILEGES,
        name: databaseRole(args.tenant),
        login: true,
        password: password.result,
        connectionLimit: args.connectionLimit,
      },
      kept,
    );
    const reporterPassword = new random.RandomPassword(
      `${name}-reporter-password`,
      { ...PASSWORD, keepers },
      { parent: this },
    );
    const reporter = new postgresql.Role(
      `${name}-reporter`,
      {
        ...NO_PRIVILEGES,
        name: reporterRole(args.tenant),
        login: true,
        password: reporterPassword.result,
        connectionLimit: REPORTER_CONNECTIONS,
      },
      kept,
    );
    const database = new postgresql.Database(
      name,
      {
        name: databaseName(args.tenant),
        owner: role.name,
        // Odoo's own choice: nothing that somebody put into template1, and a collation that no library upgrade changes.
        template: "template0",
        encoding: "UTF8",
        lcCollate: "C",
        // With C, letters beyond ASCII have no case: "иван" does not find "Иван", and no index of trigrams has them.
        lcCtype: args.server.lcCtype,
        // Whoever may log in could enter a new database before that is taken from PUBLIC: its set-up opens it.
        allowConnections: false,
      },
      {
        ...kept,
        // The reporter cannot be dropped while a database names it in its privileges.
        dependsOn: [reporter],
        // Locales are for life: what a database that exists has otherwise would replace it by an empty one.
        ignoreChanges: ["lcCollate", "lcCtype", "allowConnections"],
      },
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
          password: password.result,
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
    this.password = password.result;
    this.reporterRole = reporter.name;
    this.reporterPassword = reporterPassword.result;
    this.registerOutputs({ name: this.name, role: this.role, reporterRole: this.reporterRole });
  }
}
