-- Odoo compares names by unaccent(), and makes its trigram indexes on it where "public" has one that is immutable. The
-- extension's is not: the wrapper is, since nobody here can change the dictionary. The owner may replace it, as all of Odoo's
-- own; its body is bound to objects when it is made, so that no search_path leads it elsewhere, also in a restore.
CREATE SCHEMA IF NOT EXISTS extensions;
REVOKE ALL ON SCHEMA extensions FROM PUBLIC;

-- In databases that were made earlier it is in "public". Only a superuser may move it: its functions are the server's own.
DO $move$
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'unaccent' AND extnamespace <> 'extensions'::regnamespace) THEN
    DROP EXTENSION unaccent;
  END IF;
END
$move$;
CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA extensions;

CREATE OR REPLACE FUNCTION public.unaccent(text)
RETURNS text
LANGUAGE sql
IMMUTABLE STRICT PARALLEL SAFE
RETURN extensions.unaccent('extensions.unaccent'::regdictionary, $1);
REVOKE ALL ON FUNCTION public.unaccent(text) FROM PUBLIC;

-- What Odoo has indexed without it, no search can use, and Odoo never replaces an index that is there. Small ones are made
-- again now, while writers wait for a few seconds at most; a large one is dropped, and the next upgrade makes it.
DO $indexes$
DECLARE
  old record;
BEGIN
  FOR old IN
    SELECT i.indexrelid::regclass AS index, quote_ident(c.relname) AS name, i.indrelid::regclass AS table,
      pg_get_indexdef(i.indexrelid, 1, false) AS expression, opclass.opcnamespace::regnamespace AS trigrams, t.reltuples AS rows
    FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_class t ON t.oid = i.indrelid
      JOIN pg_opclass opclass ON opclass.oid = i.indclass[0]
    WHERE t.relnamespace = 'public'::regnamespace AND opclass.opcname = 'gin_trgm_ops'
      AND i.indnatts = 1 AND i.indpred IS NULL
      -- Odoo's name for the index of a field: <table>__<field>_index, cut to 54 characters and a checksum where it is too long.
      AND starts_with(c.relname, left(t.relname || '__', 54))
      AND NOT EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
          AND d.refclassid = 'pg_proc'::regclass AND d.refobjid = 'public.unaccent(text)'::regprocedure)
  LOOP
    EXECUTE format('DROP INDEX %s', old.index);
    IF old.rows < 200000 THEN
      EXECUTE format('CREATE INDEX %s ON %s USING gin (public.unaccent((%s)::text) %s.gin_trgm_ops)',
        old.name, old.table, old.expression, old.trigrams);
    END IF;
  END LOOP;
END
$indexes$;
