-- What the collector has read of a tenant's file is what it goes on from, as it was written: jsonb would sort its keys.
ALTER TABLE tenants ALTER file TYPE json;
ALTER TABLE tenants ALTER file SET STORAGE EXTERNAL;
-- What the collector remembers of its last read, and the digests of rows and resources, have another form.
UPDATE sources SET cursor = NULL WHERE name IN ('files', 'inventories');

-- A search and the counts beside a list look at every tenant: in this index they find all that they need, a tenth of the
-- table. That is so for pages that a vacuum has seen since they were changed.
CREATE INDEX tenants_counts ON tenants (search) INCLUDE (status, plan, bundles, environments);
ALTER TABLE tenants SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100);
