-- What is the console's own, and nowhere else.

CREATE TABLE requests (
  id text PRIMARY KEY,
  action text NOT NULL,
  tenant text NOT NULL,
  -- The person, not the program that signed.
  requester text NOT NULL,
  approver text NOT NULL,
  reason text NOT NULL,
  state text NOT NULL,
  problem text,
  opened_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deadline timestamptz,
  pull integer,
  url text,
  diff text,
  checks jsonb NOT NULL DEFAULT '[]',
  -- When each step was reached, by its name.
  steps jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX requests_opened ON requests (opened_at DESC);
CREATE INDEX requests_tenant ON requests (tenant, opened_at DESC);

CREATE TABLE logins (
  -- SHA-256 of the value that the browser's cookie has.
  id bytea PRIMARY KEY,
  state text NOT NULL,
  verifier text NOT NULL,
  nonce text NOT NULL,
  return_to text NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE sessions (
  -- SHA-256 of the value that the browser's cookie has.
  id bytea PRIMARY KEY,
  issuer text NOT NULL,
  subject text NOT NULL,
  login text NOT NULL,
  name text NOT NULL,
  roles text[] NOT NULL,
  -- Encrypted: refresh token and ID token.
  tokens bytea NOT NULL,
  created_at timestamptz NOT NULL,
  used_at timestamptz NOT NULL,
  -- When the roles were asked for last.
  refreshed_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_subject ON sessions (issuer, subject);

CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  login text NOT NULL,
  action text NOT NULL,
  outcome text NOT NULL,
  tenant text,
  detail text
);
CREATE INDEX audit_at ON audit (at DESC);
CREATE INDEX audit_login ON audit (login, at DESC);
