-- Charges: what meters said, and the documents that were made of it. Nothing else writes this but features/billing.
CREATE SCHEMA billing;

-- What one meter said of a tenant on one day. Rows are only ever added; a correction is another row.
CREATE TABLE billing.meter_events (
  source text NOT NULL,
  id text NOT NULL,
  tenant text NOT NULL,
  environment text NOT NULL,
  meter text NOT NULL CHECK (meter IN ('plan', 'database_gib', 'filestore_gib', 'backup_gib', 'active_users')),
  -- In the supplier's time zone.
  day date NOT NULL,
  plan text,
  lifecycle text CHECK (lifecycle IN ('active', 'paused', 'decommissioning', 'absent')),
  value numeric(15, 3) CHECK (value >= 0),
  corrects text,
  reason text,
  -- SHA-256 of what the event says.
  digest text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source, id),
  FOREIGN KEY (source, corrects) REFERENCES billing.meter_events,
  CHECK (CASE meter WHEN 'plan' THEN plan IS NOT NULL AND lifecycle IS NOT NULL AND value IS NULL
                    ELSE plan IS NULL AND lifecycle IS NULL AND value IS NOT NULL END),
  CHECK ((corrects IS NULL) = (reason IS NULL))
);
-- One reading per day, whatever its source; and one correction per event, so that corrections make a chain.
CREATE UNIQUE INDEX meter_events_reading ON billing.meter_events (tenant, environment, meter, day)
  WHERE corrects IS NULL;
CREATE UNIQUE INDEX meter_events_corrects ON billing.meter_events (source, corrects) WHERE corrects IS NOT NULL;
CREATE INDEX meter_events_day ON billing.meter_events (day);

-- Readings that were refused because the same id, or the same day, already had another content.
CREATE TABLE billing.conflicts (
  source text NOT NULL,
  id text NOT NULL,
  digest text NOT NULL,
  event jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source, id, digest)
);

-- Who paid for a tenant last, for the month in which its file goes.
CREATE TABLE billing.payers (
  tenant text PRIMARY KEY,
  company text NOT NULL,
  cost_centre text NOT NULL,
  seen_on date NOT NULL
);

CREATE TABLE billing.periods (
  -- Such as 2026-11.
  month text PRIMARY KEY CHECK (month ~ '^20\d\d-(0[1-9]|1[0-2])$'),
  state text NOT NULL CHECK (state IN ('collecting', 'draft', 'final', 'exported')),
  -- Day until which late readings are awaited.
  collect_until date NOT NULL,
  drafted_by text,
  drafted_at timestamptz,
  finalised_by text,
  finalised_at timestamptz,
  exported_at timestamptz,
  -- Hash of what the draft was calculated from and came to.
  digest text,
  -- Holes, tenants that cannot be billed, and changes, as they were shown with the draft.
  report jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE billing.documents (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  month text NOT NULL REFERENCES billing.periods,
  kind text NOT NULL CHECK (kind IN ('statement', 'credit_note')),
  company text NOT NULL,
  currency text NOT NULL,
  tax_exclusive numeric(20, 4) NOT NULL,
  tax numeric(20, 4) NOT NULL,
  tax_inclusive numeric(20, 4) NOT NULL,
  -- Statement that a credit note corrects.
  original bigint REFERENCES billing.documents,
  drafted_by text NOT NULL,
  -- Everything that the document says.
  content jsonb NOT NULL,
  -- Null on drafts.
  series text,
  year integer,
  number integer,
  issued date,
  finalised_by text,
  finalised_at timestamptz,
  -- Hash of the content with its number and the hash of the document before it in the series.
  hash text,
  previous_hash text,
  UNIQUE (series, year, number),
  CHECK ((kind = 'credit_note') = (original IS NOT NULL)),
  CHECK (num_nulls(series, year, number, issued, finalised_by, finalised_at, hash, previous_hash) IN (0, 8))
);
CREATE UNIQUE INDEX documents_statement ON billing.documents (month, company) WHERE kind = 'statement';
CREATE INDEX documents_original ON billing.documents (original) WHERE original IS NOT NULL;

CREATE TABLE billing.lines (
  document bigint NOT NULL REFERENCES billing.documents ON DELETE CASCADE,
  position integer NOT NULL,
  tenant text NOT NULL,
  environment text NOT NULL,
  cost_centre text NOT NULL,
  meter text NOT NULL,
  first_day date NOT NULL,
  last_day date NOT NULL,
  quantity numeric NOT NULL,
  amount numeric(20, 4) NOT NULL,
  -- Line of the original that a credit note's line takes back.
  original_position integer,
  PRIMARY KEY (document, position)
);
CREATE INDEX lines_tenant ON billing.lines (tenant);

-- Raised in the transaction that makes a document final: a sequence would leave a gap where that is rolled back.
CREATE TABLE billing.counters (
  series text NOT NULL,
  year integer NOT NULL,
  last integer NOT NULL,
  PRIMARY KEY (series, year)
);

CREATE FUNCTION billing.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of billing.% are permanent', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER permanent BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.meter_events
  EXECUTE FUNCTION billing.refuse_change();

CREATE FUNCTION billing.refuse_change_of_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.number IS NOT NULL THEN
    RAISE EXCEPTION 'document %-%-% is final', OLD.series, OLD.year, OLD.number USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON billing.documents
  FOR EACH ROW EXECUTE FUNCTION billing.refuse_change_of_final();
CREATE TRIGGER permanent BEFORE TRUNCATE ON billing.documents EXECUTE FUNCTION billing.refuse_change();

CREATE FUNCTION billing.refuse_line_of_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line billing.lines := CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
BEGIN
  IF EXISTS (SELECT FROM billing.documents WHERE id = line.document AND number IS NOT NULL) THEN
    RAISE EXCEPTION 'a line of a final document is permanent' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER final BEFORE INSERT OR UPDATE OR DELETE ON billing.lines
  FOR EACH ROW EXECUTE FUNCTION billing.refuse_line_of_final();
CREATE TRIGGER permanent BEFORE TRUNCATE ON billing.lines EXECUTE FUNCTION billing.refuse_change();

CREATE FUNCTION billing.refuse_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('final', 'exported') AND (TG_OP = 'DELETE' OR NEW.state NOT IN ('final', 'exported')
     OR (NEW.digest, NEW.finalised_by, NEW.report) IS DISTINCT FROM (OLD.digest, OLD.finalised_by, OLD.report)) THEN
    RAISE EXCEPTION 'the period % is final', OLD.month USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON billing.periods
  FOR EACH ROW EXECUTE FUNCTION billing.refuse_reopening();
