-- What the collector has read of a tenant's file is what it goes on from, as it was written: jsonb would sort its keys.
ALTER TABLE tenants ALTER file TYPE json;
ALTER TABLE tenants ALTER file SET STORAGE EXTERNAL;
-- What the collector remembers of its last read, and the digests of rows and resources, have another form.
UPDATE sources SET cursor = NULL WHERE name IN ('files', 'inventories');
