-- What large fleets need: lists without reading files, and collectors that write only what has changed.

-- Files and their texts are kept apart from the columns that lists read, which stay as they are: no row of those alone has
-- as many bytes.
ALTER TABLE tenants SET (toast_tuple_target = 512);
ALTER TABLE tenants ALTER file SET STORAGE EXTERNAL, ALTER yaml SET STORAGE EXTERNAL;
-- Of everything that the collector has read; null: write it again.
ALTER TABLE tenants ADD digest text;
-- Writes the rows again, for the setting above.
ALTER TABLE tenants ALTER yaml TYPE text USING yaml || '';
CREATE INDEX tenants_cost ON tenants (cost DESC NULLS LAST, id);
CREATE INDEX tenants_hold ON tenants (hold_until) WHERE hold_until IS NOT NULL;

ALTER TABLE stacks ADD resources integer NOT NULL DEFAULT 0;
UPDATE stacks SET resources = (SELECT count(*) FROM resources WHERE resources.stack = stacks.name);
-- Of the tenant's resources in the stack; null: write them again.
ALTER TABLE placements ADD digest text;

DROP INDEX events_at;
CREATE INDEX events_at ON events (at DESC) INCLUDE (outcome);
CREATE INDEX events_runs ON events (kind, coalesce(stack, ''), at DESC);

-- What the collector remembers of its last read has another form.
UPDATE sources SET cursor = NULL WHERE name IN ('files', 'inventories');
