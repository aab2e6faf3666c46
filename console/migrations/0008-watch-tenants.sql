-- What nothing watches of a tenant, for people; null: everything is watched, or nothing of it runs.
ALTER TABLE tenants ADD unwatched text;
CREATE INDEX tenants_unwatched ON tenants (id) WHERE unwatched IS NOT NULL;
