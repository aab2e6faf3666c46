-- Who may come into the tenant's database: its owner, and the reporter of this tenant; no other tenant's role. Run as its owner in
-- another database, since it is made closed to everybody and opens here.
-- :"database" and :"reporter" are the database and the role that may only read reports.
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"reporter";
ALTER DATABASE :"database" WITH ALLOW_CONNECTIONS true;
