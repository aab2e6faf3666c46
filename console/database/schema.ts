import type { ColumnType, Generated, GeneratedAlways } from "kysely";
import type { TenantFile } from "../../config/index.ts";

/** Read as a Date, written as a Date or as ISO 8601. */
type Time = ColumnType<Date, Date | string, Date | string>;
type OptionalTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** Read as what it was parsed to, written as JSON. */
type DefaultJson = ColumnType<unknown, string | undefined, string>;
/** `numeric`, which pg reads as a text. */
type Money = ColumnType<string | null, number | null, number | null>;

/** The console's tables; `migrations/` has their comments. */
export interface Tables {
  sources: {
    name: string;
    read_at: OptionalTime;
    as_of: OptionalTime;
    cursor: string | null;
    problem: string | null;
    rhythm: number;
  };
  tenants: {
    id: string;
    display_name: string;
    team: string;
    email: string;
    country: string | null;
    plan: string;
    lifecycle: string;
    hold_until: string | null;
    bundles: string[];
    environments: string[];
    cost: Money;
    currency: string | null;
    file: ColumnType<TenantFile | null, string | null, string | null>;
    yaml: string | null;
    archived: Generated<boolean>;
    search: string;
    status: Generated<string>;
    reason: Generated<string>;
    release: string | null;
    backup_at: OptionalTime;
    drill_at: OptionalTime;
    request: string | null;
    digest: string | null;
    unwatched: string | null;
    drifted: string | null;
    /** Names of the columns before that are not null; the database makes it. */
    flags: GeneratedAlways<string[]>;
    alert: string | null;
    alerts: Generated<number>;
  };
  stacks: {
    name: string;
    environment: string;
    taken_at: Time;
    updated_at: OptionalTime;
    commit: string | null;
    pending: number;
    resources: Generated<number>;
  };
  placements: {
    tenant: string;
    stack: string;
    hosts: string[];
    release: string | null;
    lifecycle: string | null;
    namespace: string | null;
    database: string | null;
    realm: string | null;
    resources: number;
    digest: string | null;
  };
  resources: {
    stack: string;
    urn: string;
    type: string;
    name: string;
    tenant: string | null;
    part: string;
    created: OptionalTime;
    modified: OptionalTime;
    protected: boolean;
    waits_for_deletion: boolean;
  };
  events: {
    id: string;
    kind: string;
    at: Time;
    seconds: number;
    outcome: string;
    reason: string | null;
    stack: string | null;
    tenants: string[];
    commit: string | null;
    actor: string;
    link: string | null;
    results: ColumnType<unknown, string | null | undefined, string | null>;
  };
  deliveries: {
    tenant: string;
    attestation: string | null;
    attested_at: OptionalTime;
    is_attested: boolean;
    promoted: string[];
  };
  commits: { sha: string; tenant: string; at: Time; author: string; subject: string; diff: string };
  syncs: {
    tenant: string;
    data_as_of: OptionalTime;
    row_counts: ColumnType<unknown, string, string>;
    attempted_at: Time;
    succeeded: boolean;
    error: string | null;
  };
  pods: { tenant: string; pods: number; ready: number; restarts: number; problem: string | null };
  certificates: { name: string; tenant: string | null; hosts: string[]; ends_at: OptionalTime; ready: boolean };
  alerts: {
    fingerprint: string;
    name: string;
    severity: string;
    environment: string | null;
    tenant: string | null;
    summary: string;
    description: string | null;
    runbook: string | null;
    since: Time;
    state: string;
    silence: string | null;
  };
  measurements: { tenant: string; availability: number; response_seconds: number | null };
  requests: {
    id: string;
    action: string;
    tenant: string;
    requester: string;
    approver: string;
    reason: string;
    state: string;
    problem: string | null;
    opened_at: Time;
    updated_at: Time;
    deadline: OptionalTime;
    pull: number | null;
    url: string | null;
    diff: string | null;
    checks: DefaultJson;
    steps: DefaultJson;
    digest: ColumnType<string | null, string | undefined, string>;
    file: ColumnType<unknown, string | null | undefined, string | null>;
  };
  logins: {
    id: Buffer;
    state: string;
    verifier: string;
    nonce: string;
    return_to: string;
    expires_at: Time;
    tenant: string | null;
  };
  sessions: {
    id: Buffer;
    issuer: string;
    subject: string;
    login: string;
    name: string;
    roles: string[];
    tenant: string | null;
    address: string | null;
    tokens: Buffer;
    created_at: Time;
    used_at: Time;
    refreshed_at: Time;
    expires_at: Time;
  };
  audit: {
    id: Generated<string>;
    at: Generated<Date>;
    login: string;
    action: string;
    outcome: string;
    tenant: string | null;
    detail: string | null;
  };
  migrations: { name: string; sha256: string; at: Generated<Date> };
}
