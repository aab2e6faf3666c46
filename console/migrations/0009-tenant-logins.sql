-- People of tenants log in by their own tenant's realm. Null: the staff's realm.

ALTER TABLE logins ADD tenant text;
-- A session of a tenant's realm has one role and one tenant, whatever a program makes of its tokens.
ALTER TABLE sessions
  ADD tenant text,
  -- Verified mail address, in lower case; it must be the one that the tenant's file names.
  ADD address text,
  ADD CONSTRAINT sessions_of_realms CHECK (
    CASE WHEN tenant IS NULL THEN address IS NULL AND NOT roles && ARRAY['tenant-admin']
         ELSE address IS NOT NULL AND roles <@ ARRAY['tenant-admin'] END
  );
CREATE INDEX sessions_tenant ON sessions (tenant) WHERE tenant IS NOT NULL;
