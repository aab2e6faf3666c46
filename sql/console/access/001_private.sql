-- Who may come into a database that is not a tenant's: its owner. Run as its owner in another database, since it is made closed
-- to everybody and opens here.
-- :"database" is the database.
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
ALTER DATABASE :"database" WITH ALLOW_CONNECTIONS true;
