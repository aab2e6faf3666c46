-- What the cluster says of tenants' pods and of certificates.

CREATE TABLE pods (
  tenant text PRIMARY KEY,
  pods integer NOT NULL,
  ready integer NOT NULL,
  restarts integer NOT NULL,
  -- Why pods are not ready, in the cluster's words; null: all are.
  problem text
);

CREATE TABLE certificates (
  name text PRIMARY KEY,
  -- Null: the platform's own.
  tenant text,
  hosts text[] NOT NULL,
  -- Null: the cluster does not say.
  ends_at timestamptz,
  ready boolean NOT NULL
);
CREATE INDEX certificates_tenant ON certificates (tenant);
