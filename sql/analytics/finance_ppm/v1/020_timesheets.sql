-- The column of sql/tenant/finance_ppm/v1/100_timesheets.sql.
ALTER TABLE :"data_schema".timesheets ADD COLUMN is_internal boolean NOT NULL;
