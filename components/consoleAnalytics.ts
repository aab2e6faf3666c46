import * as pulumi from "@pulumi/pulumi";
import { CONSOLE_ANALYTICS_ROLE } from "../config/names.ts";
import { loginRole } from "./databaseRoles.ts";

/** Inputs of {@link ConsoleAnalytics}. */
export interface ConsoleAnalyticsArgs {
  /** Raised by one to replace the password. */
  readonly generation: number;
  /** Protect the role, and keep it when it leaves the program. */
  readonly protect: boolean;
}

/** Connections of the role: the collector's, and that of a new pod beside the old one. */
const CONNECTIONS = 2;

/** The role by which the console asks the analytics server when each tenant's data were copied. Tenants' schemas grant it that. */
export class ConsoleAnalytics extends pulumi.ComponentResource {
  readonly role: pulumi.Output<string>;
  /** Secret. */
  readonly password: pulumi.Output<string>;

  constructor(name: string, args: ConsoleAnalyticsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:ConsoleAnalytics", name, {}, opts);
    const { generation, protect } = args;
    const { role, password } = loginRole(
      `${name}-role`,
      `${name}-password`,
      { role: CONSOLE_ANALYTICS_ROLE, connectionLimit: CONNECTIONS, generation },
      this,
      { parent: this, protect, retainOnDelete: protect },
    );
    this.role = role.name;
    this.password = password;
    this.registerOutputs({ role: this.role });
  }
}
