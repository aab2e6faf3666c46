-- What the collector has read. Everything here can be deleted and collected again.

CREATE TABLE sources (
  name text PRIMARY KEY,
  read_at timestamptz,
  as_of timestamptz,
  -- Where an incremental read goes on.
  cursor text,
  -- Why the last read failed, or what is missing; null: it did not fail.
  problem text,
  -- Seconds after which what was read is stale.
  rhythm integer NOT NULL
);

CREATE TABLE tenants (
  id text PRIMARY KEY,
  display_name text NOT NULL,
  team text NOT NULL,
  email text NOT NULL,
  country text,
  plan text NOT NULL,
  lifecycle text NOT NULL,
  -- A day (UTC), such as 2027-01-31: days compare as their texts do.
  hold_until text,
  bundles text[] NOT NULL,
  environments text[] NOT NULL,
  cost numeric(12, 2),
  currency text,
  -- The file as it was parsed, and its text; null for an archived tenant, whose file is gone.
  file jsonb,
  yaml text,
  archived boolean NOT NULL DEFAULT false,
  -- Id, name, team and country in lower case, which a search looks into.
  search text NOT NULL,
  -- Derived from all sources.
  status text NOT NULL DEFAULT 'merged',
  reason text NOT NULL DEFAULT '',
  release text,
  backup_at timestamptz,
  drill_at timestamptz,
  request text
);
CREATE INDEX tenants_status ON tenants (status, id);
CREATE INDEX tenants_name ON tenants (display_name, id);
CREATE INDEX tenants_team ON tenants (team, id);
CREATE INDEX tenants_plan ON tenants (plan, id);
CREATE INDEX tenants_bundles ON tenants USING gin (bundles);

CREATE TABLE stacks (
  name text PRIMARY KEY,
  environment text NOT NULL,
  taken_at timestamptz NOT NULL,
  updated_at timestamptz,
  commit text,
  pending integer NOT NULL
);

CREATE TABLE placements (
  tenant text NOT NULL,
  stack text NOT NULL REFERENCES stacks ON DELETE CASCADE,
  hosts text[] NOT NULL,
  release text,
  lifecycle text,
  namespace text,
  database text,
  realm text,
  resources integer NOT NULL,
  PRIMARY KEY (tenant, stack)
);

CREATE TABLE resources (
  stack text NOT NULL REFERENCES stacks ON DELETE CASCADE,
  urn text NOT NULL,
  type text NOT NULL,
  name text NOT NULL,
  tenant text,
  part text NOT NULL,
  created timestamptz,
  modified timestamptz,
  protected boolean NOT NULL,
  waits_for_deletion boolean NOT NULL,
  PRIMARY KEY (stack, urn)
);
CREATE INDEX resources_tenant ON resources (tenant, stack, part);

CREATE TABLE events (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  seconds double precision NOT NULL,
  outcome text NOT NULL,
  reason text,
  stack text,
  tenants text[] NOT NULL,
  commit text,
  actor text NOT NULL,
  link text
);
CREATE INDEX events_at ON events (at DESC);
CREATE INDEX events_tenants ON events USING gin (tenants);

CREATE TABLE commits (
  sha text NOT NULL,
  tenant text NOT NULL,
  at timestamptz NOT NULL,
  author text NOT NULL,
  subject text NOT NULL,
  diff text NOT NULL,
  PRIMARY KEY (sha, tenant)
);
CREATE INDEX commits_tenant ON commits (tenant, at DESC);
