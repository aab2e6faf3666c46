import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { startThrowAwayPostgres } from "../../../test/support/postgres.ts";
import type { ThrowAwayPostgres } from "../../../test/support/postgres.ts";
import { connect } from "../../database/connect.ts";
import { migrate } from "../../database/migrate.ts";

describe("migrations", () => {
  let postgres: ThrowAwayPostgres;
  const open = () =>
    connect(
      `postgresql://postgres:${postgres.superuserPassword}@127.0.0.1:${postgres.port}/postgres?sslmode=disable`,
      () => undefined,
    );
  before(async () => {
    postgres = await startThrowAwayPostgres("migrations");
  });
  after(() => postgres.stop());

  it("run once, however many servers start at once", async () => {
    const databases = Array.from({ length: 4 }, open);
    const ran = await Promise.all(databases.map(migrate));
    assert.deepEqual(ran.flat().sort(), [
      "0001-projections.sql",
      "0002-own.sql",
      "0003-large-fleets.sql",
      "0004-sent-requests.sql",
      "0005-incremental-reads.sql",
      "0007-statuses.sql",
      "0008-watch-alerts.sql",
      "0008-watch-analytics.sql",
      "0008-watch-kubernetes.sql",
      "0008-watch-tenants.sql",
      "0009-tenant-logins.sql",
      "0011-billing.sql",
    ]);
    assert.equal(ran.filter((names) => names.length > 0).length, 1);
    await Promise.all(databases.map((database) => database.destroy()));
  });

  it("refuse a file that was changed after it ran, and a newer database", async () => {
    const database = open();
    await database.updateTable("migrations").set({ sha256: "0" }).where("name", "=", "0002-own.sql").execute();
    await assert.rejects(migrate(database), /0002-own\.sql was changed after it was run/);
    await database
      .updateTable("migrations")
      .set({ name: "9999-later.sql" })
      .where("name", "=", "0002-own.sql")
      .execute();
    await assert.rejects(migrate(database), /migrated by a newer version \(9999-later\.sql\)/);
    await database.destroy();
  });
});

describe("the database's address", () => {
  for (const url of ["", "odoo", "https://db.example/x", "postgresql://a:s3cret@db/x?sslmode=prefer"]) {
    it(`is refused as ${JSON.stringify(url)}, without a word of its password`, () => {
      assert.throws(
        () => connect(url, () => undefined),
        (error: unknown) =>
          error instanceof Error &&
          error.message.includes("is not an address of a database") &&
          !error.message.includes("s3cret"),
      );
    });
  }

  it("demands TLS and the server's name unless it says otherwise", async () => {
    const postgres = await startThrowAwayPostgres("tls");
    try {
      const database = connect(
        `postgresql://postgres:${postgres.superuserPassword}@127.0.0.1:${postgres.port}/postgres`,
        () => undefined,
      );
      await assert.rejects(migrate(database), /does not support SSL/);
      await database.destroy();
    } finally {
      await postgres.stop();
    }
  });

  it("is asked again after the server has ended a connection that was in use", async () => {
    const postgres = await startThrowAwayPostgres("ended");
    const errors: string[] = [];
    const database = connect(
      `postgresql://postgres:${postgres.superuserPassword}@127.0.0.1:${postgres.port}/postgres?sslmode=disable`,
      ({ message }) => errors.push(message),
    );
    try {
      const cut = database.connection().execute(async (connection) => {
        await migrate(connection);
        await postgres.connect((client) =>
          client.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'odoo-saas%'",
          ),
        );
        await connection.selectFrom("sources").selectAll().execute();
      });
      await assert.rejects(cut);
      // The pool has a connection that has ended until it learns of the end.
      while (errors.length === 0) await sleep(10);
      assert.deepEqual(await database.selectFrom("sources").selectAll().execute(), []);
    } finally {
      await database.destroy();
      await postgres.stop();
    }
  });
});
