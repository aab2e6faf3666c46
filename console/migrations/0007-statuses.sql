-- What statuses and flags are derived from, and what tells of each tenant's backups.

-- What came of an event for each tenant; null: the same for all that it names.
ALTER TABLE events ADD results jsonb;

-- An event once for each tenant that something came of it for.
CREATE VIEW outcomes AS
  SELECT events.id, events.kind, events.at, events.seconds, events.stack, events.tenants, events.actor, events.link,
         result.tenant, result.outcome, coalesce(result.reason, CASE WHEN result.outcome = events.outcome THEN events.reason END) AS reason,
         result.snapshot, result."takenAt" AS taken_at, result.bytes, result.differences
  FROM events CROSS JOIN LATERAL jsonb_to_recordset(events.results) AS result (
    tenant text, outcome text, reason text, snapshot text, "takenAt" timestamptz, bytes bigint, differences integer)
  WHERE events.results IS NOT NULL
  UNION ALL
  SELECT events.id, events.kind, events.at, events.seconds, events.stack, events.tenants, events.actor, events.link,
         tenant, events.outcome, events.reason, NULL, NULL, NULL, NULL
  FROM events CROSS JOIN LATERAL unnest(events.tenants) AS tenant
  WHERE events.results IS NULL;

-- How far tenants' files have come on their way to prod.
CREATE TABLE deliveries (
  tenant text PRIMARY KEY,
  -- File of the newest attestation, and when staging's tests had ended.
  attestation text,
  attested_at timestamptz,
  -- Whether it is of what the files say now.
  is_attested boolean NOT NULL,
  -- Stacks of prod whose promotion has the tenant as its files say now.
  promoted text[] NOT NULL
);

-- What a request to create asks for: the tenant's file as it will be. Null for other actions.
ALTER TABLE requests ADD file jsonb;

-- How its servers differ from what was deployed, for people; null: not as far as anybody has looked.
ALTER TABLE tenants ADD drifted text;
