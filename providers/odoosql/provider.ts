import { isDeepStrictEqual as same } from "node:util";
import type * as pulumi from "@pulumi/pulumi";
import { analyticsSchema } from "./analyticsSchema.ts";
import { inTransaction } from "./database.ts";
import { databaseSetup } from "./databaseSetup.ts";
import { LifecycleError, SqlTaskError } from "./sqlError.ts";
import { type Connection, inputSchemas, type Kind, type SqlKind } from "./inputs.ts";
import { Logins } from "./logins.ts";
import { privateDatabase } from "./privateDatabase.ts";
import { reportingViews } from "./reportingViews.ts";
import type { ResourceKind } from "./resourceKind.ts";
import { combinedChecksum } from "../../lib/sqlFiles.ts";
import { deletionRefusal, refusals } from "./tenantLifecycle.ts";
import { at, hasUnknown, plain, type Wire, type WireObject } from "./values.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";

/** A resource type with its inputs parsed once: everything the provider does for a resource. */
interface Handler {
  checksum(): string;
  id(): string;
  apply(): Promise<void>;
  logIn(): Promise<void>;
  inspect(): Promise<string | undefined>;
  remove(logins: Logins): Promise<void>;
  remember(logins: Logins): void;
}

/** Passwords are how a server is reached, not what is made on it. */
const CONNECTION_PASSWORD = ["connection", "password"] as const;

/**
 * The provider `odoosql`: SQL that the PostgreSQL provider has no resource for, in the tenants' databases and on the
 * analytics server; and tenants' lifecycles. Holds no state; the passwords come as secret inputs and go back as the secrets they
 * were.
 */
export class OdooSqlProvider implements pulumi.provider.Provider {
  readonly version = "0.1.0";
  readonly #now: () => Date;
  readonly #logins = new Logins();

  /** @param now tells the time. Default: the system's clock. */
  constructor(now: () => Date = () => new Date()) {
    this.#now = now;
  }

