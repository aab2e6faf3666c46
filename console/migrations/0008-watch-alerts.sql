-- What Alertmanager has now.
CREATE TABLE alerts (
  fingerprint text PRIMARY KEY,
  name text NOT NULL,
  -- critical or warning.
  severity text NOT NULL,
  environment text,
  -- Null: it is of no one tenant.
  tenant text,
  summary text NOT NULL,
  description text,
  -- Path in the repository.
  runbook text,
  since timestamptz NOT NULL,
  -- active, silenced or inhibited.
  state text NOT NULL,
  -- Who silenced it, until when and why.
  silence text
);
CREATE INDEX alerts_tenant ON alerts (tenant);

-- What Prometheus has of the last 30 days.
CREATE TABLE measurements (
  tenant text PRIMARY KEY,
  -- Share of the probes that succeeded, from 0 to 1.
  availability double precision NOT NULL,
  response_seconds double precision
);

-- The worst severity among a tenant's alerts that nobody silences, and how many they are.
ALTER TABLE tenants ADD alert text;
ALTER TABLE tenants ADD alerts integer NOT NULL DEFAULT 0;
CREATE INDEX tenants_alert ON tenants (alert, id) WHERE alert IS NOT NULL;
