-- Inside the database, run as its owner: what PUBLIC has in a new one.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
