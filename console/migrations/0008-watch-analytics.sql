-- What the analytics server says of each tenant's copies.

CREATE TABLE syncs (
  tenant text PRIMARY KEY,
  -- The copied data are at least as new as this; null: no copy has succeeded.
  data_as_of timestamptz,
  -- Rows of each view.
  row_counts jsonb NOT NULL,
  attempted_at timestamptz NOT NULL,
  succeeded boolean NOT NULL,
  -- Why the last copy failed, without what it quotes of data.
  error text
);
CREATE INDEX syncs_data_as_of ON syncs (data_as_of);