  check(urn: string, olds: WireObject, news: WireObject): Promise<pulumi.provider.CheckResult> {
    const kind = kindOf(urn);
    const inputs = plain(news);
    const parsed = inputSchemas[kind].safeParse(inputs);
    const failures = (parsed.error?.issues ?? [])
      // What is not known before the update is checked then.
      .filter((issue) => at(inputs, issue.path) !== UNKNOWN)
      .map((issue) => ({ property: issue.path.map(String).join("."), reason: issue.message }));
    if (failures.length > 0) return Promise.resolve({ inputs: news, failures });
    if (kind === "TenantLifecycle") {
      const before = inputSchemas.TenantLifecycle.safeParse(plain(olds)).data;
      const after = inputSchemas.TenantLifecycle.parse(inputs);
      return Promise.resolve({ inputs: news, failures: refusals(before, after, this.#now()) });
    }
    const resource = parsed.success ? handler(kind, inputs) : undefined;
    resource?.remember(this.#logins);
    return Promise.resolve({ inputs: { ...news, checksum: resource?.checksum() ?? UNKNOWN } });
  }

  diff(_id: string, urn: string, olds: WireObject, news: WireObject): Promise<pulumi.provider.DiffResult> {
    const before = plain(olds);
    const after = plain(news);
    const replaces = REPLACE_ON[kindOf(urn)]
      .filter((path) => at(after, path) !== UNKNOWN && !same(at(before, path), at(after, path)))
      .map((path) => path[0] ?? "");
    return Promise.resolve({
      changes: hasUnknown(after) || !same(before, after),
      replaces,
      // The new one may have the old one's names.
      deleteBeforeReplace: true,
    });
  }

  async create(urn: string, inputs: WireObject): Promise<pulumi.provider.CreateResult> {
    const kind = kindOf(urn);
    if (kind === "TenantLifecycle")
      return { id: inputSchemas.TenantLifecycle.parse(plain(inputs)).tenant, outs: inputs };
    const resource = handler(kind, plain(inputs));
    await resource.apply();
    return { id: resource.id(), outs: inputs };
  }

  async read(id: string, urn: string, props: WireObject = {}): Promise<pulumi.provider.ReadResult> {
    const kind = kindOf(urn);
    // It is nowhere but in the state.
    if (kind === "TenantLifecycle") return { id, props, inputs: props };
    try {
      const checksum = await handler(kind, plain(props)).inspect();
      return checksum === undefined ? GONE : { id, props: { ...props, checksum }, inputs: props };
    } catch (error) {
      if (!(error instanceof SqlTaskError)) throw error;
      if (UNREADABLE.has(error.code ?? "")) return GONE;
      if (!UNSEEN.has(error.code ?? "")) throw error;
      console.error(error.message);
      return { id, props: { ...props, checksum: "not seen" }, inputs: props };
    }
  }

  async update(_id: string, urn: string, olds: WireObject, news: WireObject): Promise<pulumi.provider.UpdateResult> {
    const kind = kindOf(urn);
    const [before, after] = [withoutConnectionPassword(plain(olds)), withoutConnectionPassword(plain(news))];
    if (kind === "TenantLifecycle" || same(plain(olds), plain(news))) return { outs: news };
    // A new password changes nothing there; whether the role has it is seen here, before anything that uses it.
    await handler(kind, plain(news))[same(before, after) ? "logIn" : "apply"]();
    return { outs: news };
  }

  async delete(_id: string, urn: string, props: WireObject): Promise<void> {
    const kind = kindOf(urn);
    if (kind === "TenantLifecycle") {
      const refusal = deletionRefusal(inputSchemas.TenantLifecycle.parse(plain(props)), this.#now());
      if (refusal !== undefined) throw new LifecycleError(refusal);
      return;
    }
    try {
      await handler(kind, plain(props)).remove(this.#logins);
    } catch (error) {
      if (!(error instanceof SqlTaskError && error.code === "3D000")) throw error;
    }
  }
}

const GONE = { id: "", props: {} };

/** Codes of a database that is missing, with which nothing of it is left, or closed, as it is until its set-up. */
const UNREADABLE: ReadonlySet<string> = new Set(["3D000", "55000"]);

/**
 * Codes of what a tenant can bring about in its own database: another password, a lock, a slow query, its role's last connection.
 * Such a one counts as changed, so that the next update looks after it and nobody else's refresh ends with it. An update that was
 * cut off between the password and what is reached with it looks the same.
 */
const UNSEEN: ReadonlySet<string> = new Set(["28P01", "53300", "55P03", "57014"]);

const REPLACE_ON = {
  DatabaseSetup: databaseSetup.replaceOn,
  PrivateDatabase: privateDatabase.replaceOn,
  ReportingViews: reportingViews.replaceOn,
  AnalyticsSchema: analyticsSchema.replaceOn,
  // Another id is another tenant: its own program would have another resource.
  TenantLifecycle: [["tenant"]],
} as const;

/** The resource type in a URN such as `urn:pulumi:prod::odoo-saas::odoo:saas:OdooTenant$odoosql:index:DatabaseSetup::acme`. */
function kindOf(urn: string): Kind {
  const type = /[$:]odoosql:index:(\w+)::/.exec(urn)?.[1] ?? "";
  if (Object.hasOwn(inputSchemas, type)) return type as Kind;
  throw new Error(`provider odoosql has no resource type in ${urn}: expected ${Object.keys(inputSchemas).join(", ")}`);
}

function handler(kind: SqlKind, inputs: Wire): Handler {
  switch (kind) {
    case "DatabaseSetup":
      return bind(databaseSetup, inputSchemas.DatabaseSetup.parse(inputs));
    case "PrivateDatabase":
      return bind(privateDatabase, inputSchemas.PrivateDatabase.parse(inputs));
    case "ReportingViews":
      return bind(reportingViews, inputSchemas.ReportingViews.parse(inputs));
    case "AnalyticsSchema":
      return bind(analyticsSchema, inputSchemas.AnalyticsSchema.parse(inputs));
  }
}

function bind<Inputs extends { readonly tenant?: string; readonly connection: Connection }>(
  kind: ResourceKind<Inputs>,
  inputs: Inputs,
): Handler {
  return {
    checksum: () => combinedChecksum(kind.files(inputs)),
    id: () => kind.id(inputs),
    apply: () => kind.apply(inputs),
    logIn: () => logIn(inputs),
    inspect: () => kind.inspect(inputs),
    remove: (logins) => logins.withNewest(inputs, (given) => kind.remove(given)),
    remember: (logins) => logins.remember(inputs.connection),
  };
}

/** Connects, and nothing else. @throws SqlTaskError */
function logIn({ tenant, connection }: { readonly tenant?: string; readonly connection: Connection }): Promise<void> {
  const task = { what: "log in to the database", tenant, secrets: [connection.password] };
  return inTransaction(task, connection, () => Promise.resolve());
}

function withoutConnectionPassword(inputs: Wire): Wire {
  if (inputs === null || typeof inputs !== "object" || Array.isArray(inputs)) return inputs;
  const [outer, inner] = CONNECTION_PASSWORD;
  const connection = inputs[outer];
  if (connection === null || typeof connection !== "object" || Array.isArray(connection)) return inputs;
  return { ...inputs, [outer]: { ...connection, [inner]: "" } };
}
